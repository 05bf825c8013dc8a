"""The open order: what is left, what the last read did, and the tape."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Mapping
from typing import ClassVar

from textual.widget import Widget

from store import shelves
from terminal.screens.base import StationScreen
from terminal.view import View
from terminal.widgets.order import Lines, OrderHeader
from verification.orders import Order


class VerifyScreen(StationScreen):
    """Where goods are scanned."""

    CSS_PATH = "verify.tcss"
    KEYS: ClassVar[tuple[tuple[str, str], ...]] = (
        ("F1", "Help"), ("F2", "Orders"), ("F3", "Undo"), ("F4", "End alarm"), ("F5", "Next"),
        ("F6", "Count"), ("F8", "Sign out"),
    )  # fmt: skip

    def __init__(self, reader: sqlite3.Connection) -> None:
        super().__init__()
        self._reader = reader
        self._goods: tuple[str, ...] = ()
        self._places: Mapping[str, tuple[str, ...]] = {}

    def above(self) -> Iterable[Widget]:
        return (OrderHeader(),)

    def work(self) -> Iterable[Widget]:
        return (Lines(),)

    def paint(self, view: View) -> None:
        super().paint(view)
        self.paint_order(view)

    def paint_order(self, view: View) -> None:
        """Show the open order."""
        order, last = view.desk.order, view.last
        about_this = last and last.order and order and last.order.id == order.id
        touched = last.line_id if last and about_this else None
        self.query_one(OrderHeader).show(order)
        self.query_one(Lines).show(order, touched, self._places_of(order))

    def _places_of(self, order: Order | None) -> Mapping[str, tuple[str, ...]]:
        """Where the goods of `order` lie, asked once for each order: a scan moves no shelf."""
        goods = (order.id, *(line.sku for line in order.lines)) if order else ()
        if order and goods != self._goods:
            self._places = shelves.of_order(self._reader, order.id)
        self._goods = goods
        return self._places
