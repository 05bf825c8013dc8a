"""A report on the screen: which one, and its tables with a bar beside each number that a chart would show."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence

from rich.cells import cell_len

from terminal.reports.report import Cell, Report, Table, numeric, shown
from terminal.widgets.painted import Painted, Piece, Row, bar, fit
from verification.printable import printable

_WIDEST = 28
"""Columns of a text; a sentence takes what is left."""
_NARROWEST_BAR = 8
_WIDEST_BAR = 40


class ReportTabs(Painted):
    """The reports' names, the one that is shown marked, and the period."""

    COMPONENT_CLASSES = {"report--chosen", "report--quiet"}  # noqa: RUF012

    def __init__(self) -> None:
        super().__init__(id="report-tabs")
        self._names: Sequence[str] = ()
        self._chosen = 0
        self._period = ""

    def show(self, names: Sequence[str], chosen: int, period: str) -> None:
        """Show `names` with the one at `chosen` marked."""
        self._names, self._chosen, self._period = names, chosen, period
        self.repaint()

    def paint(self, width: int, height: int) -> list[Row]:
        del height
        row: list[Piece] = [
            (f"▸{name}◂", "report--chosen") if place == self._chosen else (f" {name} ", "")
            for place, name in enumerate(self._names)
        ]
        used = sum(cell_len(text) for text, _ in row)
        return [[*row, (fit(f"{self._period} ", max(0, width - used), right=True), "report--quiet")]]


class ReportBody(Painted):
    """The tables of a report, or a sentence where there is none yet; scrolled by rows."""

    COMPONENT_CLASSES = {"report--title", "report--head", "report--bar", "report--rest", "report--quiet"}  # noqa: RUF012

    def __init__(self) -> None:
        super().__init__(id="report-body")
        self._report: Report | None = None
        self._sentence = ""
        self._first = 0

    def show(self, report: Report | None, sentence: str = "") -> None:
        """Show `report` from its top, or `sentence` where there is none."""
        self._report, self._sentence, self._first = report, sentence, 0
        self.repaint()

    def scroll(self, by: int) -> None:
        """Show rows further down, or up."""
        self._first = max(0, self._first + by)
        self.repaint()

    def paint(self, width: int, height: int) -> list[Row]:
        if self._report is None:
            return [[(fit(f" {printable(self._sentence)}", width), "report--quiet")]]
        rows = painted(self._report, width)
        self._first = min(self._first, max(0, len(rows) - height))
        below = len(rows) - self._first - height
        visible = rows[self._first : self._first + height]
        if below > 0:
            visible[-1] = [(fit(f" ↓ {below + 1} more rows", width), "report--quiet")]
        return visible


def painted(report: Report, width: int) -> list[Row]:
    """Every row of the report in `width` columns."""
    rows: list[Row] = [[(fit(f" {printable(report.told)}", width), "report--quiet")]]
    for table in report.tables:
        rows += [[], [(fit(f" {printable(table.title)}", width), "report--title")]]
        rows += _table(table, width) if table.rows else [[(" Nothing.", "report--quiet")]]
        note = textwrap.wrap(printable(table.note), max(1, width - 2))
        rows += [[(f" {line}", "report--quiet")] for line in note]
    return rows


def _table(table: Table, width: int) -> list[Row]:
    cells = [[printable(shown(cell)) for cell in row] for row in (table.header, *table.rows)]
    widths = [
        min(_WIDEST, max(cell_len(row[column]) for row in cells)) + 2 for column in range(len(table.header))
    ]
    room = width - 1 - (_NARROWEST_BAR if table.bars is not None else 0)
    kept = len(widths)
    while kept > 1 and sum(widths[:kept]) > room and kept - 1 != table.bars:
        kept -= 1
    widths = widths[:kept]
    if table.bars is None and kept == len(table.header):  # the last text may take what is left
        widths[-1] = max(widths[-1], room - sum(widths[:-1]))
    right = [numeric(table, column) for column in range(kept)]

    def line(row: Sequence[str]) -> str:
        return " " + "".join(
            fit(f"{cell} " if to else cell, size - 1, right=to) + " "
            for cell, size, to in zip(row, widths, right, strict=False)
        )

    most = max((_amount(row[table.bars]) for row in table.rows), default=0) if table.bars is not None else 0
    space = min(_WIDEST_BAR, width - 1 - sum(widths))
    return [[(line(cells[0]), "report--head")]] + [
        [(line(told), ""), *_bar(row, table.bars, most, space)]
        for told, row in zip(cells[1:], table.rows, strict=True)
    ]


def _amount(cell: Cell) -> float:
    return max(0.0, float(cell)) if isinstance(cell, int | float) else 0.0


def _bar(row: Sequence[Cell], column: int | None, most: float, space: int) -> list[Piece]:
    """A number as a bar, beside the number itself."""
    if column is None or not most or space < _NARROWEST_BAR:
        return []
    full, rest = bar(round(_amount(row[column]) * 1000), round(most * 1000), space)
    return [(full, "report--bar"), (rest, "report--rest")]
