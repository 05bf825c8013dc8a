"""The order that is counted again: what it may hold, and not a number of it."""

from __future__ import annotations

from terminal.widgets.order import OrderHeader
from terminal.widgets.painted import Painted, Row, fit
from verification.orders import Order
from verification.printable import printable


class RecountHeader(OrderHeader):
    """Order number and customer, and what a blind count is."""

    def paint(self, width: int, height: int) -> list[Row]:
        del height
        if self._order is None:
            return []
        number, right = f" {printable(self._order.order_number, 40)} ", " ↻ re-check "
        room = max(0, width - len(number) - len(right))
        customer = fit(f" {printable(self._order.customer_name, 80)}", room)
        asked = fit(" Count everything in the box; how much there should be is hidden.", width)
        return [[(number, "order--number"), (customer, ""), (right, "order--quiet")], [(asked, "")]]


class RecountSkus(Painted):
    """The SKUs of the order, each once, whether or not they were counted again."""

    COMPONENT_CLASSES = {"line--quiet"}  # noqa: RUF012

    def __init__(self) -> None:
        super().__init__(id="lines")
        self._skus: list[str] = []

    def show(self, order: Order | None) -> None:
        """Show what `order` may hold."""
        self._skus = sorted({line.sku for line in order.lines}) if order else []
        self.repaint()

    def paint(self, width: int, height: int) -> list[Row]:
        rows: list[Row] = [[(fit(f"   {printable(sku, 60)}", width), "")] for sku in self._skus[:height]]
        if len(self._skus) > height > 1:
            rows[-1] = [(fit("   … and more", width), "line--quiet")]
        return rows
