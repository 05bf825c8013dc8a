"""A scanner that presses keys, and a computer that makes characters of them: the wedge of the tests."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, field

from terminal.scanners.keyboards import DEAD, LAYOUTS, PLAIN, SHIFT, SPACING, Stroke, keyboard
from terminal.scanners.layout_repair import Layouts

ALL_PAIRS = [Layouts(s, h, caps) for caps in (False, True) for s in LAYOUTS for h in LAYOUTS]


@dataclass(frozen=True)
class TypingScanner:
    """How it is set up, and what the computer does with its keys."""

    layouts: Layouts = field(default_factory=Layouts)
    prefix: str = ""
    suffix: str = "\r"
    identifier: str = ""
    separator: str = "\x1d"
    """What it sends for GS, as it arrives."""
    drops: bool = True
    """A dead key before what it cannot sit on: X11 drops both, Windows gives both."""

    def reads(self, text: str) -> bytes:
        """What the computer gets when the scanner reads a label."""
        typed = _Computer(self.layouts, self.drops)
        for character in self.identifier + text:
            if character == "\x1d":
                typed.text += self.separator
            elif character == " ":
                typed.press(None)
            else:
                self._type(typed, character)
        return (self.prefix + typed.text + self.suffix).encode()

    def _type(self, typed: _Computer, character: str) -> None:
        board = keyboard(self.layouts.scanner)
        stroke = board.by_character.get(character)
        if stroke is not None:
            typed.press(stroke)
            if board.by_stroke[stroke] in DEAD:
                typed.press(None)


class _Computer:
    def __init__(self, layouts: Layouts, drops: bool) -> None:
        self.text = ""
        self._board = keyboard(layouts.host)
        self._caps_lock = layouts.caps_lock
        self._drops = drops
        self._dead = ""

    def press(self, stroke: Stroke | None) -> None:
        """One key; None is the space bar."""
        shown = " " if stroke is None else self._shown(stroke)
        dead, self._dead = self._dead, ""
        if dead and shown:
            self._combine(dead, shown)
        elif shown in DEAD:
            self._dead = shown
        else:
            self.text += shown

    def _combine(self, dead: str, shown: str) -> None:
        composed = unicodedata.normalize("NFC", shown + dead)
        if shown == " " or shown in DEAD:
            self.text += SPACING[dead]
            self._dead = shown if shown in DEAD else ""
        elif len(composed) == 1:
            self.text += composed
        elif not self._drops:
            self.text += SPACING[dead] + shown

    def _shown(self, stroke: Stroke) -> str:
        if self._caps_lock and stroke.level in (PLAIN, SHIFT) and self._board.is_letter(stroke.key):
            stroke = Stroke(SHIFT if stroke.level == PLAIN else PLAIN, stroke.key)
        return self._board.by_stroke.get(stroke, "")
