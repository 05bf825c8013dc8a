"""The projections follow from the log, and can be drawn from it anew."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from store import acts, catalog, log, orders, projections, rulings, slots
from store.ledger import Ledger
from store.moment import Moment
from tests.store.builders import content, event, ledger_with, order
from verification.acts import Act, ActKind, Short
from verification.meaning import Person
from verification.orders import Ruling


@pytest.fixture
def ledger(tmp_path: Path):  # type: ignore[no-untyped-def]
    """ORD-1 with 2 of 3 units counted, one of them with a serial; ORD-2 untouched."""
    ledger = ledger_with(tmp_path, order("ORD-1", ("SKU-A", 2), ("SKU-B", 1)), order("ORD-2", ("SKU-A", 1)))
    with ledger.transaction() as db:
        for serial in (None, "S1"):
            found = orders.by_number(db, "ORD-1")
            assert found is not None
            counted = event("SKU-A", 1, order_id=found.id, line_id="ORD-1.1")
            key = ledger.secret.key("chain")
            seq = log.append(db, key, replace(counted, sku="SKU-A", serial=serial))
            orders.move_counts(db, found, found.plus("ORD-1.1", 1))
            if serial:
                catalog.remember_serial(db, "SKU-A", serial, seq)
    yield ledger
    ledger.close()


SPOILT = {
    "UPDATE lines SET counted = 7 WHERE id = 'ORD-1.1'": (
        "line SKU-A of order id-ORD-1 says 7, the log says 2"
    ),
    "UPDATE lines SET counted = 1 WHERE id = 'ORD-2.1'": (
        "line SKU-A of order id-ORD-2 says 1, the log says 0"
    ),
    "UPDATE orders SET status = 'shipped' WHERE id = 'id-ORD-1'": (
        "order ORD-1 says shipped with 2 units, the log says partially_verified with 2 units"
    ),
    "UPDATE orders SET verified = 9 WHERE id = 'id-ORD-2'": (
        "order ORD-2 says pending with 9 units, the log says pending with 0 units"
    ),
    "DELETE FROM serials": "serial S1 of SKU-A says free, the log says counted",
    "INSERT INTO serials VALUES ('SKU-A', 'S2', 1)": "serial S2 of SKU-A says counted, the log says free",
}


def test_a_ledger_that_only_the_station_wrote_agrees_with_its_log(ledger: Ledger) -> None:
    assert projections.differences(ledger.db) == []


@pytest.mark.parametrize(("statement", "finding"), SPOILT.items())
def test_a_spoilt_projection_is_found_and_drawn_anew(ledger: Ledger, statement: str, finding: str) -> None:
    before = content(ledger.db)
    with ledger.transaction() as db:
        db.execute(statement)
    assert finding in [str(difference) for difference in projections.differences(ledger.db)]
    with ledger.transaction() as db:
        assert projections.rebuild(db) >= 1
    assert content(ledger.db) == before


def test_all_projections_can_be_lost_and_drawn_anew(ledger: Ledger) -> None:
    before = content(ledger.db)
    with ledger.transaction() as db:
        db.execute("UPDATE lines SET counted = 0")
        db.execute("UPDATE orders SET verified = 0, status = 'pending', done = 0")
        db.execute("DELETE FROM serials")
        projections.rebuild(db)
    assert content(ledger.db) == before


def test_drawing_anew_what_agrees_changes_nothing(ledger: Ledger) -> None:
    before = content(ledger.db)
    with ledger.transaction() as db:
        assert projections.rebuild(db) == 0
    assert content(ledger.db) == before


def ruled_here_and_there(ledger: Ledger) -> None:
    """ORD-1 closed short here; ORD-2 sent back at another station, and known from its slot."""
    with ledger.transaction() as db:
        act = Act(ActKind.CLOSE_SHORT, Person("Sue", supervisor=True), short=Short.DAMAGED)
        acts.perform(db, ledger.chain_key, "id-ORD-1", act, Moment("2026-01-02T03:04:05.678Z", 7.5, "keys"))
        body = {"n": 4, "h": "1234", "c": {}, "ruled": {"number": 3, "is": "sent_back"}}
        slots.keep(db, "id-ORD-2", {"dock-9.a": json.dumps(body)}, {})
        db.execute("UPDATE orders SET ruling = 'sent_back', ruled = 3 WHERE id = 'id-ORD-2'")


RULED_OTHERWISE = {
    "UPDATE orders SET ruling = 'approved' WHERE id = 'id-ORD-1'": (
        "ruling on order ORD-1 says approved (1), the log says short (1)"
    ),
    "UPDATE orders SET ruling = '', ruled = 0 WHERE id = 'id-ORD-1'": (
        "ruling on order ORD-1 says none (0), the log says short (1)"
    ),
    "UPDATE orders SET ruled = 2 WHERE id = 'id-ORD-2'": (
        "ruling on order ORD-2 says sent_back (2), the log says sent_back (3)"
    ),
}


@pytest.mark.parametrize(("statement", "finding"), RULED_OTHERWISE.items())
def test_a_ruling_that_nobody_gave_is_found_and_drawn_anew(
    ledger: Ledger, statement: str, finding: str
) -> None:
    ruled_here_and_there(ledger)
    assert projections.differences(ledger.db) == []
    before = content(ledger.db)
    with ledger.transaction() as db:
        db.execute(statement)
    assert finding in [str(difference) for difference in projections.differences(ledger.db)]
    with ledger.transaction() as db:
        assert projections.rebuild(db) >= 1
    assert content(ledger.db) == before


@pytest.mark.parametrize(
    ("number", "newest"), [(5, (Ruling.REOPENED, 5)), (0, (Ruling.SHORT, 1))], ids=["newer", "older"]
)
def test_of_a_slot_of_ours_that_the_api_has_more_of_the_newer_word_holds(
    ledger: Ledger, number: int, newest: tuple[Ruling, int]
) -> None:
    """As after a restore: one word is in the log, another one was seen at the API alone."""
    ruled_here_and_there(ledger)
    ours = next(iter(slots.shares(ledger.db, "id-ORD-1")))
    body = {"n": 9, "h": "1234", "c": {}, "ruled": {"number": number, "is": "reopened"}}
    with ledger.transaction() as db:
        slots.keep(db, "id-ORD-1", {ours: json.dumps(body)}, {})
    assert rulings.newest(ledger.db, "id-ORD-1") == newest
