"""Which station has an order counted again that became verified by merging, and its falling due there.

Stations pick under keys of their own and tell each other nothing of it, so one of them has to know by itself
that the pick is its own: the one that completed the order. That is whoever saw the last counts come together
while the API did not yet call the order verified; it says so with the same write that brings them together,
and so whoever comes later knows. Where no other station counted anything new, as when the quantity became
less, it is the station that counted most, by which all that counted decide alike.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from store import lineage, rechecks
from store.moment import RECONCILIATION, Moment
from verification.events import Event
from verification.orders import OrderStatus
from verification.recheck import became_verified
from verification.records import record
from verification.verdicts import Verdict

if TYPE_CHECKING:  # a station is painted before all this is loaded
    import sqlite3
    from collections.abc import Callable

    from sync.merge import Slots
    from sync.plan import TakeIn
    from sync.standing import Standing
    from verification.recheck import Picking


def held_by(station: str, before: Slots, after: Slots, status: OrderStatus) -> bool:
    """Whether `station` completed an order, whose slots were `before`; `status` is what the API calls it."""
    others = {name: slot for name, slot in after.items() if lineage.station_of(name) != station}
    if any(name not in before or before[name].c != slot.c for name, slot in others.items()):
        return status is not OrderStatus.VERIFIED
    return station == _counted_most(after)


def _counted_most(slots: Slots) -> str:
    """The station with most units, of equal ones the first by name; empty where none has any."""
    units: dict[str, int] = {}
    for name, slot in slots.items():
        units[lineage.station_of(name)] = units.get(lineage.station_of(name), 0) + sum(slot.c.values())
    counted = (name for name, count in units.items() if count > 0)
    return min(counted, key=lambda name: (-units[name], name), default="")


@record
class Rechecking:
    """Has orders fall due that merging completes."""

    key: bytes
    """The chain's."""
    picking: Picking
    now: Callable[[], Moment] = lambda: Moment.now(RECONCILIATION)

    def after(self, db: sqlite3.Connection, standing: Standing, taken: TakeIn) -> None:
        """Note what an order that was taken in has come to owe here, or owes no more."""
        before, order = standing.order, taken.order
        if not before.lines or not became_verified(before, order):
            return
        station = lineage.station(db)
        if held_by(station, standing.slots, taken.slots, taken.status):
            if self.picking.falls_due(before, order):
                rechecks.fall_due(db, self.key, self._seen(order.id))
        elif (found := rechecks.of(db, order.id)) is not None and found.owed:
            rechecks.leave(db, self.key, self._seen(order.id))

    def _seen(self, order_id: str) -> Event:
        at = self.now()
        return Event(0, at.at, at.mono, "", at.scanner, b"", "", Verdict.COMMAND, order_id=order_id)
