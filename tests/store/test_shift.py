"""How the shift stands: what is left and when it is due, the pace, and who is on what."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from store import log, shift
from store.ledger import Ledger
from store.shift import Clock
from tests.store.builders import event, ledger_with, order
from verification.orders import OrderStatus
from verification.shift import AtWork, Deadline, Due, Left, Shift, needed_rate
from verification.verdicts import Verdict

NOON = datetime(2026, 5, 4, 12, tzinfo=UTC)
DUE = {
    "LATE": "2026-05-04T11:00:00Z",
    "SOON": "2026-05-04T14:00:00Z",
    "THIS-DAY": "2026-05-04",
    "YESTERDAY": "2026-05-03",
    "TOMORROW": "2026-05-05T08:00:00+02:00",
    "NEXT-WEEK": "2026-05-11",
    "NEVER": "",
}


@pytest.fixture(autouse=True)
def in_utc(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The station's time zone is UTC."""
    monkeypatch.setenv("TZ", "UTC")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    """An order of ten units for each kind of due date, and a draft that counts for nothing."""
    found = [order(number, ("SKU-A", 10), due_date=due) for number, due in DUE.items()]
    ledger = ledger_with(tmp_path, *found, order("DRAFT", ("SKU-A", 10), status=OrderStatus.DRAFT))
    yield ledger
    ledger.close()


def happened(
    ledger: Ledger, minutes_ago: float, verdict: Verdict, number: str, delta: int = 0, **more: str
) -> None:
    at = (NOON - timedelta(minutes=minutes_ago)).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    with ledger.transaction() as db:
        base = event("SKU-A", delta, order_id=f"id-{number}", line_id=f"{number}.1")
        log.append(db, ledger.chain_key, replace(base, at=at, verdict=verdict, **more))  # type: ignore[arg-type]


def now(ledger: Ledger) -> Shift:
    return shift.shift(ledger.db, Clock(NOON))


def test_what_is_left_by_due_date(ledger: Ledger) -> None:
    assert now(ledger).left == {
        Due.OVERDUE: Left(2, 20),
        Due.TODAY: Left(2, 20),
        Due.TOMORROW: Left(1, 10),
        Due.LATER: Left(1, 10),
        Due.NONE: Left(1, 10),
    }
    assert now(ledger).whole == Left(7, 70)


def test_the_station_s_own_midnight_parts_the_days(ledger: Ledger, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TZ", "Pacific/Auckland")  # midnight has just passed: it is the fifth of May there
    time.tzset()
    left = shift.due(ledger.db, Clock(NOON.astimezone()))
    assert left[Due.OVERDUE] == Left(3, 30)  # a day without a time is over
    assert left[Due.TODAY] == Left(2, 20)  # SOON and TOMORROW


def test_the_pace_that_today_needs(ledger: Ledger) -> None:
    found = now(ledger)
    assert found.late_units == 20
    assert found.needed_per_hour == 15.0  # 20 late and 10 due in two hours; 40 in twelve would be slower
    assert found.in_time is False
    happened(ledger, 30, Verdict.ACCEPTED, "SOON", 9)
    happened(ledger, 20, Verdict.ACCEPTED, "SOON", 7)
    happened(ledger, 61, Verdict.ACCEPTED, "SOON", 50)
    assert now(ledger).units_last_hour == 16
    assert now(ledger).in_time is True


def test_who_is_on_what_since_midnight(ledger: Ledger) -> None:
    happened(ledger, 13 * 60, Verdict.ACCEPTED, "LATE", 1, person="Eve")
    happened(ledger, 90, Verdict.ACCEPTED, "LATE", 1, person="Ana")
    happened(ledger, 40, Verdict.ACCEPTED, "SOON", 1, person="Ana")
    happened(ledger, 50, Verdict.ACCEPTED, "LATE", 1, person="Ben", scanner="gun-2")
    assert set(now(ledger).at_work) == {
        AtWork("Ben", "gun-2", "LATE", "2026-05-04T11:10:00.000Z"),
        AtWork("Ana", "gun-1", "SOON", "2026-05-04T11:20:00.000Z"),
    }


def test_alarms_since_midnight(ledger: Ledger) -> None:
    happened(ledger, 13 * 60, Verdict.NOT_ON_ORDER, "LATE")
    happened(ledger, 3, Verdict.NOT_ON_ORDER, "LATE")
    happened(ledger, 2, Verdict.LINE_ALREADY_VERIFIED, "LATE")
    happened(ledger, 1, Verdict.UNKNOWN_CODE, "LATE")
    assert now(ledger).alarms_today == 2


def test_an_empty_ledger_needs_nothing(tmp_path: Path) -> None:
    ledger = ledger_with(tmp_path)
    found = now(ledger)
    ledger.close()
    assert (found.whole, found.needed_per_hour, found.in_time) == (Left(), None, None)


def test_every_deadline_ahead_is_met_and_late_units_come_first() -> None:
    assert needed_rate([]) is None
    assert needed_rate([Deadline(-1, 5)]) is None
    assert needed_rate([Deadline(4, 8), Deadline(1, 5)]) == 5.0
    assert needed_rate([Deadline(2, 2), Deadline(0, 10)]) == 6.0
