"""What the reasons to look at an order say to people."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from verification.events import Provenance
from verification.orders import OrderStatus
from verification.records import record
from verification.risk import Facts, ReasonKind, weighed
from verification.verdicts import Verdict


@record
class Reason:
    """One reason to look at an order."""

    kind: ReasonKind
    told: str
    """A sentence for people; what it quotes from outside may hold anything."""
    weight: int


def reasons(facts: Facts) -> tuple[Reason, ...]:
    """Every reason to look at the order, the weightiest first; none where scanners saw all that counts."""
    found = [Reason(kind, _SENTENCES[kind](facts), weight) for kind, weight in weighed(facts).items()]
    return tuple(sorted(found, key=lambda reason: (-reason.weight, reason.kind)))


_READS: Mapping[Verdict, str] = {
    Verdict.NOT_ON_ORDER: "not on the order",
    Verdict.LINE_ALREADY_VERIFIED: "of a line that was complete",
    Verdict.EXCEEDS_REMAINING: "of more units than were missing",
    Verdict.DUPLICATE_SERIAL: "of a serial counted before",
    Verdict.EXPIRED: "of expired goods",
    Verdict.UNKNOWN_CODE: "unknown",
    Verdict.AMBIGUOUS_CODE: "ambiguous",
    Verdict.UNREADABLE: "unreadable",
}


def _by_hand(provenance: Provenance, how: str) -> Callable[[Facts], str]:
    def told(facts: Facts) -> str:
        units = facts.by_hand[provenance]
        return f"{_many(units)} {_were(units)} {how}."

    return told


def _refused(facts: Facts) -> str:
    refused = [(reads, _READS[verdict]) for verdict, reads in facts.refused.items() if verdict in _READS]
    kinds = ", ".join(
        f"{reads} {told}" for reads, told in sorted(refused, key=lambda each: (-each[0], each[1]))
    )
    return f"{sum(reads for reads, _ in refused)} reads were refused: {kinds}."


def _sent_back(facts: Facts) -> str:
    again = facts.status is OrderStatus.VERIFIED
    return f"Sent back, {'counted again since' if again else 'to be counted again'}."


_SENTENCES: Mapping[ReasonKind, Callable[[Facts], str]] = {
    ReasonKind.TYPED: _by_hand(Provenance.TYPED, "typed, not scanned"),
    ReasonKind.CONFIRMED: _by_hand(Provenance.CONFIRMED, "confirmed by hand, not scanned"),
    ReasonKind.OVERRIDE: _by_hand(Provenance.OVERRIDE, "changed by a supervisor"),
    ReasonKind.REFUSED: _refused,
    ReasonKind.SHORT: lambda facts: f"Closed short, {_many(facts.missing)} missing.",
    ReasonKind.OVER_COUNTED: lambda facts: (
        f"{_many(facts.over_counted)} more than ordered {_were(facts.over_counted)} counted."
    ),
    ReasonKind.ORPHANED: lambda facts: (
        f"{_many(facts.orphaned)} {_were(facts.orphaned)} counted on a line that is gone from the order."
    ),
    ReasonKind.CANCELLED: lambda facts: (
        f"Cancelled with {_many(facts.verified)} counted: put the goods back."
    ),
    ReasonKind.SHIPPED: lambda facts: f"Shipped with {facts.verified} of {_many(facts.quantity)} counted.",
    ReasonKind.HEADER: lambda facts: (
        f"Changed here and in the API, which stands: {', '.join(facts.headers)}."
    ),
    ReasonKind.CONFLICT: lambda facts: f"It clashes with the API: {' '.join(facts.conflicts)}",
    ReasonKind.PARKED: lambda facts: f"It is not sent: {facts.parked}",
    ReasonKind.SENT_BACK: _sent_back,
    ReasonKind.REOPENED: lambda _facts: "Reopened, and not complete again.",
    ReasonKind.RECHECK: lambda _facts: "Picked to be counted again by another person.",
    ReasonKind.RECHECK_DIFFERENCE: lambda facts: (
        f"The second count differs by {_many(facts.recheck_difference)}: count once more."
    ),
}


def _many(units: int) -> str:
    return f"{units} unit" if units == 1 else f"{units} units"


def _were(number: int) -> str:
    return "was" if number == 1 else "were"
