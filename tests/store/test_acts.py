"""Acts in a real ledger: on the chain, in the projections, waiting to be sent, or refused without a trace."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from store import acts, catalog, log, orders, outbox, projections
from store.acts import Performed
from store.errors import Refused
from store.ledger import Ledger
from store.moment import Moment
from tests.store.builders import content, event, ledger_with, order
from verification.acts import Act, ActKind, Short
from verification.events import fold
from verification.meaning import Person
from verification.orders import Order, OrderStatus, Ruling

SUE = Person("Sue", supervisor=True)
NOW = Moment("2026-01-02T03:04:05.678Z", 7.5, "keys")
ID = "id-ORD-1"


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    ledger = ledger_with(tmp_path, order("ORD-1", ("SKU-A", 3), ("SKU-B", 1)))
    yield ledger
    ledger.close()


def counts(ledger: Ledger, line_id: str, units: int = 1, *, serial: str | None = None) -> None:
    """One read of goods, as the station writes it."""
    with ledger.transaction() as db:
        before = standing(ledger)
        row = replace(event("x", units, order_id=ID, line_id=line_id), serial=serial, sku="SKU-A")
        seq = log.append(db, ledger.chain_key, row)
        orders.move_counts(db, before, before.plus(line_id, units))
        if serial:
            catalog.remember_serial(db, "SKU-A", serial, seq)


def standing(ledger: Ledger) -> Order:
    found = orders.load(ledger.db, ID)
    assert found is not None
    return found


def does(ledger: Ledger, kind: ActKind, **more: object) -> Performed:
    asked = Act(kind, SUE, "seen at the bench", **more)  # type: ignore[arg-type]
    with ledger.transaction() as db:
        return acts.perform(db, ledger.chain_key, ID, asked, NOW, may_ship=True)


def holds(ledger: Ledger) -> None:
    """What must be true after anything: the chain, the projections, and the fold agree."""
    assert log.first_break(ledger.db, ledger.chain_key) is None
    assert projections.differences(ledger.db) == []
    folded = fold(log.of_order(ledger.db, ID))
    assert {line.id: line.counted for line in standing(ledger).lines if line.counted} == {
        line_id: units for line_id, units in folded.counts.items() if units
    }
    assert [each.seq for each in folded.last_read()] == [each.seq for each in log.last_counted(ledger.db, ID)]


def test_an_approval_is_on_the_chain_with_who_and_why(ledger: Ledger) -> None:
    counts(ledger, "ORD-1.1", 3)
    counts(ledger, "ORD-1.2")
    does(ledger, ActKind.APPROVE)
    [row] = log.acts_of(ledger.db, ID)
    assert (row.act, row.person, row.reason, row.delta) == ("approve", "Sue", "seen at the bench", 0)
    assert standing(ledger).ruling is Ruling.APPROVED
    holds(ledger)


@pytest.mark.parametrize("column", ["act", "detail"])
def test_an_act_cannot_be_forged_or_hidden(ledger: Ledger, column: str) -> None:
    counts(ledger, "ORD-1.1", 2)
    does(ledger, ActKind.ADJUST, line_id="ORD-1.1", units=1)
    for value in ("'edit'", "NULL"):
        with ledger.transaction() as db:
            before = db.execute(f"SELECT {column} FROM events WHERE seq = 2").fetchone()
            db.execute(f"UPDATE events SET {column} = {value} WHERE seq = 2")
        found = log.first_break(ledger.db, ledger.chain_key)
        assert found is not None
        assert found.seq == 2
        with ledger.transaction() as db:
            db.execute(f"UPDATE events SET {column} = ? WHERE seq = 2", before)


def test_what_was_adjusted_cannot_be_undone_from_under_it(ledger: Ledger) -> None:
    for _ in range(3):
        counts(ledger, "ORD-1.1")
    does(ledger, ActKind.ADJUST, line_id="ORD-1.1", units=0)
    assert standing(ledger).verified == 0
    assert log.last_counted(ledger.db, ID) == []
    holds(ledger)
    counts(ledger, "ORD-1.1")
    assert len(log.last_counted(ledger.db, ID)) == 1
    holds(ledger)


def test_sending_back_frees_the_serials_and_counts_nothing(ledger: Ledger) -> None:
    counts(ledger, "ORD-1.1", serial="S1")
    counts(ledger, "ORD-1.1", serial="S2")
    does(ledger, ActKind.ADJUST, line_id="ORD-1.1", units=1)
    does(ledger, ActKind.SEND_BACK)
    assert ledger.db.execute("SELECT count(*) FROM serials").fetchone() == (0,)
    assert (standing(ledger).verified, standing(ledger).ruling) == (0, Ruling.SENT_BACK)
    holds(ledger)


def test_a_short_order_leaves_the_queue_and_comes_back_when_reopened(ledger: Ledger) -> None:
    counts(ledger, "ORD-1.1", 2)
    does(ledger, ActKind.CLOSE_SHORT, short=Short.NOT_FOUND)
    assert standing(ledger).status is OrderStatus.PARTIALLY_VERIFIED
    assert orders.next_due(ledger.db) is None
    does(ledger, ActKind.REOPEN)
    assert orders.next_due(ledger.db) is not None
    holds(ledger)


def test_a_status_that_a_person_gave_waits_to_be_sent(ledger: Ledger) -> None:
    counts(ledger, "ORD-1.1", 3)
    counts(ledger, "ORD-1.2")
    does(ledger, ActKind.SHIP)
    waiting = outbox.of(ledger.db, ID)
    assert waiting is not None
    assert waiting.becoming is OrderStatus.SHIPPED
    assert standing(ledger).status is OrderStatus.SHIPPED
    holds(ledger)


def test_a_refused_act_leaves_no_trace(ledger: Ledger) -> None:
    counts(ledger, "ORD-1.1", 2)
    before = content(ledger.db)
    for kind, more in ((ActKind.APPROVE, {}), (ActKind.ADJUST, {"line_id": "ORD-1.1", "units": 4})):
        with pytest.raises(Refused, match=r"Order ORD-1 stays as it is: "):
            does(ledger, kind, **more)
    assert content(ledger.db) == before


def brought_in(ledger: Ledger, *found: Order, kind: ActKind = ActKind.IMPORT, **more: object) -> None:
    asked = Act(kind, **{"by": SUE, "reason": "orders.csv", **more})  # type: ignore[arg-type]
    with ledger.transaction() as db:
        acts.bring_in(db, ledger.chain_key, found, asked, NOW)


def test_what_is_imported_is_on_the_log_order_by_order_and_waits_for_nothing(ledger: Ledger) -> None:
    counts(ledger, "ORD-1.1")
    brought_in(ledger, order("ORD-2", ("SKU-A", 1)), order("ORD-3", ("SKU-A", 1), ("SKU-B", 2)))
    counts(ledger, "ORD-1.1")
    for number in ("ORD-2", "ORD-3"):
        (told,) = log.acts_of(ledger.db, f"id-{number}")
        assert (told.act, told.person, told.reason, told.read) == ("import", "Sue", "orders.csv", told.seq)
        assert outbox.of(ledger.db, f"id-{number}") is None
    holds(ledger)


def test_what_is_created_waits_to_be_sent(ledger: Ledger) -> None:
    brought_in(ledger, order("ORD-2", ("SKU-A", 1)), kind=ActKind.CREATE)
    waiting = outbox.of(ledger.db, "id-ORD-2")
    assert waiting is not None
    assert waiting.creating


def test_an_import_that_nobody_answers_for_leaves_the_log_alone(ledger: Ledger) -> None:
    brought_in(ledger, order("ORD-2", ("SKU-A", 1)), by=None)
    assert list(log.acts_of(ledger.db, "id-ORD-2")) == []
    brought_in(ledger, order("ORD-3", ("SKU-A", 1)), by=None, approved_by=SUE)
    assert [told.act for told in log.acts_of(ledger.db, "id-ORD-3")] == ["import"]


@pytest.mark.parametrize(
    ("last", "reason", "told"),
    [
        (order("ORD-1", ("SKU-A", 1)), "", "Order ORD-1 is in the ledger already; nothing was imported."),
        (replace(order("ORD-3", ("SKU-A", 1)), id=ID), "", "Order ORD-3 is in the ledger already"),
        (
            replace(order("ORD-3"), lines=order("ORD-1", ("SKU-A", 1)).lines),
            "",
            "An item's id is in the ledger already, on another order; nothing was imported.",
        ),
        (order("ORD-3", ("SKU-A", 1)), "a\x1bb", "Nothing was brought in: the reason holds characters"),
    ],
)
def test_of_an_import_that_is_refused_nothing_is_kept(
    ledger: Ledger, last: Order, reason: str, told: str
) -> None:
    before = content(ledger.db)
    with pytest.raises(Refused, match=told):
        brought_in(ledger, order("ORD-2", ("SKU-A", 1)), last, reason=reason)
    assert content(ledger.db) == before
