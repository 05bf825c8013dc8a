"""A widget that is a list of rows, and paints again only the columns that changed.

Textual repaints what it is told is dirty. A station is read over slow lines and by people who look for the
one thing that moved, so these widgets compare what they show with what they are to show, cell by cell.
"""

from __future__ import annotations

from itertools import zip_longest

from rich.cells import cell_len, set_cell_size
from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.geometry import Region
from textual.strip import Strip
from textual.widget import Widget

Piece = tuple[str, str]
"""Text, and the component class that styles it; an empty class is the widget's own style."""
Row = list[Piece]

_SHORTEST_GAP = 8
"""Unchanged columns that are dearer to skip than to write again: a move of the cursor is about as long."""


def fit(text: str, width: int, *, right: bool = False) -> str:
    """`text` in exactly `width` columns: filled with blanks, or cut with `…`."""
    size = cell_len(text)
    if size > width:
        text, size = set_cell_size(text, max(0, width - 1)) + ("…" if width else ""), width
    blanks = " " * (width - size)
    return blanks + text if right else text + blanks


def bar(done: int, whole: int, width: int) -> tuple[str, str]:
    """A bar of `width` columns as its full and its empty part. Full only when `done` is all of `whole`."""
    full = width if done >= whole else min(width - 1, done * width // max(1, whole))
    return "█" * full, "░" * (width - full)


class Painted(Widget):
    """Base of the line widgets: implement `paint`, call `repaint` when what it shows has changed."""

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:  # noqa: A002 - Textual's name
        super().__init__(id=id, classes=classes)
        self._rows: list[Row] = []
        self._base: Style | None = None
        """The widget's own style during one update: Textual works it out anew each time it is asked."""

    def paint(self, width: int, height: int) -> list[Row]:
        """The rows to show in `width` columns and at most `height` rows."""
        raise NotImplementedError

    def repaint(self) -> None:
        """Paint anew, and tell Textual which parts of which rows differ."""
        width, height = self.size
        if not width or not height:
            return
        before, self._rows = self._rows, self.paint(width, height)
        nothing: Row = []
        pairs = zip_longest(before[:height], self._rows[:height], fillvalue=nothing)
        changed = [
            Region(start, y, end - start, 1)
            for y, (old, new) in enumerate(pairs)
            if old != new
            for start, end in changed_spans(old, new, width)
        ]
        if changed:
            self.refresh(*changed)

    def on_resize(self, _event: events.Resize) -> None:
        self._rows = []
        width, height = self.size
        if width and height:
            self._rows = self.paint(width, height)
        self.refresh()

    def render_lines(self, crop: Region) -> list[Strip]:
        self._base = None
        return super().render_lines(crop)

    def render_line(self, y: int) -> Strip:
        base = self._base = self._base or self.rich_style
        row = self._rows[y] if y < len(self._rows) else []
        segments = [Segment(text, self._style(base, name)) for text, name in row if text]
        return Strip(segments).adjust_cell_length(self.size.width, base)

    def _style(self, base: Style, name: str) -> Style:
        return self.get_component_rich_style(name) if name else base


def changed_spans(old: Row, new: Row, width: int) -> list[tuple[int, int]]:
    """The columns that differ, as starts and ends, none of which parts a character of two columns."""
    before, after = _cells(old, width), _cells(new, width)
    spans: list[tuple[int, int]] = []
    for x in [x for x, (was, now) in enumerate(zip(before, after, strict=True)) if was != now]:
        start, end = x, x + 1
        while not (before[start][0] and after[start][0]):
            start -= 1
        while end < width and not (before[end][0] and after[end][0]):
            end += 1
        if spans and start - spans[-1][1] < _SHORTEST_GAP:
            spans[-1] = (spans[-1][0], max(end, spans[-1][1]))
        else:
            spans.append((start, end))
    return spans


def _cells(row: Row, width: int) -> list[Piece]:
    """A row column by column, with its style; the second column of a wide character is empty."""
    cells: list[Piece] = []
    for text, style in row:
        if cell_len(text) == len(text):
            cells += [(character, style) for character in text]
            continue
        for character in text:
            size = cell_len(character)
            if size:
                cells += [(character, style), *[("", style)] * (size - 1)]
            elif cells:  # a mark sits on the character before it
                place = next(at for at in range(len(cells) - 1, -1, -1) if cells[at][0] or not at)
                cells[place] = (cells[place][0] + character, cells[place][1])
    return (cells + [(" ", "")] * (width - len(cells)))[:width]
