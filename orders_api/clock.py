"""Moments as the server keeps them (microseconds since 1970, UTC) and as it writes them."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from typing import Final

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND: Final = timedelta(microseconds=1)


def now() -> int:
    """The present, in microseconds since 1970."""
    return time.time_ns() // 1000


def text(moment: int) -> str:
    """ISO 8601 in UTC with `Z`, to the microsecond: `2026-04-16T10:00:00.000000Z`."""
    written = (_EPOCH + timedelta(microseconds=moment)).isoformat(timespec="microseconds")
    return written.replace("+00:00", "Z")


def moment(when: datetime) -> int:
    """The microseconds since 1970 of an aware datetime."""
    return (when - _EPOCH) // _MICROSECOND
