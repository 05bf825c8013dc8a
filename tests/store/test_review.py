"""The review queue: which orders are in it, for what, in which order, and at what cost."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from store import acts, conflicts, log, orders, outbox, review
from store.acts import Moment
from store.errors import Refused
from store.ledger import Ledger
from store.review import ReviewFilter, Sort
from tests.store.builders import event, ledger_with, order
from verification.acts import Act, ActKind, Short
from verification.events import Provenance
from verification.meaning import Person
from verification.orders import OrderStatus
from verification.risk import ReasonKind
from verification.verdicts import Verdict

SUE = Person("Sue", supervisor=True)
NOW = Moment("2026-01-02T03:04:05.678Z", 7.5, "keys")


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    ledger = ledger_with(
        tmp_path,
        order("ORD-1", ("SKU-A", 2), customer_name="Zoë", due_date="2026-05-02T00:00:00Z"),
        order("ORD-2", ("SKU-A", 2), due_date="2026-05-01T00:00:00Z"),
        order("ORD-3", ("SKU-A", 2), external_order_id="SHOP-3"),
    )
    yield ledger
    ledger.close()


def reads(
    ledger: Ledger, number: str, provenance: Provenance = Provenance.SCANNED, *, takes_back: int | None = None
) -> int:
    """One unit, or its undo, as the station writes it."""
    delta = 1 if takes_back is None else -1
    with ledger.transaction() as db:
        before = orders.by_number(db, number)
        assert before is not None
        line = before.lines[0].id
        row = event("x", delta, order_id=before.id, line_id=line)
        row = replace(row, provenance=provenance, takes_back=takes_back)
        seq = log.append(db, ledger.chain_key, row)
        orders.move_counts(db, before, before.plus(line, delta))
    return seq


def is_refused(ledger: Ledger, number: str, verdict: Verdict, times: int) -> None:
    with ledger.transaction() as db:
        for _ in range(times):
            log.append(db, ledger.chain_key, replace(event("x", order_id=f"id-{number}"), verdict=verdict))


def does(ledger: Ledger, number: str, kind: ActKind, **more: object) -> None:
    with ledger.transaction() as db:
        asked = Act(kind, SUE, "seen at the bench", **more)  # type: ignore[arg-type]
        acts.perform(db, ledger.chain_key, f"id-{number}", asked, NOW)


def listed(ledger: Ledger, **which: object) -> dict[str, list[str]]:
    """The kinds of reasons by order number, in the queue's order."""
    page = review.queue(ledger.db, ReviewFilter(**which), 0, -1)  # type: ignore[arg-type]
    assert page.total == len(page.rows)
    for row in page.rows:
        assert row.reasons == review.of(ledger.db, row.summary.id)
        assert row.risk == sum(reason.weight for reason in row.reasons)
    return {row.summary.order_number: [reason.kind.value for reason in row.reasons] for row in page.rows}


def test_an_order_that_was_scanned_alone_is_not_in_the_queue(ledger: Ledger) -> None:
    reads(ledger, "ORD-1")
    is_refused(ledger, "ORD-1", Verdict.NOT_ON_ORDER, 2)
    assert listed(ledger) == {}
    assert review.of(ledger.db, "id-ORD-1") == ()


def test_units_by_hand_are_reasons_and_an_undo_ends_them(ledger: Ledger) -> None:
    seq = reads(ledger, "ORD-1", Provenance.TYPED)
    does(ledger, "ORD-2", ActKind.CONFIRM, line_id="ORD-2.1", units=2)
    does(ledger, "ORD-2", ActKind.ADJUST, line_id="ORD-2.1", units=1)
    assert listed(ledger) == {"ORD-2": ["confirmed", "override"], "ORD-1": ["typed"]}
    reads(ledger, "ORD-1", takes_back=seq)
    assert listed(ledger) == {"ORD-2": ["confirmed", "override"]}


def test_refused_reads_are_a_reason_from_the_third_on(ledger: Ledger) -> None:
    is_refused(ledger, "ORD-1", Verdict.UNKNOWN_CODE, 1)
    is_refused(ledger, "ORD-1", Verdict.NOT_ON_ORDER, 2)
    is_refused(ledger, "ORD-2", Verdict.ALARM_PENDING, 30)
    [row] = review.queue(ledger.db, ReviewFilter(), 0, 10).rows
    assert row.summary.order_number == "ORD-1"
    assert row.reasons[0].told == "3 reads were refused: 2 not on the order, 1 unknown."


def test_what_was_approved_is_out_and_only_what_comes_later_counts(ledger: Ledger) -> None:
    reads(ledger, "ORD-1", Provenance.TYPED)
    reads(ledger, "ORD-1", Provenance.TYPED)
    does(ledger, "ORD-1", ActKind.APPROVE)
    assert listed(ledger) == {}
    does(ledger, "ORD-1", ActKind.REOPEN)
    does(ledger, "ORD-1", ActKind.ADJUST, line_id="ORD-1.1", units=1)
    assert listed(ledger) == {"ORD-1": ["reopened", "override"]}


