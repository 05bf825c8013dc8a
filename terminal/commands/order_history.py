"""What only this station knows of an order: who worked on it, and how its units came to be counted."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Self

from verification.events import Event, Progress, fold
from verification.orders import Order, OrderStatus
from verification.verdicts import Verdict


@dataclass(frozen=True, slots=True)
class History:
    """An order's events in short."""

    opened: Event | None
    """The first read that opened it."""
    verified: Event | None
    """The read that completed it; None while it is not verified."""
    reads: int
    refused: int
    taken_back: int
    """Undos."""
    people: tuple[str, ...]
    progress: Progress

    @classmethod
    def of(cls, order: Order, events: Iterable[Event]) -> Self:
        """The history of `order` from its events, oldest first."""
        log = list(events)
        reads = [event for event in log if event.read == event.seq]
        completed = [event for event in reads if event.verdict is Verdict.ORDER_VERIFIED]
        done = order.status is OrderStatus.VERIFIED and completed
        return cls(
            opened=reads[0] if reads else None,
            verified=completed[-1] if done else None,
            reads=len(reads),
            refused=sum(event.verdict.refused for event in reads),
            taken_back=sum(event.takes_back is not None for event in reads),
            people=tuple(sorted({event.person for event in reads if event.person})),
            progress=fold(log),
        )

    @property
    def units(self) -> dict[str, int]:
        """Units that stand, by how they came to be counted."""
        by_provenance: dict[str, int] = {}
        for event in self.progress.standing:
            name = event.provenance.value
            by_provenance[name] = by_provenance.get(name, 0) + event.delta
        return by_provenance

    def as_json(self, station: str) -> dict[str, Any]:
        """The object under `station` in `orders show --json`."""
        return {
            "id": station,
            "opened_by": self.opened.person or None if self.opened else None,
            "opened_at": self.opened.at if self.opened else None,
            "verified_by": self.verified.person or None if self.verified else None,
            "verified_at": self.verified.at if self.verified else None,
            "people": list(self.people),
            "reads": self.reads,
            "refused": self.refused,
            "taken_back": self.taken_back,
            "units": self.units,
            "counts": {line_id: units for line_id, units in self.progress.counts.items() if units},
        }

    def told(self) -> dict[str, str]:
        """The same in words, by heading."""
        if not self.reads:
            return {}
        units = ", ".join(f"{count} {name}" for name, count in self.units.items())
        return {
            "Opened": _by(self.opened),
            "Verified": _by(self.verified),
            "Reads": f"{self.reads}, {self.refused} of them refused, {self.taken_back} taken back",
            "Counted here": units or "nothing",
        }


def _by(event: Event | None) -> str:
    if event is None:
        return ""
    return f"{event.at} by {event.person}" if event.person else event.at
