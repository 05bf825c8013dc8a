"""Pages of the list that are still true: stations ask for the head of the list far more often than
orders change.

On SQLite every commit by any other connection, of whatever process, changes the reading
connection's `data_version`, so a kept page is answered only while not one byte of the database has
changed since it was read: the cache can save work but never show something old. PostgreSQL has no
such number, so nothing is kept there.
"""

from __future__ import annotations

from typing import Final

from sqlalchemy import Connection

from orders_api.cursors import Position
from orders_api.prepared import driver_rows

MOST_PAGES: Final = 64
Wanted = tuple[Position | None, int]
"""After which position, and how many rows."""


class PageCache:
    """The pages read since the database last changed."""

    def __init__(self) -> None:
        self._version: int | None = None
        self._pages: dict[Wanted, bytes] = {}

    def find(self, connection: Connection, wanted: Wanted) -> bytes | None:
        """The page's body, if it was read since the last change."""
        if connection.dialect.name != "sqlite":
            return None
        version = driver_rows(connection, "PRAGMA data_version")[0][0]
        if version != self._version:
            self._pages.clear()
            self._version = version
        return self._pages.get(wanted)

    def keep(self, wanted: Wanted, body: bytes) -> None:
        """Keeps a page that was read after `find` did not have it."""
        if self._version is None:
            return
        if len(self._pages) >= MOST_PAGES:
            self._pages.clear()
        self._pages[wanted] = body
