"""A report as CSV that a spreadsheet opens without running anything.

A spreadsheet takes a cell that begins with `=`, `+`, `-`, `@`, a tab or a carriage return for a formula, and
what a barcode says may begin so. Such a cell gets an apostrophe before it, and every text stands in quotes
(OWASP, "CSV Injection"). Numbers are numbers.
"""

from __future__ import annotations

import csv
import io

from terminal.reports.report import Cell, Table
from verification.printable import printable

_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")  # noqa: RUF001 - a spreadsheet takes these too
_LONGEST = 1_000


def separated(table: Table) -> str:
    """The table with its header, a line for each row (RFC 4180)."""
    file = io.StringIO()
    writer = csv.writer(file, quoting=csv.QUOTE_NONNUMERIC, lineterminator="\n")
    writer.writerow(map(_cell, table.header))
    writer.writerows([_cell(cell) for cell in row] for row in table.rows)
    return file.getvalue().rstrip("\n")


def _cell(cell: Cell) -> Cell:
    if cell is None:
        return ""
    if isinstance(cell, float):
        return round(cell, 3)
    return defused(cell) if isinstance(cell, str) else cell


def defused(text: str) -> str:
    """`text` that no spreadsheet takes for a formula."""
    harmless = printable(text, _LONGEST)
    return f"'{harmless}" if text.startswith(_FORMULA) or harmless.startswith(_FORMULA) else harmless
