"""What reconciliation found that a human must look at."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable

from store.errors import Refused
from verification.records import record

LASTING = frozenset({"restored", "not_cancelled", "not_shipped"})
"""Kinds that stand until somebody settles them; the others end when they are no longer true."""


@record
class Conflict:
    """One thing to look at."""

    order_id: str
    order_number: str
    kind: str
    what: str
    told: str


def replace(db: sqlite3.Connection, order_id: str, found: Iterable[tuple[str, str, str]]) -> None:
    """These are the order's conflicts now, as kind, what, and a sentence; lasting ones before them stay."""
    marks = ", ".join("?" * len(LASTING))
    db.execute(f"DELETE FROM conflicts WHERE order_id = ? AND kind NOT IN ({marks})", (order_id, *LASTING))
    db.executemany(
        "INSERT OR REPLACE INTO conflicts (order_id, kind, what, told) VALUES (?, ?, ?, ?)",
        [(order_id, *each) for each in found],
    )


def settle(db: sqlite3.Connection, order_id: str, kind: str, what: str) -> None:
    """A human has looked. An edit that clashed is given up. Raises Refused when there is no such conflict."""
    done = db.execute(
        "DELETE FROM conflicts WHERE order_id = ? AND kind = ? AND what = ?", (order_id, kind, what)
    )
    if not done.rowcount:
        raise Refused("That conflict is settled already.")
    if kind == "header":
        db.execute("DELETE FROM edits WHERE order_id = ? AND field = ?", (order_id, what))
    elif kind == "closed_edits":
        db.execute("DELETE FROM edits WHERE order_id = ?", (order_id,))


_LISTED = "SELECT order_id, order_number, kind, what, told FROM conflicts JOIN orders ON orders.id = order_id"


def of(db: sqlite3.Connection, order_id: str) -> list[Conflict]:
    """What is in conflict about one order."""
    rows = db.execute(f"{_LISTED} WHERE order_id = ? ORDER BY kind, what", (order_id,))
    return [Conflict(*row) for row in rows]


def listed(db: sqlite3.Connection, limit: int = 1_000) -> list[Conflict]:
    """All conflicts, by order."""
    rows = db.execute(f"{_LISTED} ORDER BY order_number, kind, what LIMIT ?", (limit,))
    return [Conflict(*row) for row in rows]


def count(db: sqlite3.Connection) -> int:
    """How many conflicts there are."""
    number: int = db.execute("SELECT count(*) FROM conflicts").fetchone()[0]
    return number
