"""What waits to be sent to the Orders API: one row for each order, in the order in which they came."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping
from typing import Any

from store.due import due_key
from store.errors import Refused
from verification.orders import OrderStatus
from verification.records import record

EDITABLE = ("customer_name", "customer_info", "notes", "due_date")


@record
class Waiting:
    """One order that waits, or is parked with the reason why it cannot be sent."""

    order_id: str
    order_number: str
    creating: bool
    cancelling: bool
    reason: str
    parked: str | None
    tries: int
    becoming: OrderStatus | None = None
    """The status that a person gave it: a draft that was released, an order that was shipped."""


@record
class Attempt:
    """One write that was sent for an order which is not settled yet."""

    number: int
    method: str
    outcome: str
    """What came of it; empty when nobody knows."""


_WAITING = (
    "SELECT outbox.order_id, order_number, creating, cancelling, reason, parked, tries, becoming"
    " FROM outbox JOIN orders ON orders.id = outbox.order_id"
)


def wait(db: sqlite3.Connection, order_id: str) -> None:
    """Have the order sent; nothing changes when it waits already. One cheap statement: each scan makes it."""
    db.execute("INSERT OR IGNORE INTO outbox (order_id) VALUES (?)", (order_id,))


def of(db: sqlite3.Connection, order_id: str) -> Waiting | None:
    """How the order waits; None when it does not."""
    row = db.execute(f"{_WAITING} WHERE outbox.order_id = ?", (order_id,)).fetchone()
    return _waiting(row) if row else None


def waiting(db: sqlite3.Connection, limit: int = 1_000, after: int = 0) -> list[tuple[int, str]]:
    """Numbers and order ids of rows that are not parked, in order, from the row after number `after`."""
    return db.execute(
        "SELECT number, order_id FROM outbox WHERE parked IS NULL AND number > ? ORDER BY number LIMIT ?",
        (after, limit),
    ).fetchall()


def listed(db: sqlite3.Connection, limit: int = 1_000) -> list[Waiting]:
    """All that waits or is parked, in order."""
    return [_waiting(row) for row in db.execute(f"{_WAITING} ORDER BY number LIMIT ?", (limit,))]


def _waiting(row: tuple[Any, ...]) -> Waiting:
    order_id, number, creating, cancelling, reason, parked, tries, becoming = row
    status = OrderStatus(becoming) if becoming else None
    return Waiting(order_id, number, bool(creating), bool(cancelling), reason, parked, tries, status)


def tallied(db: sqlite3.Connection) -> tuple[int, int]:
    """How many wait and how many are parked."""
    held, parked = db.execute("SELECT count(*), count(parked) FROM outbox").fetchone()
    return held - parked, parked


def settle(db: sqlite3.Connection, order_id: str) -> None:
    """The API was seen to have everything, or nothing more may be sent: the row and its attempts end."""
    db.execute("DELETE FROM outbox WHERE order_id = ?", (order_id,))
    db.execute("DELETE FROM attempts WHERE order_id = ?", (order_id,))


def park(db: sqlite3.Connection, order_id: str, reason: str) -> None:
    """Keep the order from being sent until a human looks."""
    wait(db, order_id)
    db.execute("UPDATE outbox SET parked = ? WHERE order_id = ?", (reason, order_id))


def retry(db: sqlite3.Connection, order_id: str) -> None:
    """Let a parked order be sent again. Raises Refused when it is not parked."""
    done = db.execute(
        "UPDATE outbox SET parked = NULL, tries = 0, before = NULL, unseen = 0"
        " WHERE order_id = ? AND parked IS NOT NULL",
        (order_id,),
    )
    if not done.rowcount:
        raise Refused("That order is not parked; there is nothing to try again.")


def give_up(db: sqlite3.Connection, order_id: str) -> None:
    """A human settled a parked order in another way: its edits are given up, and it is not sent again.

    Counts stay in the log; where the API is seen to lack them, they come to wait anew. Raises Refused when
    the order is not parked.
    """
    row = of(db, order_id)
    if row is None or row.parked is None:
        raise Refused("That order is not parked; there is nothing to settle.")
    db.execute("DELETE FROM edits WHERE order_id = ?", (order_id,))
    settle(db, order_id)


def failed(db: sqlite3.Connection, order_id: str) -> int:
    """Count one more try of the order that ended in a refusal; returns how many in a row."""
    wait(db, order_id)
    row = db.execute(
        "UPDATE outbox SET tries = tries + 1 WHERE order_id = ? RETURNING tries", (order_id,)
    ).fetchone()
    return int(row[0])


def created(db: sqlite3.Connection, order_id: str) -> None:
    """The order is in the API now; what else waits for it stays."""
    db.execute("UPDATE outbox SET creating = 0, tries = 0 WHERE order_id = ?", (order_id,))


def create(db: sqlite3.Connection, order_id: str) -> None:
    """Have the order created in the API."""
    db.execute("INSERT INTO outbox (order_id, creating) VALUES (?, 1)", (order_id,))


def edit(db: sqlite3.Connection, order_id: str, changes: Mapping[str, Any]) -> None:
    """Change header fields here and have the change sent. Raises Refused for a shipped or cancelled order."""
    status, *before = db.execute(
        f"SELECT status, {', '.join(EDITABLE)} FROM orders WHERE id = ?", (order_id,)
    ).fetchone()
    if status in (OrderStatus.SHIPPED, OrderStatus.CANCELLED):
        raise Refused(f"The order is {status}: it cannot be edited.")
    now = {field: value or "" for field, value in zip(EDITABLE, before, strict=True)}
    now["customer_info"] = json.loads(now["customer_info"] or "{}")
    wait(db, order_id)
    for field, value in changes.items():
        db.execute(
            "INSERT INTO edits (order_id, field, base, mine) VALUES (?, ?, ?, ?)"
            " ON CONFLICT (order_id, field) DO UPDATE SET mine = excluded.mine",
            (order_id, field, json.dumps(now[field]), json.dumps(value)),
        )
        kept = json.dumps(value) if field == "customer_info" else value
        db.execute(f"UPDATE orders SET {_column(field)} = ? WHERE id = ?", (kept, order_id))
    if "due_date" in changes:
        db.execute("UPDATE orders SET due = ? WHERE id = ?", (due_key(changes["due_date"]), order_id))


def _column(field: str) -> str:
    if field not in EDITABLE:
        raise Refused(f"{field} cannot be edited; {', '.join(EDITABLE)} can.")
    return field


def cancel(db: sqlite3.Connection, order_id: str, reason: str) -> None:
    """Cancel the order here and have it cancelled in the API. Raises Refused for a shipped order."""
    (status,) = db.execute("SELECT status FROM orders WHERE id = ?", (order_id,)).fetchone()
    if status in (OrderStatus.SHIPPED, OrderStatus.CANCELLED):
        raise Refused(f"The order is {status} already.")
    wait(db, order_id)
    db.execute("UPDATE outbox SET cancelling = 1, reason = ? WHERE order_id = ?", (reason, order_id))
    db.execute(
        "UPDATE orders SET reported = 'cancelled', status = 'cancelled', done = 1 WHERE id = ?", (order_id,)
    )


def become(db: sqlite3.Connection, order_id: str, status: OrderStatus) -> None:
    """Have the order given this status in the API."""
    wait(db, order_id)
    db.execute("UPDATE outbox SET becoming = ? WHERE order_id = ?", (status.value, order_id))


def edits_of(db: sqlite3.Connection, order_id: str) -> list[tuple[str, Any, Any]]:
    """Field, base and edited value of each edit that waits."""
    rows = db.execute("SELECT field, base, mine FROM edits WHERE order_id = ? ORDER BY field", (order_id,))
    return [(field, json.loads(base), json.loads(mine)) for field, base, mine in rows]


def edits_sent(db: sqlite3.Connection, order_id: str, fields: tuple[str, ...]) -> None:
    """The API has these edits."""
    db.executemany("DELETE FROM edits WHERE order_id = ? AND field = ?", [(order_id, f) for f in fields])


def attempt(db: sqlite3.Connection, order_id: str, method: str, body: object) -> int:
    """Record that a write is about to be sent; returns the attempt's number."""
    cursor = db.execute(
        "INSERT INTO attempts (order_id, method, body) VALUES (?, ?, ?)", (order_id, method, json.dumps(body))
    )
    assert cursor.lastrowid is not None
    return cursor.lastrowid


