"""1,000 codes of 20 characters at full speed into the terminal, and into a serial line.

    python -m benchmarks.flood [--json]

The log must hold every code once, whole and in order, and meanwhile the screen must be painted anew at least
every 50 ms: the longest silence of the terminal counts, from the first byte sent to the last code shown.
"""

from __future__ import annotations

import os
import pty
import sqlite3
import sys
import tempfile
import threading
import time
import tty
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

from benchmarks.latency import Station
from benchmarks.on_pty import SIZES
from benchmarks.report import Bar, at_most, command

CODES = tuple(f"UNKNOWN-{number:012}" for number in range(1_000))
LONGEST = 50.0
"""Milliseconds."""


def _pour(descriptor: int) -> None:
    data = b"".join(f"{code}\r".encode() for code in CODES)
    while data:
        data = data[os.write(descriptor, data) :]


def flooded(folder: Path, size: tuple[int, int], serial: bool) -> tuple[float, int]:
    """The longest silence in milliseconds, and how many codes are not in the log as they were sent."""
    line, far_end = pty.openpty()
    tty.setraw(far_end)
    scanner = f'[[scanner]]\nid = "gun"\nkind = "serial"\nport = "{os.ttyname(far_end)}"\n' if serial else ""
    station = Station(folder, *size, more=scanner)
    program = station.program
    pour: Callable[[], None] = (lambda: _pour(line)) if serial else lambda: program.pour(CODES)
    sender = threading.Thread(target=pour)
    started = time.monotonic()
    sender.start()
    written = program.read(0.5, lambda: not sender.is_alive())
    program.take(written)
    assert CODES[-1] in program.text, program.text
    times = [started, *(at for at, _ in written.pieces)]
    sender.join()
    program.close()
    os.close(line)
    os.close(far_end)
    return max(after - before for before, after in pairwise(times)) * 1000, _wrong(folder)


def _wrong(folder: Path) -> int:
    db = sqlite3.connect(folder / "ledger.db")
    logged = [
        code for (code,) in db.execute("SELECT code FROM events WHERE code LIKE 'UNKNOWN%' ORDER BY seq")
    ]
    db.close()
    return sum(sent != kept for sent, kept in zip(CODES, logged, strict=False)) + abs(
        len(CODES) - len(logged)
    )


def measure() -> list[Bar]:
    """The silence and the losses, through the terminal at both sizes and through a serial line."""
    bars = []
    for name, size, serial in (
        ("terminal, 80x24", SIZES["80x24"], False),
        ("terminal, 160x45", SIZES["160x45"], False),
        ("serial line, 80x24", SIZES["80x24"], True),
    ):
        with tempfile.TemporaryDirectory() as folder:
            silence, wrong = flooded(Path(folder) / "ledger", size, serial)
        bars += [
            at_most(f"flood by {name}, longest without a repaint", silence, LONGEST, "ms", 1),
            at_most(f"flood by {name}, codes lost, merged or moved", wrong, 1, "codes", 0),
        ]
    return bars


if __name__ == "__main__":
    sys.exit(command(__doc__, measure))
