"""Everything that the ledger holds of one order, as objects: what `tallyman audit export` writes."""

from __future__ import annotations

import json
import sqlite3
from dataclasses import asdict
from typing import Any

from store import conflicts, log, outbox, sightings, slots

CLAIM = "tamper-evident"
"""No more: whoever has the station's secret can write another log."""


def of_order(db: sqlite3.Connection, order_id: str) -> dict[str, Any]:
    """The order's events with their hashes, its slots, and how it stands with the Orders API."""
    waiting = outbox.of(db, order_id)
    sighting = sightings.of(db, order_id)
    return {
        "counts_by_station": _by_station(db, order_id),
        "events": _events(db, order_id),
        "slots": {
            name: {"own": name in _own(db), "sighted": sighted, **json.loads(body)}
            for name, (body, sighted) in sorted(slots.known(db, order_id).items())
        },
        "api": {
            "seen": asdict(sighting) if sighting else None,
            "items": _rows(db, "SELECT line_id, item_id, reported FROM items WHERE order_id = ?", order_id),
            "waiting": asdict(waiting) if waiting else None,
            "attempts": _rows(
                db,
                "SELECT number, method, body, outcome FROM attempts WHERE order_id = ? ORDER BY number",
                order_id,
            ),
            "edits": [
                {"field": field, "base": base, "mine": mine}
                for field, base, mine in outbox.edits_of(db, order_id)
            ],
            "conflicts": [
                asdict(each) for each in conflicts.listed(db, limit=-1) if each.order_id == order_id
            ],
        },
    }


def _events(db: sqlite3.Connection, order_id: str) -> list[dict[str, Any]]:
    """Every field of every event; bytes in hexadecimal digits."""
    names = (*log.FIELDS, "hash")
    return [
        {name: value.hex() if isinstance(value, bytes) else value for name, value in row.items()}
        for row in _rows(
            db, f"SELECT {', '.join(names)} FROM events WHERE order_id = ? ORDER BY seq", order_id
        )
    ]


def _rows(db: sqlite3.Connection, statement: str, *bound: object) -> list[dict[str, Any]]:
    cursor = db.execute(statement, bound)
    names = [name for name, *_ in cursor.description]
    return [dict(zip(names, row, strict=True)) for row in cursor]


def _own(db: sqlite3.Connection) -> set[str]:
    """The names of this ledger's own slots."""
    return {slot for (slot,) in db.execute("SELECT slot FROM incarnations")}


def _by_station(db: sqlite3.Connection, order_id: str) -> dict[str, dict[str, int]]:
    """Units by line id of every slot of the order: this log's own shares, other stations' as last seen.

    What the API itself reports beside all slots stands under `api`.
    """
    line_of = dict(db.execute("SELECT item_id, line_id FROM items WHERE order_id = ?", (order_id,)))
    found: dict[str, dict[str, int]] = {}
    own = _own(db)
    for name, (body, _) in slots.known(db, order_id).items():
        if name not in own:
            found[name] = {line_of.get(item, item): units for item, units in json.loads(body)["c"].items()}
    for name, rows in slots.shares(db, order_id).items():
        counts = found.setdefault(name, {})
        for _, line_id, delta, *_ in rows:
            counts[line_id] = counts.get(line_id, 0) + delta
    reported = db.execute(
        "SELECT line_id, reported FROM items WHERE order_id = ? AND reported != 0", (order_id,)
    ).fetchall()
    return {**found, "api": dict(reported)} if reported else found
