"""What the reports about work say: accuracy, throughput and confusions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from terminal.reports.period import Period, local
from terminal.reports.report import Report, Table
from verification.figures import Accuracy, Confusion, Output, Throughput

UNKNOWN = "unknown"


def accuracy(found: Accuracy, period: Period) -> Report:
    """First-pass yield, refused reads by verdict, shorts and re-checks."""
    share = found.first_pass_yield
    orders = Table(
        "Orders",
        ("measure", "count"),
        (
            ("orders verified", found.orders_verified),
            ("of them right at once", found.first_pass),
            ("first-pass yield, %", None if share is None else share * 100),
            ("orders closed short", found.short_orders),
            ("units that lacked", found.short_units),
            ("orders counted again", found.rechecks),
            ("of them with a difference", found.recheck_orders),
            ("units that differed", found.recheck_units),
        ),
        "Right at once: verified without a wrong item, an undo or an act that mends it.",
    )
    refused = Table(
        "Refused reads",
        ("verdict", "reads", "per 1,000 reads"),
        tuple((each.verdict.value, each.reads, each.per_thousand) for each in found.refused),
        f"{found.reads} reads in all, {found.refused_reads} refused; {found.wrong_items} were wrong items.",
        bars=1,
    )
    rows = (
        *((name, value, None) for name, value in orders.rows),
        ("reads", found.reads, None),
        *((f"refused: {verdict}", reads, per) for verdict, reads, per in refused.rows),
    )
    return Report(
        "Accuracy",
        period.told,
        (orders, refused),
        Table("", ("measure", "count", "per_1000_reads"), rows),
        {
            "report": "accuracy",
            **period.as_json(),
            **{name: value for name, value in asdict(found).items() if name != "refused"},
            "first_pass_yield": share,
            "refused_reads": found.refused_reads,
            "wrong_items": found.wrong_items,
            "refused": [
                {"verdict": each.verdict, "reads": each.reads, "per_thousand": each.per_thousand}
                for each in found.refused
            ],
        },
    )


def throughput(found: Throughput, period: Period, station: str) -> Report:
    """Orders, lines and units, in all and per hour, by person, scanner, day and hour of the day."""
    parts = (
        ("station", "Station", (_named(found.whole, station),)),
        (
            "person",
            "By person",
            tuple(_named(each, each.name or "nobody signed in") for each in found.people),
        ),
        ("scanner", "By scanner", found.scanners),
        ("hour", "By hour of the day", found.hours),
        ("day", "By day", found.days),
    )
    header = ("orders", "lines", "units", "hours", "orders/h", "lines/h", "units/h")
    tables = tuple(
        Table(title, (by, *header), tuple(map(_row, outputs)), bars=3) for by, title, outputs in parts
    )
    note = "Hours are quarters of an hour with a read in them. Lines are those that reads filled."
    last = tables[-1]
    return Report(
        "Throughput",
        period.told,
        (*tables[:-1], Table(last.title, last.header, last.rows, note, last.bars)),
        Table(
            "",
            ("by", "name", *(name.replace("/h", "_per_hour") for name in header)),
            tuple((by, *_row(each)) for by, _, outputs in parts for each in outputs),
        ),
        {
            "report": "throughput",
            **period.as_json(),
            **{f"by_{by}": [_object(each) for each in outputs] for by, _, outputs in parts},
        },
    )


def _named(output: Output, name: str) -> Output:
    return Output(name, output.orders, output.lines, output.units, output.reads, output.hours)


def _row(of: Output) -> tuple[str | int | float | None, ...]:
    rates = (of.per_hour(of.orders), of.per_hour(of.lines), of.per_hour(of.units))
    return (of.name, of.orders, of.lines, of.units, of.hours, *rates)


def _object(of: Output) -> dict[str, Any]:
    return {
        **asdict(of),
        "orders_per_hour": of.per_hour(of.orders),
        "lines_per_hour": of.per_hour(of.lines),
        "units_per_hour": of.per_hour(of.units),
    }


def confusions(found: Sequence[Confusion], period: Period) -> Report:
    """What was scanned where something else was expected."""

    def rows(moment: bool) -> tuple[tuple[str | int | None, ...], ...]:
        return tuple(
            (
                each.scanned,
                each.expected or UNKNOWN,
                each.times,
                each.order_count,
                " ".join(each.orders),
                local(each.last) if moment else each.last,
            )
            for each in found
        )

    return Report(
        "Confusions",
        period.told,
        (
            Table(
                "Scanned where another item was expected",
                ("scanned", "expected", "times", "orders", "such as", "last"),
                rows(moment=True),
                "Expected: what was counted next on that order, else its only line that is short.",
                bars=2,
            ),
        ),
        Table("", ("scanned", "expected", "times", "orders", "such_as", "last"), rows(moment=False)),
        {"report": "confusions", **period.as_json(), "pairs": [asdict(each) for each in found]},
    )