def answered(db: sqlite3.Connection, number: int, outcome: str) -> None:
    """Record what came of an attempt."""
    db.execute("UPDATE attempts SET outcome = ? WHERE number = ?", (outcome, number))


def last_outcome(db: sqlite3.Connection, order_id: str) -> str | None:
    """What came of the order's last attempt; None when there was none or nobody knows."""
    row = db.execute(
        "SELECT outcome FROM attempts WHERE order_id = ? ORDER BY number DESC LIMIT 1", (order_id,)
    ).fetchone()
    return row[0] if row else None


def last_write(db: sqlite3.Connection, order_id: str) -> tuple[str, Any]:
    """Method and body of the order's last attempt; no method when there was none."""
    row = db.execute(
        "SELECT method, body FROM attempts WHERE order_id = ? ORDER BY number DESC LIMIT 1", (order_id,)
    ).fetchone()
    return (row[0], json.loads(row[1])) if row else ("", None)


def attempts_of(db: sqlite3.Connection, order_id: str, limit: int = 20) -> list[Attempt]:
    """The order's last writes since it was settled last, newest first."""
    rows = db.execute(
        "SELECT number, method, coalesce(outcome, '') FROM attempts WHERE order_id = ?"
        " ORDER BY number DESC LIMIT ?",
        (order_id, limit),
    )
    return [Attempt(*row) for row in rows]
