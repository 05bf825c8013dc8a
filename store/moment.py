"""When something is done: the wall clock for people, the monotonic one for waits, the day for what ends."""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Self


@dataclass(frozen=True, slots=True)
class Moment:
    """One moment at this station."""

    at: str
    """UTC, ISO 8601 with milliseconds and `Z`."""
    mono: float
    """Seconds of the computer's monotonic clock."""
    today: str
    """The day here, `YYYY-MM-DD`, by the station's own time zone."""

    @classmethod
    def now(cls) -> Self:
        """This moment."""
        wall = datetime.now(UTC)
        at = wall.isoformat(timespec="milliseconds").replace("+00:00", "Z")
        return cls(at, time.monotonic(), wall.astimezone().date().isoformat())
