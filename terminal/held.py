"""What reconciliation holds back, and what a person decides about it: on the screen and the command line."""

from __future__ import annotations

import sqlite3
from enum import StrEnum

from store import conflicts, outbox, unreadable
from store.conflicts import Conflict
from store.outbox import Waiting
from store.unreadable import Unreadable
from verification.records import record


class State(StrEnum):
    """Why an order is held back."""

    WAITING = "waiting"
    """It is sent as soon as the API can be reached."""
    PARKED = "parked"
    """The API refuses it: it is not sent until somebody tries it again."""
    CONFLICT = "conflict"
    """Only a person can decide it."""
    UNREADABLE = "unreadable"
    """The API has it, but what it says of it cannot be taken in."""


@record
class Held:
    """One order that waits, is parked, is in conflict, or cannot be read."""

    order_id: str
    """Empty where the ledger has no such order."""
    order_number: str
    state: State
    told: str
    """What waits, or why it does."""
    conflict: Conflict | None = None
    unread: Unreadable | None = None

    @classmethod
    def of_waiting(cls, row: Waiting) -> Held:
        """A row of the outbox."""
        if row.parked is not None:
            return cls(row.order_id, row.order_number, State.PARKED, row.parked)
        what = "to be created" if row.creating else "to be cancelled" if row.cancelling else "to be sent"
        return cls(row.order_id, row.order_number, State.WAITING, what)

    @classmethod
    def of_conflict(cls, conflict: Conflict) -> Held:
        """Something that only a person can decide."""
        return cls(conflict.order_id, conflict.order_number, State.CONFLICT, conflict.told, conflict)

    @classmethod
    def of_unreadable(cls, row: Unreadable) -> Held:
        """An order that could not be taken in."""
        return cls(row.order_id, row.order_number, State.UNREADABLE, row.told, unread=row)

    def retry(self, db: sqlite3.Connection) -> None:
        """Have a parked order sent again, or one that could not be read looked at. Raises Refused when it is
        neither."""
        if self.unread is None:
            outbox.retry(db, self.order_id)
        else:
            unreadable.retry(db, self.order_number)

    def settle(self, db: sqlite3.Connection) -> None:
        """Somebody has looked and put it right. Raises Refused when it is settled already, or only waits."""
        if self.unread is not None:
            unreadable.settle(db, self.order_number)
        elif self.conflict is not None:
            conflicts.settle(db, self.order_id, self.conflict.kind, self.conflict.what)
        else:
            outbox.give_up(db, self.order_id)


def held_back(db: sqlite3.Connection) -> tuple[Held, ...]:
    """All that is held back: what needs somebody first, then what waits, in the order in which it came."""
    return (
        *map(Held.of_conflict, conflicts.listed(db)),
        *map(Held.of_unreadable, unreadable.listing(db)),
        *map(Held.of_waiting, outbox.listed(db)),
    )
