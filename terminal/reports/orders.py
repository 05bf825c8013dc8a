"""What the reports about orders say: the open ones by due date and age, and how reconciliation stands."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime

from store.shift import Health
from terminal.reports.period import local
from terminal.reports.report import Report, Table
from verification.shift import Ageing, OpenOrder

_DUE_WORDS = {"none": "no due date"}


def ageing(found: Ageing, now: datetime) -> Report:
    """The open orders by when they are due and by age, and those to see to first."""
    due = tuple((_DUE_WORDS.get(key, key.value), left.orders, left.units) for key, left in found.due.items())
    age = tuple((key.value, left.orders, left.units) for key, left in found.age.items())
    first = tuple((each.order_number, *_facts(each)) for each in found.oldest)
    whole = found.whole
    return Report(
        "Open orders",
        f"orders: {whole.orders}, units left: {whole.units}, as of {now.astimezone():%Y-%m-%d %H:%M}",
        (
            Table("By due date", ("due", "orders", "units left"), due, bars=2),
            Table("By age since created", ("age", "orders", "units left"), age, bars=2),
            Table(
                "To see to first",
                ("order", "due", "status", "units", "due date", "days old"),
                first,
                "Overdue orders first, then those that were created first.",
            ),
        ),
        Table(
            "",
            ("by", "name", "orders", "units_left", "status", "due_date", "created_at", "days_old"),
            (
                *(("due", *row, "", "", "", None) for row in due),
                *(("age", *row, "", "", "", None) for row in age),
                *(("order", *_flat(each)) for each in found.oldest),
            ),
        ),
        {
            "report": "orders",
            "at": now.astimezone().isoformat(timespec="seconds"),
            "orders": whole.orders,
            "units_left": whole.units,
            "due": {key.value: asdict(left) for key, left in found.due.items()},
            "age": {key.value: asdict(left) for key, left in found.age.items()},
            "oldest": [asdict(each) for each in found.oldest],
        },
    )


def _facts(of: OpenOrder) -> tuple[str | float | None, ...]:
    return of.due.value, of.status, f"{of.verified}/{of.quantity}", of.due_date, of.age_days


def _flat(of: OpenOrder) -> tuple[str | int | float | None, ...]:
    left = max(0, of.quantity - of.verified)
    return of.order_number, 1, left, of.status, of.due_date, of.created_at, of.age_days


def health(found: Health) -> Report:
    """What waits for the Orders API, what is parked or in conflict, and how the last try ended."""
    facts = (
        ("waiting", found.waiting),
        ("parked", len(found.parked)),
        ("conflicts", len(found.conflicts)),
        ("unreadable", len(found.unreadable)),
        ("last outcome", found.last_outcome),
        ("oldest count that waits", local(found.since) if found.since else None),
    )
    held = (
        *((number, "parked", why) for number, why in found.parked),
        *((number, kind, told) for number, kind, told in found.conflicts),
        *((number, "unreadable", why) for number, why in found.unreadable),
    )
    return Report(
        "Sync health",
        "what waits for the Orders API",
        (Table("", ("measure", "value"), facts), Table("To look at", ("order", "kind", "why"), held)),
        Table(
            "",
            ("measure", "value", "why"),
            (
                *((name, value, "") for name, value in facts),
                *((kind, order, why) for order, kind, why in held),
            ),
        ),
        {
            "report": "health",
            "waiting": found.waiting,
            "parked": [{"order_number": number, "reason": why} for number, why in found.parked],
            "conflicts": [
                {"order_number": number, "kind": kind, "told": told} for number, kind, told in found.conflicts
            ],
            "unreadable": [{"order_number": number, "reason": why} for number, why in found.unreadable],
            "last_outcome": found.last_outcome,
            "since": found.since,
        },
    )
