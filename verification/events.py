"""Events: what the append-only log says about each read, and what follows from them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import field
from enum import StrEnum
from types import MappingProxyType

from verification.records import record
from verification.verdicts import Verdict


class Provenance(StrEnum):
    """How units came to be counted."""

    SCANNED = "scanned"
    CASE = "case"
    """One read of a code that stands for several units."""
    TYPED = "typed"
    CONFIRMED = "confirmed"
    """Confirmed by hand for goods that cannot be scanned."""
    OVERRIDE = "override"


@record
class Event:
    """One row of the log. A read that fills two lines is two events that share `read`."""

    read: int
    """Number of the first event of the same read; events of one read stand side by side."""
    at: str
    """UTC, ISO 8601 with milliseconds and `Z`. Shown to people, decides nothing."""
    mono: float
    """Seconds of the station's monotonic clock; only differences mean anything."""
    person: str
    scanner: str
    raw: bytes
    """The frame as delivered; empty when it was a badge."""
    code: str
    verdict: Verdict
    provenance: Provenance = Provenance.SCANNED
    order_id: str | None = None
    line_id: str | None = None
    sku: str | None = None
    delta: int = 0
    reason: str = ""
    """The sentence that the picker was shown."""
    takes_back: int | None = None
    """The number of the event that this one undoes."""
    lot: str | None = None
    serial: str | None = None
    expiry: str | None = None
    act: str | None = None
    """What a person did to the order otherwise than by a read, see `verification.acts`; None for a read."""
    detail: str | None = None
    """More of the act, as a JSON object."""
    seq: int = 0
    """Number in the log, from 1, given when the event is appended."""


@record
class Progress:
    """What a log says about one order."""

    counts: Mapping[str, int] = field(default_factory=dict)
    """Units by line id."""
    standing: tuple[Event, ...] = ()
    """Counting events that nothing has taken back, oldest first."""
    settled: int = 0
    """The number of the last event by which somebody took units off a line; reads before it stay."""

    def last_read(self) -> tuple[Event, ...]:
        """The events of the last counted read that still stands: what an undo takes back."""
        if not self.standing or self.standing[-1].seq <= self.settled:
            return ()
        read = self.standing[-1].read
        return tuple(event for event in self.standing if event.read == read)


def fold(events: Iterable[Event]) -> Progress:
    """The progress of one order from its events, oldest first. Counts are exactly the sum of deltas."""
    counts: dict[str, int] = {}
    standing: dict[int, Event] = {}
    settled = 0
    for event in events:
        if event.line_id is not None and event.delta:
            counts[event.line_id] = counts.get(event.line_id, 0) + event.delta
        if event.takes_back is not None:
            standing.pop(event.takes_back, None)
        elif event.delta > 0:
            standing[event.seq] = event
        elif event.delta < 0:
            settled = event.seq
    return Progress(MappingProxyType(counts), tuple(standing.values()), settled)
