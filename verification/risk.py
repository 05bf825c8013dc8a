"""How urgently a person should look at an order. Pure: the same facts always weigh the same.

Each reason weighs a first amount plus an amount for every unit, read or field that it speaks of, up to a
most; the risk of an order is the sum of its reasons' weights. `WEIGHTS` is the whole of it; what a reason
says to people is in `verification.reasons`. A weight says how likely it is that the wrong goods leave the
building if nobody looks:

- from 60 on, counts are known to be wrong or goods are where they should not be;
- from 30 on, something has to be decided before the order can end;
- below, units count that no scanner has seen, or the picking went badly.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import field
from enum import StrEnum
from typing import NamedTuple

from verification.events import Provenance
from verification.orders import OrderStatus, Ruling
from verification.records import record
from verification.verdicts import Verdict


class ReasonKind(StrEnum):
    """The names of reasons, as the interface has them."""

    TYPED = "typed"
    CONFIRMED = "confirmed"
    OVERRIDE = "override"
    REFUSED = "refused"
    SHORT = "short"
    OVER_COUNTED = "over_counted"
    ORPHANED = "orphaned"
    CANCELLED = "cancelled"
    SHIPPED = "shipped"
    HEADER = "header"
    CONFLICT = "conflict"
    PARKED = "parked"
    SENT_BACK = "sent_back"
    REOPENED = "reopened"
    RECHECK = "recheck"
    RECHECK_DIFFERENCE = "recheck_difference"


class Weight(NamedTuple):
    """What one reason adds to an order's risk."""

    first: int
    """For the reason as such."""
    each: int
    """For every unit, read or field that it speaks of."""
    most: int


WEIGHTS: Mapping[ReasonKind, Weight] = {
    #                               first each most
    ReasonKind.CANCELLED: Weight(70, 1, 90),
    ReasonKind.OVER_COUNTED: Weight(65, 5, 90),
    ReasonKind.RECHECK_DIFFERENCE: Weight(60, 5, 90),
    ReasonKind.ORPHANED: Weight(60, 2, 80),
    ReasonKind.SHIPPED: Weight(60, 1, 80),
    ReasonKind.CONFLICT: Weight(40, 5, 60),
    ReasonKind.PARKED: Weight(40, 0, 40),
    ReasonKind.SHORT: Weight(30, 2, 60),
    ReasonKind.HEADER: Weight(30, 5, 50),
    ReasonKind.SENT_BACK: Weight(30, 0, 30),
    ReasonKind.REOPENED: Weight(20, 0, 20),
    ReasonKind.RECHECK: Weight(20, 0, 20),
    ReasonKind.OVERRIDE: Weight(10, 2, 40),
    ReasonKind.TYPED: Weight(10, 2, 40),
    ReasonKind.CONFIRMED: Weight(8, 2, 40),
    ReasonKind.REFUSED: Weight(5, 2, 40),
}

TELLING = frozenset(
    {
        Verdict.NOT_ON_ORDER,
        Verdict.LINE_ALREADY_VERIFIED,
        Verdict.EXCEEDS_REMAINING,
        Verdict.DUPLICATE_SERIAL,
        Verdict.EXPIRED,
        Verdict.UNKNOWN_CODE,
        Verdict.AMBIGUOUS_CODE,
        Verdict.UNREADABLE,
    }
)
"""The refusals that say something about the goods; the others say that somebody was out of turn."""
REFUSED_READS = 3
"""So many refused reads of one order are a reason to look at it, fewer are part of any day."""


