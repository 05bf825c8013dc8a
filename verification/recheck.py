"""Blind re-checks: which verified orders somebody else counts once more, and what became of it.

A re-check is a count beside the order's own: it never moves a count, a status or a ruling, and what it finds
is for a supervisor to settle. Its state follows from the events that carry one of its two acts, as everything
else follows from the log.
"""

from __future__ import annotations

import hmac
import json
from collections.abc import Mapping
from dataclasses import field, replace
from enum import StrEnum
from typing import Any

from verification.events import Event
from verification.orders import Order, OrderStatus
from verification.records import record

RECHECK = "recheck"
"""The act of the event by which a second count is compared with the first."""
RECOUNT = "recount"
"""The act of every other event of a re-check: no read of it is one of the order's."""


class Stage(StrEnum):
    """What one event did to a re-check."""

    DUE = "due"
    """The order became verified, and is to be counted once more."""
    ELSEWHERE = "elsewhere"
    """Another station completed the order since, so whether it is counted again is for that one to say."""
    BEGUN = "begun"
    """Somebody counts, from the start."""
    RESUMED = "resumed"
    """The same person goes on."""
    READ = "read"
    """Units were counted again."""
    UNDONE = "undone"
    """The last of them were taken back."""
    REFUSED = "refused"
    """A read counted nothing."""
    AGREED = "agreed"
    DIFFERS = "differs"

    @property
    def begins(self) -> bool:
        """Whether reads of the re-check may follow it."""
        return self in (Stage.BEGUN, Stage.RESUMED)

    @property
    def act(self) -> str:
        """The act of its event."""
        return RECHECK if self in (Stage.AGREED, Stage.DIFFERS) else RECOUNT


class State(StrEnum):
    """Where a re-check stands."""

    DUE = "due"
    RUNNING = "running"
    """Begun and not ended: at the desk, or put aside half-way."""
    AGREED = "agreed"
    DIFFERS = "differs"


@record
class Difference:
    """A SKU of which somebody else found another number of units."""

    sku: str
    expected: int
    """Units counted when the order was verified; 0 for goods that are not on it."""
    found: int

    def as_json(self) -> dict[str, Any]:
        """The difference as the ledger and the interface have it."""
        return {"sku": self.sku, "expected": self.expected, "found": self.found}


@record
class Step:
    """What a read does to a re-check."""

    stage: Stage
    units: int = 0
    """Units counted again, negative where they are taken back."""
    takes_back: int | None = None
    """The number of the event that an undo takes back."""
    differences: tuple[Difference, ...] = ()

    def detail(self) -> str:
        """The step as its event's detail tells it."""
        told: dict[str, Any] = {"stage": self.stage.value}
        if self.units:
            told["units"] = self.units
        if self.takes_back is not None:
            told["takes_back"] = self.takes_back
        if self.differences:
            told["differences"] = {each.sku: each.found - each.expected for each in self.differences}
            told["found"] = {each.sku: each.found for each in self.differences}
        return json.dumps(told, ensure_ascii=False, sort_keys=True)


@record
class Reread:
    """A read of a re-check that still stands."""

    seq: int
    sku: str
    units: int


@record
class Recheck:
    """One order's newest re-check."""

    state: State = State.DUE
    person: str = ""
    """Who counts, or counted, again."""
    begun: int = 0
    """The number of the event that it began with; reads before it are another's."""
    ended: int = 0
    """The number of the event that compared it; 0 while nothing did."""
    found: Mapping[str, int] = field(default_factory=dict)
    """Units by SKU."""
    differences: tuple[Difference, ...] = ()

    @property
    def owed(self) -> bool:
        """Whether somebody still has to count the order again."""
        return self.state in (State.DUE, State.RUNNING)


def picked(key: bytes, order_id: str, percent: int) -> bool:
    """Whether this order belongs to the share of `percent` that is counted again.

    The same order is always answered alike, and nobody without the station's `key` can foresee it.
    """
    drawn = int.from_bytes(hmac.digest(key, order_id.encode(), "sha256")[:8], "big")
    return drawn * 100 < percent << 64


def became_verified(before: Order, after: Order) -> bool:
    """Whether a change made the order verified: a read, a person's act, or counts from elsewhere."""
    return after.status is OrderStatus.VERIFIED and before.status is not OrderStatus.VERIFIED


@record
class Picking:
    """Which of the orders that become verified at a station are counted again; by itself none."""

    key: bytes = field(default=b"", repr=False)
    percent: int = 0

    def falls_due(self, before: Order, after: Order) -> bool:
        """Whether a change of an order makes its re-check due. This is the one rule, whatever changed it."""
        return became_verified(before, after) and picked(self.key, after.id, self.percent)


NO_PICKS = Picking()


def compared(order: Order, found: Mapping[str, int]) -> tuple[Difference, ...]:
    """Where `found` is not what was counted on `order`, by SKU; goods that are not on it too."""
    expected: dict[str, int] = {}
    for line in order.lines:
        expected[line.sku] = expected.get(line.sku, 0) + line.verified
    both = ((sku, expected.get(sku, 0), found.get(sku, 0)) for sku in sorted({*expected, *found}))
    return tuple(Difference(*each) for each in both if each[1] != each[2])


def stage_of(event: Event) -> Stage | None:
    """What an event did to a re-check; None where it has nothing to do with one."""
    if event.act not in (RECHECK, RECOUNT) or event.detail is None:
        return None
    return Stage(json.loads(event.detail)["stage"])


def stepped(before: Recheck | None, event: Event) -> Recheck | None:
    """The re-check after `event`, which may be any event of its order."""
    stage = stage_of(event)
    if stage is None or event.detail is None:
        return before
    detail = json.loads(event.detail)
    recheck = before or Recheck()
    match stage:
        case Stage.DUE:
            return Recheck()
        case Stage.ELSEWHERE:
            return None
        case Stage.BEGUN:
            return Recheck(State.RUNNING, event.person, event.seq)
        case Stage.READ | Stage.UNDONE:
            sku = event.sku or ""
            units = recheck.found.get(sku, 0) + int(detail["units"])
            return replace(recheck, found={**recheck.found, sku: units})
        case Stage.AGREED:
            return replace(recheck, state=State.AGREED, ended=event.seq)
        case Stage.DIFFERS:
            found, differing = detail["found"], sorted(detail["differences"].items())
            differences = tuple(Difference(sku, found[sku] - more, found[sku]) for sku, more in differing)
            return replace(recheck, state=State.DIFFERS, ended=event.seq, differences=differences)
        case Stage.RESUMED | Stage.REFUSED:
            return before
