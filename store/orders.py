"""Orders and lines in the ledger: reading them, bringing them in, and moving their counts."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable
from typing import Any

from store import outbox
from store.due import due_key
from store.errors import LedgerDamaged, Refused
from verification.orders import Line, Order, OrderStatus, Ruling
from verification.printable import printable

_HEADER = (
    "id", "order_number", "external_order_id", "customer_name", "customer_info", "notes", "order_date",
    "due_date", "created_at", "metadata", "reported", "ruling", "ruled",
)  # fmt: skip
_SELECT = f"SELECT {', '.join(_HEADER)} FROM orders"
_ADD_LINE = (
    "INSERT INTO lines (id, order_id, position, sku, quantity, notes, counted, elsewhere)"
    " VALUES (?, ?, ?, ?, ?, ?, ?, ?)"
)
_WRITTEN = (*_HEADER, "status", "done", "due", "quantity", "verified")
_ADD_ORDER = f"INSERT INTO orders ({', '.join(_WRITTEN)}) VALUES (:{', :'.join(_WRITTEN)})"
_KNOWN = "SELECT 1 FROM orders WHERE order_number = ? OR id = ?"


def load(db: sqlite3.Connection, order_id: str) -> Order | None:
    """The order with this id and its lines, or None."""
    row = db.execute(f"{_SELECT} WHERE id = ?", (order_id,)).fetchone()
    return _order(db, row) if row else None


def by_number(db: sqlite3.Connection, order_number: str) -> Order | None:
    """The order with this number and its lines, or None."""
    row = db.execute(f"{_SELECT} WHERE order_number = ?", (order_number,)).fetchone()
    return _order(db, row) if row else None


def named(db: sqlite3.Connection, name: str) -> list[Order]:
    """The orders whose number or external id is `name`; the one with that number comes first."""
    rows = db.execute(
        f"{_SELECT} WHERE order_number = ? OR external_order_id = ? ORDER BY order_number != ?, order_number",
        (name, name or None, name),
    ).fetchall()
    return [_order(db, row) for row in rows]


def _order(db: sqlite3.Connection, row: tuple[Any, ...]) -> Order:
    fields = dict(zip(_HEADER, row, strict=True))
    try:
        fields["customer_info"] = json.loads(fields["customer_info"] or "{}")
        fields["metadata"] = json.loads(fields["metadata"] or "{}")
        fields["reported"] = OrderStatus(fields["reported"])
        fields["ruling"] = Ruling(fields["ruling"])
    except ValueError as error:
        raise LedgerDamaged.by_a_row(f"order {printable(fields['order_number'], 60)}", error) from error
    lines = db.execute(
        "SELECT id, sku, quantity, counted, elsewhere, notes FROM lines WHERE order_id = ? ORDER BY position",
        (fields["id"],),
    )
    return Order(lines=tuple(Line(*line) for line in lines), **fields)


def insert(db: sqlite3.Connection, orders: Iterable[Order]) -> int:
    """Bring new orders in; returns how many. Raises Refused when one is in the ledger already.

    Call it inside a transaction: whoever catches Refused there keeps nothing of it.
    """
    orders = list(orders)
    refuse_known(db, orders)
    db.executemany(_ADD_ORDER, map(_row, orders))
    try:
        _add_lines(db, orders)
    except sqlite3.IntegrityError as error:
        raise Refused(
            "An item's id is in the ledger already, on another order; nothing was imported."
        ) from error
    return len(orders)


def refuse_known(db: sqlite3.Connection, orders: Iterable[Order]) -> None:
    """Raise Refused when the number or id of one of them is in the ledger already."""
    for order in orders:
        if db.execute(_KNOWN, (order.order_number, order.id)).fetchone():
            raise Refused(f"Order {order.order_number} is in the ledger already; nothing was imported.")


def _add_lines(db: sqlite3.Connection, orders: Iterable[Order]) -> None:
    """Write the lines of new orders. Raises IntegrityError when one has an id that another line has."""
    rows = (_line_row(order, place, line) for order in orders for place, line in enumerate(order.lines, 1))
    db.executemany(_ADD_LINE, (tuple(row.values()) for row in rows))


def _row(order: Order) -> dict[str, Any]:
    return {
        "id": order.id,
        "order_number": order.order_number,
        "external_order_id": order.external_order_id,
        "customer_name": order.customer_name,
        "customer_info": json.dumps(order.customer_info),
        "notes": order.notes,
        "order_date": order.order_date,
        "due_date": order.due_date,
        "created_at": order.created_at,
        "metadata": json.dumps(order.metadata),
        "reported": order.reported.value,
        "status": order.status.value,
        "done": _done(order),
        "due": due_key(order.due_date),
        "quantity": order.quantity,
        "verified": order.verified,
        "ruling": order.ruling.value,
        "ruled": order.ruled,
    }


def _line_row(order: Order, position: int, line: Line) -> dict[str, Any]:
    return {
        "id": line.id,
        "order_id": order.id,
        "position": position,
        "sku": line.sku,
        "quantity": line.quantity,
        "notes": line.notes,
        "counted": line.counted,
        "elsewhere": line.elsewhere,
    }


def move_counts(db: sqlite3.Connection, before: Order, after: Order) -> None:
    """Write by how much this station's counts on `after` differ from those on `before`, and what follows.

    The two have the same lines in the same order.
    """
    for was, now in zip(before.lines, after.lines, strict=True):
        if delta := now.counted - was.counted:
            db.execute("UPDATE lines SET counted = counted + ? WHERE id = ?", (delta, now.id))
    outbox.wait(db, after.id)
    if after.ruled != before.ruled:
        bring_along(db, after)
    elif after.status is before.status:  # the status is indexed: leaving it alone leaves the index alone
        db.execute("UPDATE orders SET verified = ? WHERE id = ?", (after.verified, after.id))
    else:
        db.execute(
            "UPDATE orders SET verified = ?, status = ?, done = ? WHERE id = ?",
            (after.verified, after.status.value, _done(after), after.id),
        )


def bring_along(db: sqlite3.Connection, order: Order) -> None:
    """Write what follows from the order's lines and rulings: its units and its status."""
    db.execute(
        "UPDATE orders SET verified = ?, status = ?, done = ?, reported = ?, ruling = ?, ruled = ?"
        " WHERE id = ?",
        (
            order.verified,
            order.status.value,
            _done(order),
            order.reported.value,
            order.ruling.value,
            order.ruled,
            order.id,
        ),
    )


