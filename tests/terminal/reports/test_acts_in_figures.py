"""What supervisors do in the numbers of reports: no act is a read, and mending is not right at once."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from store import acts, figures, projections, tallies
from store.figures import Span, Worked
from store.ledger import Ledger, reading
from store.moment import Moment
from tests.store.builders import ledger_with, order
from tests.terminal.reports.recount import Bench
from verification.acts import Act, ActKind, Short
from verification.figures import Accuracy
from verification.meaning import Person

SUE = Person("Sue", supervisor=True)
AT = Moment("2026-05-01T09:00:00.000Z", 1.0, "keys")


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    ledger = ledger_with(tmp_path, order("ORD-1", ("SKU-A", 2), ("SKU-B", 1)), order("ORD-2", ("SKU-A", 1)))
    yield ledger
    ledger.close()


@pytest.fixture
def bench(ledger: Ledger) -> Bench:
    return Bench(ledger)


def act(bench: Bench, number: str, kind: ActKind, **more: object) -> None:
    with bench.ledger.transaction() as db:
        asked = Act(kind, SUE, "as it was found", **more)  # type: ignore[arg-type]
        acts.perform(db, bench.ledger.chain_key, f"id-{number}", asked, AT)


def found(bench: Bench) -> tuple[Accuracy, Worked]:
    """The numbers, which are the same drawn from the tail and from the summaries."""
    drawn = _drawn(bench.ledger)
    with bench.ledger.transaction() as db:
        tallies.advance(db)
    assert _drawn(bench.ledger) == drawn
    assert projections.differences(bench.ledger.db) == []
    return drawn


def _drawn(ledger: Ledger) -> tuple[Accuracy, Worked]:
    with reading(ledger.folder) as db:
        tallies.complete(db)
        return figures.accuracy(db, Span()), figures.work(db, Span())


def test_an_approval_is_no_read_and_leaves_an_order_right_at_once(bench: Bench) -> None:
    for code in ("ORD-2", "SKU-A"):
        bench.take(code)
    act(bench, "ORD-2", ActKind.APPROVE)
    accuracy, work = found(bench)
    assert (accuracy.reads, accuracy.orders_verified, accuracy.first_pass) == (2, 1, 1)
    assert sum(row.reads for row in work.people) == 2


def test_units_confirmed_by_hand_verify_an_order_that_was_not_right_at_once(bench: Bench) -> None:
    for code in ("ORD-1", "SKU-A", "SKU-A"):
        bench.take(code)
    act(bench, "ORD-1", ActKind.CONFIRM, line_id="ORD-1.2", units=1)
    accuracy, work = found(bench)
    assert (accuracy.orders_verified, accuracy.first_pass) == (1, 0)
    assert {row.name: row.orders for row in work.people if row.orders} == {"Sue": 1}
    assert sum(row.units for row in work.people) == 3


def test_an_order_closed_short_is_a_short_until_it_is_reopened(bench: Bench) -> None:
    for code in ("ORD-1", "SKU-A"):
        bench.take(code)
    act(bench, "ORD-1", ActKind.CLOSE_SHORT, short=Short.NOT_FOUND)
    accuracy, _ = found(bench)
    assert (accuracy.short_orders, accuracy.short_units, accuracy.orders_verified) == (1, 2, 0)
    act(bench, "ORD-1", ActKind.REOPEN)
    accuracy, _ = found(bench)
    assert (accuracy.short_orders, accuracy.short_units) == (0, 0)


def test_an_order_sent_back_is_not_verified_and_its_units_and_lines_are_gone(bench: Bench) -> None:
    for code in ("ORD-1", "SKU-A", "SKU-A", "SKU-B"):
        bench.take(code)
    act(bench, "ORD-1", ActKind.SEND_BACK)
    accuracy, work = found(bench)
    assert (accuracy.orders_verified, accuracy.first_pass) == (0, 0)
    assert sum(row.units for row in work.people) == 0
    assert sum(row.lines for row in work.people) == 0


def test_a_reopened_order_that_is_scanned_to_its_end_again_counts_once(bench: Bench) -> None:
    for code in ("ORD-2", "SKU-A"):
        bench.take(code)
    act(bench, "ORD-2", ActKind.REOPEN)
    for code in ("ORD-2", "TALLYMAN:UNDO", "SKU-A"):
        bench.take(code)
    accuracy, work = found(bench)
    assert (accuracy.reads, accuracy.orders_verified, accuracy.first_pass) == (5, 1, 0)
    assert (sum(row.units for row in work.people), sum(row.lines for row in work.people)) == (1, 1)
