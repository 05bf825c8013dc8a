"""A blind re-check: goods are counted again, and no number on the screen says how many."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar

from textual.widget import Widget

from terminal.screens.verify import VerifyScreen
from terminal.view import View
from terminal.widgets.recount import RecountHeader, RecountSkus


class RecheckScreen(VerifyScreen):
    """Where somebody counts a verified order again; laid out as where it was counted first."""

    KEYS: ClassVar[tuple[tuple[str, str], ...]] = (
        ("F1", "Help"), ("F2", "Finished"), ("F3", "Undo"), ("F5", "Leave for next"), ("F6", "Count"),
        ("F8", "Sign out"),
    )  # fmt: skip

    def above(self) -> Iterable[Widget]:
        return (RecountHeader(),)

    def work(self) -> Iterable[Widget]:
        return (RecountSkus(),)

    def paint_order(self, view: View) -> None:
        self.query_one(RecountHeader).show(view.desk.order)
        self.query_one(RecountSkus).show(view.desk.order)
