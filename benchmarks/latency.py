"""From bytes at a terminal to the repaint, against a minimal Textual app; and what a scan writes.

    python -m benchmarks.latency [--json]

The station and the minimal app run side by side, each on a pseudo-terminal of its own, and take the same
bytes in turn. A scan has been shown when the line, the order's progress and the verdict all show the new
count; the app, when its one Label does. Both commit durably before.
"""

from __future__ import annotations

import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path

from benchmarks.on_pty import SIZES, OnPty
from benchmarks.report import Bar, at_most, command, p50, p99
from benchmarks.stock import OPEN_ORDER, OPEN_SKUS, READS_PER_ORDER, barcode, stocked

SCANS = 400
QUIET = 0.03
"""Seconds of silence after which a program has painted all that it will."""
MOST_BYTES = 1024
UNITS = 999


def station_arguments(folder: Path, more: str = "") -> list[str]:
    """What runs the station, for anybody who comes, on the ledger in `folder`; `more` is more of its file."""
    config = folder / "scanners.toml"
    config.write_text(
        '[station]\nid = "dock-1"\nname = "Dock 1"\n[policy]\nsign_in = false\n'
        '[[scanner]]\nid = "keyboard"\nkind = "wedge"\n' + more
    )
    return ["-m", "terminal.cli", "--config", str(config), "--data", str(folder), "run"]


class Station:
    """The real program with an order open; `scan` gives seconds and bytes of one scan."""

    def __init__(self, folder: Path, columns: int, rows: int, more: str = "") -> None:
        stocked(folder, events=200 * READS_PER_ORDER, units=UNITS).close()
        self.program = OnPty(station_arguments(folder, more), columns, rows)
        self.program.wait_for(lambda text: "SCAN ORDER" in text or "Scan an order label" in text)
        self.program.take(self.program.read(0.3))
        self.program.send(f"{OPEN_ORDER}\r".encode())
        self.program.wait_for(lambda text: "units" in text)
        self.program.take(self.program.read(0.3))
        self._count = 0

    def scan(self) -> tuple[float, int]:
        """Scan the next item: barcodes and plain SKUs in turn, over all lines of the order."""
        number = self._count % len(OPEN_SKUS)
        code = barcode(number) if self._count % 2 else OPEN_SKUS[number]
        on_line = self._count // len(OPEN_SKUS) + 1
        self._count += 1
        wanted = (f" {self._count}/", f" {on_line}/", f"{OPEN_SKUS[number]}: {on_line} of ")
        sent = self.program.send(f"{code}\r".encode())
        written = self.program.read(QUIET)
        while not written.pieces:
            written = self.program.read(QUIET)
        shown = self.program.shown_at(written, lambda text: all(part in text for part in wanted))
        return shown - sent, written.size


class Floor:
    """The minimal app; `scan` gives seconds and bytes of one scan."""

    def __init__(self, folder: Path, columns: int, rows: int) -> None:
        self.program = OnPty(["-m", "benchmarks.bare_app", str(folder)], columns, rows)
        self.program.wait_for(lambda text: "ready" in text)
        self.program.take(self.program.read(0.3))
        self._count = 0

    def scan(self) -> tuple[float, int]:
        """Send the bytes that the station gets."""
        number = self._count % len(OPEN_SKUS)
        code = barcode(number) if self._count % 2 else OPEN_SKUS[number]
        self._count += 1
        sent = self.program.send(f"{code}\r".encode())
        written = self.program.read(QUIET)
        while not written.pieces:
            written = self.program.read(QUIET)
        return self.program.shown_at(
            written, lambda text: f"count {self._count}." in text
        ) - sent, written.size


def measure(scans: int = SCANS) -> list[Bar]:
    """Latency and bytes at each size of terminal."""
    return [bar for name, size in SIZES.items() for bar in _at(name, *size, scans)]


def _at(name: str, columns: int, rows: int, scans: int) -> list[Bar]:
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        station, floor = Station(folder / "ledger", columns, rows), Floor(folder, columns, rows)
        stack.callback(station.program.close)
        stack.callback(floor.program.close)
        for _ in range(20):
            station.scan()
            floor.scan()
        turns = [(station.scan(), floor.scan()) for _ in range(scans)]
    ours = [seconds * 1000 for (seconds, _), _ in turns]
    bare = [seconds * 1000 for _, (seconds, _) in turns]
    sizes = sorted(size for (_, size), _ in turns)
    return [
        at_most(f"scan to repaint, {name}, p50", p50(ours), p50(bare), "ms", 1.5),
        at_most(f"scan to repaint, {name}, p99", p99(ours), p99(bare), "ms", 2),
        at_most(f"bytes of a scan, {name}, median", p50(sizes), MOST_BYTES, "B", 1),
        at_most(f"bytes of a scan, {name}, most", sizes[-1], MOST_BYTES, "B", 1),
    ]


if __name__ == "__main__":
    sys.exit(command(__doc__, measure))
