"""What reconciliation costs a scan, from the read to its acknowledgement.

    python -m benchmarks.sync_scanning [--json]

A clerk takes a read every few milliseconds. Meanwhile nothing reconciles; or the API takes connections and
never answers; or the station makes its first pull from the reference server. The three take turns of a second
or so on one ledger, since disk and machine change by the minute, and all of a kind are counted together.
The server stands for one elsewhere, so it gives way to the station's threads on the processor. The 99th
percentile may be twice that of the idle station in the pull, and must not differ while the API hangs.
"""

from __future__ import annotations

import socket
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from benchmarks.collecting import collecting_as_a_station
from benchmarks.orders_api_load import BASE_PATH, child_server, run_tool
from benchmarks.report import Bar, at_most, command, p99
from benchmarks.stock import OPEN_ORDER, reads, stocked
from benchmarks.switching import taking_turns_as_a_station
from sync.service import SyncService
from sync.status import SyncStatus
from terminal.clerk import Clerk, News
from terminal.procedure import Procedure
from terminal.reads import Delivery
from terminal.scanners.framing import Frame, FrameKind
from verification.desk import Desk
from verification.meaning import Person
from verification.policy import Policy

TURNS = 24
READS = 150
"""In each turn of each kind."""
BETWEEN = 0.005
"""Seconds between an acknowledgement and the next read."""
ORDERS = 10_000
"""More than all turns take in."""
BEGUN = 60.0
"""Seconds within which reconciliation must have begun."""
GIVES_WAY = 19
"""The niceness of the server."""
NO_WORSE = 1.25
"""What counts as no difference, on a machine that does other things."""


class Scanner:
    """A clerk that is handed one read after the other."""

    def __init__(self, folder: Path) -> None:
        self.ledger = stocked(folder)
        self._acknowledged = threading.Event()
        self.clerk = Clerk(
            self.ledger, lambda: Procedure(self.ledger, Policy()), self._tell, Desk(Person("Ana"))
        )
        self.clerk.start()
        self._read(OPEN_ORDER.encode())

    def _tell(self, news: News) -> None:
        if news.outcomes:
            self._acknowledged.set()

    def _read(self, data: bytes) -> float:
        self._acknowledged.clear()
        start = time.perf_counter()
        self.clerk.take(Delivery("gun", Frame(FrameKind.OK, data, time.monotonic())))
        self._acknowledged.wait()
        return (time.perf_counter() - start) * 1000

    def samples(self, count: int) -> list[float]:
        """Milliseconds of each of `count` reads."""
        codes, found = reads(10), []
        for number in range(count):
            found.append(self._read(codes[number % len(codes)]))
            time.sleep(BETWEEN)
        return found

    def first_pull(self, url: str, key: str, count: int) -> list[float]:
        """As `samples`, all of them while orders are taken in from the API at `url`."""
        begun, seen = threading.Event(), SyncStatus()

        def show(status: SyncStatus) -> None:
            nonlocal seen
            seen = status
            if status.progress is not None and status.progress.details:
                begun.set()

        with self._reconciling(url, key, show):
            if not begun.wait(BEGUN):
                raise SystemExit(f"No order came from the API: {seen.told}")
            found = self.samples(count)
            if seen.progress is None:
                raise SystemExit("The pull was over before the reads were; give it more orders.")
        return found

    def beside_a_hanging_api(self, mute: socket.socket, key: str, count: int) -> list[float]:
        """As `samples`, all of them while an answer is waited for that never comes."""
        mute.settimeout(BEGUN)
        url = f"http://127.0.0.1:{mute.getsockname()[1]}"
        with self._reconciling(url, key, lambda _status: None):
            connection, _ = mute.accept()
            with connection:
                return self.samples(count)

    @contextmanager
    def _reconciling(self, url: str, key: str, show: Callable[[SyncStatus], None]) -> Iterator[None]:
        """With a service that reconciles beside it."""
        service = SyncService(
            url,
            lambda: key,
            station="benchmark",
            write=self.clerk.write,
            show=show,
            free=self.clerk.free,
            scanning=self.clerk.scanning,
        )
        service.start()
        try:
            yield
        finally:
            service.stop()

    def close(self) -> None:
        """End the clerk and close its ledger."""
        self.clerk.stop()
        self.ledger.close()


def measure() -> list[Bar]:
    """The two ratios."""
    idle, pulling, hanging = list[float](), list[float](), list[float]()
    with tempfile.TemporaryDirectory() as name, socket.create_server(("127.0.0.1", 0)) as mute:
        folder = Path(name)
        database = f"sqlite:///{folder}/orders.db"
        run_tool(["seed", "--orders", str(ORDERS), "--today", "2026-01-31", "--database", database])
        key = run_tool(["keys", "create", "benchmark", "--database", database])
        serve = ["orders_api", "serve", "--port", "0", "--database", database]
        with child_server(serve, niceness=GIVES_WAY) as address:
            scanner = Scanner(folder / "data")
            scanner.samples(50)
            with collecting_as_a_station(), taking_turns_as_a_station():
                for _ in range(TURNS):
                    idle += scanner.samples(READS)
                    hanging += scanner.beside_a_hanging_api(mute, key, READS)
                    pulling += scanner.first_pull(address + BASE_PATH, key, READS)
            scanner.close()
    return [
        at_most("a scan during a full pull, p99", p99(pulling), p99(idle), "ms", 2.0),
        at_most("a scan while the API hangs, p99", p99(hanging), p99(idle), "ms", NO_WORSE),
    ]


if __name__ == "__main__":
    sys.exit(command(__doc__, measure))
