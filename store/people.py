"""People who work at the station: names, roles, badges and PINs. Only what cannot be turned back is kept."""

from __future__ import annotations

import secrets
import sqlite3
import unicodedata
from datetime import date

from store.badges import PERSON, person_of
from store.catalog import goods_named
from store.errors import Refused
from store.sealed import OPERATOR, SUPERVISOR, badge_key, sealed_badge, sealed_pin
from store.secret import Secret
from verification.codes import COMMAND_PREFIX
from verification.gtin import gtin14
from verification.meaning import Person
from verification.names import folded
from verification.printable import printable
from verification.records import record

__all__ = [
    "OPERATOR",
    "SUPERVISOR",
    "Entry",
    "add",
    "badge_key",
    "by_name",
    "disable",
    "enable",
    "listed",
    "named",
    "new_badge",
]

_BADGE_LETTERS = "BCDEFGHJKLNPRSTUVX"
"""What every Latin keyboard layout has in one place, so that a wedge scanner may be set to any of them."""
_BADGE_LENGTH = 18
"""Of 18 letters each: 75 random bits."""


@record
class Entry:
    """One person on the list, the name as it is kept: made printable where it is shown."""

    name: str
    role: str
    badge: bool
    pin: bool
    active: bool
    until: str = ""
    """The last day on which they may work here, `YYYY-MM-DD`; empty where there is none."""

    def state(self, today: str) -> str:
        """`active`, `expired` or `disabled` on the day `today`."""
        return "disabled" if not self.active else "expired" if self.until and today > self.until else "active"


def by_name(db: sqlite3.Connection, name: str) -> tuple[Person, str | None] | None:
    """Who goes by a name, and the PIN as it is kept, if there is one; None where nobody does."""
    wanted = folded(name)
    for row in db.execute(f"SELECT {PERSON}, pin FROM people"):
        if folded(row[0]) == wanted:
            return person_of(row[:4]), row[4]
    return None


def add(
    db: sqlite3.Connection,
    secret: Secret,
    name: str,
    role: str,
    *,
    badge: str | None,
    pin: str | None,
    until: str = "",
) -> None:
    """Enter a person, until the end of a day `YYYY-MM-DD` where one is given.

    Raises Refused when the name is taken, the badge is another's or the PIN too short.
    """
    name = unicodedata.normalize("NFC", name.strip())
    if not name or not name.isprintable() or len(name) > 60:
        raise Refused("A name needs 1 to 60 printable characters; nothing was changed.")
    if by_name(db, name) is not None:
        raise Refused(f"{printable(name)} is on the list already; nothing was changed.")
    db.execute(
        "INSERT INTO people (name, role, badge, pin, active, since, until)"
        " VALUES (?, ?, ?, ?, 1, datetime('now'), ?)",
        (
            name,
            role,
            _checked_badge(db, secret, badge),
            None if pin is None else sealed_pin(secret, role, pin),
            _checked_day(until),
        ),
    )


def disable(db: sqlite3.Connection, name: str) -> str:
    """Let somebody neither sign in nor approve from now on; what they did stays. Returns the name as listed.

    Raises Refused when nobody has this name.
    """
    entry = named(db, name)
    db.execute("UPDATE people SET active = 0 WHERE name = ?", (entry.name,))
    return entry.name


def enable(db: sqlite3.Connection, name: str, *, until: str = "") -> str:
    """Let somebody sign in again, until the end of a day where one is given. Returns the name as listed.

    Raises Refused when nobody has this name, or the day is none.
    """
    entry = named(db, name)
    db.execute("UPDATE people SET active = 1, until = ? WHERE name = ?", (_checked_day(until), entry.name))
    return entry.name


def named(db: sqlite3.Connection, name: str) -> Entry:
    """The entry of a name, in whatever case. Raises Refused when nobody has it."""
    wanted = folded(name)
    found = next((each for each in listed(db) if folded(each.name) == wanted), None)
    if found is None:
        told = printable(name.strip())
        raise Refused(f"Nobody is called {told}: `tallyman people list` shows all; nothing was changed.")
    return found


def _checked_day(until: str) -> str | None:
    try:
        return date.fromisoformat(until).isoformat() if until else None
    except ValueError as error:
        raise Refused(f"{printable(until)} is no day: give it as 2031-12-31; nothing was changed.") from error


def _checked_badge(db: sqlite3.Connection, secret: Secret, badge: str | None) -> str | None:
    if badge is None:
        return None
    if len(badge) < 4:
        raise Refused("A badge code needs at least 4 characters; nothing was changed.")
    if badge.upper().startswith(COMMAND_PREFIX):
        raise Refused("That badge code is kept for commands; nothing was changed.")
    if db.execute("SELECT 1 FROM orders WHERE order_number = ?", (badge,)).fetchone():
        raise Refused("That badge code is an order's number; nothing was changed.")
    if goods_named(db, badge, gtin14(badge)):
        raise Refused("That badge code stands for goods; nothing was changed.")
    sealed = sealed_badge(badge_key(secret), badge)
    if db.execute("SELECT 1 FROM people WHERE badge = ?", (sealed,)).fetchone():
        raise Refused("That badge is somebody else's already; nothing was changed.")
    return sealed


def new_badge(db: sqlite3.Connection, secret: Secret, name: str) -> str:
    """Give somebody a new random badge, in place of any they had, and return its code: it is kept nowhere.

    Raises Refused when nobody who may sign in has this name.
    """
    found = by_name(db, name)
    if found is None or found[0].disabled:
        raise Refused(f"Nobody called {printable(name)} may sign in; no badge was changed.")
    code = "".join(secrets.choice(_BADGE_LETTERS) for _ in range(_BADGE_LENGTH))
    db.execute(
        "UPDATE people SET badge = ? WHERE name = ?", (_checked_badge(db, secret, code), found[0].name)
    )
    return code


def listed(db: sqlite3.Connection) -> list[Entry]:
    """Everybody, by name."""
    rows = db.execute(
        "SELECT name, role, badge IS NOT NULL, pin IS NOT NULL, active, until FROM people"
        " ORDER BY name COLLATE NOCASE"
    )
    return [
        Entry(name, role, bool(badge), bool(pin), bool(active), until or "")
        for name, role, badge, pin, active, until in rows
    ]
