"""Rows that may be more than the screen is high: a window on them that moves, and says what it hides."""

from __future__ import annotations

import textwrap
from collections.abc import Callable

from terminal.widgets.painted import Painted, Row, fit

HEADING, QUIET, GOOD, BAD, WAITING = (
    "page--heading",
    "page--quiet",
    "page--good",
    "page--bad",
    "page--waiting",
)
CHOSEN, FULL, EMPTY = "page--chosen", "page--full", "page--empty"
STYLES = {HEADING, QUIET, GOOD, BAD, WAITING, CHOSEN, FULL, EMPTY}
"""What rows of a page may look like."""

Rows = Callable[[int], list[Row]]
"""Makes the rows for a width in columns."""


def wrapped(text: str, width: int, style: str = "", *, indent: int = 1, most: int = 6) -> list[Row]:
    """`text` over as many rows as it needs, at most `most`."""
    room = max(10, width - indent - 1)
    lines = textwrap.wrap(text, room, max_lines=most, placeholder=" …")
    return [[(fit(" " * indent + line, width), style)] for line in lines]


def _nothing(_width: int) -> list[Row]:
    return []


class Scrolled(Painted):
    """A window on rows; `scroll` moves it."""

    COMPONENT_CLASSES = STYLES

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:  # noqa: A002 - Textual's name
        super().__init__(id=id, classes=classes)
        self._content: Rows = _nothing
        self._made: tuple[int, list[Row]] = (0, [])
        """The rows and the width that they were made for: scrolling makes none anew."""
        self._top = 0

    def show(self, content: Rows) -> None:
        """Show these rows."""
        self._content, self._made = content, (0, [])
        self.repaint()

    def scroll(self, by: int) -> None:
        """Move the window by a number of rows."""
        self._top += by
        self.repaint()

    @property
    def page(self) -> int:
        """How many rows a page up or down moves."""
        return max(1, self.size.height - 2)

    def paint(self, width: int, height: int) -> list[Row]:
        if self._made[0] != width:
            self._made = width, self._content(width)
        rows = self._made[1]
        most = max(0, len(rows) - height)
        self._top = min(max(0, self._top), most)
        shown = rows[self._top : self._top + height]
        if self._top < most:
            shown[-1] = [(fit(f" ↓ {most - self._top + 1} more rows", width), QUIET)]
        return shown
