"""The lock that keeps a second process from writing the same ledger."""

from __future__ import annotations

import os
from pathlib import Path

from store.errors import LedgerLocked, LedgerUnusable

try:
    import fcntl
except ImportError:  # Windows has no flock; there the database's own exclusive lock must do
    fcntl = None  # type: ignore[assignment]


class LedgerLock:
    """An advisory lock on a file beside the ledger, given up by the kernel when the process ends.

    Raises LedgerLocked when another process holds it, LedgerUnusable when the file cannot be made.
    """

    def __init__(self, path: Path) -> None:
        try:
            self._file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        except OSError as error:
            raise LedgerUnusable(
                f"Cannot write in {path.parent}: {error.strerror}; check the folder."
            ) from error
        if fcntl is not None:
            self._take(path)

    def _take(self, path: Path) -> None:
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            holder = _written(self._file)
            os.close(self._file)
            who = f" (process {holder})" if holder else ""
            raise LedgerLocked(
                f"Another Tallyman{who} is using the ledger in {path.parent}; close it or use another --data."
            ) from error
        try:
            os.truncate(self._file, 0)
            os.pwrite(self._file, str(os.getpid()).encode(), 0)
        except OSError:
            pass  # the number only helps people; the lock itself is held

    def release(self) -> None:
        """Give the lock up."""
        os.close(self._file)


def holder(path: Path) -> str | None:
    """The process that holds the lock at `path`, by number; empty when unknown, None when none does."""
    if fcntl is None:
        return None
    try:
        file = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    except OSError:
        return None
    try:
        fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except OSError:
        return _written(file)
    else:
        return None
    finally:
        os.close(file)


def _written(file: int) -> str:
    number = os.pread(file, 32, 0).decode("ascii", "replace").strip()
    return number if number.isdigit() else ""
