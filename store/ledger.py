"""The ledger: opening it, one writing connection, read-only readers, a safe copy.

SQLite before 3.51.3 can lose a commit when a writer and a checkpointer on two connections meet, so one
connection makes every write and every checkpoint; readers are opened read-only.
"""

from __future__ import annotations

import os
import secrets
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from store.errors import (
    LedgerDamaged,
    LedgerTooNew,
    LedgerUnusable,
    WriteFailed,
)
from store.lock import LedgerLock
from store.secret import Secret

SCHEMA_VERSION = 1
"""The number of steps in `store.schema`, which is imported only when there is a step to take."""

APPLICATION_ID = 0x54414C59
"""`TALY` in the file's header (SQLite file format, offset 68)."""

_FILE = "ledger.db"
_KEY = "station.key"


class Ledger:
    """The one writer of a station's ledger. Hold it for as long as the station runs, then `close`.

    Its methods may be called from any one thread at a time: the clerk's, while a clerk runs.
    """

    def __init__(self, folder: Path, lock: LedgerLock, secret: Secret, db: sqlite3.Connection) -> None:
        self.folder = folder
        self.secret = secret
        self.db = db
        self._lock = lock
        about = dict(db.execute("SELECT name, value FROM about"))
        self.station: str = about["station"]
        self.incarnation: str = about["incarnation"]

    @classmethod
    def open(cls, folder: Path, *, station: str = "station") -> Ledger:
        """Open the ledger in `folder` for writing, or make a new one for `station` where there is none.

        Raises LedgerLocked, LedgerTooNew, LedgerDamaged or LedgerUnusable; the file is then as it was.
        """
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise LedgerUnusable(
                f"Cannot use the folder {folder}: {error.strerror}; choose another."
            ) from error
        lock = LedgerLock(folder / "ledger.lock")
        try:
            path = folder / _FILE
            new = not path.exists()
            secret = Secret.load(folder / _KEY, create=new)
            with _translated(path):
                if new:
                    _make(path, station)
                _examine(path)
                return cls(folder, lock, secret, _connect(path))
        except BaseException:
            lock.release()
            raise

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """All of the block's writes, durable when it ends, or none.

        Raises WriteFailed when SQLite could not make them; what the block itself raises passes through.
        """
        db = self.db
        try:
            db.execute("BEGIN IMMEDIATE")
            yield db
            db.execute("COMMIT")
        except sqlite3.Error as error:
            _roll_back(db)
            raise WriteFailed(_why_unwritten(error)) from error
        except BaseException:
            _roll_back(db)
            raise

    def check(self) -> None:
        """Let SQLite look through the whole file. Raises LedgerDamaged with what it found first."""
        path = self.folder / _FILE
        with _translated(path):
            _quick_check(path, self.db)

    def back_up(self, target: Path) -> None:
        """Copy the ledger to the new file `target` while scanning goes on; the copy is whole and checked.

        Raises LedgerUnusable when `target` exists or cannot be written. The secret is not copied.
        """
        back_up(self.db, target)

    def close(self) -> None:
        """Close the file and give up the lock."""
        self.db.close()
        self._lock.release()


def open_reader(folder: Path) -> sqlite3.Connection:
    """A read-only connection to the ledger in `folder`, which may be open for writing elsewhere.

    Raises LedgerUnusable when there is no ledger, and what `Ledger.open` raises for a file it cannot use.
    """
    path = folder / _FILE
    if not path.exists():
        raise LedgerUnusable(f"There is no ledger in {folder} yet; import orders or start the station first.")
    with _translated(path):
        db = sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True, check_same_thread=False)
        _recognise(path, db)
        if _version(db) < SCHEMA_VERSION:
            raise LedgerUnusable(
                f"{path} is from an older Tallyman; start the station once to bring it up to date."
            )
        return db


