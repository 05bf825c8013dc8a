"""What waits for a supervisor: orders with reasons to look at them, found when somebody asks.

Nothing is kept for it while people scan. Each source of reasons has an index that holds only what matters of
it, so that the cost follows the number of orders to look at and not the length of the log. What a supervisor
signed off (approve, close short) or had undone (send back) is no reason any more.
"""

from __future__ import annotations

import json
import sqlite3
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, NamedTuple

from store import acts, order_queue, rechecks
from verification.events import Provenance
from verification.orders import OrderStatus, Ruling
from verification.reasons import Reason, reasons
from verification.recheck import State
from verification.records import record
from verification.risk import REFUSED_READS, Facts, ReasonKind, weighed
from verification.verdicts import Verdict


class Sort(StrEnum):
    """What the queue is sorted by."""

    RISK = "risk"
    """The highest first."""
    DUE = "due"
    NUMBER = "number"


@record
class ReviewFilter:
    """Which orders of the queue to show, and in which order."""

    search: str = ""
    """Part of an order number, external id or customer name; case is ignored."""
    status: OrderStatus | None = None
    reason: ReasonKind | None = None
    sort: Sort = Sort.RISK


@record
class ReviewRow:
    """One order to look at."""

    summary: order_queue.Summary
    risk: int
    reasons: tuple[Reason, ...]
    """The weightiest first."""


@record
class ReviewPage:
    """A part of the queue."""

    rows: tuple[ReviewRow, ...]
    total: int
    """How many orders the filter lets through."""
    place: int | None = None
    """Where the order that was asked for stands in the whole queue, from 0; None where it is not in it."""


BY_HAND = """
SELECT order_id, provenance, sum(abs(delta)) FROM events AS told
WHERE provenance != 'scanned' AND delta != 0 AND provenance IN ('typed', 'confirmed', 'override')
  AND {of_order}
  AND NOT EXISTS (SELECT 1 FROM events AS undo WHERE undo.takes_back = told.seq)
  AND seq > ({signed_off})
GROUP BY order_id, provenance
"""
REFUSED = """
SELECT order_id, verdict, count(*) FROM events AS told
WHERE delta = 0 AND verdict IN ('not_on_order', 'line_already_verified', 'exceeds_remaining',
  'duplicate_serial', 'expired', 'unknown_code', 'ambiguous_code', 'unreadable') AND {of_order}
  AND seq > ({signed_off})
GROUP BY order_id, verdict
"""
_SIGNED_OFF = (
    "SELECT coalesce(max(seq), 0) FROM events AS sign WHERE sign.order_id = told.order_id"
    " AND sign.act IN ('approve', 'close_short', 'send_back')"
)
"""The number of the last event by which a supervisor here settled what was before it."""
CLASHES = """
SELECT told.order_id, kind, what, told.told, lines.counted + lines.elsewhere - lines.quantity
FROM conflicts AS told LEFT JOIN lines ON lines.id = what AND lines.order_id = told.order_id
WHERE {of_order} ORDER BY told.order_id, kind, what
"""
PARKED = "SELECT order_id, parked FROM outbox AS told WHERE parked IS NOT NULL AND {of_order}"
RECHECKS = f"""
SELECT order_id, state, differences FROM (
  SELECT rechecks.* FROM rechecks JOIN orders ON orders.id = rechecks.order_id
  WHERE rechecks.state IN ('{State.DUE}', '{State.RUNNING}') AND orders.status = 'verified'
    OR rechecks.state = '{State.DIFFERS}' AND NOT {rechecks.SETTLED}
) AS told WHERE {{of_order}}
"""
RULED = "SELECT id FROM orders WHERE ruling IN ('sent_back', 'short', 'reopened')"
ENDED = (
    "SELECT id FROM orders WHERE status IN ('cancelled', 'shipped') AND verified > 0"
    " AND (status = 'cancelled' OR verified < quantity)"
)
SUMMARIES = f"SELECT {order_queue.SUMMARY} FROM orders WHERE id IN (SELECT value FROM json_each(?)) AND "
_PROVENANCES = {each.value: each for each in Provenance}
_VERDICTS = {each.value: each for each in Verdict}


def queue(
    db: sqlite3.Connection, which: ReviewFilter, offset: int, limit: int, wanted: str = ""
) -> ReviewPage:
    """The orders to look at that `which` lets through, from `offset`; a `limit` below 0 is none.

    `wanted` is the id of an order whose place is asked for.
    """
    gathered = _gathered(db, None)
    for (order_id,) in db.execute(f"{RULED} UNION ALL {ENDED}"):
        gathered[order_id]  # a reason that stands at the head of the order itself
    found = _weighed(db, gathered, which)
    if which.sort is Sort.RISK:
        found.sort(key=lambda each: -each.risk)
    elif which.sort is Sort.NUMBER:
        found.sort(key=lambda each: each.summary.order_number)
    shown = found[offset : None if limit < 0 else offset + limit]
    return ReviewPage(
        tuple(ReviewRow(each.summary, each.risk, reasons(each.facts)) for each in shown),
        len(found),
        next((place for place, each in enumerate(found) if each.summary.id == wanted), None),
    )


