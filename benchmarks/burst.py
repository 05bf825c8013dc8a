"""A burst of queued reads through the clerk's own thread, against bare transactions one by one.

    python -m benchmarks.burst [--json]

10,000 reads wait when the clerk starts; it commits several together. Each time that it acknowledges reads, a
second connection, which sees only what is committed, looks whether the last of them is there. Bare
transactions are timed before and after each burst.
"""

from __future__ import annotations

import sys
import tempfile
import threading
import time
from pathlib import Path

from benchmarks.bare_transaction import BareTransaction
from benchmarks.collecting import collecting_as_a_station
from benchmarks.report import Bar, at_least, at_most, command
from benchmarks.stock import OPEN_ORDER, reads, stocked
from store.ledger import Ledger, open_reader
from terminal.clerk import Clerk, News
from terminal.procedure import Procedure
from terminal.reads import Delivery
from terminal.scanners.framing import Frame, FrameKind
from verification.desk import Desk
from verification.meaning import Person
from verification.policy import Policy
from verification.verdicts import Verdict

READS = 10_000
BARE = 300
ROUNDS = 3


class Listener:
    """Hears what the clerk acknowledges, and looks for each acknowledged read in the ledger."""

    def __init__(self, ledger: Ledger, awaited: int) -> None:
        self._reader = open_reader(ledger.folder)
        self._awaited = awaited
        self._last = 0
        self.heard = 0
        self.too_early = 0
        self.complete = threading.Event()

    def hear(self, news: News) -> None:
        """Take one acknowledgement, in the clerk's thread."""
        for outcome in news.outcomes:
            assert outcome.verdict in (Verdict.ACCEPTED, Verdict.ORDER_OPENED), outcome
            assert outcome.seq is not None
            assert outcome.seq > self._last, "out of order"
            self._last = outcome.seq
        (committed,) = self._reader.execute("SELECT max(seq) FROM events").fetchone()
        self.too_early += sum(1 for outcome in news.outcomes if (outcome.seq or 0) > committed)
        self.heard += len(news.outcomes)
        if self.heard == self._awaited:
            self.complete.set()

    def close(self) -> None:
        """Close the reader."""
        self._reader.close()


def burst(ledger: Ledger, count: int) -> tuple[float, int]:
    """Reads per second of a burst, and how many were acknowledged before they were committed."""
    listener = Listener(ledger, count + 1)
    procedure = Procedure(ledger, Policy(sign_in=True), {"keyboard": 0.8})
    clerk = Clerk(ledger, lambda: procedure, listener.hear, Desk(Person("Ana")))
    for data in (OPEN_ORDER.encode(), *reads(count)):
        clerk.take(Delivery("keyboard", Frame(FrameKind.OK, data, time.monotonic())))
    started = time.perf_counter()
    clerk.start()
    assert listener.complete.wait(300)
    rate = count / (time.perf_counter() - started)
    clerk.stop()
    listener.close()
    return rate, listener.too_early


def bare_rate(bare: BareTransaction) -> float:
    """Bare transactions per second, one by one."""
    started = time.perf_counter()
    for _ in range(BARE):
        bare()
    return BARE / (time.perf_counter() - started)


def measure(count: int = READS, rounds: int = ROUNDS) -> list[Bar]:
    """The rate of bursts, and what was acknowledged too early."""
    pairs, too_early = [], 0
    with tempfile.TemporaryDirectory() as folder:
        ledger = stocked(Path(folder) / "ledger", events=1_000)
        bare = BareTransaction(Path(folder))
        bare_rate(bare)
        for _ in range(rounds):
            before = bare_rate(bare)
            with collecting_as_a_station():
                rate, early = burst(ledger, count)
            pairs.append((rate, (before + bare_rate(bare)) / 2))
            too_early += early
        ledger.close()
        bare.close()
    rate, floor = sorted(pairs, key=lambda pair: pair[0] / pair[1])[len(pairs) // 2]
    return [
        at_least(f"burst of {count:,}, reads a second", rate, floor, "/s", 2),
        at_most("burst, acknowledged before the commit", too_early, 1, "reads", 0),
    ]


if __name__ == "__main__":
    sys.exit(command(__doc__, measure))
