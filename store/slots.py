"""Counts as they travel between stations: this ledger's own shares of the log, and slots seen at the API.

A slot's content is kept as the text that stood in the metadata; what it means is for `sync` to say.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping

CountedRow = tuple[int, str, int, str, str, str, str | None]
"""Sequence number, line id, units, mark of the event's hash, who, when, and the detail of a ruling."""

_COUNTING = (
    "SELECT seq, coalesce(line_id, ''), delta, lower(hex(substr(hash, 1, 2))), person, at,"
    " CASE WHEN json_extract(detail, '$.ruled') THEN json_set(detail, '$.why', reason) END FROM events"
    " WHERE order_id = ? AND (line_id IS NOT NULL AND delta != 0"
    " OR act IS NOT NULL AND json_extract(detail, '$.ruled') IS NOT NULL) ORDER BY seq"
)


def shares(db: sqlite3.Connection, order_id: str) -> dict[str, list[CountedRow]]:
    """The order's events that count or rule, by their slot, oldest first; only slots that have any."""
    rows = db.execute(_COUNTING, (order_id,)).fetchall()
    if not rows:
        return {}
    bounds = db.execute("SELECT after_seq, slot FROM incarnations ORDER BY after_seq, rowid").fetchall()
    moved = db.execute(
        "SELECT after_seq, upto_seq, slot FROM shares WHERE order_id = ? ORDER BY rowid", (order_id,)
    ).fetchall()
    found: dict[str, list[CountedRow]] = {}
    for row in rows:
        seq = row[0]
        slot = next(name for after, name in reversed(bounds) if after < seq)
        for after, upto, name in moved:
            if after < seq <= upto:
                slot = name
        found.setdefault(slot, []).append(row)
    return found


def move(db: sqlite3.Connection, order_id: str, slot: str, first: int, last: int) -> None:
    """Let the order's events from number `first` to `last` go to a slot of their own from now on."""
    db.execute("INSERT INTO shares VALUES (?, ?, ?, ?)", (order_id, slot, first - 1, last))


def known(db: sqlite3.Connection, order_id: str) -> dict[str, tuple[str, int]]:
    """Every slot of the order that was seen or is carried: its text, and how much of it was sighted."""
    rows = db.execute("SELECT slot, body, sighted FROM slots WHERE order_id = ?", (order_id,))
    return {slot: (body, sighted) for slot, body, sighted in rows}


def keep(db: sqlite3.Connection, order_id: str, slots: Mapping[str, str], sighted: Mapping[str, int]) -> None:
    """Remember these slots; those that are as they were cost nothing."""
    before = known(db, order_id)
    changed = [
        (order_id, name, body, sighted.get(name, 0))
        for name, body in slots.items()
        if before.get(name) != (body, sighted.get(name, 0))
    ]
    if changed:
        db.executemany("INSERT OR REPLACE INTO slots VALUES (?, ?, ?, ?)", changed)
