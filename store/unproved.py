"""Writes of waiting orders that were answered with success, and what the API showed before each.

Only a later look proves a write. While the API shows what it showed before, the write is not seen: it may be
late, or the API passes it over.
"""

from __future__ import annotations

import sqlite3

from verification.records import record


@record
class Unproved:
    """An order's last write."""

    round: int
    """The round of reconciliation in which it was sent."""
    before: str
    """A digest of what the API showed before it."""
    unseen: int
    """How many writes in a row before it were not seen in a later round."""


def last(db: sqlite3.Connection, order_id: str) -> Unproved | None:
    """The order's last write that no look has proved; None where there is none."""
    row = db.execute(
        "SELECT written, before, unseen FROM outbox WHERE order_id = ? AND before IS NOT NULL", (order_id,)
    ).fetchone()
    return Unproved(*row) if row else None


def wrote(db: sqlite3.Connection, order_id: str, write: Unproved) -> None:
    """The order is about to be written."""
    db.execute(
        "UPDATE outbox SET written = ?, before = ?, unseen = ? WHERE order_id = ?",
        (write.round, write.before, write.unseen, order_id),
    )


def shown(db: sqlite3.Connection, order_id: str) -> None:
    """The API shows something else than before the write."""
    db.execute("UPDATE outbox SET before = NULL, unseen = 0 WHERE order_id = ?", (order_id,))
