"""The numbers of reports: what follows from counts that somebody else has added up.

Moments and days are texts that sort as they follow each other; whoever asks has put them into local time.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from typing import Any, NamedTuple

from verification.records import record
from verification.verdicts import WRONG_ITEM, Verdict

_QUARTERS = 4
"""Of an hour, the step in which work is summed up."""


def rate(part: float, whole: float, per: float = 1.0) -> float | None:
    """How many of `part` for each `per` of `whole`; None where there is nothing to compare with."""
    return part * per / whole if whole else None


@record
class Refusals:
    """The reads that were refused for one reason."""

    verdict: Verdict
    reads: int
    per_thousand: float | None
    """For each 1,000 reads of any kind."""


@record
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
    """What was done under one name: by a person, with a scanner, or in a quarter of an hour."""

    name: str
    reads: int = 0
    units: int = 0
    lines: int = 0
    orders: int = 0
    quarters: int = 0
    """Quarters of an hour in which there was a read."""

    def plus(self, more: Work) -> Work:
        """Both as one, under this name."""
        return Work(
            self.name,
            self.reads + more.reads,
            self.units + more.units,
            self.lines + more.lines,
            self.orders + more.orders,
            self.quarters + more.quarters,
        )

    def output(self) -> Output:
        """The same with its hours."""
        hours = self.quarters / _QUARTERS
        return Output(self.name, self.orders, self.lines, self.units, self.reads, hours)


@record
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


@record
class Throughput:
    """How much work was done, in all and by whom, with what, on which day and at which hour of the day."""

    whole: Output
    people: tuple[Output, ...]
    scanners: tuple[Output, ...]
    days: tuple[Output, ...]
    hours: tuple[Output, ...]

    @classmethod
    def of(
        cls,
        people: Iterable[Work],
        scanners: Iterable[Work],
        quarters: Iterable[Work],
        local: Callable[[str], tuple[str, str]],
    ) -> Throughput:
        """The same work by three kinds of name; `local` tells a quarter's day and the hour of that day."""
        by_day: dict[str, Work] = {}
        by_hour: dict[str, Work] = {}
        whole = Work("all")
        for quarter in quarters:
            day, hour = local(quarter.name)
            whole = whole.plus(quarter)
            by_day[day] = by_day.get(day, Work(day)).plus(quarter)
            by_hour[hour] = by_hour.get(hour, Work(hour)).plus(quarter)
        return cls(
            whole.output(),
            tuple(sorted(_outputs(people), key=lambda each: (-each.units, each.name))),
            _outputs(scanners),
            _outputs(by_day.values()),
            _outputs(by_hour.values()),
        )


def _outputs(work: Iterable[Work]) -> tuple[Output, ...]:
    """By name; what neither read nor did anything is left out."""
    return tuple(
        each.output() for each in sorted(work) if each.reads or each.units or each.lines or each.orders
    )


@record
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
