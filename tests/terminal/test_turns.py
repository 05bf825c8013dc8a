"""Whose turn it is, on a real ledger: handing over, what waits for whoever left it, whose time is over."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from store import log, people
from store.ledger import Ledger
from store.posting import posting
from terminal.reads import Delivery, Outcome
from tests.store.builders import ledger_with, order
from tests.terminal.builders import procedure, read
from verification.codes import Command
from verification.desk import Desk
from verification.meaning import Ordered
from verification.policy import Policy
from verification.verdicts import Verdict

LOCKED = Delivery.asked_for(Ordered(Command.SIGN_OUT, "nothing was scanned for 30 minutes"), 5.0)
SIGNED_OUT = Delivery.asked_for(Ordered(Command.SIGN_OUT), 5.0)


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    ledger = ledger_with(tmp_path, order("ORD-1", ("SKU-A", 3)), order("ORD-2", ("SKU-B", 1)))
    with ledger.transaction() as db:
        for name in ("Ana", "Ben"):
            people.add(db, ledger.secret, name, "operator", badge=f"BADGE-{name.upper()}", pin=None)
    yield ledger
    ledger.close()


class Bench:
    """One desk, with the site's clock at noon of 2026-05-01."""

    def __init__(self, ledger: Ledger) -> None:
        self.ledger = ledger
        self.desk = Desk()
        self.handling = procedure(ledger, Policy(sign_in=True))

    def take(self, *deliveries: Delivery | str) -> Outcome:
        for delivery in deliveries:
            with posting(self.ledger) as posted:
                outcome, self.desk = self.handling.handle(
                    posted, self.desk, read(delivery) if isinstance(delivery, str) else delivery
                )
        return outcome

    @property
    def open(self) -> tuple[str, str]:
        """Who is signed in, and which order is open."""
        person, opened = self.desk.person, self.desk.order
        return person.name if person else "", opened.order_number if opened else ""


@pytest.mark.parametrize("away", [LOCKED, SIGNED_OUT])
def test_whoever_is_signed_out_goes_on_with_the_same_order(ledger: Ledger, away: Delivery) -> None:
    bench = Bench(ledger)
    bench.take("BADGE-ANA", "ORD-1", "SKU-A", away)
    assert bench.open == ("", "")
    assert bench.take("BADGE-ANA").message == "Ana is signed in: order ORD-1 is open, scan 2 × SKU-A."
    assert bench.open == ("Ana", "ORD-1")
    assert bench.take("SKU-A").delta == 1


def test_somebody_else_begins_with_the_queue_and_nothing_waits_any_more(ledger: Ledger) -> None:
    bench = Bench(ledger)
    bench.take("BADGE-ANA", "ORD-1", LOCKED, "BADGE-BEN")
    assert bench.open == ("Ben", "")
    bench.take(SIGNED_OUT, "BADGE-ANA")
    assert bench.open == ("Ana", "")


def test_an_order_that_was_finished_elsewhere_meanwhile_is_not_opened_again(ledger: Ledger) -> None:
    bench = Bench(ledger)
    bench.take("BADGE-ANA", "ORD-1", LOCKED)
    with ledger.transaction() as db:
        db.execute("UPDATE orders SET status = 'cancelled', reported = 'cancelled' WHERE id = 'id-ORD-1'")
    assert bench.take("BADGE-ANA").verdict is Verdict.SIGNED_IN
    assert bench.open == ("Ana", "")


def test_another_badge_hands_the_open_order_over_and_both_are_on_the_log(ledger: Ledger) -> None:
    bench = Bench(ledger)
    handed = bench.take("BADGE-ANA", "ORD-1", "SKU-A", "BADGE-BEN")
    assert handed.message == "Ben takes over from Ana: order ORD-1 is open, scan 2 × SKU-A."
    bench.take("SKU-A")
    counted, handover, *_ = log.latest(ledger.db, 2)
    assert (handover.verdict, handover.person, handover.order_id, handover.raw) == (
        Verdict.SIGNED_IN, "Ben", "id-ORD-1", b"",
    )  # fmt: skip
    assert (counted.person, counted.delta) == ("Ben", 1)


def test_an_alarm_outlives_the_lock_and_is_ended_before_anybody_signs_in(ledger: Ledger) -> None:
    bench = Bench(ledger)
    bench.take("BADGE-ANA", "ORD-1", "SKU-B")
    assert bench.take(SIGNED_OUT).verdict is Verdict.ALARM_PENDING
    assert bench.open == ("Ana", "ORD-1")
    assert bench.take(LOCKED).verdict is Verdict.COMMAND
    assert (bench.open, bench.desk.alarm is None) == (("", ""), False)
    assert bench.take("BADGE-ANA").verdict is Verdict.ALARM_PENDING
    bench.take("TALLYMAN:ACK", "BADGE-ANA")
    assert bench.open == ("Ana", "ORD-1")


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ("active = 0", "Ben may not sign in any longer"),
        ("until = '2026-04-30'", "the time of Ben ended on 2026-04-30"),
    ],
)
def test_who_may_not_sign_in_is_refused_and_the_badge_is_nowhere_in_the_ledger(
    ledger: Ledger, change: str, why: str
) -> None:
    with ledger.transaction() as db:
        db.execute(f"UPDATE people SET {change} WHERE name = 'Ben'")
    bench = Bench(ledger)
    refused = bench.take("BADGE-ANA", "ORD-1", "BADGE-BEN")
    assert (refused.verdict, why in refused.message, refused.raw) == (Verdict.NOT_SIGNED_IN, True, b"")
    assert bench.open == ("Ana", "ORD-1")
    for path in ledger.folder.iterdir():
        assert b"BADGE-BEN" not in path.read_bytes()


def test_the_last_day_is_worked_to_its_end(ledger: Ledger) -> None:
    with ledger.transaction() as db:
        db.execute("UPDATE people SET until = '2026-05-01' WHERE name = 'Ben'")
    assert Bench(ledger).take("BADGE-BEN").verdict is Verdict.SIGNED_IN
