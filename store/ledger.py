"""The ledger: opening it, one writing connection, read-only readers, a safe copy.

SQLite before 3.51.3 can lose a commit when a writer and a checkpointer on two connections meet, so one
connection makes every write and every checkpoint; readers are opened read-only.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Generic, TypeVar

from store.errors import LedgerUnusable, NotCopied, WriteFailed
from store.ledger_file import (
    LEDGER,
    LOCK,
    SECRET,
    connect,
    damaged,
    examine,
    flush,
    make,
    not_text,
    quick_check,
    recognise,
    translated,
)
from store.lock import LedgerLock
from store.secret import Secret
from verification.records import record

T = TypeVar("T")

_MANY = 300
"""Transactions after which the write-ahead log is worth moving into the file: some 3,000 of its pages."""


@record
class Fetched(Generic[T]):
    """A change that only notes what was fetched and can be fetched again: it waits for no disk."""

    change: Callable[[sqlite3.Connection], T]

    def __call__(self, db: sqlite3.Connection) -> T:
        """Make the change."""
        return self.change(db)


class Ledger:
    """The one writer of a station's ledger. Hold it for as long as the station runs, then `close`.

    Its methods may be called from any one thread at a time: the clerk's, while a clerk runs.
    """

    def __init__(self, folder: Path, lock: LedgerLock, secret: Secret, db: sqlite3.Connection) -> None:
        self.folder = folder
        self.secret = secret
        self.db = db
        self._lock = lock
        self._lasting = True
        """Whether the connection waits for the disk at each commit, as it is opened."""
        self._commits = 0
        """Transactions since the log was moved."""
        about = dict(db.execute("SELECT name, value FROM about"))
        self.station: str = about["station"]
        self.incarnation: str = about["incarnation"]
        self.chain_key = secret.key("chain")
        self.badge_key = secret.key("badge")

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
        lock = LedgerLock(folder / LOCK)
        try:
            path = folder / LEDGER
            new = not path.exists()
            secret = Secret.load(folder / SECRET, create=new)
            with translated(path):
                if new:
                    make(path, station)
                examine(path)
                return cls(folder, lock, secret, connect(path))
        except BaseException:
            lock.release()
            raise

    def write(self, change: Callable[[sqlite3.Connection], T], /) -> T:
        """What `change` returns, after it was made in one transaction. Raises as `transaction` does."""
        with self.transaction(lasting=not isinstance(change, Fetched)) as db:
            return change(db)

    @contextmanager
    def transaction(self, *, lasting: bool = True) -> Iterator[sqlite3.Connection]:
        """All of the block's writes, durable when it ends, or none.

        Without `lasting` they outlive a crash of the program, and a loss of power from the next lasting one
        on: nothing that comes later is ever on the disk without them (SQLite, "PRAGMA synchronous", NORMAL).
        Raises WriteFailed when SQLite could not make them; what the block itself raises passes through.
        """
        db = self.db
        try:
            if lasting is not self._lasting:
                db.execute(f"PRAGMA synchronous = {'FULL' if lasting else 'NORMAL'}")
                self._lasting = lasting
            db.execute("BEGIN IMMEDIATE")
            yield db
            db.execute("COMMIT")
            self._commits += 1
        except sqlite3.Error as error:
            _roll_back(db)
            raise WriteFailed(_why_unwritten(error)) from error
        except BaseException:
            _roll_back(db)
            raise

    def checkpoint(self) -> None:
        """Move the write-ahead log into the file if it has grown by much: call it when nobody waits.

        It takes some turns of the disk, which otherwise somebody's commit does, when the log is full. What
        the disk does not take now is safe in the log and moved later.
        """
        if self._commits >= _MANY:
            self._commits = 0
            with suppress(sqlite3.Error):
                self.db.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchall()

    def check(self) -> None:
        """Let SQLite look through the whole file. Raises LedgerDamaged with what it found first."""
        path = self.folder / LEDGER
        with translated(path):
            quick_check(path, self.db)

    def back_up(self, target: Path) -> None:
        """Copy the ledger to the new file `target` while scanning goes on; the copy is whole and checked.

        Raises NotCopied when `target` exists or cannot be written. The secret is not copied.
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
    path = folder / LEDGER
    if not path.exists():
        raise LedgerUnusable(f"There is no ledger in {folder} yet; import orders or start the station first.")
    with translated(path):
        db = sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True, check_same_thread=False)
        try:
            recognise(path, db, migrate=False)
        except BaseException:
            db.close()
            raise
        return db


@contextmanager
def reading(folder: Path) -> Iterator[sqlite3.Connection]:
    """The ledger in `folder` as it is at this moment, for as long as the block lasts.

    Raises what `open_reader` raises, and LedgerDamaged when the file turns out so while it is read.
    """
    db = open_reader(folder)
    try:
        with translated(folder / LEDGER):
            db.execute("BEGIN")
            yield db
    finally:
        db.close()


def back_up(db: sqlite3.Connection, target: Path) -> None:
    """See `Ledger.back_up`; works with a reader's connection too."""
    if target.exists():
        raise NotCopied(f"{target} exists already; name a new file for the copy.")
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
            raise damaged(target, finding)
        flush(draft)
        draft.replace(target)
    except (OSError, sqlite3.Error) as error:
        what = NotCopied if isinstance(error, OSError | sqlite3.OperationalError) else LedgerUnusable
        raise what(f"Cannot copy the ledger to {target}: {error}; choose another place.") from error
    finally:
        draft.unlink(missing_ok=True)


def _why_unwritten(error: sqlite3.Error) -> str:
    code = getattr(error, "sqlite_errorcode", None)
    if code == sqlite3.SQLITE_FULL:
        return "The disk is full: not recorded; free some space, then scan again."
    if code is not None and code & 0xFF == sqlite3.SQLITE_READONLY:
        return "The disk is read-only: not recorded; call for help, then scan again."
    if not_text(error) or (
        code is not None and code & 0xFF in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)
    ):
        return "The ledger is damaged: not recorded; stop and call for help."
    return f"The disk did not take it ({error}): not recorded; call for help, then scan again."


def _roll_back(db: sqlite3.Connection) -> None:
    if db.in_transaction:
        try:
            db.execute("ROLLBACK")
        except sqlite3.Error:
            db.rollback()
