"""The open order: its header with the progress, and its lines, what is left first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from types import MappingProxyType

from store.due import in_zone
from terminal.widgets.painted import Painted, Row, bar, fit
from verification.orders import Line, LineStatus, Order
from verification.printable import printable

STATUS_WORD = {
    "draft": "▫ draft",
    "pending": "▫ pending",
    "in_progress": "▸ in progress",
    "partially_verified": "◧ partly done",
    "verified": "✓ verified",
    "shipped": "⇒ shipped",
    "cancelled": "× cancelled",
}


def due(due_date: str) -> str:
    """A due date as people at the bench say it, in the station's own time zone."""
    if not due_date:
        return "no due date"
    moment = datetime.fromisoformat(due_date)
    local = in_zone(moment) if moment.tzinfo else moment
    return f"due {local:%a %d %b %H:%M}"


_NOWHERE: Mapping[str, tuple[str, ...]] = MappingProxyType({})


class OrderHeader(Painted):
    """Order number, customer, due date, status; units and lines done, with a bar."""

    COMPONENT_CLASSES = {"order--number", "order--quiet", "order--full", "order--empty"}  # noqa: RUF012

    def __init__(self) -> None:
        super().__init__(id="order-header")
        self._order: Order | None = None

    def show(self, order: Order | None) -> None:
        """Show `order`."""
        self._order = order
        self.repaint()

    def paint(self, width: int, height: int) -> list[Row]:
        del height
        order = self._order
        if order is None:
            return []
        number = f" {printable(order.order_number, 40)} "
        right = f" {due(order.due_date)}  {STATUS_WORD[order.status.value]} "
        middle = max(0, width - len(number) - len(right))
        customer = fit(f" {printable(order.customer_name, 80)}", middle)
        title: Row = [(number, "order--number"), (customer, ""), (right, "order--quiet")]
        done = sum(line.status is LineStatus.VERIFIED for line in order.lines)
        counts = f" {order.verified}/{order.quantity} units  {done}/{len(order.lines)} lines "
        full, empty = bar(order.verified, order.quantity, max(1, width - len(counts) - 1))
        return [title, [(counts, ""), (full, "order--full"), (empty, "order--empty")]]


_ROOMY = 60
"""Columns from which on a line has room for its whole bar."""
_SHELF, _LEAST_NAME = 16, 26
"""Columns for where goods lie, and those that their name must keep for that. The shelf stands last, and no
scan changes it, so that none is painted again."""


class Lines(Painted):
    """Lines with verified of quantity and a bar; those with something left first, the last read's marked."""

    COMPONENT_CLASSES = {  # noqa: RUF012
        "line--done", "line--over", "line--touched", "line--full", "line--empty", "line--quiet",
    }  # fmt: skip

    def __init__(self) -> None:
        super().__init__(id="lines")
        self._order: Order | None = None
        self._touched: str | None = None
        self._places: Mapping[str, tuple[str, ...]] = {}

    def show(
        self, order: Order | None, touched: str | None, places: Mapping[str, tuple[str, ...]] = _NOWHERE
    ) -> None:
        """Show the lines of `order`; `touched` is the id of the line that the last read was about, and
        `places` the shelves of its goods by SKU."""
        self._places = places
        if touched is not None or (order and self._order and order.id != self._order.id):
            self._touched = touched
        self._order = order
        self.repaint()

    def paint(self, width: int, height: int) -> list[Row]:
        if self._order is None:
            return []
        left = [line for line in self._order.lines if line.remaining]
        lines = left + [line for line in self._order.lines if not line.remaining]
        places = _in_sight(lines, len(left), self._touched, height)
        rows = [self._row(lines[place], width) for place in places]
        if len(rows) < min(len(lines), height):
            rows.append([(fit(f"   … and {_hidden(places, len(lines))}", width), "line--quiet")])
        return rows

    def _row(self, line: Line, width: int) -> Row:
        done = line.status is LineStatus.VERIFIED
        over = line.verified > line.quantity
        style = "line--over" if over else "line--done" if done else ""
        mark = "!" if over else "✓" if done else "▸" if line.id == self._touched else " "
        touched = "line--touched" if line.id == self._touched and not done and not over else style
        meter, digits = (16, 13) if width >= _ROOMY else (6, 9)
        count = fit(f"{line.verified}/{line.quantity}", digits, right=True)
        room = max(4, width - digits - meter - 7)
        place = _SHELF if self._places and room >= _SHELF + _LEAST_NAME else 0
        name = printable(line.sku, 60) + (f"  {printable(line.notes, 60)}" if line.notes else "")
        full, empty = bar(line.verified, line.quantity, meter)
        return [
            (f" {mark} ", touched), *_apart(fit(name, room - place), touched), *_apart(count, touched),
            ("  ", ""), (full, "line--full"), (empty, "line--empty"),
            (_shelf(self._places.get(line.sku, ()), place), "line--quiet"), ("  ", ""),
        ]  # fmt: skip


def _shelf(places: tuple[str, ...], width: int) -> str:
    """Where the goods lie, in `width` columns: the first place, and how many there are besides."""
    if not places or not width:
        return " " * width
    more = f" +{len(places) - 1}" if len(places) > 1 else ""
    first = fit(printable(places[0], width), width - 2 - len(more)).rstrip()
    return fit(f"  {first}{more}", width)


def _apart(text: str, style: str) -> Row:
    """`text` in `style`, the blanks around it in none: they look the same and need not be painted again."""
    bare = text.strip()
    before = len(text) - len(text.lstrip())
    return [(" " * before, ""), (bare, style), (" " * (len(text) - before - len(bare)), "")]


def _in_sight(lines: list[Line], left: int, touched: str | None, height: int) -> Sequence[int]:
    """The places of those of `lines` that are shown, of which the first `left` have something left.

    From the first, unless the touched one would be out of sight. A touched line that is done stands below
    what is left and takes no more than the last row from it. Where not all fit, a row is kept to say so.
    """
    if len(lines) <= height:
        return range(len(lines))
    room = max(1, height - 1)
    place = next((index for index, line in enumerate(lines) if line.id == touched), 0)
    if place < room:
        return range(room)
    if place < left:
        first = min(place - room // 2, len(lines) - room)
        return range(first, first + room)
    kept = min(left, max(1, room - 1))
    first = min(max(left, place - (room - kept) // 2), len(lines) - (room - kept))
    return [*range(kept), *range(first, first + room - kept)]


def _hidden(places: Sequence[int], count: int) -> str:
    """How many of `count` lines are not at `places`, and on which side of the last of these."""
    below = count - 1 - places[-1]
    above = count - len(places) - below
    if above and below:
        return f"{above} more above, {below} below"
    hidden = above or below
    return f"{hidden} more line{'' if hidden == 1 else 's'}{' above' if above else ''}"
