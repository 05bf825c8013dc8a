"""Teaching at the bench, on a real ledger: one event, one code, in one transaction, or neither."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from store import catalog, log, projections
from store.ledger import Ledger
from store.posting import posting
from terminal.reads import Delivery
from tests.store.builders import ledger_with, order
from tests.terminal.builders import procedure, read, reads
from verification.codes import Code
from verification.desk import Desk
from verification.events import Provenance
from verification.meaning import Lesson, Person
from verification.policy import Entrusted, Policy
from verification.verdicts import Verdict

ANA, SUE = Person("Ana"), Person("Sue", supervisor=True)
GTIN, CASE = "4006381333931", "14006381333938"
LABEL = f"]C101{CASE}10LOT7"


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    ledger = ledger_with(tmp_path / "data", order("ORD-1", ("SKU-A", 30), ("SKU-B", 2)))
    with ledger.transaction() as db:
        catalog.teach(db, ledger.badge_key, catalog.Taught(GTIN, "SKU-A"))
    yield ledger
    ledger.close()


class Bench:
    """One desk and what was done at it."""

    def __init__(self, ledger: Ledger, teach: Entrusted = Entrusted.SUPERVISOR, person: Person = ANA) -> None:
        self.handling = procedure(ledger, Policy(sign_in=True, teach=teach))
        self.ledger = ledger
        self.desk = Desk(person)

    def take(self, *deliveries: Delivery) -> tuple[Verdict, str]:
        for delivery in deliveries:
            with posting(self.ledger) as posted:
                outcome, self.desk = self.handling.handle(posted, self.desk, delivery)
        return outcome.verdict, outcome.message

    def lesson(self, sku: str = "SKU-A", units: int = 1, approved_by: Person | None = None) -> Delivery:
        assert self.desk.untaught is not None
        return Delivery.asked_for(Lesson(self.desk.untaught.code, sku, units, approved_by), 9.0)


def codes(ledger: Ledger) -> dict[str, tuple[str, int]]:
    return {each.code: (each.sku, each.units) for each in catalog.taught_codes(ledger.db)}


def test_a_case_is_taught_by_its_gtin_with_approval_and_counts_when_it_is_read_again(ledger: Ledger) -> None:
    bench = Bench(ledger)
    verdict, message = bench.take(*reads("ORD-1", LABEL))
    assert (verdict, "press F7 to teach this one" in message) == (Verdict.UNKNOWN_CODE, True)
    assert bench.desk.untaught is not None
    assert [(each.sku, each.why, each.case) for each in bench.desk.untaught.likely] == [
        ("SKU-A", "the same item number", True),
        ("SKU-B", "", True),
    ]
    assert bench.take(bench.lesson(units=10, approved_by=SUE)) == (
        Verdict.COMMAND,
        f"{CASE} stands for 10 × SKU-A, taught by Ana, approved by Sue: scan it again.",
    )
    assert codes(ledger)[CASE] == ("SKU-A", 10)
    (event,) = log.latest(ledger.db, 1)
    assert (event.person, event.code, event.sku, event.delta) == ("Ana", CASE, "SKU-A", 0)
    assert (event.provenance, event.order_id) == (Provenance.CONFIRMED, "id-ORD-1")
    assert "approved by Sue" in event.reason
    assert bench.take(read(LABEL, 20.0)) == (Verdict.ACCEPTED, "10 units of SKU-A: 10 of 30.")
    assert projections.differences(ledger.db) == []
    assert log.first_break(ledger.db, ledger.chain_key) is None


@pytest.mark.parametrize(
    ("teach", "person", "approved_by", "taught"),
    [
        (Entrusted.SUPERVISOR, ANA, None, False),
        (Entrusted.SUPERVISOR, ANA, ANA, False),
        (Entrusted.SUPERVISOR, SUE, None, True),
        (Entrusted.OPERATOR, ANA, None, True),
    ],
)
def test_the_clerk_asks_who_may_once_more(
    ledger: Ledger, teach: Entrusted, person: Person, approved_by: Person | None, taught: bool
) -> None:
    bench = Bench(ledger, teach, person)
    bench.take(*reads("ORD-1", "NOPE"))
    bench.take(bench.lesson(approved_by=approved_by))
    assert ("NOPE" in codes(ledger)) is taught


def test_where_the_site_says_never_nothing_is_offered_and_nothing_taken(ledger: Ledger) -> None:
    bench = Bench(ledger, Entrusted.NEVER, SUE)
    _, message = bench.take(*reads("ORD-1", "NOPE"))
    assert bench.desk.untaught is None
    assert "call for help" in message
    bench.take(Delivery.asked_for(Lesson(Code("NOPE"), "SKU-A"), 9.0))
    assert "NOPE" not in codes(ledger)


def test_a_read_in_between_ends_the_question(ledger: Ledger) -> None:
    bench = Bench(ledger, Entrusted.OPERATOR)
    bench.take(*reads("ORD-1", "NOPE"))
    lesson = bench.lesson()
    assert bench.take(read("SKU-B", 5.0))[0] is Verdict.ACCEPTED
    verdict, message = bench.take(lesson)
    assert (verdict, "another read came in between" in message) == (Verdict.UNKNOWN_CODE, True)
    assert "NOPE" not in codes(ledger)


def test_help_does_not_take_the_offer_away(ledger: Ledger) -> None:
    bench = Bench(ledger, Entrusted.OPERATOR)
    bench.take(*reads("ORD-1", "NOPE"))
    _, told = bench.take(*reads("TALLYMAN:HELP"))
    assert told == "Help is on the screen. Nobody taught the last code: press F7 to teach this one."
    verdict, _ = bench.take(bench.lesson())
    assert verdict is Verdict.COMMAND
    assert codes(ledger)["NOPE"] == ("SKU-A", 1)


def test_a_code_that_has_got_a_meaning_meanwhile_is_not_taught_again(ledger: Ledger) -> None:
    bench = Bench(ledger, Entrusted.OPERATOR)
    bench.take(*reads("ORD-1", "NOPE"))
    with ledger.transaction() as db:
        catalog.teach(db, bench.ledger.badge_key, catalog.Taught("NOPE", "SKU-B"))
    verdict, message = bench.take(bench.lesson())
    assert (verdict, "stands for 1 of SKU-B already" in message) == (Verdict.UNKNOWN_CODE, True)
    assert codes(ledger)["NOPE"] == ("SKU-B", 1)


@pytest.mark.parametrize("units", [0, 1_000_001])
def test_impossible_units_are_refused(ledger: Ledger, units: int) -> None:
    bench = Bench(ledger, Entrusted.OPERATOR)
    bench.take(*reads("ORD-1", "NOPE"))
    assert bench.take(bench.lesson(units=units))[0] is Verdict.UNKNOWN_CODE
    assert "NOPE" not in codes(ledger)


@pytest.mark.parametrize("text", ["]C100106141412345678908", "TALLYMAN:NOPE", ""])
def test_what_is_no_code_of_goods_is_not_offered(ledger: Ledger, text: str) -> None:
    bench = Bench(ledger, Entrusted.OPERATOR)
    bench.take(*reads("ORD-1", text))
    assert bench.desk.untaught is None
