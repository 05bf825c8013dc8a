"""The ledger's file: making it, looking through it before use, and telling what is wrong with it."""

from __future__ import annotations

import os
import secrets
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

from store import lineage
from store.errors import LedgerDamaged, LedgerTooNew, LedgerUnusable

SCHEMA_VERSION = 12
"""The number of steps in `store.schema`, which is imported only when there is a step to take."""

APPLICATION_ID = 0x54414C59
"""`TALY` in the file's header (SQLite file format, offset 68)."""

LEDGER = "ledger.db"
SECRET = "station.key"  # noqa: S105 - the name of the file, not what is in it
LOCK = "ledger.lock"
"""The files in a data folder."""
_PAGES = 4_000
"""Pages of 4 KB in the write-ahead log after which SQLite moves them into the file by itself. Whoever commits
then waits for two more turns of the disk, so `Ledger.checkpoint` does it before where there is a rest. With
more of them the file of the log grows for longer, and a commit that makes it grow takes twice as long."""

_Plain = TypeVar("_Plain", bytes, None)


def _as_it_is(value: _Plain) -> _Plain:
    """What sqlite3 binds for bytes and for None.

    Untold, it looks in three places for how to convert them and raises an error inside at each: a
    microsecond for each such value, of which an event has six.
    """
    return value


sqlite3.register_adapter(bytes, _as_it_is)
sqlite3.register_adapter(type(None), _as_it_is)


def make(path: Path, station: str) -> None:
    """Make a new ledger; it gets its name only when complete, so that a crash leaves none or a whole one."""
    from sqlite_utils import Database

    from store import schema

    draft = path.with_name(f"{path.name}.new")
    for left_over in (draft, *(draft.with_name(draft.name + suffix) for suffix in ("-wal", "-shm"))):
        left_over.unlink(missing_ok=True)
    db = sqlite3.connect(draft, isolation_level=None)
    try:
        db.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        db.execute("PRAGMA journal_mode = WAL")
        schema.migrate(Database(db))
        about = {"station": station, "incarnation": secrets.token_hex(8)}
        db.executemany("INSERT INTO about (name, value) VALUES (?, ?)", about.items())
    finally:
        db.close()
    flush(draft)
    draft.replace(path)
    flush(path.parent)


def examine(path: Path) -> None:
    """Let SQLite look through the whole file before anything may write to it, not even a checkpoint."""
    if path.stat().st_size == 0:
        raise damaged(path, "it is empty")
    db = sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)
    try:
        recognise(path, db)
        quick_check(path, db)
    finally:
        db.close()


def quick_check(path: Path, db: sqlite3.Connection) -> None:
    """Raise LedgerDamaged with what SQLite finds first."""
    (finding,) = db.execute("PRAGMA quick_check(1)").fetchone()
    if finding != "ok":
        raise damaged(path, " ".join(finding.split()))


def connect(path: Path) -> sqlite3.Connection:
    """The connection that writes, on a file that has been examined; brings an older schema up to date."""
    db = sqlite3.connect(
        f"{path.absolute().as_uri()}?mode=rw",
        uri=True,
        isolation_level=None,
        check_same_thread=False,
        cached_statements=256,
    )
    try:
        db.execute("PRAGMA journal_mode = WAL")
        db.execute("PRAGMA synchronous = FULL")
        db.execute(f"PRAGMA wal_autocheckpoint = {_PAGES}")
        db.execute("PRAGMA foreign_keys = ON")
        if version(db) < SCHEMA_VERSION:
            from sqlite_utils import Database

            from store import schema

            schema.migrate(Database(db))
        # A real write, so that a full or read-only disk is found now and not at the first scan.
        db.execute("INSERT OR REPLACE INTO about (name, value) VALUES ('opened', datetime('now'))")
        lineage.settle(db, path)
    except BaseException:
        db.close()
        raise
    return db


def recognise(path: Path, db: sqlite3.Connection, *, migrate: bool = True) -> None:
    """Raise when this is no ledger, or of a newer schema, or of an older one that must not `migrate` now."""
    (application,) = db.execute("PRAGMA application_id").fetchone()
    if application != APPLICATION_ID:
        raise damaged(path, "it is not a Tallyman ledger")
    if version(db) > SCHEMA_VERSION:
        raise LedgerTooNew(f"{path} was written by a newer Tallyman; install that version to use it.")
    if version(db) < SCHEMA_VERSION and not migrate:
        raise LedgerUnusable(
            f"{path} is from an older Tallyman; start the station once to bring it up to date."
        )


def version(db: sqlite3.Connection) -> int:
    """The number of schema steps that the ledger has taken."""
    version: int = db.execute("PRAGMA user_version").fetchone()[0]
    return version


def damaged(path: Path, finding: str) -> LedgerDamaged:
    """The error to raise for a file that is not a sound ledger."""
    return LedgerDamaged(
        f"The ledger {path} is damaged ({finding}); nothing was changed: keep the file and restore a backup."
    )


def not_text(error: sqlite3.Error) -> bool:
    """Whether SQLite gave what it keeps as text, and it is none: sqlite3 says so in words alone."""
    return str(error).startswith("Could not decode to UTF-8")


@contextmanager
def translated(path: Path) -> Iterator[None]:
    """Errors of opening and checking, as the tree's own."""
    try:
        yield
    except sqlite3.OperationalError as error:
        if not_text(error):
            raise damaged(path, "a text in it is not UTF-8") from error
        raise LedgerUnusable(
            f"Cannot use the ledger {path}: {error}; check the disk and who may write."
        ) from error
    except sqlite3.DatabaseError as error:
        raise damaged(path, str(error)) from error
    except OSError as error:
        raise LedgerUnusable(f"Cannot use the ledger {path}: {error.strerror}; check the disk.") from error


def flush(path: Path) -> None:
    """Make a finished file, or a folder's list of names, durable."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
