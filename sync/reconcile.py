"""One order against one answer of the API, within one transaction of the ledger: look, plan, carry out."""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from store import conflicts, lineage, orders, outbox, sightings, slots, unproved, unreadable
from store.order_shape import order_to_api
from store.unproved import Unproved
from sync.merge import KEY, Slot
from sync.plan import (
    Action,
    Cancel,
    Clashes,
    Fork,
    Park,
    Send,
    Sent,
    Settle,
    Stop,
    TakeIn,
    plan,
)
from sync.proof import made
from sync.readings import EDITABLE, FINAL
from sync.rechecking import Rechecking
from sync.shapes import FullOrder
from sync.standing import Counted, Edit, Share, Standing
from verification.orders import Order
from verification.records import record

NOT_THERE = "The API has no order of this number."
NOT_SHOWN = "The API takes the updates of this order but does not show them; look there, then try it again."
UNSEEN = 3
"""Writes in a row, each in a round of its own, that were answered with success and not seen in the next."""


@record
class Step:
    """What is to be sent next for an order: the attempt is in the ledger already."""

    order_number: str
    action: Send | Cancel
    attempt: int


@record
class Brought:
    """What came of one answer."""

    step: Step | None = None
    """What is to be sent next."""
    proved: bool = False
    """Whether it shows what the last write did."""
    unseen: bool = False
    """Whether it is as before the last write, so that nothing more is sent in this round."""


@record
class Creation:
    """An order to create, whose attempt is in the ledger already."""

    body: Mapping[str, Any]
    attempt: int


def standing_of(db: sqlite3.Connection, order: Order) -> Standing:
    """All that the ledger holds of `order`."""
    known = slots.known(db, order.id)
    row = outbox.of(db, order.id)
    shares = tuple(
        Share(name, tuple(Counted(*each) for each in events), known.get(name, ("", 0))[1])
        for name, events in slots.shares(db, order.id).items()
    )
    read = {name: Slot.from_json(json.loads(body)) for name, (body, _) in known.items()}
    return Standing(
        order,
        known=sightings.of(db, order.id) is not None,
        items=sightings.items(db, order.id),
        shares=shares,
        slots={name: slot for name, slot in read.items() if slot is not None},
        edits=tuple(Edit(*each) for each in outbox.edits_of(db, order.id)),
        waiting=row is not None,
        creating=row is not None and row.creating,
        cancelling=row is not None and row.cancelling,
        reason=row.reason if row else "",
        becoming=row.becoming if row else None,
        answered=(outbox.last_outcome(db, order.id) or "") == "200",
    )


def bring_in(
    db: sqlite3.Connection,
    answer: FullOrder,
    fresh: str,
    number: int,
    *,
    sending: bool = False,
    rechecking: Rechecking | None = None,
) -> Brought:
    """Carry out what follows from `answer`, seen in round `number`. With `sending`, what is to be sent is
    recorded as an attempt and returned; without, the order waits to be sent. An order that merging completes
    falls due as `rechecking` says. While the API shows what it showed before the last write that it took, the
    order is written once in a round and, after `UNSEEN` rounds, parked.

    Raises Refused when the order contradicts what the ledger holds.
    """
    remote = answer.order
    refused = unreadable.readable(db, [remote.order_number]).get(remote.order_number)
    order_id = sightings.find(db, remote.id, remote.order_number)
    if order_id is not None and refused is not None:
        _released(db, order_id, refused)
    if order_id is None and remote.reported in FINAL:
        return Brought()
    order = orders.load(db, order_id) if order_id else None
    standing = standing_of(db, order) if order else Standing(_unknown(remote), known=False)
    last = unproved.last(db, standing.order.id)
    actions = plan(standing, answer, fresh)
    writes = any(isinstance(action, Send | Cancel) for action in actions)
    shown = _shown(answer) if writes else ""
    as_before = writes and last is not None and last.before == shown
    vain = last if as_before and standing.answered else None
    proved = (
        last is not None
        and not as_before
        and (standing.answered or made(*outbox.last_write(db, standing.order.id), answer))
    )
    if proved:
        unproved.shown(db, standing.order.id)
    held = vain is not None and not _again(db, standing.order.id, vain, number, sending=sending)
    step = None
    for action in actions:
        if not isinstance(action, Send | Cancel):
            _carry_out(db, standing, remote, action, number)
        elif not held:
            step = _to_send(db, standing.order, action, sending=sending)
        if rechecking is not None and isinstance(action, TakeIn):
            rechecking.after(db, standing, action)
    if step is not None:
        unseen = vain.unseen + 1 if vain is not None else 0
        unproved.wrote(db, standing.order.id, Unproved(number, shown, unseen))
    return Brought(step, proved, held)


