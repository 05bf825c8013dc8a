"""Whether this ledger is the one that was written last, or a copy or a backup of it.

A slot of counts must have one writer. A ledger that was copied or put back from a backup could write a slot
that another history has written already, so it goes on under a new incarnation. Two things tell: the file is
another one than the file that was opened last (its number in the file system), or it does not hold the mark
that was left beside it at the last opening. What neither shows, a whole computer put back, the API shows.
"""

from __future__ import annotations

import secrets
import sqlite3
from pathlib import Path

MARK = "ledger.mark"


def settle(db: sqlite3.Connection, path: Path) -> None:
    """Take a new incarnation when this file is not the one opened last; then mark it as that."""
    about = dict(db.execute("SELECT name, value FROM about"))
    db.execute("BEGIN IMMEDIATE")
    try:
        if not db.execute("SELECT 1 FROM incarnations").fetchone():
            _enter(db, about["station"], about["incarnation"], 0)
        if "home" in about and about["home"] != _home(path):
            renew(db)
        mark = secrets.token_hex(8)
        db.execute("INSERT OR REPLACE INTO about (name, value) VALUES ('home', ?)", (_home(path, mark),))
        db.execute("COMMIT")
    except BaseException:
        db.execute("ROLLBACK")
        raise
    (path.parent / MARK).write_text(mark)


def _home(path: Path, mark: str | None = None) -> str:
    if mark is None:
        beside = path.parent / MARK
        mark = beside.read_text(errors="replace").strip() if beside.exists() else ""
    return f"{path.stat().st_ino}.{mark}"


def station(db: sqlite3.Connection) -> str:
    """The id of the station whose ledger this is."""
    return str(db.execute("SELECT value FROM about WHERE name = 'station'").fetchone()[0])


def station_of(slot: str) -> str:
    """The station that a slot's events are of: its name is `station.incarnation`."""
    return slot.rpartition(".")[0] or slot


def renew(db: sqlite3.Connection) -> str:
    """Begin a new incarnation with the next event; returns the name of its slots."""
    own = station(db)
    (last,) = db.execute("SELECT coalesce(max(seq), 0) FROM events").fetchone()
    db.execute("DELETE FROM incarnations WHERE after_seq = ?", (last,))
    incarnation = secrets.token_hex(8)
    db.execute("UPDATE about SET value = ? WHERE name = 'incarnation'", (incarnation,))
    return _enter(db, own, incarnation, last)


def _enter(db: sqlite3.Connection, station: str, incarnation: str, after: int) -> str:
    slot = f"{station}.{incarnation[:8]}"
    db.execute("INSERT INTO incarnations (slot, after_seq) VALUES (?, ?)", (slot, after))
    return slot


def current(db: sqlite3.Connection) -> str:
    """The name of the slots that this ledger's next events go to."""
    row = db.execute("SELECT slot FROM incarnations ORDER BY after_seq DESC, rowid DESC LIMIT 1").fetchone()
    return str(row[0])
