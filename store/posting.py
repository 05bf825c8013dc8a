"""The writes of one transaction of reads, of which there may be many.

A burst counts the same few goods on one order, read after read. The log gets a row for each; the order, its
lines and its place among those to be sent are written once, when something else is to be looked at or when
the transaction ends. So whoever asks for the connection with `written` sees everything, and what reads do
most does not need it.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from store import catalog, log, orders
from store.ledger import Ledger
from verification.codes import Code
from verification.events import Event
from verification.meaning import Found
from verification.orders import Order


class Posting:
    """Reads in one transaction on the connection `db`; `settle` before it is committed."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db
        self._newest: log.Newest | None = None
        """The newest event, where nobody else can have written one since."""
        self._known: dict[Code, Found] = {}
        self._before: Order | None = None
        """The order that units were added to, as the ledger has it; None where it has everything."""
        self._after: Order | None = None
        """The same order as it is by now."""

    def written(self) -> sqlite3.Connection:
        """The connection, with everything written that the reads did, to look at or to change anything."""
        self.settle()
        self._newest = None
        self._known.clear()
        return self._db

    def find(self, badge_key: bytes, code: Code) -> Found:
        """As `catalog.find`. Whatever changes an answer, a serial that is counted among it, is `written`."""
        found = self._known.get(code)
        if found is None:
            found = self._known[code] = catalog.find(self._db, badge_key, code)
        return found

    def append(self, key: bytes, event: Event) -> int:
        """As `log.append`."""
        self._newest = log.append_after(self._db, key, event, self._newest or log.newest(self._db))
        return self._newest.seq

    def move_counts(self, before: Order, after: Order) -> None:
        """As `orders.move_counts`, when it is looked at or at the end."""
        if self._after is not before:
            self.settle()
            self._before = before
        self._after = after

    def settle(self) -> None:
        """Write what the ledger does not have yet."""
        if self._before is None or self._after is None:
            return
        before, after, self._before, self._after = self._before, self._after, None, None
        orders.move_counts(self._db, before, after)


@contextmanager
def posting(ledger: Ledger) -> Iterator[Posting]:
    """A transaction of reads, durable when it ends, or nothing. Raises as `Ledger.transaction` does."""
    with ledger.transaction() as db:
        made = Posting(db)
        yield made
        made.settle()
