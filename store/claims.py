"""Who else is verifying an order. A claim is soft: it informs, and can be taken over."""

from __future__ import annotations

import json
import sqlite3

from store import lineage, slots
from verification.records import record


@record
class Claim:
    """Another station has counts on the order."""

    station: str
    who: str
    at: str
    """When it counted last, by its own clock; shown, decides nothing."""
    units: int


def of(db: sqlite3.Connection, order_id: str) -> tuple[Claim, ...]:
    """The other stations that counted on the order since it was last taken over here, most units first."""
    station = lineage.station(db)
    taken = _taken_over(db, order_id)
    found = []
    for name, (text, _) in slots.known(db, order_id).items():
        slot = json.loads(text)
        where = lineage.station_of(name)
        if where != station and slot["n"] > taken.get(name, 0) and any(slot["c"].values()):
            found.append(Claim(where, slot["who"], slot["at"], sum(slot["c"].values())))
    return tuple(sorted(found, key=lambda claim: (-claim.units, claim.station)))


def take_over(db: sqlite3.Connection, order_id: str) -> None:
    """Go on with the order here: what others counted up to now is no claim any more."""
    now = {name: json.loads(text)["n"] for name, (text, _) in slots.known(db, order_id).items()}
    db.execute("INSERT OR REPLACE INTO about (name, value) VALUES (?, ?)", (_name(order_id), json.dumps(now)))


def _taken_over(db: sqlite3.Connection, order_id: str) -> dict[str, int]:
    row = db.execute("SELECT value FROM about WHERE name = ?", (_name(order_id),)).fetchone()
    return json.loads(row[0]) if row else {}


def _name(order_id: str) -> str:
    return f"taken over.{order_id}"
