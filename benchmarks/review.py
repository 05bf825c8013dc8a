"""The review queue of 100,000 orders and a million events, of which a few percent matter.

    python -m benchmarks.review [--json]

One order in thirty has a unit that was typed, some have refused reads, were cancelled with counts or closed
short. The floor is `SELECT count(*), sum(delta) FROM events` on the same file: the queue never reads the log
whole, but makes a value of each order that has a reason. The limit of half a second is one by itself.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
from pathlib import Path

from benchmarks.clerk import timed
from benchmarks.report import Bar, at_most, command
from benchmarks.stock import stocked
from store import review
from store.ledger import reading
from store.review import ReviewFilter, Sort
from verification.risk import ReasonKind

EVENTS = 1_000_000
ORDERS = 100_000
ROUNDS = 5
LIMIT = 500.0
"""Milliseconds."""

_VARIED = (
    "UPDATE events SET provenance = 'typed' WHERE seq % 607 = 7",
    "UPDATE events SET verdict = 'not_on_order', delta = 0 WHERE seq % 1000 < 4",
    "UPDATE orders SET status = 'shipped', verified = quantity, done = 1 WHERE rowid % 10 < 8",
    "UPDATE orders SET status = 'cancelled', verified = 3, done = 1 WHERE rowid % 100 = 9",
    "UPDATE orders SET ruling = 'short', ruled = 1, done = 1 WHERE rowid % 200 = 19",
)
_ASKED = {
    "the first page": ReviewFilter(),
    "one reason, by number": ReviewFilter(reason=ReasonKind.TYPED, sort=Sort.NUMBER),
    "searched": ReviewFilter(search="customer 77"),
}


def measure(events: int = EVENTS, orders: int = ORDERS) -> list[Bar]:
    """What a supervisor waits for, however the queue is asked for."""
    with tempfile.TemporaryDirectory() as folder:
        ledger = stocked(Path(folder), events=events, done_orders=orders)
        try:
            with ledger.transaction() as db:
                for statement in _VARIED:
                    db.execute(statement)
            return _queues(Path(folder))
        finally:
            ledger.close()


def _queues(folder: Path) -> list[Bar]:
    bars = []
    with reading(folder) as db:
        floor = statistics.median(
            timed(lambda: db.execute("SELECT count(*), sum(delta) FROM events").fetchone())
            for _ in range(ROUNDS)
        )
        for name, which in _ASKED.items():
            total = review.queue(db, which, 0, 20).total
            middle = statistics.median(
                timed(lambda which=which: review.queue(db, which, 0, 20))  # type: ignore[misc]
                for _ in range(ROUNDS)
            )
            bars.append(at_most(f"review, {name}, {total:,} found, to a full scan", middle, floor, "ms", 4))
            bars.append(at_most(f"review, {name}, to half a second", middle, LIMIT, "ms", 1))
    return bars


if __name__ == "__main__":
    sys.exit(command(__doc__, measure))