def back_up(db: sqlite3.Connection, target: Path) -> None:
    """See `Ledger.back_up`; works with a reader's connection too."""
    if target.exists():
        raise LedgerUnusable(f"{target} exists already; name a new file for the copy.")
    draft = target.with_name(f"{target.name}.new")
    try:
        draft.unlink(missing_ok=True)
        copy = sqlite3.connect(draft)
        try:
            db.backup(copy)
            copy.execute("PRAGMA journal_mode = DELETE")
            (finding,) = copy.execute("PRAGMA quick_check(1)").fetchone()
        finally:
            copy.close()
        if finding != "ok":
            raise _damaged(target, finding)
        _flush(draft)
        draft.replace(target)
    except (OSError, sqlite3.Error) as error:
        raise LedgerUnusable(f"Cannot copy the ledger to {target}: {error}; choose another place.") from error


def _make(path: Path, station: str) -> None:
    """A new ledger, under its name only when it is complete, so that a crash leaves none or a whole one."""
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
    _flush(draft)
    draft.replace(path)
    _flush(path.parent)


def _examine(path: Path) -> None:
    """Let SQLite look through the whole file before anything may write to it, not even a checkpoint."""
    if path.stat().st_size == 0:
        raise _damaged(path, "it is empty")
    db = sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)
    try:
        _recognise(path, db)
        _quick_check(path, db)
    finally:
        db.close()


def _quick_check(path: Path, db: sqlite3.Connection) -> None:
    (finding,) = db.execute("PRAGMA quick_check(1)").fetchone()
    if finding != "ok":
        raise _damaged(path, " ".join(finding.split()))


def _connect(path: Path) -> sqlite3.Connection:
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
        db.execute("PRAGMA foreign_keys = ON")
        if _version(db) < SCHEMA_VERSION:
            from sqlite_utils import Database

            from store import schema

            schema.migrate(Database(db))
        # A real write, so that a full or read-only disk is found now and not at the first scan.
        db.execute("INSERT OR REPLACE INTO about (name, value) VALUES ('opened', datetime('now'))")
    except BaseException:
        db.close()
        raise
    return db


def _recognise(path: Path, db: sqlite3.Connection) -> None:
    (application,) = db.execute("PRAGMA application_id").fetchone()
    if application != APPLICATION_ID:
        raise _damaged(path, "it is not a Tallyman ledger")
    if _version(db) > SCHEMA_VERSION:
        raise LedgerTooNew(f"{path} was written by a newer Tallyman; install that version to use it.")


def _version(db: sqlite3.Connection) -> int:
    version: int = db.execute("PRAGMA user_version").fetchone()[0]
    return version


def _damaged(path: Path, finding: str) -> LedgerDamaged:
    return LedgerDamaged(
        f"The ledger {path} is damaged ({finding}); nothing was changed: keep the file and restore a backup."
    )


@contextmanager
def _translated(path: Path) -> Iterator[None]:
    """Errors of opening and checking, as the tree's own."""
    try:
        yield
    except sqlite3.OperationalError as error:
        raise LedgerUnusable(
            f"Cannot use the ledger {path}: {error}; check the disk and who may write."
        ) from error
    except sqlite3.DatabaseError as error:
        raise _damaged(path, str(error)) from error
    except OSError as error:
        raise LedgerUnusable(f"Cannot use the ledger {path}: {error.strerror}; check the disk.") from error


def _why_unwritten(error: sqlite3.Error) -> str:
    code = getattr(error, "sqlite_errorcode", None)
    if code == sqlite3.SQLITE_FULL:
        return "The disk is full: not recorded; free some space, then scan again."
    if code is not None and code & 0xFF == sqlite3.SQLITE_READONLY:
        return "The disk is read-only: not recorded; call for help, then scan again."
    if code is not None and code & 0xFF in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB):
        return "The ledger is damaged: not recorded; stop and call for help."
    return f"The disk did not take it ({error}): not recorded; call for help, then scan again."


def _roll_back(db: sqlite3.Connection) -> None:
    if db.in_transaction:
        try:
            db.execute("ROLLBACK")
        except sqlite3.Error:
            db.rollback()


def _flush(path: Path) -> None:
    """Make a finished file, or a folder's list of names, durable."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
