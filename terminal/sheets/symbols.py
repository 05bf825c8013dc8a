"""The two symbols of a label as drawings: paths in modules, with the size in millimetres that they print at.

Bars are as wide as fits, in whole dots of a 300 dpi printer, since a bar of three and a half dots is
printed as three or as four. Bars under 0.25 mm (10 mil) are too fine for many scanners: then the QR code
stands alone.
"""

from __future__ import annotations

from collections.abc import Iterable

from terminal.sheets import code128
from verification.records import record

CODE_128_WIDTH = 92.0
"""mm at most."""
CODE_128_HEIGHT = 18.0
QR_SIDE = 28.0
"""mm; both symbols with their quiet zones."""
_DOT = 25.4 / 300
_MODULE_WIDTHS = tuple(dots * _DOT for dots in (5, 4, 3))
_QR_QUIET = 4
_SMALLEST_QR_MODULE = 0.3
"""mm."""


@record
class Drawing:
    """A symbol with its quiet zone: `path` is in modules, of which there are `columns` by `rows`."""

    name: str
    path: str = ""
    columns: int = 0
    rows: int = 0
    width: float = 0.0
    """mm, as is `height`."""
    height: float = 0.0

    def svg(self, place: str = "", unit: str = "mm") -> str:
        """The drawing as an SVG element; `place` is what its tag shall say besides."""
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" role="img" aria-label="{self.name}"{place}'
            f' width="{self.width:.4f}{unit}" height="{self.height:.4f}{unit}"'
            f' viewBox="0 0 {self.columns} {self.rows}" preserveAspectRatio="none">'
            f'<path d="{self.path}" fill="#000" shape-rendering="crispEdges"/></svg>'
        )


def code_128(text: str, *, fnc1: bool = False) -> Drawing | None:
    """`text` in Code 128, or None where it does not fit or cannot be held; see `code128.widths`."""
    widths = code128.widths(text, fnc1=fnc1)
    if widths is None:
        return None
    columns = sum(widths) + 2 * code128.QUIET
    for module in _MODULE_WIDTHS:
        if columns * module <= CODE_128_WIDTH:
            path = _row([0, *widths], code128.QUIET, 0)
            return Drawing("Code 128", path, columns, 1, columns * module, CODE_128_HEIGHT)
    return None


def qr(text: str) -> Drawing | None:
    """`text` in a QR code (ISO/IEC 18004), or None where it does not fit.

    What is not ASCII is held as UTF-8, which is what the station takes reads for.
    """
    import segno

    try:
        held = {} if text.isascii() else {"mode": "byte", "encoding": "utf-8"}
        symbol = segno.make_qr(text, error="m", **held)  # type: ignore[arg-type]
    except segno.DataOverflowError:
        return None
    modules = len(symbol.matrix) + 2 * _QR_QUIET
    if QR_SIDE / modules < _SMALLEST_QR_MODULE:
        return None
    path = "".join(_row(_runs(row), _QR_QUIET, y) for y, row in enumerate(symbol.matrix, _QR_QUIET))
    return Drawing("QR code", path, modules, modules, QR_SIDE, QR_SIDE)


def _runs(modules: Iterable[int]) -> list[int]:
    """Lengths of light and dark runs in turn, the first one light."""
    runs, dark = [0], 0
    for module in modules:
        if bool(module) != bool(dark):
            runs.append(0)
            dark = module
        runs[-1] += 1
    return runs


def _row(runs: Iterable[int], x: int, y: int) -> str:
    """Runs of light and dark in turn as a path of rectangles, one module high."""
    path = []
    for place, run in enumerate(runs):
        if place % 2 and run:
            path.append(f"M{x} {y}h{run}v1h-{run}z")
        x += run
    return "".join(path)