def _done(order: Order) -> int:
    """Whether the order is out of the way of those still to be scanned; a draft is yet to come."""
    return int(order.closed not in ("", OrderStatus.DRAFT))


def add(db: sqlite3.Connection, order: Order) -> None:
    """Bring in one order whose number and id the ledger does not have, in as few statements as can be.

    Raises Refused when one of its lines has an id that another order's line has.
    """
    db.execute(_ADD_ORDER, _row(order))
    try:
        _add_lines(db, [order])
    except sqlite3.IntegrityError:
        raise Refused(
            f"A line of order {order.order_number} has an id that another order's line has."
        ) from None


def rewrite(db: sqlite3.Connection, order: Order) -> None:
    """Write an order that the ledger has as it is now; what this station counted on its lines stays.

    Lines that `order` lacks end. Raises Refused when a new line's id is another order's.
    """
    row = _row(order)
    db.execute(f"UPDATE orders SET {', '.join(f'{name} = :{name}' for name in row)} WHERE id = :id", row)
    before = [each for (each,) in db.execute("SELECT id FROM lines WHERE order_id = ?", (order.id,))]
    kept = {line.id for line in order.lines}
    db.executemany("DELETE FROM lines WHERE id = ?", [(each,) for each in before if each not in kept])
    db.execute("UPDATE lines SET position = -position WHERE order_id = ?", (order.id,))
    for position, line in enumerate(order.lines, 1):
        row = _line_row(order, position, line)
        if line.id in before:
            del row["counted"]
            db.execute(f"UPDATE lines SET {', '.join(f'{n} = :{n}' for n in row)} WHERE id = :id", row)
        elif db.execute("SELECT 1 FROM lines WHERE id = ?", (line.id,)).fetchone():
            raise Refused(f"A line of order {order.order_number} has an id that another order's line has.")
        else:
            db.execute(f"INSERT INTO lines ({', '.join(row)}) VALUES (:{', :'.join(row)})", row)


def next_due(db: sqlite3.Connection, after: str | None = None) -> Order | None:
    """The order that is due first among those that can be scanned, other than the one with id `after`."""
    found = db.execute(
        f"{_SELECT} WHERE done = 0 AND status != 'draft' AND id IS NOT ?"
        " ORDER BY done, due, order_number LIMIT 1",
        (after,),
    ).fetchone()
    return _order(db, found) if found else None
