"""The numbers of a shift, read from the ledger: open orders by due date and by age, pace, people, sync."""

from __future__ import annotations

import sqlite3
from datetime import UTC, datetime, timedelta

from store import conflicts, outbox, unreadable
from verification.printable import printable
from verification.records import record
from verification.shift import Age, Ageing, AtWork, Deadline, Due, Left, OpenOrder, Shift, needed_rate
from verification.verdicts import WRONG_ITEM

_MOST_NAMED = 10
_MOST_EVENTS = 50_000
"""How far back a day's events are walked through."""


@record
class Clock:
    """Now and the midnights around it, with the station's time zone."""

    now: datetime

    @property
    def midnight(self) -> datetime:
        """When today began."""
        return self.now.replace(hour=0, minute=0, second=0, microsecond=0, tzinfo=None).astimezone()

    def bounds(self) -> dict[str, str]:
        """What the statements below compare with: moments in UTC, days as they are called here."""
        days = [(self.now + timedelta(days=ahead)).date() for ahead in (0, 1, 2)]
        midnights = [datetime(day.year, day.month, day.day).astimezone() for day in days]
        return {
            "now": utc(self.now),
            "tomorrow": utc(midnights[1]),
            "after": utc(midnights[2]),
            "day": days[0].isoformat(),
            "next_day": days[1].isoformat(),
        }


