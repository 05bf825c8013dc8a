"""The words and sentences for supervisors: acts, what each would do, and what it has done."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime

from store.due import in_zone
from terminal.blind_wording import completed
from terminal.refusals import lacking
from verification.acts import Act, ActKind, Short
from verification.events import Provenance
from verification.orders import Order, Ruling
from verification.printable import printable
from verification.recheck import RECHECK, RECOUNT

ACT: Mapping[str, str] = {
    ActKind.APPROVE: "Approve",
    ActKind.SEND_BACK: "Send back to be verified again",
    ActKind.ADJUST: "Adjust a line's count",
    ActKind.CONFIRM: "Confirm units that cannot be scanned",
    ActKind.CLOSE_SHORT: "Close short",
    ActKind.REOPEN: "Reopen",
    ActKind.TAKE_OVER: "Take over from another station",
    ActKind.EDIT: "Edit customer, notes or due date",
    ActKind.CANCEL: "Cancel the order",
    ActKind.RELEASE: "Release the draft",
    ActKind.SHIP: "Mark as shipped",
}
"""What an act is called where one is chosen."""

ACTED: Mapping[str, str] = {
    ActKind.APPROVE: "approved",
    ActKind.SEND_BACK: "sent back",
    ActKind.ADJUST: "count adjusted",
    ActKind.CONFIRM: "confirmed by hand",
    ActKind.CLOSE_SHORT: "closed short",
    ActKind.REOPEN: "reopened",
    ActKind.TAKE_OVER: "taken over",
    ActKind.EDIT: "edited",
    ActKind.CANCEL: "cancelled",
    ActKind.RELEASE: "released",
    ActKind.SHIP: "marked shipped",
    ActKind.CREATE: "created",
    ActKind.IMPORT: "imported",
    ActKind.COMPLETE: "completed again",
    RECHECK: "counted again",
    RECOUNT: "for the re-check",
}
"""An act that was done, in a word or two."""

RULED: Mapping[Ruling, str] = {
    Ruling.NONE: "",
    Ruling.APPROVED: "approved",
    Ruling.SENT_BACK: "sent back",
    Ruling.SHORT: "closed short",
    Ruling.REOPENED: "reopened",
}

SHORT: Mapping[Short, str] = {
    Short.OUT_OF_STOCK: "out of stock",
    Short.NOT_FOUND: "not found",
    Short.DAMAGED: "damaged",
    Short.CUSTOMER: "the customer agreed",
    Short.OTHER: "other: say it in the note",
}

KIND: Mapping[Provenance, str] = {
    Provenance.SCANNED: "scanned",
    Provenance.CASE: "by case",
    Provenance.TYPED: "typed",
    Provenance.CONFIRMED: "confirmed by hand",
    Provenance.OVERRIDE: "by override",
}

FIELD: Mapping[str, str] = {"customer_name": "Customer", "notes": "Notes", "due_date": "Due"}
"""The header fields that are edited at the station."""

_SHORT = 40


def local(at: str) -> str:
    """A moment of the log as people at the station say it, in its own time zone."""
    try:
        return in_zone(datetime.fromisoformat(at)).strftime("%a %d %b %H:%M:%S")
    except ValueError:
        return printable(at, 30)


def units(count: int) -> str:
    """`1 unit`, `2 units`."""
    return counted(count, "unit")


def counted(count: int, word: str) -> str:
    """`1 line`, `2 lines`."""
    return f"{count} {word}{'' if count == 1 else 's'}"


def will(act: Act, order: Order) -> str:
    """What `act` would do to `order`, before anybody has agreed to it."""
    return _WILL[act.kind](act, order, printable(order.order_number, _SHORT))


def done(act: Act, before: Order, after: Order, *, recheck: bool = False) -> str:
    """What `act` has done; `recheck` says whether the order is to be counted again since."""
    told = _done(act, before, after)
    return f"{told} {completed(printable(after.order_number, _SHORT))}" if recheck else told


def _done(act: Act, before: Order, after: Order) -> str:
    number = printable(before.order_number, _SHORT)
    by = f" with {printable(act.approved_by.name, _SHORT)}'s approval" if act.approved_by else ""
    line = next((line for line in after.lines if line.id == act.line_id), None)
    if line is not None:
        count = f"{printable(line.sku, _SHORT)} of {number} has {line.verified} of {line.quantity} now"
        return f"{count}{by}."
    return f"{number} is {ACTED[act.kind]}{by}: {after.verified} of {after.quantity} units counted."


def created(order: Order) -> str:
    """That a new order was made."""
    number = printable(order.order_number, _SHORT)
    return f"{number} is created with {units(order.quantity)}: scan its label or choose it in the list."


def imported(count: int, file: str) -> str:
    """That the orders of a file were brought in."""
    label = "its label" if count == 1 else "a label"
    which = "it" if count == 1 else "one"
    name = printable(file, _SHORT)
    return f"{counted(count, 'order')} imported from {name}: scan {label} or choose {which} in the list."


def _approve(_act: Act, order: Order, number: str) -> str:
    return f"{number} is noted as looked at and right, with {order.verified} of {order.quantity} units."


def _send_back(_act: Act, order: Order, number: str) -> str:
    return f"{units(order.verified)} come off {number}: it is scanned again from the start."


def _adjust(act: Act, order: Order, number: str) -> str:
    line = order.line(act.line_id)
    sku = printable(line.sku, _SHORT)
    return f"{sku} of {number} goes from {line.verified} to {act.units} of {line.quantity}, as an override."


def _confirm(act: Act, order: Order, number: str) -> str:
    line = order.line(act.line_id)
    count = (act.units or 0) + line.verified
    sku = printable(line.sku, _SHORT)
    return (
        f"{units(act.units or 0)} of {sku} are counted by hand on {number}: then {count} of {line.quantity}."
    )


def _close_short(act: Act, order: Order, number: str) -> str:
    why = SHORT[act.short].partition(":")[0] if act.short else ""
    missing = sum(line.remaining for line in order.lines)
    return (
        f"{number} ends with {units(missing)} missing ({why}): {lacking(order)}. It stays partly verified,"
        " and nothing more can be scanned on it."
    )


def _reopen(_act: Act, _order: Order, number: str) -> str:
    return f"{number} may be scanned again, until it is complete or closed once more."


def _take_over(_act: Act, _order: Order, number: str) -> str:
    return f"This station goes on with {number}; what others counted stays counted."


def _edit(act: Act, order: Order, number: str) -> str:
    told = [
        f"{FIELD.get(name, name)} of {number} becomes {_shown(name, value)}, it was"
        f" {_shown(name, getattr(order, name, ''))}"
        for name, value in act.changes.items()
    ]
    return f"{', '.join(told)}. The Orders API is told as well."


def _shown(name: str, value: object) -> str:
    text = str(value or "")
    return (local(text) if name == "due_date" else f"“{printable(text, 60)}”") if text else "empty"


def _cancel(_act: Act, order: Order, number: str) -> str:
    counted = f" with {units(order.verified)} counted" if order.verified else ""
    return f"{number} is cancelled{counted}, here at once and in the Orders API: it cannot be opened again."


def _release(_act: Act, _order: Order, number: str) -> str:
    return f"{number} is no draft any more: it may be scanned, here and at other stations."


def _ship(_act: Act, _order: Order, number: str) -> str:
    return f"{number} has left the building: nothing about it can be changed after this."


_WILL: Mapping[ActKind, Callable[[Act, Order, str], str]] = {
    ActKind.APPROVE: _approve,
    ActKind.SEND_BACK: _send_back,
    ActKind.ADJUST: _adjust,
    ActKind.CONFIRM: _confirm,
    ActKind.CLOSE_SHORT: _close_short,
    ActKind.REOPEN: _reopen,
    ActKind.TAKE_OVER: _take_over,
    ActKind.EDIT: _edit,
    ActKind.CANCEL: _cancel,
    ActKind.RELEASE: _release,
    ActKind.SHIP: _ship,
}
