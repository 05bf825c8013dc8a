"""Sheets as HTML and as SVG. Neither refers to anything outside itself, and both print on A4 and on Letter.

The SVG pages are as wide as A4 and as high as Letter, so that each fits on either without being scaled.
"""

from __future__ import annotations

import textwrap
import unicodedata
from collections.abc import Sequence
from html import escape

from terminal.sheets.labels import Label, Sheet
from terminal.sheets.symbols import CODE_128_HEIGHT, CODE_128_WIDTH, QR_SIDE, Drawing, code_128, qr

_WIDTH, _HEIGHT, _MARGIN = 210, 279, 12
_LABEL = 34
_GAP = 3
_HEADING = 15
_A_PAGE = (_HEIGHT - 2 * _MARGIN - _HEADING) // _LABEL
"""Labels on one page."""
_WORDS = _WIDTH - 2 * _MARGIN - CODE_128_WIDTH - QR_SIDE - 4 * _GAP
"""mm for the words of a label."""

ONLY_QR = "Only the square code: bars cannot hold this."
NO_CODE = "No code can stand for this: choose the order on the screen."

_STYLE = f"""
@page {{ margin: {_MARGIN}mm; }}
* {{ box-sizing: border-box; margin: 0; }}
body {{ width: {_WIDTH - 2 * _MARGIN}mm; color: #000; background: #fff; font-family: sans-serif; }}
header {{ height: {_HEADING}mm; break-after: avoid; }}
h1 {{ font-size: 6mm; }}
h2 {{ font-size: 4.5mm; }}
p {{ font-size: 3.4mm; line-height: 1.3; }}
.label {{
  display: grid; grid-template-columns: 1fr {CODE_128_WIDTH}mm {QR_SIDE}mm; column-gap: {_GAP}mm;
  align-items: center; justify-items: center; min-height: {_LABEL}mm; padding: 0 {_GAP}mm;
  border-bottom: 0.2mm dashed #999; break-inside: avoid; page-break-inside: avoid;
}}
.words {{ justify-self: start; overflow-wrap: anywhere; }}
svg {{ display: block; }}
@media screen {{ body {{ margin: {_MARGIN}mm auto; }} }}
"""


def html(sheet: Sheet) -> str:
    """The sheet as one page of HTML, which a browser prints without cutting through a label."""
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta http-equiv="Content-Security-Policy" content="default-src \'none\'; style-src'
        " 'unsafe-inline'\">\n"
        f"<title>Tallyman: {escape(sheet.title)}</title>\n<style>{_STYLE}</style>\n</head>\n<body>\n"
        f"<header><h1>{escape(sheet.title)}</h1><p>{escape(sheet.hint)}</p></header>\n"
        f"{''.join(map(_section, sheet.labels))}</body>\n</html>\n"
    )


def _section(label: Label) -> str:
    bars, square = _drawings(label)
    told = "".join(f"<p>{escape(line)}</p>" for line in label.words)
    return (
        f'<section class="label"><div class="words"><h2>{escape(label.title)}</h2>{told}</div>'
        f"{bars.svg() if isinstance(bars, Drawing) else f'<p>{escape(bars)}</p>'}"
        f"{square.svg() if square else ''}</section>\n"
    )


def _drawings(label: Label) -> tuple[Drawing | str, Drawing | None]:
    """A label's bars, or why there are none, and its square code."""
    square = qr(label.code) if label.code and not label.bars_alone else None
    bars = code_128(label.code, fnc1=label.bars_alone) if label.code else None
    return bars or (ONLY_QR if square else NO_CODE), square


def svg(sheet: Sheet) -> list[str]:
    """The sheet as pages of SVG, in millimetres."""
    pages = [sheet.labels[at : at + _A_PAGE] for at in range(0, len(sheet.labels), _A_PAGE)] or [()]
    return [_page(sheet, labels, f"{n} of {len(pages)}") for n, labels in enumerate(pages, 1)]


def _page(sheet: Sheet, labels: Sequence[Label], number: str) -> str:
    top = _MARGIN + _HEADING
    drawn = "".join(_drawn(label, top + place * _LABEL) for place, label in enumerate(labels))
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{_WIDTH}mm" height="{_HEIGHT}mm"'
        f' viewBox="0 0 {_WIDTH} {_HEIGHT}" font-family="sans-serif">\n'
        f"<title>Tallyman: {escape(sheet.title)}, {number}</title>\n"
        f'<rect width="{_WIDTH}" height="{_HEIGHT}" fill="#fff"/>\n'
        f"{_text(_MARGIN, _MARGIN + 6, 6, sheet.title, bold=True)}"
        f"{_text(_MARGIN, _MARGIN + 11, 3.4, f'{sheet.hint} Page {number}.')}\n"
        f"{drawn}</svg>\n"
    )


def _drawn(label: Label, top: float) -> str:
    """One label whose upper edge is `top` mm down the page."""
    bars, square = _drawings(label)
    left = _MARGIN + _GAP
    lines = [(line, 4.5, True) for line in _wrapped(label.title, 4.5, 3)]
    lines += [(line, 3.4, False) for word in label.words for line in _wrapped(word, 3.4, 2)]
    y = top + (_LABEL - sum(size * 1.25 for _, size, _ in lines)) / 2
    parts = []
    for line, size, bold in lines:
        parts.append(_text(left, y + size, size, line, bold=bold))
        y += size * 1.25
    middle = left + _WORDS + _GAP
    if isinstance(bars, Drawing):
        x = middle + (CODE_128_WIDTH - bars.width) / 2
        parts.append(_at(bars, x, top + (_LABEL - CODE_128_HEIGHT) / 2))
    else:
        parts.append(_text(middle + _GAP, top + _LABEL / 2, 3.4, bars))
    if square:
        parts.append(_at(square, _WIDTH - _MARGIN - _GAP - QR_SIDE, top + (_LABEL - QR_SIDE) / 2))
    edge = top + _LABEL
    parts.append(f'<path d="M{_MARGIN} {edge}H{_WIDTH - _MARGIN}" stroke="#999" stroke-width="0.2"/>\n')
    return "".join(parts)


def _at(drawing: Drawing, x: float, y: float) -> str:
    return drawing.svg(f' x="{x:.4f}" y="{y:.4f}"', unit="") + "\n"


def _text(x: float, y: float, size: float, text: str, *, bold: bool = False) -> str:
    weight = ' font-weight="bold"' if bold else ""
    return f'<text x="{x:.2f}" y="{y:.2f}" font-size="{size}"{weight}>{escape(text)}</text>\n'


def _wrapped(text: str, size: float, most: int) -> list[str]:
    """`text` in lines that are no wider than the words of a label, by the width of a wide font's letters."""
    wide = any(unicodedata.east_asian_width(character) in "WF" for character in text)
    return textwrap.wrap(text, int(_WORDS / size / (1.0 if wide else 0.7)), max_lines=most, placeholder="…")
