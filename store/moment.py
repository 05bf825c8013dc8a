"""Where and when something is done at a station."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from typing import Self

from verification.records import record


@record
class Moment:
    """The wall clock for people, the monotonic one for waits, the day for what ends with one."""

    at: str
    """UTC, ISO 8601 with milliseconds and `Z`."""
    mono: float
    """Seconds of the station's monotonic clock."""
    scanner: str
    """What it was asked for with: `keys` on a screen, `command-line` without one."""
    today: str = ""
    """The day, `YYYY-MM-DD`, by the station's own time zone."""

    @classmethod
    def now(cls, scanner: str) -> Self:
        """This moment."""
        wall = datetime.now(UTC)
        at = wall.isoformat(timespec="milliseconds").replace("+00:00", "Z")
        return cls(at, time.monotonic(), scanner, wall.astimezone().date().isoformat())
