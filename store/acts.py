"""Acts of people, carried out in one transaction: judged, written to the log, brought into the projections.

Whoever writes the ledger calls `perform`: the clerk between two reads, or a command that holds the ledger.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from store import catalog, claims, log, orders, outbox, rechecks
from store.errors import Refused
from store.moment import Moment
from verification.acts import Act, ActKind, Judged
from verification.desk import Count
from verification.events import Event, Provenance, fold
from verification.judging import judge
from verification.orders import Order, OrderStatus
from verification.printable import printable
from verification.recheck import NO_PICKS, Picking
from verification.records import record
from verification.verdicts import Verdict


@record
class Performed:
    """What an act did, not yet durable: the caller's transaction makes it so."""

    act: Act
    before: Order
    order: Order
    """The order after it."""
    judged: Judged
    recheck: bool = False
    """Whether it completed the order, and somebody else is to count it again."""


def perform(
    db: sqlite3.Connection,
    key: bytes,
    order_id: str,
    act: Act,
    moment: Moment,
    *,
    may_ship: bool = False,
    picking: Picking = NO_PICKS,
) -> Performed:
    """Do `act` to an order, under the chain's `key`. Raises Refused, and nothing happens, when it may not.

    `may_ship` and `picking` are the site's policy: whether it marks orders shipped, and which are counted
    again.
    """
    order = orders.load(db, order_id)
    if order is None:
        raise Refused("The ledger has no such order.")
    standing = fold(log.of_order(db, order_id)).standing if act.kind is ActKind.SEND_BACK else ()
    looked_at = act.kind is ActKind.APPROVE and approved_as(db, order_id) is order.status
    recheck = rechecks.unsettled(db, order_id) if act.kind is ActKind.SHIP else None
    claimed = act.kind is not ActKind.TAKE_OVER or bool(claims.of(db, order_id))
    judged = judge(
        order, act, standing, may_ship=may_ship, looked_at=looked_at, recheck=recheck, claimed=claimed
    )
    if judged.refusal:
        number = printable(order.order_number, 40)
        raise Refused(f"Order {number} stays as it is: {printable(judged.refusal)}.")
    after = _after(order, judged)
    done = Performed(act, order, after, judged, picking.falls_due(order, after))
    read, last = _append(db, key, done, moment)
    _bring_along(db, done)
    if done.recheck:
        rechecks.fall_due(db, key, last, read)
    return done


def bring_in(db: sqlite3.Connection, key: bytes, found: Sequence[Order], act: Act, moment: Moment) -> None:
    """Bring new orders in, and note on each the `act` that did it, a creation or an import, if somebody did.

    What is created waits to be sent; what is imported is the API's already. Raises Refused when the act may
    not be or an order is in the ledger, and whoever catches it keeps nothing of the transaction.
    """
    for order in found:
        if refusal := judge(order, act).refusal:
            raise Refused(f"Nothing was brought in: {printable(refusal)}.")
    orders.insert(db, found)
    if act.kind is ActKind.CREATE:
        for order in found:
            outbox.create(db, order.id)
    if act.by is None and act.approved_by is None:
        return
    log.append_all(
        db, key, (e for order in found for e in _events(Performed(act, order, order, Judged()), moment))
    )


def _after(order: Order, judged: Judged) -> Order:
    after = order.moved((count.line_id, count.delta) for count in judged.counts)
    if judged.ruling is not None:
        after = after.ruled_anew(judged.ruling)
    return replace(after, reported=judged.becomes) if judged.becomes is not None else after


def _append(db: sqlite3.Connection, key: bytes, done: Performed, moment: Moment) -> tuple[int, Event]:
    """Write the act to the log, an event for each count that it moves: the first's number, and the last."""
    read = 0
    for event in _events(done, moment):
        seq = log.append(db, key, replace(event, read=read))
        read = read or seq
    return read, event


def _events(done: Performed, moment: Moment) -> Iterator[Event]:
    """The act as the log has it, an event for each count that it moves, else one."""
    act, counts = done.act, done.judged.counts or (Count(done.act.line_id, 0),)
    skus = {line.id: line.sku for line in done.before.lines}
    for count in counts:
        yield Event(
            read=0,
            at=moment.at,
            mono=moment.mono,
            person=act.by.name if act.by else "",
            scanner=moment.scanner,
            raw=b"",
            code=act.kind.value,
            verdict=Verdict.COMMAND,
            provenance=done.judged.provenance if done.judged.counts else Provenance.CONFIRMED,
            order_id=done.before.id,
            line_id=count.line_id or None,
            sku=skus.get(count.line_id),
            delta=count.delta,
            reason=act.reason,
            takes_back=count.takes_back,
            act=act.kind.value,
            detail=json.dumps(_detail(done), ensure_ascii=False, sort_keys=True),
        )


def _detail(done: Performed) -> Mapping[str, Any]:
    """What the log's own columns have no place for; absent where there is nothing to say."""
    act, judged = done.act, done.judged
    told: dict[str, Any] = {
        "approved_by": act.approved_by.name if act.approved_by else None,
        "short": act.short.value if act.short else None,
        "missing": dict(judged.missing) or None,
        "changes": dict(act.changes) or None,
        "becomes": judged.becomes.value if judged.becomes else None,
        "status": done.before.status.value if act.kind is ActKind.APPROVE else None,
    }
    if done.order.ruled != done.before.ruled:
        told |= ruling_of(done.order)
    return {name: value for name, value in told.items() if value is not None}


def ruling_of(order: Order) -> dict[str, Any]:
    """The ruling on an order as an event's detail tells it."""
    return {"ruling": order.ruling.value, "ruled": order.ruled}


def completed(before: Order | None, after: Order | None) -> str | None:
    """The detail of the read that completes a reopened order, which closes it again; None for all others."""
    if before is None or after is None or before.ruled == after.ruled:
        return None
    return json.dumps(ruling_of(after))


def _bring_along(db: sqlite3.Connection, done: Performed) -> None:
    """Move the projections, and have sent what has to be."""
    act, judged, order_id = done.act, done.judged, done.order.id
    if judged.counts:
        orders.move_counts(db, done.before, done.order)
    for count in judged.counts:
        if count.takes_back is not None:
            catalog.forget_serial(db, count.takes_back)
    match act.kind:
        case ActKind.CANCEL:
            outbox.cancel(db, order_id, act.reason)
        case ActKind.EDIT:
            outbox.edit(db, order_id, act.changes)
        case ActKind.TAKE_OVER:
            claims.take_over(db, order_id)
        case ActKind.RELEASE | ActKind.SHIP:
            assert judged.becomes is not None
            outbox.become(db, order_id, judged.becomes)
    if judged.ruling is not None or judged.becomes is not None:
        outbox.wait(db, order_id)
        orders.bring_along(db, done.order)


def approved_as(db: sqlite3.Connection, order_id: str) -> OrderStatus | None:
    """The status that the order had when it was approved here last; None when it never was."""
    found = None
    for event in log.acts_of(db, order_id):
        if event.act == ActKind.APPROVE and event.detail:
            found = json.loads(event.detail).get("status")
    return OrderStatus(found) if found else None
