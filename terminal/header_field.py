"""Header fields of an order as people type them at the station, and as the ledger and the API have them."""

from __future__ import annotations

from datetime import UTC, datetime

from store.due import in_zone
from store.order_shape import Fault, checked_header

_DAY = len("2031-05-01")
_DAYS = {"due_date": ("A due date", 23, 59), "order_date": ("An order date", 0, 0)}
"""What people call a date, and which minute of a day alone it means."""


class NotAValue(ValueError):
    """What was typed cannot stand in the field; `str` of it is the sentence for people."""


def as_typed(field: str, value: str) -> str:
    """A field's value as somebody would type it; a due date in the station's own time."""
    if field == "due_date" and value:
        at = datetime.fromisoformat(value)
        return (in_zone(at) if at.tzinfo else at).strftime("%Y-%m-%d %H:%M")
    return value


def as_kept(field: str, typed: str) -> str:
    """What was typed as the ledger keeps it, dates as `moment` says.

    Raises NotAValue where the Orders API would not take it.
    """
    value = moment(field, typed) if field in _DAYS and typed else typed
    try:
        checked_header({field: value})
    except Fault as fault:
        raise NotAValue(f"{fault}.") from fault
    return value


def moment(field: str, typed: str) -> str:
    """A date as the API takes it, in UTC: without an offset it was this station's time, and of a day alone
    the minute that the field means. Raises NotAValue for what is no date.
    """
    words, hour, minute = _DAYS[field]
    try:
        at = datetime.fromisoformat(typed)
        if len(typed) == _DAY:
            at = at.replace(hour=hour, minute=minute)
        return at.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
    except (ValueError, OverflowError):
        raise NotAValue(f"{words} is typed as 2031-05-01 14:00, in this station's time.") from None
