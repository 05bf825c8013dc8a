"""Each report drawn from a ledger, by its name."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Mapping
from datetime import datetime

from store import figures, lineage, shift, tallies
from terminal.reports import orders, work
from terminal.reports.period import Period, local_day_and_hour
from terminal.reports.report import Report
from verification.figures import Throughput

Drawn = Callable[[sqlite3.Connection, Period, datetime], Report]
"""Draws a report within a reading transaction; the last argument is the moment at which it is drawn."""


def _accuracy(db: sqlite3.Connection, period: Period, _now: datetime) -> Report:
    tallies.complete(db)
    return work.accuracy(figures.accuracy(db, period.span), period)


def _throughput(db: sqlite3.Connection, period: Period, _now: datetime) -> Report:
    tallies.complete(db)
    worked = figures.work(db, period.span)
    found = Throughput.of(worked.people, worked.scanners, worked.quarters, local_day_and_hour)
    return work.throughput(found, period, lineage.station(db))


def _confusions(db: sqlite3.Connection, period: Period, _now: datetime) -> Report:
    return work.confusions(figures.confusions(db, period.span), period)


def _orders(db: sqlite3.Connection, _period: Period, now: datetime) -> Report:
    return orders.ageing(shift.ageing(db, shift.Clock(now)), now)


def _health(db: sqlite3.Connection, _period: Period, _now: datetime) -> Report:
    return orders.health(shift.health(db))


REPORTS: Mapping[str, Drawn] = {
    "accuracy": _accuracy,
    "throughput": _throughput,
    "confusions": _confusions,
    "orders": _orders,
    "health": _health,
}
