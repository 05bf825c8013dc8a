"""The tape: every read with its verdict, newest first. It answers: did my last scan count?"""

from __future__ import annotations

from terminal import wording
from terminal.view import TapeRow
from terminal.widgets.painted import Painted, Row, fit

_MOST_ROWS = 14
"""Reads shown however large the terminal is: each read moves all of them, and a slow line carries that."""


class Tape(Painted):
    """As many of the last reads as there is room for, up to a number that a slow line can carry."""

    COMPONENT_CLASSES = {"tape--refused"}  # noqa: RUF012

    def __init__(self) -> None:
        super().__init__(id="tape")
        self._tape: tuple[TapeRow, ...] = ()

    def show(self, tape: tuple[TapeRow, ...]) -> None:
        """Show `tape`, newest first."""
        self._tape = tape
        self.repaint()

    def paint(self, width: int, height: int) -> list[Row]:
        return [_row(read, width) for read in self._tape[: min(height, _MOST_ROWS)]]


def _row(read: TapeRow, width: int) -> Row:
    style = "tape--refused" if read.verdict.refused else ""
    word = f" {read.word}" if read.word else ""
    head = f" {wording.SYMBOL[read.verdict]} "
    tail = f"{word} {read.time}"
    return [(head + fit(read.text, max(0, width - len(head) - len(tail))) + tail, style)]
