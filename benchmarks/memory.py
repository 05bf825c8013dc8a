"""Memory of the running station with an empty ledger, and with 100,000 orders in it.

    python -m benchmarks.memory [--json]

Both stations get the same keys: paging to the end of the queue and back, other statuses, searches.
"""

from __future__ import annotations

import sys
import tempfile
import time
from pathlib import Path

from benchmarks.latency import station_arguments
from benchmarks.on_pty import OnPty
from benchmarks.report import Bar, at_most, command
from benchmarks.stock import stocked

ORDERS = 100_000
_PAGE_DOWN, _UP, _END, _HOME, _RIGHT = b"\x1b[6~", b"\x1b[A", b"\x1b[F", b"\x1b[H", b"\x1b[C"


def resident(pid: int) -> float:
    """MB of a process that are in memory."""
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) / 1024
    raise SystemExit("This needs /proc.")


def used(folder: Path) -> float:
    """MB that the station holds after somebody looked through its queue."""
    program = OnPty(station_arguments(folder), 160, 45)
    try:
        program.wait_for(lambda text: "F12" in text)
        program.read(0.5)
        for key in [*[_PAGE_DOWN] * 20, _END, *[_UP] * 5, _HOME, *[_RIGHT] * 5]:
            _press(program, key)
        for text in (b"ORD-00999", b"Customer 42"):
            for number in range(len(text)):
                _press(program, text[number : number + 1])
            _press(program, b"\x1b")
        time.sleep(0.5)
        return resident(program.pid)
    finally:
        program.close()


def _press(program: OnPty, key: bytes) -> None:
    """Press one key as slowly as a hand does, and let the queue follow."""
    program.send(key)
    program.read(0.12)


def measure(orders: int = ORDERS) -> list[Bar]:
    """How much more the many orders take."""
    with tempfile.TemporaryDirectory() as name:
        empty, full = Path(name) / "empty", Path(name) / "full"
        stocked(empty).close()
        stocked(full, done_orders=orders).close()
        few, many = used(empty), used(full)
    return [at_most(f"memory, {orders:,} orders to none", many, few, "MB", 1.1)]


if __name__ == "__main__":
    sys.exit(command(__doc__, measure))
