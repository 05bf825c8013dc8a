"""The open order: what is left, what the last read did, and the tape."""

from __future__ import annotations

from collections.abc import Iterable

from textual.widget import Widget

from terminal.screens.base import StationScreen
from terminal.view import View
from terminal.widgets.order import Lines, OrderHeader


class VerifyScreen(StationScreen):
    """Where goods are scanned."""

    CSS_PATH = "verify.tcss"
    KEYS = (
        ("F1", "Help"), ("F2", "Orders"), ("F3", "Undo"), ("F4", "End alarm"), ("F5", "Next"),
        ("F6", "Count"), ("F8", "Sign out"),
    )  # fmt: skip

    def above(self) -> Iterable[Widget]:
        return (OrderHeader(),)

    def work(self) -> Iterable[Widget]:
        return (Lines(),)

    def paint(self, view: View) -> None:
        super().paint(view)
        order, last = view.desk.order, view.last
        about_this = last and last.order and order and last.order.id == order.id
        touched = last.line_id if last and about_this else None
        self.query_one(OrderHeader).show(order)
        self.query_one(Lines).show(order, touched)
