"""A shift as it is scripted, and counted on paper while it is written: what the reports have to agree with.

Nothing here asks the station anything. Whoever writes down a read writes down what it must do.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

ACK, UNDO, DONE = "TALLYMAN:ACK", "TALLYMAN:UNDO", "TALLYMAN:DONE"

Wanted = dict[str, int]
"""Units by SKU, in the order of the lines."""


@dataclass
class Paper:
    """What was scanned in a shift, and what it comes to."""

    reads: int = 0
    """Of the orders' own counts: those of re-checks are counted apart."""
    refused: Counter[str] = field(default_factory=Counter)
    """By verdict."""
    units: Counter[str] = field(default_factory=Counter)
    """That stand, by person."""
    lines: Counter[str] = field(default_factory=Counter)
    """Completed, by person."""
    orders: Counter[str] = field(default_factory=Counter)
    """Verified, by person."""
    flawed: set[str] = field(default_factory=set)
    """Verified orders in which something had to be put right."""
    confused: Counter[tuple[str, str]] = field(default_factory=Counter)
    """What was scanned, and what was counted next."""
    rechecks: Counter[str] = field(default_factory=Counter)
    """Units by which the second count differed, by order; 0 where it agreed."""
    scanned: list[str] = field(default_factory=list)
    """Codes that are still to be given to the station."""
    person: str = ""

    def handed_in(self) -> list[str]:
        """The codes since this was asked last."""
        codes, self.scanned = self.scanned, []
        return codes

    def badge(self, person: str) -> None:
        """Somebody takes the scanner."""
        self._read(f"BADGE-{person.upper()}")
        self.person = person

    def wrong(self, sku: str, instead_of: str, order: str) -> None:
        """Goods that are on no line; the alarm is ended."""
        self._refuse(sku, "not_on_order", ended=True)
        self.confused[sku, instead_of] += 1
        self.flawed.add(order)

    def one_too_many(self, sku: str, order: str) -> None:
        """Goods of a line that is complete; the alarm is ended."""
        self._refuse(sku, "line_already_verified", ended=True)
        self.flawed.add(order)

    def unknown(self) -> None:
        """A carrier's label: refused, and nobody's fault."""
        self._refuse("1Z-CARRIER-LABEL", "unknown_code")

    def locked(self, label: str) -> None:
        """The label of an order that is not to be scanned any more."""
        self._refuse(label, "order_locked")

    def taken_back(self, sku: str, order: str) -> None:
        """One is counted and taken back."""
        self._read(sku, UNDO)
        self.flawed.add(order)

    def label(self, order: str) -> None:
        """An order is opened."""
        self._read(order)

    def goods(self, sku: str, units: int, *, of: int) -> None:
        """Units of a line are counted, one by one."""
        self._read(*[sku] * units)
        self.units[self.person] += units
        self.lines[self.person] += units == of

    def verified(self) -> None:
        """The last read was the order's last unit."""
        self.orders[self.person] += 1

    def recheck(self, order: str, found: Wanted, expected: Wanted) -> None:
        """Somebody counts a box again; a command ends it."""
        self.scanned += [order, *(sku for sku, units in found.items() for _ in range(units)), DONE]
        skus = {*found, *expected}
        self.rechecks[order] = sum(abs(found.get(sku, 0) - expected.get(sku, 0)) for sku in skus)

    def _read(self, *codes: str) -> None:
        self.scanned += codes
        self.reads += len(codes)

    def _refuse(self, code: str, verdict: str, *, ended: bool = False) -> None:
        self._read(code)
        self.refused[verdict] += 1
        if ended:
            self._read(ACK)


def pack(paper: Paper, number: int, order: str, wanted: Wanted, skus: list[str]) -> None:
    """Scan an order to its end, with the mishaps that its number brings."""
    first, *others = wanted
    paper.label(order)
    if number % 7 == 0:
        paper.wrong(next(sku for sku in skus if sku not in wanted), instead_of=first, order=order)
    if number % 9 == 4:
        paper.taken_back(first, order)
    if number % 11 == 5:
        paper.unknown()
    paper.goods(first, wanted[first], of=wanted[first])
    if number % 5 == 3 and others:
        paper.one_too_many(first, order)
    for sku in others:
        paper.goods(sku, wanted[sku], of=wanted[sku])
    paper.verified()
