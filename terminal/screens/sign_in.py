"""Who works here: a badge, or a name and a PIN."""

from __future__ import annotations

from terminal.screens.base import PinGiven, StationScreen
from terminal.view import View
from terminal.widgets.bars import TypingLine
from verification.printable import printable


class SignInScreen(StationScreen):
    """Where a turn begins."""

    CSS_PATH = "sign_in.tcss"
    KEYS = (("F1", "Help"), ("Enter", "Name, then PIN"), ("Esc", "Clear"), ("F12", "Close the station"))

    def __init__(self) -> None:
        super().__init__()
        self.greeting = ("SCAN BADGE", "Scan your badge to begin, or type your name and press Enter.")
        self._name = ""

    def paint(self, view: View) -> None:
        super().paint(view)
        if view.desk.person is not None:
            self._name = ""
            self.show_typing()

    def key_escape(self) -> None:
        self._name = self.typed = ""
        self.show_typing()

    def submit(self, text: str) -> None:
        if self._name and text:
            name, self._name = self._name, ""
            self.post_message(PinGiven(name, text))
        elif text:
            self._name = text

    def show_typing(self) -> None:
        label = f"PIN of {printable(self._name, 40)}" if self._name else "Name" if self.typed else ""
        self.query_one(TypingLine).show(label, self.typed, hidden=bool(self._name))
