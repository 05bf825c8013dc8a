"""The order queue: a window on any number of orders, of which only the visible rows are ever loaded."""

from __future__ import annotations

from dataclasses import dataclass, replace

from textual import events
from textual.message import Message

from store.order_queue import Filter, Summary
from terminal.widgets.order import STATUS_WORD, due
from terminal.widgets.painted import Painted, Row, bar, fit
from verification.orders import OrderStatus
from verification.printable import printable
from verification.records import record

FILTERS = (
    Filter(),
    Filter(status=OrderStatus.PENDING),
    Filter(status=OrderStatus.IN_PROGRESS),
    Filter(status=OrderStatus.PARTIALLY_VERIFIED),
    Filter(status=OrderStatus.VERIFIED),
    Filter(recheck_owed=True),
)
"""What ← and → go through, without what is searched for; the first is every order."""

_RECHECK = "↻ re-check"


_CRAMPED = 44
"""Columns below which a row holds the number and the count alone."""
_ROOMY = 100
"""Columns from which on there is room for a long meter."""
_TIGHT = 72
"""Columns below which a status is its symbol alone, so that order numbers stay whole."""


@record
class QueuePage:
    """The loaded part of the queue."""

    which: Filter
    total: int
    """Orders that the filter lets through."""
    offset: int
    """Place of the first loaded row, from 0."""
    rows: tuple[Summary, ...]


@dataclass
class RoomChanged(Message):
    """The list has room for another number of rows."""


class FilterBar(Painted):
    """Which orders are shown, and how many there are."""

    COMPONENT_CLASSES = {"filter--chosen"}  # noqa: RUF012

    def __init__(self) -> None:
        super().__init__(id="filter-bar")
        self._page: QueuePage | None = None

    def show(self, page: QueuePage) -> None:
        """Show the filter and the total of `page`."""
        self._page = page
        self.repaint()

    def paint(self, width: int, height: int) -> list[Row]:
        del height
        if self._page is None:
            return []
        row: Row = [("← ", "")]
        chosen = replace(self._page.which, search="")
        for which in FILTERS:
            word = _word(which, width)
            row.append((f" {word} ", "filter--chosen" if which == chosen else ""))
        row.append((" → ", ""))
        search = f'  like "{printable(self._page.which.search, 24)}"' if self._page.which.search else ""
        total = self._page.total
        row.append((f" {total} order{'s' if total != 1 else ''}{search}", ""))
        return [row]


def _word(which: Filter, width: int) -> str:
    if which.recheck_owed:
        return _RECHECK if width >= _ROOMY else _RECHECK[0]
    return STATUS_WORD[which.status.value] if which.status else "all"


class QueueList(Painted):
    """The rows of a page, with a cursor."""

    COMPONENT_CLASSES = {  # noqa: RUF012
        "queue--cursor", "queue--done", "queue--full", "queue--empty", "queue--quiet",
    }  # fmt: skip

    def __init__(self) -> None:
        super().__init__(id="queue")
        self._page: QueuePage | None = None
        self._cursor = 0

    def on_resize(self, event: events.Resize) -> None:
        super().on_resize(event)
        self.post_message(RoomChanged())

    def show(self, page: QueuePage, cursor: int) -> None:
        """Show `page` with the row at place `cursor` of the whole queue marked."""
        self._page, self._cursor = page, cursor
        self.repaint()

    def paint(self, width: int, height: int) -> list[Row]:
        page = self._page
        if page is None:
            return []
        if not page.total:
            return [[(fit("   No orders here.", width), "queue--quiet")]]
        places = range(page.offset, page.offset + height)
        return [
            self._row(order, place == self._cursor, width)
            for place, order in zip(places, page.rows, strict=False)
        ]

    def _row(self, order: Summary, chosen: bool, width: int) -> Row:
        style = "queue--cursor" if chosen else "queue--done" if order.status is OrderStatus.VERIFIED else ""
        meter = 20 if width >= _ROOMY else 6
        hidden = order.recheck_owed
        count = fit("" if hidden else f"{order.verified}/{order.quantity}", 9, right=True)
        when = fit(due(order.due_date).removeprefix("due "), 16)
        told = 14 if width >= _TIGHT else 1
        if width < _CRAMPED:
            name = fit(printable(order.order_number, 40), width - 13)
            return [(f" {'▸' if chosen else ' '} {name}{count} ", style)]
        word = _RECHECK if hidden else STATUS_WORD[order.status.value]
        status = word[:told].ljust(told)
        room = max(8, width - meter - 9 - 16 - told - 7)
        name = fit(f"{printable(order.order_number, 40)}  {printable(order.customer_name, 60)}", room)
        full, empty = bar(0 if hidden else order.verified, order.quantity, meter)
        return [
            (f" {'▸' if chosen else ' '} {name} {when} {status}{count} ", style),
            (full, "queue--full"), (empty, "queue--empty"),
        ]  # fmt: skip
