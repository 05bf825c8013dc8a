"""Which line of the ledger is which item of the API, and what becomes of lines that have no counterpart."""

from __future__ import annotations

from dataclasses import replace

from sync import readings
from sync.standing import Standing
from verification.orders import Line, Order

_LONG_ENOUGH = 16
"""Characters from which on an item's id is taken as unique over all orders, as a UUID is."""


def line_id(order_id: str, item_id: str) -> str:
    """The ledger's id for an item that it sees for the first time."""
    return item_id if len(item_id) >= _LONG_ENOUGH else f"{order_id}.{item_id}"


def same_goods(mine: Order, theirs: Order) -> bool:
    """Whether two orders ask for the same units of the same SKUs, in whatever order of lines."""
    asked = sorted((line.sku, line.quantity) for line in mine.lines)
    return asked == sorted((line.sku, line.quantity) for line in theirs.lines)


def adopted(standing: Standing, remote: Order) -> tuple[list[Line], dict[str, str], dict[str, int]]:
    """The order's lines from now on, with the API's item id and own count of each by line id.

    Lines known before keep their ids, since the log names them. A line that is gone upstream stays at the end
    with a quantity of 0 while this station has events of it.
    """
    local = {line.id: line for line in standing.order.lines}
    by_item = {item: own for own, item in standing.items.items() if own in local}
    free = [line for line in standing.order.lines if line.id not in standing.items]
    lines: list[Line] = []
    items: dict[str, str] = {}
    reported: dict[str, int] = {}
    for item in remote.lines:
        own = by_item.get(item.id) or _fitting(free, item) or line_id(remote.id, item.id)
        lines.append(replace(item, id=own, elsewhere=0))
        items[own] = item.id
        reported[own] = item.elsewhere if readings.REPORTED_COUNTS_ARE_OTHERS else 0
    counted = {event.line_id for share in standing.shares for event in share.events}
    held = {item for slot in standing.slots.values() for item in slot.c}
    for gone, line in local.items():
        if gone not in items and (gone in counted or standing.items.get(gone) in held):
            lines.append(replace(line, quantity=0, elsewhere=0))
            items[gone] = standing.items.get(gone, gone)
    return lines, items, reported


def _fitting(free: list[Line], item: Line) -> str | None:
    """Take from `free` the line that an item of the API stands for: same SKU, best with the same quantity."""
    same = [line for line in free if line.sku == item.sku]
    if not same:
        return None
    best = next((line for line in same if line.quantity == item.quantity), same[0])
    free.remove(best)
    return best.id
