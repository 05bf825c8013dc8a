"""Whose badge a code is: badges are kept sealed, so a code is looked up by what it is sealed to."""

from __future__ import annotations

import sqlite3

from store.sealed import SUPERVISOR, sealed_badge
from verification.meaning import Person

PERSON = "name, role, until, active"
"""What `person_of` asks of a row."""


def person_of(row: tuple[str, str, str | None, int]) -> Person:
    """The person in a row of `PERSON`."""
    name, role, until, active = row
    return Person(name, role == SUPERVISOR, until or "", not active)


def by_badge(db: sqlite3.Connection, key: bytes, badge: str) -> Person | None:
    """Whose badge this is, or None; who may not sign in any longer is found too, and refused by the rules."""
    row = db.execute(f"SELECT {PERSON} FROM people WHERE badge = ?", (sealed_badge(key, badge),)).fetchone()
    return person_of(row) if row else None
