"""What a ledger holds of one order, as the plan needs it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import field
from typing import Any

from sync.merge import Ruled, Slot, tail
from verification.orders import Order, OrderStatus, Ruling
from verification.records import record


@record
class Counted:
    """One counting event of this station's log."""

    seq: int
    line_id: str
    delta: int
    mark: str
    """The first characters of its chained hash."""
    who: str = ""
    at: str = ""
    detail: str | None = None
    """The JSON of a ruling; None for an event that only counts."""

    def ruled(self, item_of: Mapping[str, str]) -> Ruled | None:
        """The ruling that this event is, with its missing units by the API's item id."""
        if self.detail is None:
            return None
        told = json.loads(self.detail)
        missing = {item_of.get(line_id, line_id): units for line_id, units in told.get("missing", {}).items()}
        why = told["why"] or told.get("short", "")
        return Ruled(told["ruled"], Ruling(told["ruling"]), self.who, why, missing)


@record
class Share:
    """The events of one order that went into one of this station's slots, oldest first."""

    slot: str
    events: tuple[Counted, ...]
    sighted: int = 0
    """The highest `n` under which the API was seen to hold just these events."""

    @property
    def marks(self) -> list[str]:
        """The marks of the events, oldest first."""
        return [event.mark for event in self.events]

    def counts(self) -> dict[str, int]:
        """Units by line id."""
        found: dict[str, int] = {}
        for event in self.events:
            if event.delta:
                found[event.line_id] = found.get(event.line_id, 0) + event.delta
        return found

    def published(self, item_of: Mapping[str, str]) -> Slot:
        """The slot that says all of this share."""
        last = self.events[-1]
        counts = {item_of.get(line_id, line_id): units for line_id, units in self.counts().items()}
        rulings = [ruled for event in self.events if (ruled := event.ruled(item_of))]
        ruled = rulings[-1] if rulings else None
        return Slot(len(self.events), tail(self.marks), counts, last.who, last.at, ruled)


@record
class Edit:
    """A header field that was changed here and waits to be sent."""

    field: str
    base: Any
    mine: Any


@record
class Standing:
    """One order as the ledger has it."""

    order: Order
    known: bool = True
    """Whether the API was seen to have it."""
    items: Mapping[str, str] = field(default_factory=dict)
    """The API's item id by line id."""
    shares: tuple[Share, ...] = ()
    slots: Mapping[str, Slot] = field(default_factory=dict)
    """Every slot seen at the API or carried, own ones included."""
    edits: tuple[Edit, ...] = ()
    waiting: bool = False
    creating: bool = False
    cancelling: bool = False
    reason: str = ""
    """Why it is to be cancelled."""
    becoming: OrderStatus | None = None
    """The status that a person gave it: `pending` for a draft that was released, or `shipped`."""
    answered: bool = False
    """Whether the last update sent was answered with success."""
