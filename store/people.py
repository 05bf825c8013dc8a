"""People who work at the station: names, roles, badges and PINs. Only what cannot be turned back is kept."""

from __future__ import annotations

import hmac
import secrets
import sqlite3
from dataclasses import dataclass

from store.errors import Refused
from store.secret import Secret
from verification.codes import COMMAND_PREFIX
from verification.meaning import Person
from verification.printable import printable

OPERATOR = "operator"
SUPERVISOR = "supervisor"
_LEAST_PIN = {OPERATOR: 4, SUPERVISOR: 6}
"""Digits."""
_BADGE_LETTERS = "BCDEFGHJKLNPRSTUVX"
"""What every Latin keyboard layout has in one place, so that a wedge scanner may be set to any of them."""
_BADGE_LENGTH = 18
"""Of 18 letters each: 75 random bits."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One person as `people list` shows them."""

    name: str
    role: str
    badge: bool
    pin: bool
    active: bool


def badge_key(secret: Secret) -> bytes:
    """The key under which badges are kept."""
    return secret.key("badge")


def _sealed(key: bytes, badge: str) -> str:
    return hmac.digest(key, badge.encode(), "sha256").hex()


def by_badge(db: sqlite3.Connection, key: bytes, badge: str) -> Person | None:
    """Whose badge this is, or None."""
    row = db.execute(
        "SELECT name, role FROM people WHERE badge = ? AND active", (_sealed(key, badge),)
    ).fetchone()
    return Person(row[0], row[1] == SUPERVISOR) if row else None


def by_pin(db: sqlite3.Connection, secret: Secret, name: str, pin: str) -> Person | None:
    """The person whose name and PIN these are, or None. Takes a tenth of a second, right or wrong."""
    from argon2 import PasswordHasher
    from argon2.exceptions import InvalidHashError, VerificationError

    row = db.execute(
        "SELECT name, role, pin FROM people WHERE name = ? COLLATE NOCASE AND active", (name.strip(),)
    ).fetchone()
    hasher = PasswordHasher()
    peppered = _peppered(secret, pin)
    if row is None or row[2] is None:
        hasher.hash(peppered)  # as slow as a real one, so that time does not tell which names exist
        return None
    try:
        hasher.verify(row[2], peppered)
    except (VerificationError, InvalidHashError):
        return None
    return Person(row[0], row[1] == SUPERVISOR)


def _peppered(secret: Secret, pin: str) -> bytes:
    return hmac.digest(secret.key("pin"), pin.encode(), "sha256")


def add(
    db: sqlite3.Connection, secret: Secret, name: str, role: str, *, badge: str | None, pin: str | None
) -> None:
    """Enter a person. Raises Refused when the name is taken, the badge is another's or the PIN too short."""
    name = name.strip()
    if not name or not name.isprintable() or len(name) > 60:
        raise Refused("A name needs 1 to 60 printable characters; nobody was added.")
    if db.execute("SELECT 1 FROM people WHERE name = ? COLLATE NOCASE", (name,)).fetchone():
        raise Refused(f"{name} is on the list already; nobody was added.")
    db.execute(
        "INSERT INTO people (name, role, badge, pin, active, since) VALUES (?, ?, ?, ?, 1, datetime('now'))",
        (name, role, _checked_badge(db, secret, badge), _checked_pin(secret, role, pin)),
    )


def _checked_badge(db: sqlite3.Connection, secret: Secret, badge: str | None) -> str | None:
    if badge is None:
        return None
    if len(badge) < 4:
        raise Refused("A badge code needs at least 4 characters; nobody was added.")
    if badge.upper().startswith(COMMAND_PREFIX):
        raise Refused("That badge code is kept for commands; nobody was added.")
    if db.execute("SELECT 1 FROM orders WHERE order_number = ?", (badge,)).fetchone():
        raise Refused("That badge code is an order's number; nobody was added.")
    sealed = _sealed(badge_key(secret), badge)
    if db.execute("SELECT 1 FROM people WHERE badge = ?", (sealed,)).fetchone():
        raise Refused("That badge is somebody else's already; nobody was added.")
    return sealed


def new_badge(db: sqlite3.Connection, secret: Secret, name: str) -> str:
    """Give somebody a new random badge, in place of any they had, and return its code: it is kept nowhere.

    Raises Refused when nobody who may sign in has this name.
    """
    row = db.execute(
        "SELECT name FROM people WHERE name = ? COLLATE NOCASE AND active", (name.strip(),)
    ).fetchone()
    if row is None:
        raise Refused(f"Nobody called {printable(name)} may sign in; no badge was changed.")
    code = "".join(secrets.choice(_BADGE_LETTERS) for _ in range(_BADGE_LENGTH))
    db.execute("UPDATE people SET badge = ? WHERE name = ?", (_checked_badge(db, secret, code), row[0]))
    return code


def _checked_pin(secret: Secret, role: str, pin: str | None) -> str | None:
    if pin is None:
        return None
    least = _LEAST_PIN[role]
    if not (pin.isascii() and pin.isdigit() and least <= len(pin) <= 12):
        raise Refused(f"A PIN needs {least} to 12 digits for the role {role}; nobody was added.")
    from argon2 import PasswordHasher

    return PasswordHasher().hash(_peppered(secret, pin))


def listed(db: sqlite3.Connection) -> list[Entry]:
    """Everybody, by name."""
    rows = db.execute(
        "SELECT name, role, badge IS NOT NULL, pin IS NOT NULL, active FROM people"
        " ORDER BY name COLLATE NOCASE"
    )
    return [
        Entry(printable(name), role, bool(badge), bool(pin), bool(active))
        for name, role, badge, pin, active in rows
    ]
