"""The numbers of reports: what follows from counts that somebody else has added up.

Moments and days are texts that sort as they follow each other; whoever asks has put them into local time.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from verification.verdicts import WRONG_ITEM, Verdict

_QUARTERS = 4
"""Of an hour, the step in which work is summed up."""


def rate(part: float, whole: float, per: float = 1.0) -> float | None:
    """How many of `part` for each `per` of `whole`; None where there is nothing to compare with."""
    return part * per / whole if whole else None


@dataclass(frozen=True, slots=True)
class Refusals:
    """The reads that were refused for one reason."""

    verdict: Verdict
    reads: int
    per_thousand: float | None
    """For each 1,000 reads of any kind."""


@dataclass(frozen=True, slots=True)
class Accuracy:
    """How right the work was."""

    orders_verified: int
    first_pass: int
    """Orders verified without a wrong item, an undo or a supervisor's act that mends them."""
    reads: int
    refused: tuple[Refusals, ...]
    """The most frequent first."""
    short_orders: int = 0
    """Orders that a supervisor closed short and nobody reopened."""
    short_units: int = 0
    rechecks: int = 0
    recheck_orders: int = 0
    """Re-checked orders whose second count was another."""
    recheck_units: int = 0
    """Units by which the second counts differed, surplus and lack added up."""

    @property
    def first_pass_yield(self) -> float | None:
        """The share of orders that were right at once, 0 to 1."""
        return rate(self.first_pass, self.orders_verified)

    @property
    def refused_reads(self) -> int:
        """Reads refused for any reason."""
        return sum(each.reads for each in self.refused)

    @property
    def wrong_items(self) -> int:
        """Reads that were refused because goods were in hand that did not belong in the box."""
        return sum(each.reads for each in self.refused if each.verdict in WRONG_ITEM)


def refusals(reads: Mapping[str, int]) -> tuple[Refusals, ...]:
    """The refusals among reads counted by verdict, the most frequent first."""
    whole = sum(reads.values())
    found = [
        Refusals(Verdict(name), count, rate(count, whole, 1_000))
        for name, count in reads.items()
        if count and Verdict(name).refused
    ]
    return tuple(sorted(found, key=lambda each: (-each.reads, each.verdict)))


class Work(NamedTuple):
    """What one person did with one scanner in one quarter of an hour. A tuple, for there are many of them."""

    quarter: str
    person: str
    scanner: str
    reads: int = 0
    units: int = 0
    lines: int = 0
    orders: int = 0


@dataclass(frozen=True, slots=True)
class Output:
    """What somebody or something got done."""

    name: str
    orders: int
    lines: int
    units: int
    reads: int
    hours: float
    """Hours with work in them, counted in quarters of an hour that have a read."""

    def per_hour(self, count: int) -> float | None:
        """`count` for each hour with work in it."""
        return rate(count, self.hours)


@dataclass(frozen=True, slots=True)
class Throughput:
    """How much work was done, in all and by whom, with what, on which day and at which hour of the day."""

    whole: Output
    people: tuple[Output, ...]
    scanners: tuple[Output, ...]
    days: tuple[Output, ...]
    hours: tuple[Output, ...]

    @classmethod
    def of(cls, work: Iterable[Work], local: Callable[[str], tuple[str, str]]) -> Throughput:
        """All of it from `work`; `local` tells the day and the hour of the day of a quarter."""
        rows = list(work)
        by_quarter = _summed(rows, lambda row: row.quarter)
        moment = {quarter: local(quarter) for quarter in by_quarter}
        (whole,) = _merged(by_quarter, lambda _: "all") or (Output("all", 0, 0, 0, 0, 0.0),)
        return cls(
            whole,
            tuple(sorted(_by(rows, lambda row: row.person), key=lambda each: (-each.units, each.name))),
            _by(rows, lambda row: row.scanner),
            _merged(by_quarter, lambda quarter: moment[quarter][0]),
            _merged(by_quarter, lambda quarter: moment[quarter][1]),
        )


class _Sum:
    """What is added up under one name."""

    __slots__ = ("lines", "orders", "quarters", "reads", "units")

    def __init__(self) -> None:
        self.orders = self.lines = self.units = self.reads = 0
        self.quarters: set[str] = set()

    def add(self, of: Work | _Sum) -> None:
        self.orders += of.orders
        self.lines += of.lines
        self.units += of.units
        self.reads += of.reads

    def output(self, name: str) -> Output:
        hours = len(self.quarters) / _QUARTERS
        return Output(name, self.orders, self.lines, self.units, self.reads, hours)


def _summed(rows: Iterable[Work], name: Callable[[Work], str]) -> dict[str, _Sum]:
    sums: dict[str, _Sum] = {}
    for row in rows:
        called = name(row)
        held = sums.get(called)
        if held is None:
            held = sums[called] = _Sum()
        held.add(row)
        if row.reads:
            held.quarters.add(row.quarter)
    return sums


def _by(rows: Iterable[Work], name: Callable[[Work], str]) -> tuple[Output, ...]:
    return _outputs(_summed(rows, name))


def _merged(parts: Mapping[str, _Sum], name: Callable[[str], str]) -> tuple[Output, ...]:
    """Sums that have a name in common as one."""
    sums: dict[str, _Sum] = {}
    for part, held in parts.items():
        whole = sums.setdefault(name(part), _Sum())
        whole.add(held)
        whole.quarters |= held.quarters
    return _outputs(sums)


def _outputs(sums: Mapping[str, _Sum]) -> tuple[Output, ...]:
    """By name; what neither read nor did anything is left out."""
    return tuple(
        held.output(name)
        for name, held in sorted(sums.items())
        if held.reads or held.units or held.lines or held.orders
    )


@dataclass(frozen=True, slots=True)
class Confusion:
    """One SKU that was scanned where another one was expected."""

    scanned: str
    expected: str | None
    """What was counted next on that order, else the only line that was short; None where neither tells."""
    times: int
    orders: tuple[str, ...]
    """Numbers of the orders, the first few."""
    order_count: int
    last: str
    """UTC, ISO 8601."""


def detail_of(text: str | None) -> Mapping[str, Any]:
    """The detail of an act; empty where there is none that can be read."""
    try:
        found = json.loads(text or "{}")
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def units_in(detail: Mapping[str, Any], name: str) -> int:
    """The units that an act's detail gives by line under `name`, added up whatever their sign."""
    found = detail.get(name)
    units = found.values() if isinstance(found, dict) else found if isinstance(found, list) else (found,)
    return sum(abs(each) for each in units if isinstance(each, int) and not isinstance(each, bool))
