"""Codes to scan from the screen, for practice: the next good read as a QR code, and others beside it."""

from __future__ import annotations

from terminal.view import View
from terminal.widgets.painted import Painted, Row, fit
from verification.codes import Command
from verification.records import record

_QUIET_ZONE = 2
"""Modules of white around the symbol; ISO/IEC 18004 asks for 4, which imagers do not need on a screen."""

_LIST = 40
"""Columns that the words beside a symbol need."""


@record
class Practice:
    """What to offer for practice."""

    orders: tuple[str, ...] = ()
    """Order numbers, in the order in which to try them."""
    codes: tuple[tuple[str, str], ...] = ()
    """SKU and a barcode of it."""
    supervisor: tuple[str, str] | None = None
    """Name and PIN of a supervisor to practise reviewing as."""

    def hint(self, view: View) -> str:
        """How to practise a supervisor's work, while no order is open; empty where nobody can."""
        if self.supervisor is None or view.desk.order is not None:
            return ""
        return "Review: Ctrl-R as {}, PIN {}".format(*self.supervisor)

    def suggestions(self, view: View) -> list[tuple[str, str]]:
        """What to read now and why, the best first: words, and the code."""
        if view.desk.alarm is not None:
            return [("End the alarm", Command.ACKNOWLEDGE.barcode)]
        order = view.desk.order
        if view.desk.recounts and order is not None:
            skus = sorted({line.sku for line in order.lines})
            return [*(("Goods", sku) for sku in skus[:3]), ("Finished", Command.DONE.barcode)]
        left = [line.sku for line in order.lines if line.remaining] if order else []
        if order is None or not left:
            done = order.order_number if order else ""
            return [("Open an order", number) for number in self.orders if number != done][:4]
        wanted = set(left)
        barcodes = [(f"Barcode of {sku}", code) for sku, code in self.codes if sku in wanted]
        goods = [("On this order", sku) for sku in left[:3]]
        ordered = {line.sku for line in order.lines}
        wrong = [("Not on it", sku) for sku, _ in self.codes if sku not in ordered]
        return [*goods, *barcodes[:2], *wrong[-1:], ("Take back", Command.UNDO.barcode)]


class PracticePanel(Painted):
    """Hidden unless the station runs for practice."""

    COMPONENT_CLASSES = {"practice--symbol", "practice--label", "practice--code"}  # noqa: RUF012
    practice: Practice | None = None

    def __init__(self) -> None:
        super().__init__()
        self._view: View | None = None

    def on_mount(self) -> None:
        self.set_class(self.practice is not None, "-on")

    def show(self, view: View) -> None:
        """Show what to read next in `view`."""
        self._view = view
        if self.practice is not None:
            self.repaint()

    def paint(self, width: int, height: int) -> list[Row]:
        view = self._view
        if self.practice is None or view is None:
            return []
        offered = [(label, code) for label, code in self.practice.suggestions(view) if code]
        if not offered:
            return []
        rows: list[Row] = [[(fit(" Scan, paste or type:", width), "practice--label")]]
        for label, code in offered:
            rows.append([(f" {label}: ", ""), (code, "practice--code")])
        if hint := self.practice.hint(view):
            rows.append([(fit(f" {hint}", width), "")])
        return _with_symbol(rows[:height], qr_rows(offered[0][1]), width, height)


def _with_symbol(rows: list[Row], symbol: list[str], width: int, height: int) -> list[Row]:
    """`rows` with the QR code below them or at their right, or alone where there is room for neither."""
    if len(rows) + 1 + len(symbol) <= height:
        return [*rows, [], *([(" ", ""), (row, "practice--symbol")] for row in symbol)]
    beside = width - len(symbol[0]) - 1
    if len(symbol) > height or beside < _LIST:
        return rows
    rows += [[] for _ in range(len(symbol) - len(rows))]
    return [
        [*_filled(row, beside), (drawn, "practice--symbol")] for row, drawn in zip(rows, symbol, strict=False)
    ] + rows[len(symbol) :]


def _filled(row: Row, width: int) -> Row:
    used = sum(len(text) for text, _ in row)
    return [*row, (" " * max(0, width - used), "")]


def qr_rows(text: str, *, small: bool = False) -> list[str]:
    """`text` as a QR code in half blocks, black on white, one string a row; `small` mends less damage."""
    import segno

    symbol = segno.make_qr(text, error="l" if small else "m", boost_error=not small)
    modules = [list(row) for row in symbol.matrix_iter(border=_QUIET_ZONE)]
    if len(modules) % 2:
        modules.append([0] * len(modules[0]))
    halves = {(1, 1): "█", (1, 0): "▀", (0, 1): "▄", (0, 0): " "}
    return [
        "".join(halves[bool(upper), bool(lower)] for upper, lower in zip(*pair, strict=True))
        for pair in zip(modules[::2], modules[1::2], strict=True)
    ]
