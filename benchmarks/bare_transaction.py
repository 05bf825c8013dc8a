"""The floor under a scan: one bare sqlite3 transaction that is durable when it returns.

It inserts one event and updates one line and one order, in a file of its own, with the settings that a
ledger has: a write-ahead log and `synchronous = FULL`. Each update changes something, for SQLite does not
sync what it did not write. There are no indexes but the primary keys and nothing is decided.
"""

from __future__ import annotations

import sqlite3
from pathlib import Path

_SCHEMA = """
CREATE TABLE events (
    seq INTEGER PRIMARY KEY, at TEXT, mono REAL, person TEXT, scanner TEXT, raw BLOB, code TEXT,
    verdict TEXT, order_id TEXT, line_id TEXT, sku TEXT, delta INTEGER, reason TEXT, hash BLOB
);
CREATE TABLE lines (id TEXT PRIMARY KEY, order_id TEXT, sku TEXT, quantity INTEGER, counted INTEGER);
CREATE TABLE orders (id TEXT PRIMARY KEY, order_number TEXT, status TEXT, verified INTEGER);
INSERT INTO lines VALUES ('line-1', 'order-1', 'SKU-A', 100000000, 0);
INSERT INTO orders VALUES ('order-1', 'ORD-1', 'in_progress', 0);
"""

_EVENT = (
    "2026-01-31T09:30:00.000Z", 12345.678, "Ana", "keyboard", b"4006381333931", "4006381333931",
    "accepted", "order-1", "line-1", "SKU-A", 1, "SKU-A: 17 of 40.", bytes(32),
)  # fmt: skip
_INSERT = (
    "INSERT INTO events (at, mono, person, scanner, raw, code, verdict, order_id, line_id, sku, delta,"
    f" reason, hash) VALUES ({', '.join('?' * len(_EVENT))})"
)


class BareTransaction:
    """Call it for one transaction; `close` it after use."""

    def __init__(self, folder: Path) -> None:
        self.db = sqlite3.connect(folder / "bare.db", isolation_level=None, check_same_thread=False)
        self.db.execute("PRAGMA journal_mode = WAL")
        self.db.execute("PRAGMA synchronous = FULL")
        self.db.executescript(_SCHEMA)

    def __call__(self) -> None:
        db = self.db
        db.execute("BEGIN IMMEDIATE")
        db.execute(_INSERT, _EVENT)
        db.execute("UPDATE lines SET counted = counted + ? WHERE id = ?", (1, "line-1"))
        db.execute("UPDATE orders SET verified = verified + ? WHERE id = ?", (1, "order-1"))
        db.execute("COMMIT")

    def close(self) -> None:
        """Close the file."""
        self.db.close()
