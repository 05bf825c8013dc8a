"""Counting by keypad, on a real ledger: one read of the log, with whoever typed and whoever approved."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from store import log, orders, projections
from store.ledger import Ledger
from store.posting import posting
from terminal.reads import Delivery
from tests.store.builders import ledger_with, order
from tests.terminal.builders import procedure, read, reads
from verification.codes import Command
from verification.desk import Desk
from verification.events import Provenance
from verification.meaning import Meaning, Ordered, Person, Quantity
from verification.policy import Entrusted, Policy
from verification.verdicts import Verdict

ANA, SUE = Person("Ana"), Person("Sue", supervisor=True)
SERIAL = "]C1010400638133393121S1"


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    lines = (("SKU-A", 10), ("SKU-B", 2), ("SKU-A", 4), ("4006381333931", 5))
    ledger = ledger_with(tmp_path / "data", order("ORD-1", *lines))
    yield ledger
    ledger.close()


class Bench:
    """One desk and what was done at it."""

    def __init__(self, ledger: Ledger, who: Entrusted = Entrusted.OPERATOR, person: Person = ANA) -> None:
        self.handling = procedure(ledger, Policy(quantity_entry=who))
        self.ledger = ledger
        self.desk = Desk(person)

    def take(self, *deliveries: Delivery) -> tuple[Verdict, str]:
        for delivery in deliveries:
            with posting(self.ledger) as posted:
                outcome, self.desk = self.handling.handle(posted, self.desk, delivery)
        return outcome.verdict, outcome.message

    def ask(self, wish: Meaning) -> tuple[Verdict, str]:
        return self.take(Delivery.asked_for(wish, 50.0))

    @property
    def counted(self) -> list[int]:
        opened = orders.by_number(self.ledger.db, "ORD-1")
        assert opened is not None
        return [line.counted for line in opened.lines]


def test_a_number_counts_as_one_typed_read_and_undo_takes_it_back_as_one(ledger: Ledger) -> None:
    bench = Bench(ledger)
    bench.take(*reads("ORD-1", "SKU-A"))
    assert bench.ask(Ordered(Command.QUANTITY))[1] == (
        "How many more of SKU-A are there? Type the number: 13 missing."
    )
    assert bench.ask(Quantity("SKU-A", 12)) == (
        Verdict.ACCEPTED,
        "12 units of SKU-A: 3 of 4, typed by Ana.",
    )
    assert bench.counted == [10, 0, 3, 0]
    first, second = list(log.of_order(ledger.db, "id-ORD-1"))[-2:]
    assert (first.read, second.read, first.delta, second.delta) == (first.seq, first.seq, 9, 3)
    assert {(each.provenance, each.person, each.sku) for each in (first, second)} == {
        (Provenance.TYPED, "Ana", "SKU-A")
    }
    assert "Taken back: 12 × SKU-A" in bench.ask(Ordered(Command.UNDO))[1]
    assert bench.counted == [1, 0, 0, 0]
    assert projections.differences(ledger.db) == []
    assert log.first_break(ledger.db, ledger.chain_key) is None


def test_a_supervisor_approves_and_both_are_on_the_event(ledger: Ledger) -> None:
    bench = Bench(ledger, Entrusted.SUPERVISOR)
    bench.take(*reads("ORD-1", "SKU-A"))
    verdict, message = bench.ask(Quantity("SKU-A", 2))
    assert (verdict, "a supervisor has to approve it" in message) == (Verdict.UNREADABLE, True)
    bench.take(read("SKU-A", 20.0))
    bench.ask(Quantity("SKU-A", 2, approved_by=SUE))
    (event,) = log.latest(ledger.db, 1)
    assert (event.person, event.delta) == ("Ana", 2)
    assert event.reason == "2 units of SKU-A: 4 of 10, typed by Ana, approved by Sue."


def test_the_same_number_asked_for_twice_counts_once(ledger: Ledger) -> None:
    bench = Bench(ledger)
    bench.take(*reads("ORD-1", "SKU-A"))
    bench.ask(Quantity("SKU-A", 2))
    verdict, message = bench.ask(Quantity("SKU-A", 2))
    assert (verdict, "scan one of the goods first" in message) == (Verdict.UNREADABLE, True)
    assert bench.counted == [3, 0, 0, 0]


def test_too_many_are_refused_whole_and_hold_the_station(ledger: Ledger) -> None:
    bench = Bench(ledger)
    bench.take(*reads("ORD-1", "SKU-B"))
    verdict, message = bench.ask(Quantity("SKU-B", 2))
    assert verdict is Verdict.EXCEEDS_REMAINING
    assert message == (
        "Typed 2 × SKU-B, but only 1 are missing. Expected 10 × SKU-A, 1 × SKU-B, 4 × SKU-A and 1 more line."
        " Press F4 or scan ACK, then count them again."
    )
    assert bench.counted == [0, 1, 0, 0]
    assert bench.desk.alarm is not None


@pytest.mark.parametrize("units", [0, -5, 10**12])
def test_what_is_no_count_is_refused_with_a_sentence(ledger: Ledger, units: int) -> None:
    bench = Bench(ledger)
    bench.take(*reads("ORD-1", "SKU-A"))
    verdict, message = bench.ask(Quantity("SKU-A", units))
    assert verdict is Verdict.UNREADABLE
    assert "not counted, a count is a whole number from 1 to 1000000" in message
    assert bench.counted == [1, 0, 0, 0]


def test_goods_with_serials_are_scanned_one_by_one(ledger: Ledger) -> None:
    bench = Bench(ledger)
    bench.take(*reads("ORD-1", SERIAL))
    assert bench.counted[3] == 1
    assert bench.desk.countable is None
    bench.take(read("4006381333931", 20.0))
    assert bench.ask(Ordered(Command.QUANTITY))[1] == (
        "No count can be typed: these goods carry serials, so each is scanned."
    )
    bench.take(read("4006381333931", 30.0))
    assert bench.ask(Quantity("4006381333931", 2))[0] is Verdict.UNREADABLE
    assert bench.counted[3] == 3


def test_where_the_site_says_never_the_code_says_so_and_nothing_counts(ledger: Ledger) -> None:
    bench = Bench(ledger, Entrusted.NEVER, SUE)
    bench.take(*reads("ORD-1", "SKU-A"))
    assert bench.take(read("TALLYMAN:QUANTITY", 9.0)) == (
        Verdict.COMMAND,
        "No count can be typed: this station counts by scanning alone.",
    )
    assert bench.ask(Quantity("SKU-A", 2))[0] is Verdict.UNREADABLE
    assert bench.counted == [1, 0, 0, 0]
