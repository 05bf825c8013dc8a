"""The sentences of a blind re-check: nothing in them tells how many units there should be, or are."""

from __future__ import annotations

from verification.codes import Command
from verification.desk import Decision, Desk
from verification.printable import printable
from verification.recheck import Stage
from verification.recounting import MOVED, NOBODY, SAME_PERSON
from verification.verdicts import Verdict

AWAITED = "the goods in the box, one by one"
"""What a blind count expects."""
_SHORT = 40
_LOCKED = {
    SAME_PERSON: "the order is to be counted again by somebody who did not count it. Expected another label."
    " Put the box aside for a colleague.",
    NOBODY: "the order is to be counted again, and nobody is signed in. Expected a badge. Scan your badge,"
    " then the label.",
    MOVED: "the order was changed while it was counted again, so this count is void. Expected another label."
    " Press F2, and put the box aside for a supervisor.",
}


def sentence(decision: Decision, before: Desk, after: Desk, scanned: str) -> str | None:
    """What one read did to a re-check; None where that is said as of any order."""
    if decision.problem in _LOCKED:
        return f"Scanned {scanned}: {_LOCKED[decision.problem]}"
    if decision.verdict is Verdict.RECOUNTED:
        return f"Counted: {decision.units} × {printable(decision.sku or '', _SHORT)}."
    if after.recounts and decision.verdict is Verdict.ORDER_OPENED:
        return _begun(decision, after) + _left(before, after)
    if before.recounts:
        return _going_on(decision, before, after)
    return None


def completed(number: str) -> str:
    """What to do with the box of an order that was completed, and that somebody else counts again."""
    return (
        f"Order {number} is complete, and a colleague counts it again: leave the box open, put it aside and"
        " scan the next order label."
    )


def _begun(decision: Decision, after: Desk) -> str:
    number = _number(after)
    again = decision.recheck is not None and decision.recheck.stage is Stage.RESUMED
    how = "goes on: scan what you have not scanned yet" if again else "begins: scan everything in the box"
    return f"The re-check of order {number} {how}; press F2 or scan its label again when all is scanned."


def _going_on(decision: Decision, before: Desk, after: Desk) -> str | None:
    """What a read during a re-check did, where it would be said otherwise of an order's own count."""
    if decision.verdict is Verdict.SIGNED_IN and not after.recounts and decision.person is not None:
        name = printable(decision.person.name, _SHORT)
        return f"{name} is signed in: scan an order label.{_left(before, after)}"
    if decision.verdict is Verdict.ORDER_OPENED and decision.opened is not None:
        number = printable(decision.opened.order_number, _SHORT)
        return f"Order {number} is open: scan its goods.{_left(before, after)}"
    match decision.command:
        case Command.UNDO:
            return _undone(decision)
        case Command.DONE:
            return _ended(decision, before)
        case Command.NEXT if after.order is None:
            return f"No other order is waiting: you are done for now.{_left(before, after)}"
        case Command.NEXT:
            return f"Order {_number(after)} is open: scan its goods.{_left(before, after)}"
    return None


def _undone(decision: Decision) -> str:
    if decision.recheck is None:
        return "Nothing to take back: nothing is counted again yet."
    sku = printable(decision.sku or "", _SHORT)
    return f"Taken back: {decision.units} × {sku}; scan it again if it is in the box."


def _ended(decision: Decision, before: Desk) -> str:
    number = _number(before)
    if decision.recheck is None:
        return f"The re-check of order {number} is put aside, nothing is compared: scan the next order label."
    if decision.recheck.stage is Stage.AGREED:
        return f"The re-check of order {number} agrees: close the box and scan the next order label."
    return (
        f"The re-check of order {number} differs: leave the box as it is and call a supervisor, then scan the"
        " next order label."
    )


def _left(before: Desk, after: Desk) -> str:
    """That a re-check is left half-way, where one is."""
    same = before.order is not None and after.order is not None and before.order.id == after.order.id
    if not before.recounts or same:
        return ""
    return f" The re-check of {_number(before)} stays open."


def _number(desk: Desk) -> str:
    assert desk.order is not None
    return printable(desk.order.order_number, _SHORT)