@record
class Facts:
    """What is known of one order since a supervisor last signed it off; by default nothing that matters."""

    status: OrderStatus = OrderStatus.VERIFIED
    ruling: Ruling = Ruling.NONE
    verified: int = 0
    """Units counted over all lines."""
    quantity: int = 0
    """Units ordered over all lines."""
    by_hand: Mapping[Provenance, int] = field(default_factory=dict)
    """Units that no scanner has seen, by how they came to count; for an override those that it moved."""
    refused: Mapping[Verdict, int] = field(default_factory=dict)
    """Refused reads."""
    over_counted: int = 0
    """Units above what was ordered."""
    orphaned: int = 0
    """Units on lines that are gone from the order."""
    headers: tuple[str, ...] = ()
    """Header fields that were changed here and in the API."""
    conflicts: tuple[str, ...] = ()
    """All other conflicts, each as it was told."""
    parked: str = ""
    """Why the order is not sent; empty while nothing keeps it."""
    looked_at: bool = False
    """Whether a supervisor signed it off as it stands now."""
    picked: bool = False
    """Whether another person has to count it again, and has not yet."""
    recheck_difference: int = 0
    """Units by which the second count differs from the first."""

    @property
    def missing(self) -> int:
        """Units that were ordered and not counted; negative when more were."""
        return self.quantity - self.verified


def risk(facts: Facts) -> int:
    """The weight of all reasons together: the higher, the sooner somebody should look."""
    return sum(weighed(facts).values())


def weighed(facts: Facts) -> dict[ReasonKind, int]:
    """The weight of every reason that there is."""
    found = {}
    for kind, number in _found(facts):
        first, each, most = WEIGHTS[kind]
        found[kind] = min(most, first + each * number)
    return found


def _found(facts: Facts) -> Iterator[tuple[ReasonKind, int]]:
    """Every reason, with the number of units, reads or fields that it speaks of."""
    ended = facts.status in (OrderStatus.SHIPPED, OrderStatus.CANCELLED)
    if not facts.looked_at:
        yield from _of_counts(facts)
        yield from _of_the_end(facts)
    if not ended and facts.ruling in _RULED:
        yield _RULED[facts.ruling], facts.missing
    if not (ended and facts.looked_at):
        if facts.over_counted:
            yield ReasonKind.OVER_COUNTED, facts.over_counted
        if facts.orphaned:
            yield ReasonKind.ORPHANED, facts.orphaned
    yield from _of_reconciliation(facts)
    if facts.picked:
        yield ReasonKind.RECHECK, 0
    if facts.recheck_difference:
        yield ReasonKind.RECHECK_DIFFERENCE, facts.recheck_difference


def _of_reconciliation(facts: Facts) -> Iterator[tuple[ReasonKind, int]]:
    if facts.headers:
        yield ReasonKind.HEADER, len(facts.headers)
    if facts.conflicts:
        yield ReasonKind.CONFLICT, len(facts.conflicts)
    if facts.parked:
        yield ReasonKind.PARKED, 0


_RULED = {
    Ruling.SHORT: ReasonKind.SHORT,
    Ruling.SENT_BACK: ReasonKind.SENT_BACK,
    Ruling.REOPENED: ReasonKind.REOPENED,
}


def _of_counts(facts: Facts) -> Iterator[tuple[ReasonKind, int]]:
    """Units that no scanner saw, and a picking that went badly."""
    for provenance, kind in _BY_HAND.items():
        if units := facts.by_hand.get(provenance, 0):
            yield kind, units
    if facts.refused:
        reads = sum(reads for verdict, reads in facts.refused.items() if verdict in TELLING)
        if reads >= REFUSED_READS:
            yield ReasonKind.REFUSED, reads


_BY_HAND = {
    Provenance.TYPED: ReasonKind.TYPED,
    Provenance.CONFIRMED: ReasonKind.CONFIRMED,
    Provenance.OVERRIDE: ReasonKind.OVERRIDE,
}


def _of_the_end(facts: Facts) -> Iterator[tuple[ReasonKind, int]]:
    """Goods that are where the order's end does not expect them."""
    if not facts.verified:
        return
    if facts.status is OrderStatus.CANCELLED:
        yield ReasonKind.CANCELLED, facts.verified
    if facts.status is OrderStatus.SHIPPED and facts.ruling is not Ruling.SHORT and facts.missing > 0:
        yield ReasonKind.SHIPPED, facts.missing
