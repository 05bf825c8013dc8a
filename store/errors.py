"""Everything that can go wrong with the ledger, as one tree.

    LedgerError
    ├── LedgerLocked     another process writes this ledger
    ├── LedgerDamaged    the file is not, or no longer, a sound ledger
    ├── LedgerTooNew     a newer Tallyman wrote it
    ├── LedgerUnusable   it cannot be opened: permissions, missing folder, read-only or full disk
    │   └── NotCopied        the ledger is sound, but a copy cannot be where it was asked for
    ├── WriteFailed      one write was not made; nothing of it remains and the ledger can go on
    └── Refused          the ledger is sound, but what was asked contradicts what it holds

`str(error)` is one sentence for people: what happened and what to do. Errors of sqlite3 and of the
operating system are translated where they arise and never leave this package.
"""

from __future__ import annotations

from typing import Self

from verification.printable import printable


class LedgerError(Exception):
    """The root of the tree."""


class LedgerLocked(LedgerError):
    """Another process holds the ledger's lock."""


class LedgerDamaged(LedgerError):
    """The file is not a sound ledger."""

    @classmethod
    def by_a_row(cls, what: str, error: Exception) -> Self:
        """A row holds what no station writes: it was changed by something else."""
        told = printable(str(error), 100)
        return cls(
            f"The ledger was changed by something else: {what} cannot be read ({told}). Keep a copy of its"
            " folder, then put a backup back."
        )


class LedgerTooNew(LedgerError):
    """The ledger's schema has steps that this program does not know."""


class LedgerUnusable(LedgerError):
    """The ledger cannot be opened here."""


class NotCopied(LedgerUnusable):
    """The place for a copy takes none; nothing is wrong with the ledger."""


class WriteFailed(LedgerError):
    """A transaction was rolled back; nothing of it is in the ledger."""


class Refused(LedgerError):
    """A rule of the ledger forbids what was asked."""
