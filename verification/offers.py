"""Which acts somebody can choose for an order as it stands, and why others cannot be done now."""

from __future__ import annotations

from verification.acts import Act, ActKind, Short
from verification.judging import judge
from verification.meaning import Person
from verification.orders import Line, Order
from verification.recheck import State
from verification.records import record

_OFFERED = (
    ActKind.APPROVE, ActKind.SEND_BACK, ActKind.ADJUST, ActKind.CONFIRM, ActKind.CLOSE_SHORT, ActKind.REOPEN,
    ActKind.TAKE_OVER, ActKind.EDIT, ActKind.CANCEL, ActKind.RELEASE, ActKind.SHIP,
)  # fmt: skip
_ANYONE = Person("", supervisor=True)
"""Stands for whoever will be entitled: an offer speaks of the order alone."""


@record
class Offer:
    """One act to choose."""

    kind: ActKind
    refusal: str = ""
    """Why it cannot be done now, as a clause; empty where it can."""


def offers(order: Order, *, may_ship: bool, claimed: bool, recheck: State | None = None) -> tuple[Offer, ...]:
    """The acts for `order`; `claimed` says whether another station counts on it, `recheck` the state of a
    re-check on which nobody had the last word.

    Where the site marks orders shipped elsewhere, that act is not offered at all.
    """
    kinds = (kind for kind in _OFFERED if may_ship or kind is not ActKind.SHIP)
    return tuple(Offer(kind, _refusal(order, kind, claimed=claimed, recheck=recheck)) for kind in kinds)


def _refusal(order: Order, kind: ActKind, *, claimed: bool, recheck: State | None) -> str:
    return judge(order, _trial(order, kind), may_ship=True, recheck=recheck, claimed=claimed).refusal


def _trial(order: Order, kind: ActKind) -> Act:
    """The act with answers that suit the order, so that only the order itself can stand against it."""
    line = _suiting(order, kind)
    units = None
    if kind is ActKind.CONFIRM:
        units = 1
    elif kind is ActKind.ADJUST and line is not None:
        units = 0 if line.verified else line.quantity
    return Act(kind, _ANYONE, "-", line_id=line.id if line else "", units=units, short=_short(kind))


def _short(kind: ActKind) -> Short | None:
    return Short.OTHER if kind is ActKind.CLOSE_SHORT else None


def _suiting(order: Order, kind: ActKind) -> Line | None:
    if kind not in (ActKind.ADJUST, ActKind.CONFIRM):
        return None
    missing = (line for line in order.lines if line.remaining)
    return next(missing, order.lines[0] if order.lines else None)


def needs_approval(kind: ActKind, person: Person | None) -> bool:
    """Whether a supervisor has to agree to an act that `person` asks for at the station.

    To take an order over is for everybody; the rest is a supervisor's, also where the command line would let
    anybody do it.
    """
    return kind is not ActKind.TAKE_OVER and not (person is not None and person.supervisor)
