"""From a read to its durable commit, against one bare sqlite3 transaction on the same disk.

    python -m benchmarks.clerk [--json]

Each read is decoded, looked up, decided, put into words and committed as the clerk does it. Reads and bare
transactions take turns, so that whatever the disk and the machine do meets both. Two ledgers take turns too:
one with 1,000 events and one with 1,000,000. The same on a file system in memory shows the part that is not
the disk's; it has no bar.
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from benchmarks.bare_transaction import BareTransaction
from benchmarks.collecting import collecting_as_a_station
from benchmarks.report import Bar, at_most, command, p50, p99, told
from benchmarks.stock import OPEN_ORDER, reads, stocked
from store.ledger import Ledger
from store.posting import posting
from terminal.procedure import Procedure
from terminal.reads import Delivery
from terminal.scanners.framing import Frame, FrameKind
from verification.desk import Desk
from verification.meaning import Person
from verification.policy import Policy
from verification.verdicts import Verdict

FEW, MANY = 1_000, 1_000_000
READS = 3_000
IN_MEMORY = Path("/dev/shm")


class Scanning:
    """One ledger with an order open; call it for one read, which counts."""

    def __init__(self, ledger: Ledger) -> None:
        self.ledger = ledger
        self._procedure = Procedure(ledger, Policy(sign_in=True), {"keyboard": 0.8})
        self._desk = Desk(Person("Ana"))
        self._bytes = reads(10)
        self._count = 0
        assert self.take(OPEN_ORDER.encode()) is Verdict.ORDER_OPENED

    def take(self, data: bytes) -> Verdict:
        """Take one read through the procedure and commit it."""
        delivery = Delivery("keyboard", Frame(FrameKind.OK, data, time.monotonic()))
        with posting(self.ledger) as posted:
            outcome, self._desk = self._procedure.handle(posted, self._desk, delivery)
        return outcome.verdict

    def __call__(self) -> None:
        self._count += 1
        verdict = self.take(self._bytes[self._count % len(self._bytes)])
        assert verdict is Verdict.ACCEPTED, verdict


def timed(act: Callable[[], None]) -> float:
    """Milliseconds that `act` takes."""
    started = time.perf_counter()
    act()
    return (time.perf_counter() - started) * 1000


def measure(many: int = MANY, count: int = READS) -> list[Bar]:
    """The bars of the disk, then what the same costs in memory."""
    with tempfile.TemporaryDirectory() as folder:
        bars = _on(Path(folder), "", many, count)
    if IN_MEMORY.is_dir():
        with tempfile.TemporaryDirectory(dir=IN_MEMORY) as folder:
            bar = _on(Path(folder), ", no disk", many, count)[0]
        bars.append(told(bar.name, bar.value, bar.floor, bar.unit))
    return bars


def _on(folder: Path, where: str, many: int, count: int) -> list[Bar]:
    with _prepared(folder, many) as acts:
        for act in acts:
            for _ in range(200):
                act()
        few, lot, bare = list[float](), list[float](), list[float]()
        for _ in range(count):
            few.append(timed(acts[0]))
            lot.append(timed(acts[1]))
            bare.append(timed(acts[2]))
    return [
        at_most(f"clerk, {many:,} events, p50{where}", p50(lot), p50(bare), "ms", 2),
        at_most(f"clerk, {many:,} events, p99{where}", p99(lot), p99(bare), "ms", 3),
        at_most(f"clerk, {FEW:,} events, p50{where}", p50(few), p50(bare), "ms", 2),
        at_most(f"clerk, {FEW:,} events, p99{where}", p99(few), p99(bare), "ms", 3),
        at_most(f"clerk, {many:,} events to {FEW:,}, p50{where}", p50(lot), p50(few), "ms", 1.1),
    ]


@contextmanager
def _prepared(folder: Path, many: int) -> Iterator[tuple[Scanning, Scanning, BareTransaction]]:
    """Both ledgers and the floor, with the collector set as the station sets it."""
    with ExitStack() as stack:
        ledgers = [stocked(folder / str(events), events=events) for events in (FEW, many)]
        for ledger in ledgers:
            stack.callback(ledger.close)
        bare = BareTransaction(folder)
        stack.callback(bare.close)
        stack.enter_context(collecting_as_a_station())
        yield Scanning(ledgers[0]), Scanning(ledgers[1]), bare


if __name__ == "__main__":
    sys.exit(command(__doc__, measure))
