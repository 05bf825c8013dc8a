"""A report as text for a terminal."""

from __future__ import annotations

from terminal.reports.report import Report, Table, shown
from terminal.tables import table
from verification.printable import printable


def text(report: Report) -> str:
    """The report's tables one after the other, every cell harmless."""
    parts = [f"{printable(report.title)}: {printable(report.told)}", *map(_table, report.tables)]
    return "\n\n".join(parts)


def _table(part: Table) -> str:
    heading = f"{printable(part.title)}\n" if part.title else ""
    if not part.rows:
        return f"{heading}Nothing."
    header = [printable(name.upper()) for name in part.header]
    body = table(header, [[shown(cell) for cell in row] for row in part.rows])
    return f"{heading}{body}" + (f"\n{printable(part.note)}" if part.note else "")
