"""A report as one page of HTML that prints well and refers to nothing outside itself."""

from __future__ import annotations

from html import escape

from terminal.reports.report import Cell, Report, Table, numeric, shown
from verification.printable import printable

_STYLE = """
@page { margin: 14mm; }
* { box-sizing: border-box; }
body { max-width: 190mm; margin: 8mm auto; color: #000; background: #fff; font: 10pt/1.4 sans-serif; }
h1 { font-size: 16pt; margin: 0 0 1mm; }
h2 { font-size: 12pt; margin: 7mm 0 2mm; break-after: avoid; }
p { margin: 0 0 3mm; }
table { border-collapse: collapse; width: 100%; }
thead { display: table-header-group; }
tr { break-inside: avoid; }
th, td { text-align: left; vertical-align: top; padding: 1mm 2mm; border-bottom: 0.2mm solid #999; }
td { overflow-wrap: anywhere; }
th { border-bottom: 0.4mm solid #000; }
.number { text-align: right; font-variant-numeric: tabular-nums; }
meter { width: 30mm; }
@media print { body { margin: 0; max-width: none; } }
"""
_LONGEST = 1_000


def html(report: Report) -> str:
    """The report as a page, every text escaped; its policy forbids scripts and whatever lies outside."""
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta http-equiv="Content-Security-Policy" content="default-src \'none\'; style-src'
        " 'unsafe-inline'\">\n"
        f"<title>Tallyman: {_text(report.title)}</title>\n<style>{_STYLE}</style>\n</head>\n<body>\n"
        f"<h1>{_text(report.title)}</h1>\n<p>{_text(report.told)}</p>\n"
        f"{''.join(map(_table, report.tables))}</body>\n</html>\n"
    )


def _table(table: Table) -> str:
    heading = f"<h2>{_text(table.title)}</h2>\n" if table.title else ""
    if not table.rows:
        return f"{heading}<p>Nothing.</p>\n"
    right = [numeric(table, column) for column in range(len(table.header))]
    most = max((_amount(row[table.bars]) for row in table.rows), default=0) if table.bars is not None else 0
    head = "".join(f"<th{_side(to)}>{_text(name)}</th>" for name, to in zip(table.header, right, strict=True))
    head += "<th></th>" if most else ""
    body = "".join(_row(row, right) + f"{_bar(row, table.bars, most)}</tr>\n" for row in table.rows)
    note = f"<p>{_text(table.note)}</p>\n" if table.note else ""
    return f"{heading}<table>\n<thead><tr>{head}</tr></thead>\n<tbody>\n{body}</tbody>\n</table>\n{note}"


def _row(row: tuple[Cell, ...], right: list[bool]) -> str:
    cells = (f"<td{_side(to)}>{_text(shown(cell))}</td>" for cell, to in zip(row, right, strict=True))
    return f"<tr>{''.join(cells)}"


def _side(right: bool) -> str:
    return ' class="number"' if right else ""


def _amount(cell: Cell) -> float:
    return max(0.0, float(cell)) if isinstance(cell, int | float) else 0.0


def _bar(row: tuple[Cell, ...], column: int | None, most: float) -> str:
    if column is None or not most:
        return ""
    return f'<td><meter max="{most:g}" value="{_amount(row[column]):g}"></meter></td>'


def _text(text: str) -> str:
    return escape(printable(text, _LONGEST))
