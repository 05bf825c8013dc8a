"""The rules of a blind re-check at the desk: who may count an order again, what counts, and how it ends.

Whoever counts is told nothing that could guide the count: goods are taken alike whether they belong or not.
Nothing here moves a count of the order. Pure, as `verification.decide`, whose table these are cells of.
"""

from __future__ import annotations

from dataclasses import replace

from verification.codes import Command
from verification.desk import Asked, Decision, Desk
from verification.meaning import Goods, Ordered, Quantity
from verification.names import folded
from verification.orders import Order, OrderStatus
from verification.recheck import Picking, Stage, Step, compared
from verification.verdicts import Verdict

SAME_PERSON = "to be counted again by somebody else"
"""Why a label is refused to whoever counted the order."""
NOBODY = "to be counted again by somebody who is signed in"
"""Why a label is refused while it is not known who counts."""
MOVED = "not verified any more"
"""Why nothing more is counted again: an act or another station changed the order meanwhile."""


def completed(decision: Decision, before: Order | None, picking: Picking) -> Decision:
    """`decision` about the order `before` with its re-check falling due, where the read makes it verified.

    An undo can do so too, of goods that two stations counted.
    """
    after = decision.counted
    if before is not None and after is not None and picking.falls_due(before, after):
        return replace(decision, recheck=Step(Stage.DUE))
    return decision


def owed(asked: Asked) -> bool:
    """Whether the order whose label was read is verified and still to be counted again."""
    order, recheck = asked.labelled, asked.recheck
    verified = order is not None and order.closed == OrderStatus.VERIFIED
    return verified and recheck is not None and recheck.owed


def begin(desk: Desk, asked: Asked) -> Decision:
    """The label of an owed order opens it for a blind count, by anybody who did not count it."""
    assert asked.recheck is not None
    if desk.person is None:
        return Decision(Verdict.ORDER_LOCKED, problem=NOBODY)
    if folded(desk.person.name) in map(folded, asked.counters):
        return Decision(Verdict.ORDER_LOCKED, problem=SAME_PERSON)
    resumed = asked.recheck.begun and asked.recheck.person == desk.person.name
    stage = Stage.RESUMED if resumed else Stage.BEGUN
    return Decision(Verdict.ORDER_OPENED, opened=asked.labelled, recheck=Step(stage))


def recount(desk: Desk, asked: Asked) -> Decision:
    """Goods are counted again, whatever they are; only a read that came twice is held back."""
    goods, order = asked.meaning, desk.order
    assert isinstance(goods, Goods)
    assert order is not None
    if order.closed != OrderStatus.VERIFIED:
        return Decision(Verdict.ORDER_LOCKED, sku=goods.sku, units=goods.units, problem=MOVED)
    if asked.double:
        return Decision(Verdict.DUPLICATE_READ, sku=goods.sku, units=goods.units, held=asked)
    if asked.serial_recounted:
        return Decision(Verdict.DUPLICATE_SERIAL, sku=goods.sku, units=goods.units)
    step = Step(Stage.READ, goods.units)
    return Decision(Verdict.RECOUNTED, sku=goods.sku, units=goods.units, recheck=step)


def refuse_number(_desk: Desk, asked: Asked) -> Decision:
    """A typed number counts nothing again: each item is to be had in hand."""
    typed = asked.meaning
    assert isinstance(typed, Quantity)
    problem = "a re-check counts what is scanned"
    return Decision(Verdict.UNREADABLE, sku=typed.sku, units=typed.units, problem=problem, typed=typed)


def relabel(desk: Desk, asked: Asked) -> Decision:
    """The order's own label once more: the end of the count, or nothing where nothing is counted yet."""
    if asked.recheck is None or not any(asked.recheck.found.values()):
        return Decision(Verdict.ORDER_OPENED, opened=desk.order, recheck=Step(Stage.RESUMED))
    return finish(desk, asked)


def finish(desk: Desk, asked: Asked) -> Decision:
    """The count is compared; where nothing was counted or the order has moved, it is only put aside."""
    order, recheck = desk.order, asked.recheck
    assert order is not None
    if order.closed != OrderStatus.VERIFIED or recheck is None or not any(recheck.found.values()):
        return Decision(Verdict.COMMAND, command=Command.DONE)
    differences = compared(order, recheck.found)
    stage = Stage.DIFFERS if differences else Stage.AGREED
    return Decision(Verdict.COMMAND, command=Command.DONE, recheck=Step(stage, differences=differences))


def commanded(desk: Desk, asked: Asked) -> Decision | None:
    """What a command does otherwise than on an order open for scanning; None where it does the same."""
    assert isinstance(asked.meaning, Ordered)
    match asked.meaning.command:
        case Command.UNDO:
            return _undo(asked)
        case Command.DONE:
            return finish(desk, asked)
        case Command.COUNT if desk.held is not None:
            return recount(desk, replace(desk.held, double=False))
    return None


def _undo(asked: Asked) -> Decision:
    last = asked.reread
    if last is None:
        return Decision(Verdict.COMMAND, command=Command.UNDO)
    step = Step(Stage.UNDONE, -last.units, last.seq)
    return Decision(Verdict.COMMAND, command=Command.UNDO, sku=last.sku, units=last.units, recheck=step)
