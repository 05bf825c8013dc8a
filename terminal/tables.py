"""Plain tables for people: columns as wide as they need to be, every cell harmless."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from verification.printable import printable

_WIDEST = 60


def table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """The rows under their header, as lines of text."""
    shown = [header, *([printable(cell, _WIDEST) for cell in row] for row in rows)]
    widths = [max(map(len, column)) for column in zip(*shown, strict=True)]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in shown
    )
