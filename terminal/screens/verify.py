"""The open order: what is left, what the last read did, and the tape."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.containers import Horizontal

from terminal.screens.base import StationScreen
from terminal.view import View
from terminal.widgets.bars import KeyBar, TopBar, TypingLine
from terminal.widgets.order import Lines, OrderHeader
from terminal.widgets.practice import PracticePanel
from terminal.widgets.tape import Tape
from terminal.widgets.verdict import VerdictPanel


class VerifyScreen(StationScreen):
    """Where goods are scanned."""

    CSS_PATH = "verify.tcss"
    KEYS = (
        ("F1", "Help"), ("F2", "Orders"), ("F3", "Undo"), ("F4", "End alarm"), ("F5", "Next"),
        ("F6", "Count"), ("F8", "Sign out"),
    )  # fmt: skip

    def compose(self) -> ComposeResult:
        yield TopBar()
        yield OrderHeader()
        yield VerdictPanel()
        with Horizontal(id="work"):
            yield Lines()
            yield Tape()
            yield PracticePanel()
        yield TypingLine()
        yield KeyBar(self.keys())

    def paint(self, view: View) -> None:
        super().paint(view)
        order = view.desk.order
        self.query_one(OrderHeader).show(order)
        about_this = view.last is not None and view.last.order is not None and order is not None
        touched = view.last.line_id if about_this and view.last and view.last.order == order else None
        self.query_one(Lines).show(order, touched)
        self.query_one(Tape).show(view.tape)
        self.query_one(PracticePanel).show(view)
