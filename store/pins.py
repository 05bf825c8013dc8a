"""Names and PINs: the one place where a PIN is checked, whoever asks, and where wrong ones lock a name.

A try is counted as wrong, on disk, before the PIN is looked at, and forgiven when it proves right: ending
the program in between gains nothing. A name that nobody has is counted, locked and answered like any other,
so that no answer and no wait tells who works here. Names are counted under a key, since people type PINs
into the wrong field.
"""

from __future__ import annotations

import hmac
import math
import sqlite3
from collections.abc import Callable
from typing import Protocol, TypeVar

from store import log, people
from store.moment import Moment
from store.sealed import pin_matches, sealed_pin
from store.secret import Secret
from verification.lockout import Tries
from verification.meaning import Person
from verification.names import folded
from verification.records import record
from verification.verdicts import Verdict

T = TypeVar("T")

_MOST_UNKNOWN = 1000
"""Names of nobody whose tries are kept."""
_WRONG = "Name or PIN is wrong: try again."


class Write(Protocol):
    """Has a change made in a transaction of its own, durable when it returns."""

    def __call__(self, change: Callable[[sqlite3.Connection], T], /) -> T:
        """Make `change` and return what it returned."""


@record
class PinRefused:
    """Why nobody goes by that name and PIN, as one sentence that says what to do; no secret is in it."""

    sentence: str


def check(write: Write, secret: Secret, name: str, pin: str, now: Moment) -> Person | PinRefused:
    """Who goes by this name and PIN. Takes a tenth of a second, right or wrong, unless the name is locked.

    Raises what `write` raises.
    """
    name = name.strip().encode("utf-8", "replace").decode()
    wait, sealed = write(lambda db: _counted(db, secret, name, now))
    if wait:
        return PinRefused(_locked(wait))
    right = pin_matches(secret, pin, sealed)
    return write(lambda db: _answered(db, secret, name, now, right=right))


def unlock(db: sqlite3.Connection, secret: Secret, name: str) -> bool:
    """Forgive the wrong PINs of a name; whether there were any."""
    return db.execute("DELETE FROM pin_tries WHERE name = ?", (_key(secret, name),)).rowcount > 0


def waiting(db: sqlite3.Connection, secret: Secret, name: str, now: Moment) -> float:
    """Seconds for which a name is still locked; 0 when it is not."""
    return _tries(db, _key(secret, name)).wait(now.mono)


def new_pin(db: sqlite3.Connection, secret: Secret, name: str, pin: str) -> str:
    """Give somebody a new PIN, forgive their wrong ones, and return the name as it is on the list.

    Raises Refused when nobody has this name, or the PIN is too short for their role.
    """
    entry = people.named(db, name)
    kept = sealed_pin(secret, entry.role, pin)
    db.execute("UPDATE people SET pin = ? WHERE name = ?", (kept, entry.name))
    unlock(db, secret, entry.name)
    return entry.name


def _counted(db: sqlite3.Connection, secret: Secret, name: str, now: Moment) -> tuple[float, str | None]:
    """Count a try as wrong, unless the name is locked for some seconds; these, and the PIN as it is kept."""
    key = _key(secret, name)
    tries = _tries(db, key)
    if wait := tries.wait(now.mono):
        return wait, None
    found = people.by_name(db, name)
    again = tries.again(now.mono)
    db.execute(
        "INSERT OR REPLACE INTO pin_tries (name, wrong, at, known) VALUES (?, ?, ?, ?)",
        (key, again.wrong, again.at, found is not None),
    )
    db.execute(
        "DELETE FROM pin_tries WHERE NOT known AND rowid <= (SELECT rowid FROM pin_tries WHERE NOT known"
        " ORDER BY rowid DESC LIMIT 1 OFFSET ?)",
        (_MOST_UNKNOWN,),
    )
    return 0.0, found[1] if found else None


def _answered(
    db: sqlite3.Connection, secret: Secret, name: str, now: Moment, *, right: bool
) -> Person | PinRefused:
    """Forgive a try that was right, or put a wrong one on the log."""
    found = people.by_name(db, name)
    if right and found is not None:
        unlock(db, secret, name)
        person = found[0]
        barred = person.barred(now.today)
        return PinRefused(f"{barred[:1].upper()}{barred[1:]}: ask a supervisor.") if barred else person
    wait = _tries(db, _key(secret, name)).wait(now.mono)
    sentence = _locked(wait) if wait else _WRONG
    log.note(
        db,
        secret.key("chain"),
        now,
        act="pin",
        code=f"PIN of {found[0].name}" if found else "PIN of a name that nobody has",
        verdict=Verdict.NOT_SIGNED_IN,
        reason=sentence,
    )
    return PinRefused(sentence)


def _locked(wait: float) -> str:
    minutes = math.ceil(wait / 60)
    for_so_long = f"{minutes} minutes" if minutes > 1 else "a minute"
    return (
        f"Too many wrong PINs for this name: wait {for_so_long}, or have it unlocked with"
        " `tallyman people unlock`."
    )


def _tries(db: sqlite3.Connection, key: str) -> Tries:
    row = db.execute("SELECT wrong, at FROM pin_tries WHERE name = ?", (key,)).fetchone()
    return Tries(*row) if row else Tries()


def _key(secret: Secret, name: str) -> str:
    return hmac.digest(secret.key("pin tries"), folded(name).encode(), "sha256").hex()
