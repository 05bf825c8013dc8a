"""How a shift stands: what is left, whether the pace is enough, and who works on what."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import field
from enum import StrEnum

from verification.records import record


class Due(StrEnum):
    """When an order is due, seen from now."""

    OVERDUE = "overdue"
    TODAY = "today"
    TOMORROW = "tomorrow"
    LATER = "later"
    NONE = "none"
    """No due date."""


class Age(StrEnum):
    """How long ago an order was created."""

    DAY = "under a day"
    DAYS = "1 to 3 days"
    WEEK = "3 to 7 days"
    OLDER = "over 7 days"
    UNKNOWN = "unknown"


@record
class Left:
    """What is still to be done of some orders."""

    orders: int = 0
    units: int = 0


@record
class OpenOrder:
    """One order that is still to be done."""

    order_number: str
    status: str
    verified: int
    quantity: int
    due_date: str
    due: Due
    created_at: str
    age_days: float | None
    """Days since it was created; None where nobody knows."""


@record
class Ageing:
    """The open orders by when they are due and by how old they are."""

    due: Mapping[Due, Left]
    age: Mapping[Age, Left]
    oldest: tuple[OpenOrder, ...]
    """Overdue ones first, then those that were created first."""

    @property
    def whole(self) -> Left:
        """All open orders."""
        return Left(
            sum(left.orders for left in self.due.values()), sum(left.units for left in self.due.values())
        )


@record
class AtWork:
    """What one person did last with one scanner."""

    person: str
    scanner: str
    order_number: str
    """Empty where the last read was about no order."""
    at: str
    """UTC, ISO 8601."""


@record
class Deadline:
    """Units that have to be done some hours from now; 0 hours or less when they are late."""

    hours: float
    units: int


def needed_rate(deadlines: Iterable[Deadline]) -> float | None:
    """Units an hour that meet every deadline still ahead, with the late units done before them.

    None where no deadline is ahead: nothing is due, or all of it is late.
    """
    units = 0
    need: float | None = None
    for deadline in sorted(deadlines, key=lambda each: each.hours):
        units += deadline.units
        if deadline.hours > 0:
            need = max(need or 0.0, units / deadline.hours)
    return need


@record
class Shift:
    """The numbers of the dashboard."""

    left: Mapping[Due, Left] = field(default_factory=dict)
    units_last_hour: int = 0
    """Units counted in the last hour, undo taken off: the rate in units an hour."""
    needed_per_hour: float | None = None
    """What meets today's due times; None where nothing is due later today."""
    late_units: int = 0
    """Units of orders that are overdue."""
    at_work: tuple[AtWork, ...] = ()
    """By person and scanner since midnight, the latest first."""
    alarms_today: int = 0
    """Wrong items read since midnight."""
    waiting: int = 0
    """Orders that wait to be sent to the Orders API."""
    parked: int = 0
    conflicts: int = 0
    unreadable: int = 0
    """Orders that the API has and that could not be taken in."""

    @property
    def whole(self) -> Left:
        """All open orders."""
        return Left(
            sum(left.orders for left in self.left.values()), sum(left.units for left in self.left.values())
        )

    @property
    def in_time(self) -> bool | None:
        """Whether the last hour's rate is enough; None where nothing is due later today."""
        return None if self.needed_per_hour is None else self.units_last_hour >= self.needed_per_hour
