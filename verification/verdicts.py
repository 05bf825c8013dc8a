"""What the station can decide about a read. The names are part of the interface."""

from __future__ import annotations

from enum import StrEnum


class Verdict(StrEnum):
    """One decision about one read."""

    ACCEPTED = "accepted"
    """Counted; the line still needs more."""
    LINE_VERIFIED = "line_verified"
    """Counted; this was the line's last unit."""
    ORDER_VERIFIED = "order_verified"
    """Counted; this was the order's last unit."""
    RECOUNTED = "recounted"
    """Counted for a blind re-check, whether it belongs or not; no count of the order moves."""
    ORDER_OPENED = "order_opened"
    SIGNED_IN = "signed_in"
    COMMAND = "command"

    UNREADABLE = "unreadable"
    """Not text, torn, run together, or a GS1 message that cannot be right."""
    UNKNOWN_CODE = "unknown_code"
    AMBIGUOUS_CODE = "ambiguous_code"
    """Two meanings, or a digit that seems to be lost."""
    NOT_ON_ORDER = "not_on_order"
    LINE_ALREADY_VERIFIED = "line_already_verified"
    EXCEEDS_REMAINING = "exceeds_remaining"
    """A code of several units where fewer are still needed."""
    DUPLICATE_READ = "duplicate_read"
    DUPLICATE_SERIAL = "duplicate_serial"
    EXPIRED = "expired"
    """Goods whose label gives a day that is over."""
    ORDER_LOCKED = "order_locked"
    NO_ORDER_OPEN = "no_order_open"
    NOT_SIGNED_IN = "not_signed_in"
    ALARM_PENDING = "alarm_pending"
    NOT_RECORDED = "not_recorded"
    """The ledger could not be written: whatever the read was, nothing happened."""

    @property
    def refused(self) -> bool:
        """Whether the read was turned away."""
        return self not in _WELCOME


_WELCOME = frozenset(
    {
        Verdict.ACCEPTED,
        Verdict.LINE_VERIFIED,
        Verdict.ORDER_VERIFIED,
        Verdict.RECOUNTED,
        Verdict.ORDER_OPENED,
        Verdict.SIGNED_IN,
        Verdict.COMMAND,
    }
)

WRONG_ITEM = frozenset(
    {
        Verdict.NOT_ON_ORDER,
        Verdict.LINE_ALREADY_VERIFIED,
        Verdict.EXCEEDS_REMAINING,
        Verdict.DUPLICATE_SERIAL,
        Verdict.EXPIRED,
    }
)
"""Refusals that mean goods are in hand that do not belong in the box: these raise the alarm."""