def utc(moment: datetime) -> str:
    """`moment` as the ledger's `due` holds it."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S")


_OPEN = "FROM orders WHERE done = 0 AND status != 'draft'"
_LEFT = "max(0, quantity - verified)"
_DUE = """CASE
    WHEN due = '~' THEN 'none'
    WHEN length(due_date) = 10 THEN CASE
        WHEN due_date < :day THEN 'overdue' WHEN due_date = :day THEN 'today'
        WHEN due_date = :next_day THEN 'tomorrow' ELSE 'later' END
    WHEN due < :now THEN 'overdue' WHEN due < :tomorrow THEN 'today'
    WHEN due < :after THEN 'tomorrow' ELSE 'later' END"""
"""A due date without a time means the end of that day."""
_DAYS = "julianday(:now) - julianday(created_at)"
_AGE = f"""CASE
    WHEN {_DAYS} IS NULL THEN '{Age.UNKNOWN}' WHEN {_DAYS} < 1 THEN '{Age.DAY}'
    WHEN {_DAYS} < 3 THEN '{Age.DAYS}' WHEN {_DAYS} <= 7 THEN '{Age.WEEK}' ELSE '{Age.OLDER}' END"""


def due(db: sqlite3.Connection, clock: Clock) -> dict[Due, Left]:
    """The open orders by when they are due."""
    rows = db.execute(f"SELECT {_DUE}, count(*), sum({_LEFT}) {_OPEN} GROUP BY 1", clock.bounds())
    found = {Due(name): Left(orders, units) for name, orders, units in rows}
    return {each: found.get(each, Left()) for each in Due}


def ageing(db: sqlite3.Connection, clock: Clock) -> Ageing:
    """The open orders by when they are due and by age, and those to see to first."""
    bounds = clock.bounds()
    rows = db.execute(f"SELECT {_AGE}, count(*), sum({_LEFT}) {_OPEN} GROUP BY 1", bounds)
    age = {Age(name): Left(orders, units) for name, orders, units in rows}
    oldest = db.execute(
        f"SELECT order_number, status, verified, quantity, coalesce(due_date, ''), {_DUE} AS bucket,"
        f" coalesce(created_at, ''), {_DAYS} AS days {_OPEN}"
        f" ORDER BY bucket != 'overdue', days IS NULL, days DESC, due, order_number LIMIT {_MOST_NAMED}",
        bounds,
    )
    return Ageing(
        due(db, clock),
        {each: age.get(each, Left()) for each in Age},
        tuple(
            OpenOrder(number, status, verified, quantity, due_date, Due(bucket), created, days)
            for number, status, verified, quantity, due_date, bucket, created, days in oldest
        ),
    )


def _deadlines(db: sqlite3.Connection, clock: Clock) -> list[Deadline]:
    """Units left of orders that are overdue or due today, with the hours until then."""
    rows = db.execute(
        f"SELECT CASE WHEN length(due_date) = 10 THEN :tomorrow ELSE due END, sum({_LEFT}), {_DUE} AS bucket"
        f" {_OPEN} AND due < :tomorrow GROUP BY 1, 3 HAVING bucket IN ('overdue', 'today')",
        clock.bounds(),
    )
    found = []
    for moment, units, bucket in rows:
        late = bucket == Due.OVERDUE
        ahead = datetime.fromisoformat(moment).replace(tzinfo=UTC) - clock.now
        found.append(Deadline(0.0 if late else ahead.total_seconds() / 3600, units))
    return found


@record
class Today:
    """What the events since midnight say."""

    units_last_hour: int
    alarms: int
    at_work: tuple[AtWork, ...]


def _today(db: sqlite3.Connection, clock: Clock) -> Today:
    """Walk back from the newest event to midnight."""
    hour_ago, midnight = (utc(moment) for moment in (clock.now - timedelta(hours=1), clock.midnight))
    units = alarms = 0
    last: dict[tuple[str, str], tuple[str | None, str]] = {}
    rows = db.execute(
        "SELECT seq, read, at, person, scanner, verdict, delta, order_id FROM events"
        " ORDER BY seq DESC LIMIT ?",
        (_MOST_EVENTS,),
    )
    for seq, read, at, person, scanner, verdict, delta, order_id in rows:
        if at < min(hour_ago, midnight):
            break
        units += delta if at >= hour_ago else 0
        if at >= midnight:
            alarms += verdict in WRONG_ITEM and read == seq
            if person:
                last.setdefault((person, scanner or ""), (order_id, at))
    names = dict(
        db.execute(
            f"SELECT id, order_number FROM orders WHERE id IN ({', '.join('?' * len(last))})",
            [order_id for order_id, _ in last.values()],
        ).fetchall()
    )
    at_work = (
        AtWork(person, scanner, names.get(order_id, ""), at)
        for (person, scanner), (order_id, at) in last.items()
    )
    return Today(units, alarms, tuple(at_work))


def shift(db: sqlite3.Connection, clock: Clock) -> Shift:
    """How the shift stands at this moment. Call it inside one reading transaction."""
    deadlines, today = _deadlines(db, clock), _today(db, clock)
    waiting, parked = outbox.tallied(db)
    return Shift(
        left=due(db, clock),
        units_last_hour=today.units_last_hour,
        needed_per_hour=needed_rate(deadlines),
        late_units=sum(each.units for each in deadlines if each.hours <= 0),
        at_work=today.at_work,
        alarms_today=today.alarms,
        waiting=waiting,
        parked=parked,
        conflicts=conflicts.count(db),
        unreadable=unreadable.count(db),
    )


@record
class Health:
    """How reconciliation stands, as far as the ledger tells."""

    waiting: int
    parked: tuple[tuple[str, str], ...]
    """Order number and reason."""
    conflicts: tuple[tuple[str, str, str], ...]
    """Order number, kind and sentence."""
    unreadable: tuple[tuple[str, str], ...]
    """Order number and reason of what the API has and the station could not take in."""
    last_outcome: str | None
    """Of the last write whose order is not settled yet; None where all are, or nobody knows."""
    since: str | None
    """When the order that waits longest was counted last, UTC."""


def health(db: sqlite3.Connection) -> Health:
    """How much waits, what is parked or in conflict, and what came of the last try."""
    held = outbox.listed(db, limit=-1)
    outcome = db.execute("SELECT outcome FROM attempts ORDER BY number DESC LIMIT 1").fetchone()
    since = None
    if held:
        (since,) = db.execute(
            "SELECT max(at) FROM events WHERE order_id = ? AND delta != 0", (held[0].order_id,)
        ).fetchone()
    return Health(
        sum(each.parked is None for each in held),
        tuple((each.order_number, each.parked) for each in held if each.parked is not None),
        tuple((each.order_number, each.kind, each.told) for each in conflicts.listed(db, limit=-1)),
        tuple((each.order_number, each.told) for each in unreadable.listing(db, limit=-1)),
        printable(outcome[0]) if outcome and outcome[0] else None,
        since,
    )
