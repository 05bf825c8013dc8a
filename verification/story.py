"""The story of one order: the order as it was after each read and each act, and where its units came from.

A fold over the order's events at this station. What the log does not tell is taken as it is now: units that
other stations counted, and what the API changed by itself.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from verification.events import Event, Provenance, fold
from verification.orders import Order, OrderStatus, Ruling
from verification.recheck import RECOUNT
from verification.records import record

_ENDED = frozenset({OrderStatus.SHIPPED, OrderStatus.CANCELLED})


@record
class Step:
    """One read or act: the events that share it."""

    events: tuple[Event, ...]
    undone: bool = False
    """Whether a later read or act took units of it back."""

    @property
    def first(self) -> Event:
        """The event that speaks for all of them."""
        return self.events[0]

    @property
    def delta(self) -> int:
        """Net units that the order gained."""
        return sum(event.delta for event in self.events)

    @property
    def moved(self) -> dict[str, int]:
        """Net units by line id, of the lines that it moved."""
        units: dict[str, int] = {}
        for event in self.events:
            if event.line_id is not None and event.delta:
                units[event.line_id] = units.get(event.line_id, 0) + event.delta
        return units

    @property
    def detail(self) -> Mapping[str, Any]:
        """What an act says beyond the columns of its event; empty for a read."""
        found = json.loads(self.first.detail) if self.first.detail else {}
        return found if isinstance(found, dict) else {}


@record
class Mark:
    """Lot, serial and expiry of counted goods, and how many units bore them."""

    lot: str
    serial: str
    expiry: str
    units: int


@record
class Turn:
    """What one person did on the order."""

    person: str
    """Empty where nobody was signed in."""
    first: str
    last: str
    """UTC, ISO 8601."""
    reads: int
    """Acts are no reads."""
    refused: int
    units: int
    """Net units by reads and acts."""


@record
class Story:
    """An order as it is now, and the steps that led there, oldest first."""

    order: Order
    steps: tuple[Step, ...] = ()

    @classmethod
    def of(cls, order: Order, events: Iterable[Event]) -> Story:
        """The story of `order` from its events, oldest first."""
        grouped: list[list[Event]] = []
        taken_back: set[int | None] = set()
        for event in events:
            taken_back.add(event.takes_back)
            if grouped and grouped[-1][0].read == event.read:
                grouped[-1].append(event)
            else:
                grouped.append([event])
        return cls(
            order,
            tuple(Step(tuple(each), any(event.seq in taken_back for event in each)) for each in grouped),
        )

    def after(self, number: int) -> Order:
        """The order after its first `number` steps; 0 is before anything happened here."""
        counts: dict[str, int] = {}
        reported, ruling, ruled = self._beginning(), Ruling.NONE, 0
        for step in self.steps[:number]:
            for line_id, units in step.moved.items():
                counts[line_id] = counts.get(line_id, 0) + units
            told = step.detail
            ruling, ruled = Ruling(told.get("ruling", ruling)), told.get("ruled", ruled)
            reported = OrderStatus(told.get("becomes", reported))
        lines = tuple(replace(line, counted=counts.get(line.id, 0)) for line in self.order.lines)
        return replace(self.order, lines=lines, reported=reported, ruling=ruling, ruled=ruled)

    def ended_elsewhere(self) -> bool:
        """Whether it is not what the steps here made of it, but what the API or another station did."""
        return self.after(len(self.steps)) != self.order

    def _beginning(self) -> OrderStatus:
        """The status reported before the first step: nobody wrote it down, but what became of it tells."""
        given = next((step.detail["becomes"] for step in self.steps if "becomes" in step.detail), None)
        if given == OrderStatus.PENDING:
            return OrderStatus.DRAFT
        return OrderStatus.PENDING if self.order.reported in _ENDED else self.order.reported

    def events(self) -> Iterable[Event]:
        """Every event, oldest first."""
        return (event for step in self.steps for event in step.events)

    def acts(self) -> tuple[Step, ...]:
        """What people did otherwise than by reads, the ends of re-checks among it."""
        return tuple(step for step in self.steps if step.first.act not in (None, RECOUNT))

    def provenance(self) -> dict[str, dict[Provenance, int]]:
        """Units that this station counted, by line id and by how they came to be counted.

        What is taken back goes off the kind that it was counted as, so that a line's kinds add up to its
        count; units that a person took off are overrides below 0.
        """
        kind_of = {event.seq: event.provenance for event in self.events()}
        found: dict[str, dict[Provenance, int]] = {}
        for event in self.events():
            if event.line_id is None or not event.delta:
                continue
            kind = event.provenance if event.takes_back is None else kind_of.get(event.takes_back)
            kinds = found.setdefault(event.line_id, {})
            kind = kind or event.provenance
            kinds[kind] = kinds.get(kind, 0) + event.delta
        return {
            line_id: {kind: units for kind, units in kinds.items() if units}
            for line_id, kinds in found.items()
        }

    def marks(self) -> dict[str, tuple[Mark, ...]]:
        """Lots, serials and days of expiry of the counted reads that stand, by line id."""
        units: dict[tuple[str, str, str, str], int] = {}
        for event in fold(self.events()).standing:
            key = (event.line_id or "", event.lot or "", event.serial or "", event.expiry or "")
            if any(key[1:]):
                units[key] = units.get(key, 0) + event.delta
        found: dict[str, list[Mark]] = {}
        for (line_id, lot, serial, expiry), count in units.items():
            found.setdefault(line_id, []).append(Mark(lot, serial, expiry, count))
        return {line_id: tuple(marks) for line_id, marks in found.items()}

    def turns(self) -> tuple[Turn, ...]:
        """Who worked on it, in the order in which they came."""
        found: dict[str, Turn] = {}
        for step in self.steps:
            event = step.first
            had = found.get(event.person) or Turn(event.person, event.at, event.at, 0, 0, 0)
            found[event.person] = replace(
                had,
                last=event.at,
                reads=had.reads + (not event.act or bool(event.raw)),
                refused=had.refused + event.verdict.refused,
                units=had.units + step.delta,
            )
        return tuple(found.values())
