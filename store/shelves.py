"""Where goods lie, as the API's inventory says."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Mapping


def wanted(db: sqlite3.Connection) -> list[str]:
    """The SKUs of orders that are still to be done."""
    rows = db.execute(
        "SELECT DISTINCT sku FROM lines JOIN orders ON orders.id = order_id WHERE done = 0 ORDER BY sku"
    )
    return [sku for (sku,) in rows]


def keep(db: sqlite3.Connection, found: Mapping[str, Iterable[str]]) -> None:
    """These are the locations of these SKUs now."""
    for sku, places in found.items():
        db.execute("DELETE FROM shelves WHERE sku = ?", (sku,))
        db.executemany("INSERT OR IGNORE INTO shelves VALUES (?, ?)", [(sku, place) for place in places])


def of_order(db: sqlite3.Connection, order_id: str) -> dict[str, tuple[str, ...]]:
    """The locations of each SKU of an order, by name; a SKU whose place nobody knows is not among them."""
    rows = db.execute(
        "SELECT sku, location FROM shelves WHERE sku IN (SELECT sku FROM lines WHERE order_id = ?)"
        " ORDER BY sku, location",
        (order_id,),
    )
    found: dict[str, tuple[str, ...]] = {}
    for sku, location in rows:
        found[sku] = (*found.get(sku, ()), location)
    return found