def test_an_order_sent_back_starts_anew(ledger: Ledger) -> None:
    reads(ledger, "ORD-1", Provenance.TYPED)
    does(ledger, "ORD-1", ActKind.SEND_BACK)
    assert listed(ledger) == {"ORD-1": ["sent_back"]}
    assert review.of(ledger.db, "id-ORD-1")[0].told == "Sent back, to be counted again."
    for _ in range(2):
        reads(ledger, "ORD-1")
    assert review.of(ledger.db, "id-ORD-1")[0].told == "Sent back, counted again since."
    does(ledger, "ORD-1", ActKind.APPROVE)
    assert listed(ledger) == {}


def test_a_short_order_stays_in_the_queue_until_it_is_shipped(ledger: Ledger) -> None:
    reads(ledger, "ORD-1", Provenance.TYPED)
    does(ledger, "ORD-1", ActKind.CLOSE_SHORT, short=Short.NOT_FOUND)
    assert listed(ledger) == {"ORD-1": ["short"]}
    with ledger.transaction() as db:
        db.execute("UPDATE orders SET reported = 'shipped', status = 'shipped' WHERE id = 'id-ORD-1'")
    assert listed(ledger) == {}


def test_a_cancelled_order_with_counts_needs_a_look_after_its_cancelling(ledger: Ledger) -> None:
    for _ in range(2):
        reads(ledger, "ORD-1")
    does(ledger, "ORD-1", ActKind.APPROVE)
    with pytest.raises(Refused, match="approved already"):
        does(ledger, "ORD-1", ActKind.APPROVE)
    does(ledger, "ORD-1", ActKind.CANCEL)
    assert listed(ledger) == {"ORD-1": ["cancelled"]}
    does(ledger, "ORD-1", ActKind.APPROVE)
    assert listed(ledger) == {}
    with pytest.raises(Refused, match="approved already"):
        does(ledger, "ORD-1", ActKind.APPROVE)


def test_what_reconciliation_found_is_told_with_its_units(ledger: Ledger) -> None:
    with ledger.transaction() as db:
        db.execute("UPDATE lines SET elsewhere = 5 WHERE id = 'ORD-1.1'")
        found = [
            ("over_verified", "ORD-1.1", "Too many."),
            ("header", "notes", "N."),
            ("restored", "a", "R."),
        ]
        conflicts.replace(db, "id-ORD-1", found)
        outbox.park(db, "id-ORD-2", "The API refuses it.")
        db.execute("UPDATE orders SET status = 'shipped', verified = 1 WHERE id = 'id-ORD-3'")
    assert listed(ledger) == {
        "ORD-1": ["over_counted", "conflict", "header"],
        "ORD-3": ["shipped"],
        "ORD-2": ["parked"],
    }
    assert review.of(ledger.db, "id-ORD-1")[0].told == "3 units more than ordered were counted."


def test_the_queue_is_narrowed_sorted_and_paged(ledger: Ledger) -> None:
    reads(ledger, "ORD-1", Provenance.TYPED)
    for _ in range(2):
        reads(ledger, "ORD-2", Provenance.TYPED)
    does(ledger, "ORD-3", ActKind.CONFIRM, line_id="ORD-3.1", units=1)
    assert list(listed(ledger)) == ["ORD-2", "ORD-1", "ORD-3"]
    assert list(listed(ledger, sort=Sort.DUE)) == ["ORD-2", "ORD-1", "ORD-3"]
    assert list(listed(ledger, sort=Sort.NUMBER)) == ["ORD-1", "ORD-2", "ORD-3"]
    assert list(listed(ledger, reason=ReasonKind.CONFIRMED)) == ["ORD-3"]
    assert list(listed(ledger, status=OrderStatus.VERIFIED)) == ["ORD-2"]
    assert list(listed(ledger, search="zoë")) == ["ORD-1"]
    assert list(listed(ledger, search="shop-3")) == ["ORD-3"]
    assert listed(ledger, search="%") == {}
    page = review.queue(ledger.db, ReviewFilter(sort=Sort.NUMBER), 1, 1)
    assert ([row.summary.order_number for row in page.rows], page.total) == (["ORD-2"], 3)


@pytest.mark.parametrize("statement", [review.BY_HAND, review.REFUSED])
@pytest.mark.parametrize("narrowed", [review.of_all, review.of_one])
def test_the_log_is_never_read_whole(ledger: Ledger, statement: str, narrowed) -> None:  # type: ignore[no-untyped-def]
    """Only the indexes that hold nothing but reasons; a benchmark's million events prove it in time."""
    plan = ledger.db.execute(f"EXPLAIN QUERY PLAN {narrowed(statement)}", {"order": "x"}).fetchall()
    steps = [step for *_, step in plan if "SCAN" in step or "SEARCH" in step]
    assert steps
    for step in steps:
        assert step.startswith("SEARCH"), step
        assert any(
            index in step for index in ("events_by_hand", "events_telling", "events_acts", "_taken_back")
        )


@pytest.mark.parametrize(
    ("statement", "index"), [(review.RULED, "orders_ruled"), (review.ENDED, "orders_ended")]
)
def test_the_orders_are_never_read_whole(ledger: Ledger, statement: str, index: str) -> None:
    [(*_, step)] = ledger.db.execute(f"EXPLAIN QUERY PLAN {statement}").fetchall()
    assert index in step
