"""Reads in one transaction: whoever looks at the ledger among them sees all that they did so far."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from store import catalog, log, orders, outbox
from store.catalog import Taught
from store.errors import WriteFailed
from store.ledger import Ledger
from store.posting import Posting, posting
from tests.store.builders import event, ledger_with, order
from verification.codes import Code
from verification.meaning import GoodsMatch
from verification.orders import Order

FIRST, SECOND = order("ORD-1", ("SKU-A", 9), ("SKU-B", 2)), order("ORD-2", ("SKU-A", 9))


@pytest.fixture
def ledger(tmp_path: Path):  # type: ignore[no-untyped-def]
    ledger = ledger_with(tmp_path, FIRST, SECOND)
    yield ledger
    ledger.close()


def count(posted: Posting, ledger: Ledger, before: Order, units: int) -> Order:
    """Units on an order's first line, as a read of them would add them."""
    line = before.lines[0]
    moved = [(line.id, units)]
    after = before.moved(moved)
    posted.append(ledger.chain_key, event(line.sku, units, order_id=before.id, line_id=line.id))
    posted.move_counts(before, after)
    return after


def test_units_are_written_once_and_in_full(ledger: Ledger) -> None:
    statements: list[str] = []
    ledger.db.set_trace_callback(statements.append)
    with posting(ledger) as posted:
        first = count(posted, ledger, count(posted, ledger, FIRST, 2), 3)
        second = count(posted, ledger, SECOND, 1)
        first = count(posted, ledger, first, -1)
    ledger.db.set_trace_callback(None)
    assert orders.load(ledger.db, FIRST.id) == first
    assert orders.load(ledger.db, SECOND.id) == second
    assert [first.verified, second.verified] == [4, 1]
    assert sum(statement.startswith("UPDATE lines") for statement in statements) == 3
    assert [order_id for _, order_id in outbox.waiting(ledger.db)] == [FIRST.id, SECOND.id]
    assert log.first_break(ledger.db, ledger.chain_key) is None


def test_what_was_counted_is_seen_by_whoever_looks(ledger: Ledger) -> None:
    with posting(ledger) as posted:
        after = count(posted, ledger, FIRST, 2)
        assert orders.load(posted.written(), FIRST.id) == after
        log.append(posted.written(), ledger.chain_key, event("between"))
        count(posted, ledger, after, 1)
    assert [each.seq for each in log.latest(ledger.db, 9)] == [3, 2, 1]
    assert log.first_break(ledger.db, ledger.chain_key) is None


def test_a_code_taught_among_reads_is_known_to_the_next(ledger: Ledger) -> None:
    with posting(ledger) as posted:
        assert posted.find(ledger.badge_key, Code("BOX")).goods == ()
        catalog.teach(posted.written(), ledger.badge_key, Taught("BOX", "SKU-A", 4))
        assert posted.find(ledger.badge_key, Code("BOX")).goods == (GoodsMatch("SKU-A", 4),)


def test_of_reads_that_cannot_be_written_nothing_stays(ledger: Ledger) -> None:
    def deny(action: int, *_: object) -> int:
        return sqlite3.SQLITE_DENY if action == sqlite3.SQLITE_UPDATE else sqlite3.SQLITE_OK

    def count_until_the_disk_is_full() -> None:
        with posting(ledger) as posted:
            count(posted, ledger, FIRST, 2)
            ledger.db.set_authorizer(deny)  # only now are the counts written

    with pytest.raises(WriteFailed):
        count_until_the_disk_is_full()
    ledger.db.set_authorizer(None)
    assert orders.load(ledger.db, FIRST.id) == FIRST
    assert log.latest(ledger.db, 1) == []
