"""Every benchmark of the station, one after the other: `python -m benchmarks [--json]`.

The Orders API's are commands of their own: `python -m benchmarks.orders_api_server` and its neighbours.
"""

from __future__ import annotations

import sys

from benchmarks import burst, clerk, flood, latency, memory, reports, review, scanners, start
from benchmarks.report import Bar, command


def measure() -> list[Bar]:
    """All bars."""
    return [
        bar
        for part in (clerk, burst, latency, flood, start, memory, scanners, reports, review)
        for bar in part.measure()
    ]


if __name__ == "__main__":
    sys.exit(command(__doc__, measure))
