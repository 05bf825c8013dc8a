"""Reports from a million events, against one full scan of the log in the same run.

    python -m benchmarks.reports [--json]

The log holds the work of several people with refusals and orders that were verified; its summaries
are as far as a station keeps them, a thousand events short. The floor is
`SELECT count(*), sum(delta) FROM events` on the same file. The limit of a second is one by itself.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.clerk import timed
from benchmarks.report import Bar, at_most, command
from benchmarks.stock import READS_PER_ORDER, stocked
from store import tallies
from store.ledger import Ledger, reading
from terminal.reports.drawn import REPORTS
from terminal.reports.period import Period

EVENTS = 1_000_000
OPEN_ORDERS = 20_000
ROUNDS = 5
LIMIT = 1_000.0
"""Milliseconds."""

_VARIED = (
    # One read in fifty is a wrong item, of seven people at three scanners; each order ends verified.
    "UPDATE events SET verdict = 'not_on_order', delta = 0, sku = 'SKU-' || (seq % 300) WHERE seq % 50 = 7",
    "UPDATE events SET verdict = 'unknown_code', delta = 0, sku = NULL WHERE seq % 90 = 11",
    f"UPDATE events SET verdict = 'order_verified' WHERE seq % {READS_PER_ORDER} = 0",
    f"UPDATE events SET verdict = 'line_verified' WHERE seq % 5 = 0 AND seq % {READS_PER_ORDER} != 0",
    "UPDATE events SET person = 'Person ' || (seq / 40 % 7), scanner = 'gun-' || (seq / 40 % 3)",
    f"UPDATE orders SET status = 'pending', done = 0, verified = 0 WHERE rowid <= {OPEN_ORDERS}",
)


def measure(events: int = EVENTS) -> list[Bar]:
    """Each report, and bringing the summaries forward."""
    with tempfile.TemporaryDirectory() as folder:
        ledger = _varied(Path(folder), events)
        try:
            forward = _advanced(ledger)
            return [*_reports(Path(folder), events), forward]
        finally:
            ledger.close()


def _varied(folder: Path, events: int) -> Ledger:
    ledger = stocked(folder, events=events)
    ledger.db.execute("PRAGMA synchronous = OFF")
    with ledger.transaction() as db:
        for statement in _VARIED:
            db.execute(statement)
        tallies.advance(db, tallies.lag(db) - 4_000)
    ledger.db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    ledger.db.execute("PRAGMA synchronous = FULL")
    return ledger


def _advanced(ledger: Ledger) -> Bar:
    """What the clerk does in a pause, a read that comes meanwhile waits for it."""
    taken = [timed(lambda: _forward(ledger)) for _ in range(3)]
    return at_most("summaries forward, a pause's events", statistics.median(taken), 50.0, "ms", 1)


def _forward(ledger: Ledger) -> None:
    with ledger.transaction() as db:
        tallies.advance(db, 1_000)


def _reports(folder: Path, events: int) -> list[Bar]:
    floors, taken = list[float](), {name: list[float]() for name in REPORTS}
    for _ in range(ROUNDS):
        with reading(folder) as db:
            floors.append(timed(lambda: _scanned(db)))
        for name in REPORTS:
            taken[name].append(_drawn(folder, name))
    floor = statistics.median(floors)
    bars = []
    for name, samples in taken.items():
        middle = statistics.median(samples)
        bars.append(at_most(f"report {name}, {events:,} events, to a full scan", middle, floor, "ms", 4))
        bars.append(at_most(f"report {name}, to a second", middle, LIMIT, "ms", 1))
    return bars


def _scanned(db: object) -> None:
    db.execute("SELECT count(*), sum(delta) FROM events").fetchone()  # type: ignore[attr-defined]


def _drawn(folder: Path, name: str) -> float:
    started = time.perf_counter()
    with reading(folder) as db:
        REPORTS[name](db, Period(), datetime.now(UTC))
    return (time.perf_counter() - started) * 1000


if __name__ == "__main__":
    sys.exit(command(__doc__, measure))
