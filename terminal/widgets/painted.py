"""A widget that is a list of rows, and paints again only the rows and columns that changed.

Textual repaints what it is told is dirty. A station is read over slow lines and by people who look for the
one thing that moved, so these widgets compare what they show with what they are to show.
"""

from __future__ import annotations

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

    def paint(self, width: int, height: int) -> list[Row]:
        """The rows to show in `width` columns and at most `height` rows."""
        raise NotImplementedError

    def repaint(self) -> None:
        """Paint anew, and tell Textual which part of which row differs."""
        width, height = self.size
        if not width or not height:
            return
        before, self._rows = self._rows, self.paint(width, height)
        for y in range(height):
            old = before[y] if y < len(before) else []
            new = self._rows[y] if y < len(self._rows) else []
            if old != new:
                start, end = _difference(old, new, width)
                self.refresh(Region(start, y, end - start, 1))

    def on_resize(self, _event: events.Resize) -> None:
        self._rows = []
        width, height = self.size
        if width and height:
            self._rows = self.paint(width, height)
        self.refresh()

    def render_line(self, y: int) -> Strip:
        base = self.rich_style
        row = self._rows[y] if y < len(self._rows) else []
        segments = [Segment(text, self._style(base, name)) for text, name in row if text]
        return Strip(segments).adjust_cell_length(self.size.width, base)

    def _style(self, base: Style, name: str) -> Style:
        return self.get_component_rich_style(name) if name else base


def _difference(old: Row, new: Row, width: int) -> tuple[int, int]:
    """The columns from the first to behind the last piece that differs."""
    start = 0
    for before, after in zip(old, new, strict=False):
        if before != after:
            break
        start += cell_len(after[0])
    end = width
    widths = sum(cell_len(text) for text, _ in new)
    if widths == sum(cell_len(text) for text, _ in old):
        end = widths
        for before, after in zip(reversed(old), reversed(new), strict=False):
            if before != after:
                break
            end -= cell_len(after[0])
    return (start, min(width, end)) if start < end else (0, width)
