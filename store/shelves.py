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


def of(db: sqlite3.Connection, sku: str) -> list[str]:
    """The locations that hold a SKU, by name."""
    rows = db.execute("SELECT location FROM shelves WHERE sku = ? ORDER BY location", (sku,))
    return [location for (location,) in rows]
