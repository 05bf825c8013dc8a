"""The last word on an order, as it follows from this station's log and from the slots that are known."""

from __future__ import annotations

import json
import sqlite3

from store import slots
from verification.orders import Ruling

_SPOKEN_OF = """
SELECT id FROM orders WHERE ruled != 0 OR ruling != ''
UNION SELECT order_id FROM events WHERE act IS NOT NULL AND json_extract(detail, '$.ruled') IS NOT NULL
UNION SELECT order_id FROM slots WHERE json_extract(body, '$.ruled') IS NOT NULL
"""


def spoken_of(db: sqlite3.Connection) -> list[str]:
    """The orders that somebody ruled on, or whose row says so."""
    return [order_id for (order_id,) in db.execute(_SPOKEN_OF).fetchall()]


def newest(db: sqlite3.Connection, order_id: str) -> tuple[Ruling, int]:
    """The newest ruling of all stations and its number; NONE and 0 where nobody ruled.

    Of each slot the last one holds, of all slots the highest number, of equal ones the later name's. Where
    the API holds more of a slot of ours than the log does, as after a restore, both have their say.
    """
    known = {name: json.loads(body) for name, (body, _) in slots.known(db, order_id).items()}
    own = slots.shares(db, order_id)
    found = [
        (body["ruled"]["number"], name, body["ruled"]["is"])
        for name, body in known.items()
        if "ruled" in body and body["n"] > len(own.get(name, ()))
    ]
    for name, events in own.items():
        told = [json.loads(detail) for *_, detail in events if detail is not None]
        if told:
            found.append((told[-1]["ruled"], name, told[-1]["ruling"]))
    number, _, ruling = max(found, key=lambda each: each[:2], default=(0, "", Ruling.NONE.value))
    return Ruling(ruling), number