def of(db: sqlite3.Connection, order_id: str) -> tuple[Reason, ...]:
    """The reasons to look at one order; none where there are none, or no such order."""
    gathered = _gathered(db, order_id)
    gathered[order_id]
    found = _weighed(db, gathered, ReviewFilter())
    return reasons(found[0].facts) if found else ()


@dataclass(slots=True)
class _Gathered:
    """What the sources say of one order."""

    by_hand: dict[Provenance, int] = field(default_factory=dict)
    refused: dict[Verdict, int] = field(default_factory=dict)
    over_counted: int = 0
    orphaned: int = 0
    headers: list[str] = field(default_factory=list)
    conflicts: list[str] = field(default_factory=list)
    parked: str = ""
    picked: bool = False
    recheck_difference: int = 0


def _gathered(db: sqlite3.Connection, order_id: str | None) -> dict[str, _Gathered]:
    """What the sources say, by order id; of one order alone where one is named."""
    found: dict[str, _Gathered] = defaultdict(_Gathered)
    told = _Source(db, order_id)
    for each, provenance, units in told(BY_HAND):
        found[each].by_hand[_PROVENANCES[provenance]] = units
    refused: dict[str, dict[Verdict, int]] = defaultdict(dict)
    for each, verdict, reads in told(REFUSED):
        refused[each][_VERDICTS[verdict]] = reads
    for each, reads_by_verdict in refused.items():
        if sum(reads_by_verdict.values()) >= REFUSED_READS:
            found[each].refused = reads_by_verdict
    for each, kind, what, sentence, excess in told(CLASHES):
        _clash(found[each], kind, what, sentence, excess or 0)
    for each, why in told(PARKED):
        found[each].parked = why
    for each, state, differences in told(RECHECKS):
        found[each].picked = state != State.DIFFERS
        found[each].recheck_difference = rechecks.units_of(differences)
    return found


@record
class _Source:
    """Rows of one source, of all orders or of one."""

    db: sqlite3.Connection
    order_id: str | None

    def __call__(self, statement: str) -> Iterable[tuple[Any, ...]]:
        return self.db.execute(
            of_one(statement) if self.order_id else of_all(statement), {"order": self.order_id}
        )


def of_all(statement: str) -> str:
    """A source's statement for all orders."""
    return statement.format(of_order="told.order_id IS NOT NULL", signed_off=_SIGNED_OFF)


def of_one(statement: str) -> str:
    """A source's statement for the order `:order`."""
    return statement.format(of_order="told.order_id = :order", signed_off=_SIGNED_OFF)


def _clash(gathered: _Gathered, kind: str, what: str, told: str, excess: int) -> None:
    match kind:
        case "over_verified":
            gathered.over_counted += excess
        case "orphaned":
            gathered.orphaned += excess
        case "header":
            gathered.headers.append(what)
        case _:
            gathered.conflicts.append(told)


class _Weighed(NamedTuple):
    """An order that has a reason, before its sentences are made: only those that are shown need them."""

    risk: int
    summary: order_queue.Summary
    facts: Facts


def _weighed(
    db: sqlite3.Connection, gathered: Mapping[str, _Gathered], which: ReviewFilter
) -> list[_Weighed]:
    """The orders that have a reason and pass the filter, by due date and number."""
    where, bound = order_queue.Filter(which.search, which.status).where()
    found = []
    for row in db.execute(
        f"{SUMMARIES}{where} ORDER BY due, order_number", [json.dumps(list(gathered)), *bound]
    ):
        summary = order_queue.summary(row)
        facts = _facts(db, summary, gathered[summary.id])
        weights = weighed(facts)
        if weights and (which.reason is None or which.reason in weights):
            found.append(_Weighed(sum(weights.values()), summary, facts))
    return found


def _facts(db: sqlite3.Connection, order: order_queue.Summary, told: _Gathered) -> Facts:
    return Facts(
        status=order.status,
        ruling=order.ruling,
        verified=order.verified,
        quantity=order.quantity,
        by_hand=told.by_hand,
        refused=told.refused,
        over_counted=told.over_counted,
        orphaned=told.orphaned,
        headers=tuple(told.headers),
        conflicts=tuple(told.conflicts),
        parked=told.parked,
        looked_at=_looked_at(db, order),
        picked=told.picked,
        recheck_difference=told.recheck_difference,
    )


def _looked_at(db: sqlite3.Connection, order: order_queue.Summary) -> bool:
    """Whether the newest ruling signed the order off. One that is cancelled needs it after the cancelling."""
    if order.status is OrderStatus.CANCELLED:
        return order.ruling is Ruling.APPROVED and acts.approved_as(db, order.id) is OrderStatus.CANCELLED
    return order.ruling in (Ruling.APPROVED, Ruling.SHORT)
