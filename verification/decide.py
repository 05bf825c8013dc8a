"""The rules: what one read does at a station, as one table.

A read meets the desk in one of five situations and means one of nine things; `RULES` has a row for each
situation and a cell for each meaning. A cell either names a verdict that changes nothing, or the rule that
works it out. Above all rules stand three promises:

- A wrong read changes no count, and verification never adds a line.
- A count that would exceed what remains is refused whole, never capped.
- While an alarm is latched nothing counts; only acknowledging ends it.

Pure: the same desk and read always give the same decision. No clock is read; a read brings its own time.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from enum import Enum, auto

from verification import counting, recounting
from verification.codes import Command
from verification.desk import Asked, Decision, Desk
from verification.meaning import (
    A_BADGE,
    Ambiguous,
    Badge,
    Goods,
    Lesson,
    Meaning,
    Ordered,
    OrderLabel,
    Quantity,
    Unknown,
    Unreadable,
)
from verification.orders import OrderStatus
from verification.policy import Expired, Policy
from verification.verdicts import WRONG_ITEM, Verdict


class Situation(Enum):
    """Where the desk stands; the first that is true."""

    ALARM = auto()
    SIGNED_OUT = auto()
    NO_ORDER = auto()
    RECHECK = auto()
    """The open order is counted again, blind."""
    ORDER_OPEN = auto()


def situation(desk: Desk, policy: Policy) -> Situation:
    """The row of the table that applies."""
    if desk.alarm is not None:
        return Situation.ALARM
    if policy.sign_in and desk.person is None:
        return Situation.SIGNED_OUT
    if desk.order is None:
        return Situation.NO_ORDER
    return Situation.RECHECK if desk.recounts else Situation.ORDER_OPEN


def decide(desk: Desk, asked: Asked, policy: Policy) -> Decision:
    """What the read `asked` does at `desk`."""
    if policy.expired is Expired.ACCEPT:
        asked = replace(asked, today="")
    cell = RULES[situation(desk, policy)][type(asked.meaning)]
    decision = Decision(cell) if isinstance(cell, Verdict) else cell(desk, asked)
    if desk.recounts:  # no refusal may say more than another
        return decision
    return _with_alarm(decision) if _latches(decision.verdict, policy) else decision


def _latches(verdict: Verdict, policy: Policy) -> bool:
    if verdict is Verdict.EXPIRED:
        return policy.expired is Expired.ALARM
    return verdict in WRONG_ITEM and policy.alarm_on_wrong_item


def _with_alarm(decision: Decision) -> Decision:
    return Decision(
        decision.verdict,
        sku=decision.sku,
        line_id=decision.line_id,
        units=decision.units,
        problem=decision.problem,
        typed=decision.typed,
        alarm=True,
    )


def _unreadable(_desk: Desk, asked: Asked) -> Decision:
    assert isinstance(asked.meaning, Unreadable)
    return Decision(Verdict.UNREADABLE, problem=asked.meaning.problem)


def _ambiguous(_desk: Desk, asked: Asked) -> Decision:
    assert isinstance(asked.meaning, Ambiguous)
    return Decision(Verdict.AMBIGUOUS_CODE, problem=" or ".join(asked.meaning.candidates))


def _unknown(_desk: Desk, asked: Asked) -> Decision:
    return Decision(Verdict.UNKNOWN_CODE, untaught=asked.untaught)


def _teach(desk: Desk, asked: Asked) -> Decision:
    """A lesson is a command where nothing speaks against it; else the code stays unknown."""
    lesson = asked.meaning
    assert isinstance(lesson, Lesson)
    if asked.objection:
        return Decision(Verdict.UNKNOWN_CODE, problem=asked.objection, untaught=desk.untaught)
    return Decision(Verdict.COMMAND, sku=lesson.sku, units=lesson.units, taught=lesson)


def _sign_in(_desk: Desk, asked: Asked) -> Decision:
    """Somebody signs in, and gets back the order that lay open when they were signed out, if they are next.

    Where somebody is signed in already, this is a hand-over: the open order stays on the desk.
    """
    assert isinstance(asked.meaning, Badge)
    if asked.meaning.barred:
        return Decision(Verdict.NOT_SIGNED_IN, problem=asked.meaning.barred)
    left = asked.labelled
    reopened = left if left is not None and not left.closed else None
    return Decision(Verdict.SIGNED_IN, person=asked.meaning.person, opened=reopened)


def _open(desk: Desk, asked: Asked) -> Decision:
    """A label opens its order, unless the order is not, or no longer, to be scanned."""
    order = asked.labelled
    assert order is not None
    if asked.double:  # it ended a re-check a moment ago
        return Decision(Verdict.DUPLICATE_READ)
    if recounting.owed(asked):
        return recounting.begin(desk, asked)
    already_open = desk.order is not None and desk.order.id == order.id
    if order.closed and not (already_open and order.closed == OrderStatus.VERIFIED):
        return Decision(Verdict.ORDER_LOCKED, problem=order.closed)
    return Decision(Verdict.ORDER_OPENED, opened=order)


def _command(desk: Desk, asked: Asked) -> Decision:
    assert isinstance(asked.meaning, Ordered)
    command = asked.meaning.command
    if asked.double:
        return Decision(Verdict.DUPLICATE_READ)
    if command is Command.UNDO and desk.order is not None:
        return counting.undo(desk.order, asked)
    if command is Command.COUNT and desk.held is not None:
        held = desk.held
        return counting.count(desk, replace(held, double=False))
    if command is Command.QUANTITY:
        goods = None if asked.objection else desk.countable
        return Decision(Verdict.COMMAND, command=command, countable=goods, problem=asked.objection)
    if command is Command.NEXT:
        return Decision(Verdict.COMMAND, command=command, opened=asked.labelled)
    return Decision(Verdict.COMMAND, command=command, problem=asked.meaning.why)


def _label_in_recheck(desk: Desk, asked: Asked) -> Decision:
    """The label of the order that is counted again ends the count; any other leaves it open."""
    assert asked.labelled is not None
    assert desk.order is not None
    return recounting.relabel(desk, asked) if asked.labelled.id == desk.order.id else _open(desk, asked)


def _command_in_recheck(desk: Desk, asked: Asked) -> Decision:
    if asked.double:
        return Decision(Verdict.DUPLICATE_READ)
    return recounting.commanded(desk, asked) or _command(desk, asked)


def _command_in_alarm(_desk: Desk, asked: Asked) -> Decision:
    """An alarm is ended by command; a bench that nobody is at is locked all the same, with the alarm on."""
    assert isinstance(asked.meaning, Ordered)
    command, why = asked.meaning.command, asked.meaning.why
    if command is Command.ACKNOWLEDGE or (command is Command.SIGN_OUT and why):
        return Decision(Verdict.COMMAND, command=command, problem=why)
    return Decision(Verdict.ALARM_PENDING)


def _command_signed_out(_desk: Desk, asked: Asked) -> Decision:
    assert isinstance(asked.meaning, Ordered)
    if asked.meaning.command is Command.HELP:
        return Decision(Verdict.COMMAND, command=Command.HELP)
    return Decision(Verdict.NOT_SIGNED_IN)


def _ambiguous_signed_out(desk: Desk, asked: Asked) -> Decision:
    """Somebody is asked for a badge: that this one is unclear is what they have to know."""
    assert isinstance(asked.meaning, Ambiguous)
    return _ambiguous(desk, asked) if A_BADGE in asked.meaning.candidates else Decision(Verdict.NOT_SIGNED_IN)


Cell = Verdict | Callable[[Desk, Asked], Decision]

RULES: Mapping[Situation, Mapping[type[Meaning], Cell]] = {
    Situation.ALARM: {
        Unreadable: Verdict.ALARM_PENDING,
        Unknown: Verdict.ALARM_PENDING,
        Ambiguous: Verdict.ALARM_PENDING,
        Goods: Verdict.ALARM_PENDING,
        OrderLabel: Verdict.ALARM_PENDING,
        Badge: Verdict.ALARM_PENDING,
        Ordered: _command_in_alarm,
        Lesson: Verdict.ALARM_PENDING,
        Quantity: Verdict.ALARM_PENDING,
    },
    Situation.SIGNED_OUT: {
        Unreadable: _unreadable,
        Unknown: Verdict.NOT_SIGNED_IN,
        Ambiguous: _ambiguous_signed_out,
        Goods: Verdict.NOT_SIGNED_IN,
        OrderLabel: Verdict.NOT_SIGNED_IN,
        Badge: _sign_in,
        Ordered: _command_signed_out,
        Lesson: Verdict.NOT_SIGNED_IN,
        Quantity: Verdict.NOT_SIGNED_IN,
    },
    Situation.NO_ORDER: {
        Unreadable: _unreadable,
        Unknown: Verdict.UNKNOWN_CODE,
        Ambiguous: _ambiguous,
        Goods: Verdict.NO_ORDER_OPEN,
        OrderLabel: _open,
        Badge: _sign_in,
        Ordered: _command,
        Lesson: Verdict.NO_ORDER_OPEN,
        Quantity: Verdict.NO_ORDER_OPEN,
    },
    Situation.RECHECK: {
        Unreadable: _unreadable,
        Unknown: Verdict.UNKNOWN_CODE,
        Ambiguous: _ambiguous,
        Goods: recounting.recount,
        OrderLabel: _label_in_recheck,
        Badge: _sign_in,
        Ordered: _command_in_recheck,
        Lesson: Verdict.UNKNOWN_CODE,
        Quantity: recounting.refuse_number,
    },
    Situation.ORDER_OPEN: {
        Unreadable: _unreadable,
        Unknown: _unknown,
        Ambiguous: _ambiguous,
        Goods: counting.count,
        OrderLabel: _open,
        Badge: _sign_in,
        Ordered: _command,
        Lesson: _teach,
        Quantity: counting.count_typed,
    },
}
