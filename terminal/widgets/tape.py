"""The tape: every read with its verdict, newest first. It answers: did my last scan count?

Where there are several scanners, each read has the number that its scanner has in the top bar.
"""

from __future__ import annotations

from collections.abc import Mapping

from terminal import wording
from terminal.view import TapeRow, View
from terminal.widgets.painted import Painted, Row, fit

_MOST_ROWS = 13
"""Reads shown however large the terminal is: each read moves all of them, and a slow line carries that."""

_BY_HAND = "·"
"""In place of a number: a key, something typed, or a scanner that is no longer there."""


class Tape(Painted):
    """As many of the last reads as there is room for, up to a number that a slow line can carry."""

    COMPONENT_CLASSES = {"tape--refused"}  # noqa: RUF012

    def __init__(self) -> None:
        super().__init__(id="tape")
        self._tape: tuple[TapeRow, ...] = ()
        self._marks: Mapping[str, str] = {}

    def show(self, view: View) -> None:
        """Show the tape of `view`, newest first."""
        self._tape, self._marks = view.tape_in_sight, view.marks
        self.repaint()

    def paint(self, width: int, height: int) -> list[Row]:
        return [_row(read, self._marks, width) for read in self._tape[: min(height, _MOST_ROWS)]]


def _row(read: TapeRow, marks: Mapping[str, str], width: int) -> Row:
    style = "tape--refused" if read.verdict.refused else ""
    word = f" {read.word}" if read.word else ""
    mark = f"{marks.get(read.scanner, _BY_HAND):>{len(str(len(marks)))}} " if marks else ""
    head = f" {wording.SYMBOL[read.verdict]} {mark}"
    tail = f"{word} {read.time}"
    return [(head + fit(read.text, max(0, width - len(head) - len(tail))) + tail, style)]
