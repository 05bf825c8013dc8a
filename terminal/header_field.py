"""Header fields of an order as people type them at the station, and as the ledger and the API have them."""

from __future__ import annotations

from datetime import UTC, datetime

from store.due import in_zone
from store.order_shape import Fault, checked_header

_DAY = len("2031-05-01")


class NotAValue(ValueError):
    """What was typed cannot stand in the field; `str` of it is the sentence for people."""


def as_typed(field: str, value: str) -> str:
    """A field's value as somebody would type it; a due date in the station's own time."""
    if field == "due_date" and value:
        moment = datetime.fromisoformat(value)
        return (in_zone(moment) if moment.tzinfo else moment).strftime("%Y-%m-%d %H:%M")
    return value


def as_kept(field: str, typed: str) -> str:
    """What was typed as the ledger keeps it: a due date in UTC, a day alone as its last minute.

    Raises NotAValue where the Orders API would not take it.
    """
    value = _due(typed) if field == "due_date" and typed else typed
    try:
        checked_header({field: value})
    except Fault as fault:
        raise NotAValue(f"{fault}.") from fault
    return value


def _due(typed: str) -> str:
    try:
        moment = datetime.fromisoformat(typed)
        if len(typed) == _DAY:
            moment = moment.replace(hour=23, minute=59)
        return moment.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
    except (ValueError, OverflowError):
        raise NotAValue("A due date is typed as 2031-05-01 14:00, in this station's time.") from None
