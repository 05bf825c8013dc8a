"""Whether a ledger was written to since somebody looked, told without reading any table."""

from __future__ import annotations

from pathlib import Path

from store.ledger import open_reader
from store.ledger_file import LEDGER, translated


class Watch:
    """Watches the ledger in a folder from now on. Belongs to one thread; `close` it after use.

    SQLite keeps a number that another one's commit changes (`PRAGMA data_version`): asking for it costs some
    microseconds, however large the ledger is.
    """

    def __init__(self, folder: Path) -> None:
        """Raises what `open_reader` raises."""
        self._file = folder / LEDGER
        self._db = open_reader(folder)
        self._seen = self._version()

    def changed(self) -> bool:
        """Whether anything was committed since the last call. Raises LedgerError when it cannot be told."""
        before, self._seen = self._seen, self._version()
        return self._seen != before

    def close(self) -> None:
        """Close the file."""
        self._db.close()

    def _version(self) -> int:
        with translated(self._file):
            version: int = self._db.execute("PRAGMA data_version").fetchone()[0]
            return version
