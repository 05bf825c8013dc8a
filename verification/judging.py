"""The rules of acts: what each does to an order, who may do it, and when it may not be.

An act is judged against the order as the ledger has it, and is either refused with a reason that a person can
read, or ruled on: counts to move, a new ruling, a status to ask the API for. Pure: nothing has happened yet.

Two promises stand above all: an act leaves every line between 0 and its quantity, and what is shipped or
cancelled is never changed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from verification.acts import ANYBODY, REASONED, Act, ActKind, Judged, Short
from verification.desk import Count
from verification.events import Event, Provenance
from verification.orders import Line, Order, OrderStatus, Ruling
from verification.recheck import State

_LONGEST_REASON = 200


def judge(
    order: Order,
    act: Act,
    standing: Iterable[Event] = (),
    *,
    may_ship: bool = False,
    looked_at: bool = True,
    recheck: State | None = None,
    claimed: bool = True,
) -> Judged:
    """What `act` does to `order`, whose counted reads of this station that stand are `standing`.

    `may_ship` is the site's policy; `looked_at` says whether the last approval knew the order's status as it
    is; `recheck` is the state of a re-check on which nobody had the last word; `claimed` says whether
    another station counts on it. Changes of the header are judged where they are made.
    """
    if refusal := _unfit(act):
        return Judged(refusal)
    if act.kind is ActKind.SHIP and not may_ship:
        return Judged("this site marks orders shipped elsewhere")
    if act.kind is ActKind.SHIP and order.closed == OrderStatus.VERIFIED and recheck in _UNSETTLED:
        return Judged(_UNSETTLED[recheck])
    if act.kind is ActKind.TAKE_OVER and not claimed:
        return Judged("no other station counts on it, so there is nothing to take over")
    if act.kind is ActKind.SEND_BACK:
        return _send_back(order, act, standing)
    if act.kind is ActKind.APPROVE and order.status is OrderStatus.CANCELLED and not looked_at:
        return Judged(ruling=Ruling.APPROVED)
    return _JUDGES.get(act.kind, _just_noted)(order, act)


def _unfit(act: Act) -> str:
    """What is wrong with the asking itself: no right to it, no reason, a reason that cannot be kept."""
    entitled = any(person is not None and person.supervisor for person in (act.by, act.approved_by))
    if act.kind not in ANYBODY and not entitled:
        return "only a supervisor may do that"
    if not act.reason.isprintable():
        return "the reason holds characters that cannot be printed"
    if len(act.reason) > _LONGEST_REASON:
        return f"the reason is longer than {_LONGEST_REASON} characters"
    needs_words = act.kind in REASONED and act.short in (None, Short.OTHER)
    return "a reason is needed" if needs_words and not act.reason.strip() else ""


def _ended(order: Order) -> str:
    """Why nothing on it can be changed any more; a draft cannot be counted yet."""
    told = {
        OrderStatus.SHIPPED: "it is shipped",
        OrderStatus.CANCELLED: "it is cancelled",
        OrderStatus.DRAFT: "it is a draft: release it first",
    }
    return told.get(order.status, "")


def _told(status: OrderStatus) -> str:
    """A status in words."""
    return status.value.replace("_", " ")


def _just_noted(_order: Order, _act: Act) -> Judged:
    return Judged()


def _approve(order: Order, _act: Act) -> Judged:
    if order.ruling is Ruling.APPROVED:
        return Judged("it is approved already")
    if order.ruling is Ruling.SHORT:
        return Judged("it is closed short, which was its sign-off")
    if order.status in (OrderStatus.VERIFIED, OrderStatus.SHIPPED, OrderStatus.CANCELLED):
        return Judged(ruling=Ruling.APPROVED)
    over = next((line for line in order.lines if line.verified > line.quantity), None)
    if over is not None:
        return Judged(f"{over.sku} was counted {over.verified} times of {over.quantity}: adjust it first")
    return Judged(f"it is {_told(order.status)}, not verified")


def _send_back(order: Order, _act: Act, standing: Iterable[Event]) -> Judged:
    """Take back each read that stands, so that its serial is free again, then what others counted."""
    if refusal := _ended(order):
        return Judged(refusal)
    left = {line.id: line.verified for line in order.lines if line.verified}
    if not left:
        return Judged("nothing is counted on it yet")
    counts = []
    for event in reversed(list(standing)):
        if event.line_id is None:
            continue
        units = max(0, min(event.delta, left.get(event.line_id, 0)))
        counts.append(Count(event.line_id, -units, event.seq))
        left[event.line_id] = left.get(event.line_id, 0) - units
    counts += [Count(line_id, -units) for line_id, units in left.items() if units]
    return Judged(counts=tuple(counts), ruling=Ruling.SENT_BACK)


def _line_of(order: Order, act: Act) -> Line | None:
    return next((line for line in order.lines if line.id == act.line_id), None)


def _countable(order: Order, act: Act) -> tuple[Line | None, str]:
    """The line that an act counts on, or why it cannot."""
    if refusal := _ended(order):
        return None, refusal
    if order.closed and order.ruling in _RULED:
        return None, f"it is {_RULED[order.ruling]}: reopen it first"
    line = _line_of(order, act)
    return line, "" if line is not None else "it has no such line"


def _adjust(order: Order, act: Act) -> Judged:
    line, refusal = _countable(order, act)
    if line is None:
        return Judged(refusal)
    if act.units is None or not 0 <= act.units <= line.quantity:
        return Judged(f"{line.sku} can be from 0 to {line.quantity}, not {act.units}")
    if act.units == line.verified:
        return Judged(f"{line.sku} has {line.verified} already")
    return Judged(counts=(Count(line.id, act.units - line.verified),), ruling=_after_counting(order))


def _confirm(order: Order, act: Act) -> Judged:
    line, refusal = _countable(order, act)
    if line is None:
        return Judged(refusal)
    if not line.remaining:
        return Judged(f"nothing of {line.sku} is missing")
    if act.units is None or not 1 <= act.units <= line.remaining:
        return Judged(f"{line.remaining} of {line.sku} are missing, so {act.units} cannot be confirmed")
    return Judged(
        counts=(Count(line.id, act.units),), provenance=Provenance.CONFIRMED, ruling=_after_counting(order)
    )


def _after_counting(order: Order) -> Ruling | None:
    """An approval speaks of the counts as they were."""
    return Ruling.NONE if order.ruling is Ruling.APPROVED else None


def _close_short(order: Order, act: Act) -> Judged:
    if refusal := _ended(order):
        return Judged(refusal)
    if order.ruling is Ruling.SHORT:
        return Judged("it is closed short already")
    missing = {line.id: line.remaining for line in order.lines if line.remaining}
    units = sum(missing.values())
    if any(line.verified > line.quantity for line in order.lines):
        return Judged("a line was counted too often: adjust it first")
    if not missing:
        return Judged("nothing is missing")
    if not order.verified:
        return Judged("nothing is counted on it: cancel it instead")
    if act.units is not None and act.units != units:
        return Judged(f"{units} units are missing, not {act.units}")
    if act.short is None:
        return Judged(f"a reason code is needed: {', '.join(Short)}")
    return Judged(ruling=Ruling.SHORT, missing=missing)


def _reopen(order: Order, _act: Act) -> Judged:
    if refusal := _ended(order):
        return Judged(refusal)
    if not order.closed:
        return Judged("it is open already")
    return Judged(ruling=Ruling.REOPENED)


def _release(order: Order, _act: Act) -> Judged:
    if order.status is not OrderStatus.DRAFT:
        return Judged(f"it is {_told(order.status)}, not a draft")
    return Judged(becomes=OrderStatus.PENDING)


def _ship(order: Order, _act: Act) -> Judged:
    if refusal := _ended(order):
        return Judged(refusal)
    if not order.closed:
        return Judged("it is neither verified nor closed short")
    return Judged(becomes=OrderStatus.SHIPPED)


def _cancel(order: Order, _act: Act) -> Judged:
    if order.status in (OrderStatus.SHIPPED, OrderStatus.CANCELLED):
        return Judged(f"it is {_told(order.status)} already")
    return Judged(becomes=OrderStatus.CANCELLED)


def _edit(order: Order, _act: Act) -> Judged:
    return Judged("" if order.status is OrderStatus.DRAFT else _ended(order))


_OWED = "somebody else still has to count it again: have it counted first"
_UNSETTLED = {
    State.DUE: _OWED,
    State.RUNNING: _OWED,
    State.DIFFERS: "its second count differs: approve, adjust, send back or reopen it first",
}
"""Why a verified order does not leave the building yet."""
_RULED = {Ruling.APPROVED: "approved", Ruling.SHORT: "closed short"}
_JUDGES: Mapping[ActKind, Callable[[Order, Act], Judged]] = {
    ActKind.APPROVE: _approve,
    ActKind.ADJUST: _adjust,
    ActKind.CONFIRM: _confirm,
    ActKind.CLOSE_SHORT: _close_short,
    ActKind.REOPEN: _reopen,
    ActKind.RELEASE: _release,
    ActKind.SHIP: _ship,
    ActKind.CANCEL: _cancel,
    ActKind.EDIT: _edit,
}
