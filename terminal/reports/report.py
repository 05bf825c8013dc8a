"""A report as a value: tables of words and numbers, and the object that `--json` prints."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from typing import Any

from verification.records import record

Cell = str | int | float | None
"""None where there is nothing to say, such as a rate of nothing."""


@record
class Table:
    """Rows under a header, with a sentence that says how to read them."""

    title: str
    header: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    note: str = ""
    bars: int | None = None
    """The column of numbers that a chart shows; None where a chart would say nothing."""


@record
class Report:
    """One report of one period."""

    title: str
    told: str
    """What it is about, in a sentence, as of when."""
    tables: tuple[Table, ...]
    sheet: Table
    """All of it as one table, for a spreadsheet."""
    data: Mapping[str, Any] = field(default_factory=dict)


def shown(cell: Cell) -> str:
    """A cell for people: at most two decimals, a dash where there is nothing."""
    if cell is None:
        return "-"
    if isinstance(cell, float):
        return f"{cell:.2f}".rstrip("0").rstrip(".")
    return str(cell)


def numeric(table: Table, column: int) -> bool:
    """Whether a column holds numbers, which stand to the right."""
    cells = [row[column] for row in table.rows]
    return any(isinstance(cell, int | float) for cell in cells) and not any(
        isinstance(cell, str) for cell in cells
    )
