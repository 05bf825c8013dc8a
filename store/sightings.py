"""What the API was seen to have: which order is which, how it stood, and when it was last looked at.

`round` numbers the rounds of reconciliation and `place` tells an order's page of the list, newest first; both
say only in which order to look again.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Mapping
from typing import Any

from store import orders
from store.errors import Refused
from verification.orders import Order
from verification.records import record


@record
class Sighting:
    """An order as the API was last seen to have it."""

    order_id: str
    order_number: str
    status: str
    customer_name: str


def find(db: sqlite3.Connection, api_id: str, order_number: str) -> str | None:
    """The ledger's id of the API's order; None when the ledger has none such."""
    row = (
        db.execute("SELECT order_id FROM sightings WHERE api_id = ?", (api_id,)).fetchone()
        or db.execute("SELECT id FROM orders WHERE order_number = ?", (order_number,)).fetchone()
    )
    return row[0] if row else None


def of(db: sqlite3.Connection, order_id: str) -> Sighting | None:
    """The order's last sighting; None when the API was never seen to have it."""
    row = db.execute(
        "SELECT order_id, order_number, sightings.status, sightings.customer_name FROM sightings"
        " JOIN orders ON orders.id = order_id WHERE order_id = ?",
        (order_id,),
    ).fetchone()
    return Sighting(*row) if row else None


_NAMES = {"external_order_id": "external_order_id", "id": "api_id"}


def name_of(db: sqlite3.Connection, order_number: str, field: str) -> str | None:
    """What the API's `id` or `external_order_id` of an order is; None when the ledger does not know it."""
    row = db.execute(
        f"SELECT {_NAMES[field]} FROM orders LEFT JOIN sightings ON order_id = orders.id"
        " WHERE order_number = ?",
        (order_number,),
    ).fetchone()
    return row[0] if row and row[0] else None


def by_api_id(db: sqlite3.Connection, api_ids: Iterable[str]) -> dict[str, Sighting]:
    """The last sightings of these orders of the API."""
    wanted = list(api_ids)
    rows = db.execute(
        "SELECT api_id, order_id, order_number, sightings.status, sightings.customer_name FROM sightings"
        f" JOIN orders ON orders.id = order_id WHERE api_id IN ({','.join('?' * len(wanted))})",
        wanted,
    )
    return {row[0]: Sighting(*row[1:]) for row in rows}


def items(db: sqlite3.Connection, order_id: str) -> dict[str, str]:
    """The API's item id by line id."""
    return dict(db.execute("SELECT line_id, item_id FROM items WHERE order_id = ?", (order_id,)).fetchall())


def seen(
    db: sqlite3.Connection, order_id: str, api_id: str, *, status: str, header: Mapping[str, Any], number: int
) -> None:
    """Remember how the API has the order, which was looked at in round `number`."""
    db.execute(
        "INSERT INTO sightings (order_id, api_id, status, customer_name, header, place, round, open)"
        " VALUES (?, ?, ?, ?, ?, 0, ?, ?)"
        " ON CONFLICT (order_id) DO UPDATE SET api_id = excluded.api_id, status = excluded.status,"
        " customer_name = excluded.customer_name, header = excluded.header, open = excluded.open,"
        " round = max(round, excluded.round)",
        (
            order_id,
            api_id,
            status,
            header["customer_name"],
            json.dumps(dict(header)),
            number,
            int(status not in ("shipped", "cancelled")),
        ),
    )


def take_in(db: sqlite3.Connection, order: Order, wire: Mapping[str, tuple[str, int]]) -> None:
    """Write an order as it is now; `wire` has the API's item id and own count by line id.

    Counts of this station's own log are left alone. Raises Refused when its number or an id is another's.
    """
    had = db.execute(
        "SELECT id FROM orders WHERE order_number = ? UNION SELECT id FROM orders WHERE id = ?",
        (order.order_number, order.id),
    ).fetchall()
    if any(each != order.id for (each,) in had):
        raise Refused(f"The ledger has another order with the number {order.order_number}.")
    if had:
        orders.rewrite(db, order)
        db.execute("DELETE FROM items WHERE order_id = ?", (order.id,))
    else:
        orders.add(db, order)
    db.executemany(
        "INSERT INTO items (line_id, order_id, item_id, reported) VALUES (?, ?, ?, ?)",
        [(line_id, order.id, item, reported) for line_id, (item, reported) in wire.items()],
    )


def placed(db: sqlite3.Connection, place: int, api_ids: Iterable[str]) -> None:
    """Remember the page that these orders of the API stand on, by the rank of its first; a new order at the
    head of the list then moves few others."""
    rows = [(place, api_id) for api_id in api_ids]
    db.executemany("UPDATE sightings SET place = ?1 WHERE api_id = ?2 AND place != ?1", rows)


def passed_over(db: sqlite3.Connection, order_id: str, number: int) -> None:
    """The order's details could not be read in round `number`; others have their turn first."""
    db.execute("UPDATE sightings SET round = ? WHERE order_id = ?", (number, order_id))


def open_places(db: sqlite3.Connection) -> list[int]:
    """The rank of every open order, rising."""
    return [place for (place,) in db.execute("SELECT place FROM sightings WHERE open ORDER BY place")]


def open_from(db: sqlite3.Connection, place: int) -> list[str]:
    """The numbers of the open orders from the rank `place` on, by rank."""
    rows = db.execute(
        "SELECT order_number FROM sightings JOIN orders ON orders.id = order_id WHERE open AND place >= ?"
        " ORDER BY place",
        (place,),
    )
    return [number for (number,) in rows]


def rotation(db: sqlite3.Connection, count: int) -> list[str]:
    """The numbers of the open orders whose details were looked at longest ago."""
    rows = db.execute(
        "SELECT order_number FROM sightings JOIN orders ON orders.id = order_id WHERE open"
        " ORDER BY round, sightings.place LIMIT ?",
        (count,),
    )
    return [number for (number,) in rows]


def remembered(db: sqlite3.Connection, name: str) -> str | None:
    """What reconciliation noted under `name`."""
    row = db.execute("SELECT value FROM about WHERE name = ?", (f"sync.{name}",)).fetchone()
    return row[0] if row else None


def remember(db: sqlite3.Connection, name: str, value: str) -> None:
    """Note `value` under `name`."""
    db.execute("INSERT OR REPLACE INTO about (name, value) VALUES (?, ?)", (f"sync.{name}", value))
