"""What can be done here, by key and by command code."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType

from terminal.screens.base import Page
from terminal.widgets.painted import Painted, Row, fit
from verification.codes import Command

_ROWS = (
    ("Scan", "order label", "opens the order"),
    ("Scan", "goods", "counts one, or what the code stands for"),
    ("Scan", "badge", "signs that person in"),
    ("F1 ?", Command.HELP.barcode, "this page"),
    ("F2", Command.DONE.barcode, "put the order aside, back to the list"),
    ("F3", Command.UNDO.barcode, "take back the last counted read"),
    ("F4", Command.ACKNOWLEDGE.barcode, "end the alarm"),
    ("F5", Command.NEXT.barcode, "open the next order that is due"),
    ("F6", Command.COUNT.barcode, "count a read that was held back as double"),
    ("F7", "", "teach the code that nobody knew"),
    ("Ctrl-K", Command.QUANTITY.barcode, "type how many more there are of the goods"),
    ("F8", Command.SIGN_OUT.barcode, "sign out"),
    ("Typing", "a code, then Enter", "as if scanned, marked as typed"),
    ("↑ ↓ ← →", "in the list", "choose an order or status; Enter opens it"),
    ("Ctrl-T", "", "take over an order from another station"),
    ("Ctrl-O", "", "the order in full, its replay, and acts"),
    ("Ctrl-A", "", "new orders: one typed, or a file of them"),
    ("Ctrl-R", "", "review: what waits for a supervisor"),
    ("Ctrl-N", "", "the shift: what is left, pace, who works"),
    ("Ctrl-F", "", "reports: accuracy, throughput, what is open"),
    ("F10", "", "what the Orders API has, and what waits"),
    ("F12 F12", "", "close the station"),
)


class HelpText(Painted):
    """The table of keys and codes."""

    COMPONENT_CLASSES = {"help--key", "help--code"}  # noqa: RUF012

    def paint(self, width: int, height: int) -> list[Row]:
        del height
        return [
            [
                (fit(f" {key}", 11), "help--key"),
                (fit(f" {code}", 22), "help--code"),
                (words[: width - 33], ""),
            ]
            for key, code, words in _ROWS
        ]


class HelpScreen(Page):
    """The table of keys and codes over the screen."""

    CSS_PATH = "help.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("f1,escape,enter,question_mark,space", "dismiss", show=False),
    ]

    def compose(self) -> ComposeResult:
        text = HelpText(id="help-text")
        text.border_title = "Help"
        text.border_subtitle = "Esc or F1: back"
        yield text

    def on_mount(self) -> None:
        self.query_one(HelpText).repaint()
