"""Where and when something is done at a station."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from typing import Final, Self

from verification.records import record

KEYS: Final = "keys"
"""What was asked for by key or on a screen, rather than by code."""
COMMAND_LINE: Final = "command-line"
STANDARD_INPUT: Final = "stdin"
RECONCILIATION: Final = "sync"
NO_SCANNERS: Final = frozenset({KEYS, COMMAND_LINE, STANDARD_INPUT, RECONCILIATION})
"""What the log has in a scanner's place where there was none; no scanner may be called so."""


@record
class Moment:
    """The wall clock for people, the monotonic one for waits, the day for what ends with one."""

    at: str
    """UTC, ISO 8601 with milliseconds and `Z`."""
    mono: float
    """Seconds of the station's monotonic clock."""
    scanner: str
    """What it was asked for with: one of `NO_SCANNERS`."""
    today: str = ""
    """The day, `YYYY-MM-DD`, by the station's own time zone."""

    @classmethod
    def now(cls, scanner: str) -> Self:
        """This moment."""
        wall = datetime.now(UTC)
        at = wall.isoformat(timespec="milliseconds").replace("+00:00", "Z")
        return cls(at, time.monotonic(), scanner, wall.astimezone().date().isoformat())
