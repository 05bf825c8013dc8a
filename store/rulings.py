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

    Of each slot the last one holds, of all slots the highest number, of equal ones the later name's. A slot
    of this station is read from the log, unless the API was seen to have more of it.
    """
    found: dict[str, tuple[int, str]] = {}
    known = {name: json.loads(body) for name, (body, _) in slots.known(db, order_id).items()}
    for name, body in known.items():
        if "ruled" in body:
            found[name] = (body["ruled"]["number"], body["ruled"]["is"])
    for name, events in slots.shares(db, order_id).items():
        if name in known and known[name]["n"] > len(events):
            continue
        told = [json.loads(detail) for *_, detail in events if detail is not None]
        if told:
            found[name] = (told[-1]["ruled"], told[-1]["ruling"])
    if not found:
        return Ruling.NONE, 0
    name = max(found, key=lambda each: (found[each][0], each))
    number, ruling = found[name]
    return Ruling(ruling), number