def _shown(answer: FullOrder) -> str:
    """A digest of all in an answer that a write of this station may change."""
    order = answer.order
    header = {name: getattr(order, name) for name in EDITABLE}
    told = json.dumps([order.reported.value, header, order.metadata.get(KEY)], sort_keys=True)
    return hashlib.sha256(told.encode()).hexdigest()


def _again(db: sqlite3.Connection, order_id: str, last: Unproved, number: int, *, sending: bool) -> bool:
    """Whether an order whose last write is not seen may be written again; after some rounds it is parked."""
    if not sending or last.round >= number:
        return False
    if last.unseen + 1 >= UNSEEN:
        outbox.park(db, order_id, NOT_SHOWN)
        return False
    return True


def _released(db: sqlite3.Connection, order_id: str, refused: str) -> None:
    """What was parked since it could not be read is sent again now that it can."""
    row = outbox.of(db, order_id)
    if row is not None and row.parked == refused:
        outbox.retry(db, order_id)


def _unknown(remote: Order) -> Order:
    return replace(remote, lines=(), metadata={})


def _carry_out(
    db: sqlite3.Connection, standing: Standing, remote: Order, action: Action, number: int
) -> None:
    match action:
        case TakeIn():
            _take_in(db, standing, remote, action, number)
        case Stop() | Settle():
            if standing.waiting:
                outbox.settle(db, standing.order.id)
        case Clashes(found):
            if standing.known or found:
                told = [(each.kind, each.what, each.told) for each in found]
                conflicts.replace(db, standing.order.id, told)
        case Fork():
            _fork(db, standing.order.id, action)
        case Sent(fields):
            outbox.edits_sent(db, standing.order.id, fields)
        case Park(reason):
            outbox.park(db, standing.order.id, reason)


def _fork(db: sqlite3.Connection, order_id: str, fork: Fork) -> None:
    if fork.slot == lineage.current(db):
        lineage.renew(db)
    if fork.moved:
        events = fork.moved.events
        slots.move(db, order_id, fork.moved.slot, events[0].seq, events[-1].seq)


def _take_in(db: sqlite3.Connection, standing: Standing, remote: Order, taken: TakeIn, number: int) -> None:
    if standing.creating:
        outbox.created(db, standing.order.id)
    wire = {line: (item, taken.reported.get(line, 0)) for line, item in taken.items.items()}
    if not standing.known or standing.order != taken.order or standing.items != taken.items:
        sightings.take_in(db, taken.order, wire)
    sightings.seen(
        db, taken.order.id, remote.id, status=taken.status.value, header=taken.header, number=number
    )
    texts = {name: json.dumps(slot.to_json()) for name, slot in taken.slots.items()}
    if texts:
        slots.keep(db, taken.order.id, texts, taken.sighted)


def _to_send(db: sqlite3.Connection, order: Order, action: Send | Cancel, *, sending: bool) -> Step | None:
    outbox.wait(db, order.id)
    if not sending:
        row = outbox.of(db, order.id)
        if row is not None and row.parked in (NOT_THERE, NOT_SHOWN):
            outbox.retry(db, order.id)
        return None
    method, body = ("PUT", action.body) if isinstance(action, Send) else ("DELETE", action.reason)
    return Step(order.order_number, action, outbox.attempt(db, order.id, method, body))


def creation(db: sqlite3.Connection, order_id: str) -> Creation | None:
    """What to create, its attempt recorded; None when the order is not to be created.

    Contract: a create body has `order_number`, at least one of `items`, and the header fields.
    """
    row = outbox.of(db, order_id)
    order = orders.load(db, order_id)
    if row is None or not row.creating or order is None:
        return None
    wire = order_to_api(order)
    names = ("order_number", "external_order_id", "customer_name", "customer_info", "notes", "order_date")
    body: dict[str, Any] = {name: wire[name] for name in (*names, "due_date") if wire[name]}
    body["items"] = [
        {"sku_code": line.sku, "quantity": line.quantity, **({"notes": line.notes} if line.notes else {})}
        for line in order.lines
    ]
    return Creation(body, outbox.attempt(db, order_id, "POST", body))
