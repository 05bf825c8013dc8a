"""What stands on the sheets: one label for each command, order or badge."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import field

from store.order_queue import Summary
from terminal.scanners.decoding import decode
from verification.codes import COMMAND_PREFIX, Command
from verification.orders import Order
from verification.printable import printable
from verification.records import record

_LONGEST = 120


@record
class Label:
    """One label. Its words are printable, but not yet escaped for a markup language."""

    title: str
    words: tuple[str, ...]
    code: str = field(repr=False)
    """What its codes hold; empty where none can. A badge's is secret."""
    bars_alone: bool = False
    """Whether there is Code 128 alone, with FNC1 for GS."""


@record
class Sheet:
    """Labels, with a heading for each page."""

    title: str
    hint: str
    labels: tuple[Label, ...]


COMMANDS: Mapping[Command, tuple[str, str]] = {
    Command.UNDO: ("Undo", "Takes back the last counted read of this order."),
    Command.ACKNOWLEDGE: ("Acknowledge", "Ends the alarm, once the wrong item is out of the box."),
    Command.COUNT: ("Count it", "Counts a read that was held back as a double read."),
    Command.DONE: ("Done", "Puts the order aside as it stands."),
    Command.NEXT: ("Next order", "Puts this order aside and opens the next one that is due."),
    Command.HELP: ("Help", "Shows on the screen what can be done."),
    Command.QUANTITY: ("Quantity", "Asks how many more there are of the goods read last."),
    Command.SIGN_OUT: ("Sign out", "Ends your turn."),
}
"""What each command is called on its label, and what scanning it does."""


def command_sheet(*, keypad: bool = False) -> Sheet:
    """Every command; the one for the quantity keypad only where the site lets counts be typed."""
    labels = [Label(title, (what, command.barcode), command.barcode)
              for command in Command if keypad or command is not Command.QUANTITY
              for title, what in [COMMANDS[command]]]  # fmt: skip
    return Sheet("Command codes", "Scan either code of a label to do what it says.", tuple(labels))


def order_sheet(orders: Iterable[Order | Summary]) -> Sheet:
    """The label of each order: scanning it opens the order."""
    return Sheet(
        "Orders", "Scan either code of a label to open that order.", tuple(map(_order_label, orders))
    )


def _order_label(order: Order | Summary) -> Label:
    number = order.order_number
    units = f"{order.quantity} unit{'s' if order.quantity != 1 else ''}"
    words = (order.customer_name or "", f"Due {order.due_date}, {units}" if order.due_date else units)
    code = number if _reads_as_itself(number) else ""
    return Label(_shown(number), tuple(_shown(word) for word in words if word), code)


def _reads_as_itself(number: str) -> bool:
    """Whether the station will understand a scan of `number` as that, and not trim it or take it apart."""
    try:
        code = decode(number.encode())
    except UnicodeEncodeError:
        return False
    return code.problem is None and code.text == number and not number.upper().startswith(COMMAND_PREFIX)


def badge_sheet(badges: Iterable[tuple[str, str, str]]) -> Sheet:
    """A badge for each name, role and code."""
    labels = tuple(Label(_shown(name), (role.capitalize(),), code) for name, role, code in badges)
    hint = "Cut them out and hand each to its owner: whoever holds a badge signs in by it."
    return Sheet("Badges", hint, labels)


def _shown(text: str) -> str:
    return printable(text, _LONGEST)
