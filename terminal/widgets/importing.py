"""A file of orders as it is chosen, what it would bring in, and what is asked next."""

from __future__ import annotations

from datetime import datetime

from terminal.importing import Import, Part
from terminal.order_file import Entry
from terminal.review_wording import counted, units
from terminal.widgets.order import STATUS_WORD
from terminal.widgets.painted import Row, fit
from terminal.widgets.scrolled import BAD, CHOSEN, HEADING, QUIET, WAITING, wrapped
from verification.orders import Order, OrderStatus
from verification.printable import printable

_NAME_WIDTH = 40
_LONGEST_SHOWN = 300
_KNOWN = "The Orders API has to have them already: an import creates none there."


def rows(asked: Import, width: int, height: int) -> list[Row]:
    """The import as it stands, in `height` rows."""
    head = _head(asked, width)
    foot = wrapped(asked.notice, width, BAD) if asked.notice else []
    if asked.part is Part.CONFIRM and asked.connected:
        foot += wrapped(_KNOWN, width, QUIET)
    foot += wrapped(_next_step(asked), width, WAITING)
    room = max(1, height - len(head) - len(foot) - 1)
    return [*head, *_body(asked, width, room), [], *foot][:height]


def _head(asked: Import, width: int) -> list[Row]:
    match asked.part:
        case Part.FILE | Part.READ:
            where = _end(asked.listing.where, width - 6) if asked.listing else "…"
            return [
                [(fit(" Orders from a file", width), HEADING)],
                [(fit(f" In {where}", width), QUIET)],
                [],
            ]
        case Part.FAULTS:
            return [[(fit(f" {_name(asked)} cannot be imported", width), HEADING)], []]
    lines = sum(len(order.lines) for order in asked.orders)
    total = units(sum(order.quantity for order in asked.orders))
    told = f" {_name(asked)}: {counted(len(asked.orders), 'order')}, {counted(lines, 'line')}, {total}"
    return [[(fit(told, width), HEADING)], []]


def _body(asked: Import, width: int, room: int) -> list[Row]:
    match asked.part:
        case Part.FILE:
            return _choices(asked, width, room)
        case Part.READ:
            return []
        case Part.FAULTS:
            told = [row for fault in asked.faults[asked.cursor :] for row in wrapped(fault, width)]
            more: Row = [(fit("   ↓ more", width), QUIET)]
            return told if len(told) <= room else [*told[: room - 1], more]
    first = max(0, min(asked.cursor, len(asked.orders) - room + 1)) if len(asked.orders) > room else 0
    shown = asked.orders[first : first + room]
    left = len(asked.orders) - first - len(shown)
    if left:
        shown, left = shown[:-1], left + 1
    found: list[Row] = [[(fit(_order(each), width), "")] for each in shown]
    return [*found, [(fit(f"   and {left} more", width), QUIET)]] if left else found


def _choices(asked: Import, width: int, room: int) -> list[Row]:
    """The files and folders to choose from, around the chosen one."""
    found, listing = asked.candidates, asked.listing
    if listing is None or listing.folder != asked.folder:
        return []
    if not found and not listing.refusal:
        return [[(fit("   No .json or .csv file and no folder here goes on like that.", width), QUIET)]]
    first = max(0, min(asked.cursor - room // 2, len(found) - room))
    shown = list(enumerate(found))[first : first + room]
    listed = [_choice(each, width, chosen=n == asked.cursor) for n, each in shown]
    if not listing.entries and not listing.refusal:
        listed.append([(fit("   No .json or .csv file is here, and no folder.", width), QUIET)])
    if listing.left_out and len(listed) < room:
        listed.append([(fit(f"   and {listing.left_out} more that are not listed", width), QUIET)])
    return listed


def _choice(entry: Entry, width: int, *, chosen: bool) -> Row:
    name = printable(entry.name) + ("/" if entry.is_folder else "")
    about = "" if entry.is_folder else f"{_size(entry.size):>8}  {_changed(entry.changed)}"
    words = f" {'▸' if chosen else ' '} {fit(name, _NAME_WIDTH)} {about}"
    return [(fit(words, width), CHOSEN if chosen else "")]


def _size(count: int) -> str:
    return f"{count} B" if count < 1_000 else f"{count // 1_000} kB"


def _changed(at: float) -> str:
    try:
        return datetime.fromtimestamp(at).astimezone().strftime("%a %d %b %H:%M")
    except (OverflowError, OSError, ValueError):
        return ""


def _order(order: Order) -> str:
    number, customer = printable(order.order_number, 20), printable(order.customer_name, 24)
    status = "" if order.status is OrderStatus.PENDING else f"  {STATUS_WORD[order.status.value]}"
    about = f"{counted(len(order.lines), 'line')}, {units(order.quantity)}"
    return f"   {fit(number, 20)} {fit(customer, 24)} {about}{status}"


def _name(asked: Import) -> str:
    return printable(asked.source, 40)


def _end(text: str, width: int) -> str:
    """The end of a path that may be longer than there is room for."""
    shown = printable(text, 2_000)
    return shown if len(shown) <= width else f"…{shown[1 - width :]}"


def _next_step(asked: Import) -> str:
    match asked.part:
        case Part.FILE:
            return f"File, chosen with ↑↓ or typed, then Enter: {_end(asked.typed, _LONGEST_SHOWN)}▏"
        case Part.READ:
            return f"Reading {_name(asked)} … Esc goes back"
        case Part.FAULTS:
            return "Enter reads the file again, Esc goes back"
        case Part.CONFIRM:
            return "Nothing is imported yet. F6 imports all of it, Esc goes back"
        case Part.APPROVE:
            return asked.approving.sentence
        case _:
            return "One moment …"
