"""When orders are due: at moments that any calendar may write, the first and the last day of it included.

`9999-12-31` is what many systems send for "no day in particular"; in a zone ahead of UTC it is no day at all.
"""

from __future__ import annotations

from datetime import UTC, datetime, tzinfo

_NONE = "~"
"""Sorts behind every date."""


def in_zone(moment: datetime, zone: tzinfo | None = None) -> datetime:
    """`moment` in a zone, the computer's own where none is named; as it stands where the calendar ends."""
    try:
        return moment.astimezone(zone)
    except (OverflowError, ValueError):
        return moment


def due_key(due_date: str) -> str:
    """What orders are sorted by: the moment they are due in UTC, those without one last."""
    if not due_date:
        return _NONE
    return in_zone(_moment(due_date), UTC).isoformat()[:19]


def same_due(one: str, other: str) -> bool:
    """Whether two texts name one moment: `2026-05-01T12:00:00Z` and `2026-05-01T14:00:00+02:00` do."""
    return one == other or bool(one and other and _moment(one) == _moment(other))


def _moment(due_date: str) -> datetime:
    moment = datetime.fromisoformat(due_date)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
