"""Cold start to the first whole frame on the terminal, against a minimal Textual app.

    python -m benchmarks.start [--json]

Both run from compiled bytecode, in turn. The clock runs from the start of the process until its first frame
has been read from the pseudo-terminal: the station's queue of orders and its keys, the app's one Label.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from benchmarks.latency import station_arguments
from benchmarks.on_pty import OnPty
from benchmarks.report import Bar, at_most, command, p50
from benchmarks.stock import stocked

STARTS = 15


def started(arguments: list[str], shown: Callable[[str], bool]) -> float:
    """Milliseconds from the start of a program until the screen is as `shown` says."""
    program = OnPty(arguments)
    try:
        return (program.wait_for(shown) - program.started) * 1000
    finally:
        program.close()


def measure(starts: int = STARTS) -> list[Bar]:
    """The median of several starts of each."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name) / "ledger"
        stocked(folder, events=1_000).close()
        station, bare = station_arguments(folder), ["-m", "benchmarks.bare_app"]
        pairs = [
            (started(station, lambda text: "F12" in text), started(bare, lambda text: "ready" in text))
            for _ in range(starts + 1)
        ][1:]
    ours, floor = p50([pair[0] for pair in pairs]), p50([pair[1] for pair in pairs])
    return [at_most("cold start to first paint", ours, floor, "ms", 1.6)]


if __name__ == "__main__":
    sys.exit(command(__doc__, measure))
