"""The real station in a window, and its screen as the person in front of it sees and uses it.

Only hands have a pace here, by which the station tells keys from reads: they leave the line quiet before a
key.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from typing import Any

from terminal.widgets import letters
from tests.e2e.station.window import Window

HAND = 0.06
"""Seconds between two keys of a hand, or between a read and a key."""
IDLE = 0.15
"""`idle_ms` of the stations under test, in seconds."""

KEYS: Mapping[str, bytes] = {
    "F1": b"\x1bOP", "F2": b"\x1bOQ", "F3": b"\x1bOR", "F4": b"\x1bOS", "F5": b"\x1b[15~",
    "F6": b"\x1b[17~", "F7": b"\x1b[18~", "F8": b"\x1b[19~", "F9": b"\x1b[20~", "F10": b"\x1b[21~",
    "F12": b"\x1b[24~",
    "Up": b"\x1b[A", "Down": b"\x1b[B", "Right": b"\x1b[C", "Left": b"\x1b[D",
    "PageUp": b"\x1b[5~", "PageDown": b"\x1b[6~", "Home": b"\x1b[H", "End": b"\x1b[F",
    "Ctrl-K": b"\x0b", "Ctrl-A": b"\x01", "Ctrl-N": b"\x0e", "Ctrl-O": b"\x0f",
    "Ctrl-T": b"\x14",
    "Ctrl-R": b"\x12", "Ctrl-F": b"\x06",
    "Enter": b"\r", "Escape": b"\x1b", "Backspace": b"\x7f", "?": b"?",
}  # fmt: skip


class StationTerminal(Window):
    """A station at one terminal."""

    def __init__(self, command: list[str], **how: Any) -> None:
        super().__init__(command, **how)
        self._pressed_at = self._read_at = 0.0

    # What a person does

    def scan(self, *codes: str | bytes, end: bytes = b"\r") -> None:
        """Read codes with a scanner that types: each all at once, with its suffix."""
        self._rest_after(self._pressed_at)
        for code in codes:
            self.feed((code.encode() if isinstance(code, str) else code) + end)
        self._read_at = time.monotonic()

    def press(self, *keys: str) -> None:
        """Press keys by name, or characters, at the pace of a hand."""
        for key in keys:
            self._rest(HAND)
            self.feed(KEYS.get(key) or key.encode())
            self._pressed_at = time.monotonic()

    def enter(self) -> None:
        """Press Enter, and not so soon after a read that it would be taken for the read's end."""
        self._rest_after(self._read_at)
        self.press("Enter")

    def type(self, text: str, *, seen_as: str | None = None) -> None:
        """Type by hand, each character once the one before it is on the screen."""
        for place in range(1, len(text) + 1):
            self.press(text[place - 1])
            self.wait_for(f"{(seen_as or text)[:place]}▏")

    def pause(self, seconds: float) -> None:
        """Leave the line quiet for so long, as part of what comes."""
        end = time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0:
            self.look(left)

    # What a person sees

    def __contains__(self, text: str) -> bool:
        """Whether `text` is on the screen, be it over several rows."""
        return text in self.text or text in " ".join(self.text.split())

    def row(self, text: str) -> str:
        """The first row that holds `text`."""
        found = next((line for line in self.lines if text in line), None)
        assert found is not None, self.text
        return found

    def shows_large(self, text: str) -> bool:
        """Whether `text` stands somewhere in large letters."""
        for scale in (1, 2):
            drawn = [row.rstrip() for row in letters.draw(text, scale)]
            for top in range(len(self.lines) - len(drawn) + 1):
                rows = self.lines[top : top + len(drawn)]
                for left in _places(drawn[0], rows[0]):
                    if all(row[left:].startswith(part) for row, part in zip(rows, drawn, strict=True)):
                        return True
        return False

    def backgrounds(self, row: int) -> set[str]:
        """The background colours in one row, from edge to edge."""
        return {self.screen.buffer[row][column].bg for column in range(self.screen.columns)}

    def wait_for(self, *expected: str | Callable[[], bool]) -> None:
        """Read the screen until it shows all of this."""

        def met() -> bool:
            return all(e in self if isinstance(e, str) else e() for e in expected)

        self.wait_until(met, expected)

    def wait_for_large(self, text: str) -> None:
        """Read the screen until `text` stands there in large letters."""
        self.wait_until(lambda: self.shows_large(text), text)

    def _rest(self, seconds: float) -> None:
        """Leave the line quiet, as a hand does that follows the screen, and read the screen meanwhile."""
        while (left := max(self.typed_at, self.painted_at) + seconds - time.monotonic()) > 0:
            self.look(left)

    def _rest_after(self, moment: float) -> None:
        """Leave the line quiet until a read begun at `moment` would have been given up."""
        while (left := moment + IDLE + HAND - time.monotonic()) > 0:
            self.look(left)


def _places(part: str, row: str) -> list[int]:
    lead = len(part) - len(part.lstrip())
    found, place = [], row.find(part.strip())
    while place >= 0:
        if place >= lead:
            found.append(place - lead)
        place = row.find(part.strip(), place + 1)
    return found
