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
    moment = datetime.fromisoformat(due_date)
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return in_zone(moment, UTC).isoformat()[:19]
