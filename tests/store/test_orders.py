"""Orders in the ledger: whole or not at all, and the queue in the order in which they are due."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from store import order_queue, orders
from store.errors import Refused
from store.ledger import Ledger
from store.order_shape import order_from_api, order_to_api
from terminal.header_field import as_typed
from terminal.widgets.order import due
from tests.store.builders import content, ledger_with, order
from verification.orders import OrderStatus


@pytest.fixture
def ledger(tmp_path: Path):  # type: ignore[no-untyped-def]
    ledger = ledger_with(tmp_path)
    yield ledger
    ledger.close()


def bring_in(ledger: Ledger, *found: object) -> None:
    with ledger.transaction() as db:
        orders.insert(db, found)  # type: ignore[arg-type]


def numbers(ledger: Ledger, which: order_queue.Filter = order_queue.Filter()) -> list[str]:  # noqa: B008
    return [row.order_number for row in order_queue.page(ledger.db, which, 0, 100)]


def test_an_order_is_kept_as_it_came(ledger: Ledger) -> None:
    shape = {
        "id": "o-1",
        "order_number": "ORD-1",
        "external_order_id": "SHOP-1",
        "customer_name": "Zoë",
        "customer_info": {"phone": "1", "deep": [{"x": None}]},
        "notes": "two\nlines",
        "order_date": "2026-05-01T10:00:00Z",
        "due_date": "2026-05-02T10:00:00+02:00",
        "metadata": {"mine": {"a": 1}},
        "status": "in_progress",
        "items": [
            {
                "id": "l-1",
                "sku": {"sku": "SKU-A"},
                "quantity": 3,
                "verified_quantity": 1,
                "verification_status": "in_progress",
                "notes": "fragile",
            }
        ],
        "created_at": "2026-05-01T10:00:01.123Z",
    }
    bring_in(ledger, order_from_api(shape))
    kept = orders.by_number(ledger.db, "ORD-1")
    assert kept is not None
    assert order_to_api(kept) == shape


def test_an_import_with_a_known_order_brings_nothing_in(ledger: Ledger) -> None:
    bring_in(ledger, order("ORD-2", ("SKU-A", 1)))
    before = content(ledger.db)
    with pytest.raises(Refused, match="Order ORD-2 is in the ledger already; nothing was imported"):
        bring_in(ledger, *(order(f"ORD-{n}", ("SKU-A", 1)) for n in (1, 2, 3)))
    assert content(ledger.db) == before


def test_the_queue_goes_by_the_moment_and_not_by_how_it_is_written(ledger: Ledger) -> None:
    bring_in(
        ledger,
        order("LAST", ("SKU-A", 1)),
        order("THIRD", ("SKU-A", 1), due_date="2026-05-02T00:30:00+02:00"),
        order("SECOND", ("SKU-A", 1), due_date="2026-05-01T23:30:00+02:00"),
        order("FIRST", ("SKU-A", 1), due_date="2026-05-01"),
        order("SHIPPED", ("SKU-A", 1), due_date="2026-01-01", status=OrderStatus.SHIPPED),
    )
    assert numbers(ledger) == ["FIRST", "SECOND", "THIRD", "LAST", "SHIPPED"]


@pytest.mark.parametrize("zone", ["UTC", "Pacific/Kiritimati", "Etc/GMT+12"])
def test_an_order_may_be_due_where_the_calendar_ends(
    ledger: Ledger, monkeypatch: pytest.MonkeyPatch, zone: str
) -> None:
    monkeypatch.setenv("TZ", zone)
    time.tzset()
    ends = ["0001-01-01T00:00:00+14:00", "2026-05-01", "9999-12-31T23:59:59Z", "9999-12-31T23:59:59-14:00"]
    shapes = [
        {"order_number": f"O-{n}", "due_date": when, "items": [{"sku_code": "SKU-A", "quantity": 1}]}
        for n, when in enumerate(ends)
    ]
    bring_in(ledger, *map(order_from_api, shapes))
    assert numbers(ledger) == ["O-0", "O-1", "O-2", "O-3"]
    assert [due(when)[:4] for when in ends] == ["due "] * 4
    assert all(as_typed("due_date", when) for when in ends)
    monkeypatch.undo()
    time.tzset()


def test_the_next_order_is_the_first_due_that_can_be_scanned(ledger: Ledger) -> None:
    bring_in(
        ledger,
        order("DRAFT", ("SKU-A", 1), due_date="2026-01-01", status=OrderStatus.DRAFT),
        order("CANCELLED", ("SKU-A", 1), due_date="2026-01-01", status=OrderStatus.CANCELLED),
        order("A", ("SKU-A", 1), due_date="2026-01-02"),
        order("B", ("SKU-A", 1), due_date="2026-01-03"),
    )
    first = orders.next_due(ledger.db)
    assert first is not None
    second = orders.next_due(ledger.db, after=first.id)
    assert second is not None
    assert (first.order_number, second.order_number) == ("A", "B")


def test_a_search_takes_its_text_as_it_is(ledger: Ledger) -> None:
    bring_in(
        ledger,
        order("A_1", ("SKU-A", 1), customer_name="Fünf%"),
        order("AB1", ("SKU-A", 1), external_order_id="shop-7"),
        order("C", ("SKU-A", 1), status=OrderStatus.SHIPPED),
    )
    assert numbers(ledger, order_queue.Filter("a_")) == ["A_1"]
    assert numbers(ledger, order_queue.Filter("%")) == ["A_1"]
    assert numbers(ledger, order_queue.Filter("SHOP-7")) == ["AB1"]
    assert numbers(ledger, order_queue.Filter("'")) == []
    assert numbers(ledger, order_queue.Filter(status=OrderStatus.SHIPPED)) == ["C"]
    assert order_queue.count(ledger.db, order_queue.Filter("1", OrderStatus.PENDING)) == 2


def test_a_page_continues_where_the_one_before_it_ended(ledger: Ledger) -> None:
    bring_in(ledger, *(order(f"ORD-{n:03}", ("SKU-A", 1)) for n in range(25)))
    pages = [order_queue.page(ledger.db, order_queue.Filter(), offset, 10) for offset in (0, 10, 20)]
    assert [row.order_number for page in pages for row in page] == [f"ORD-{n:03}" for n in range(25)]


def test_an_order_goes_by_its_number_first_then_by_its_external_id(ledger: Ledger) -> None:
    bring_in(
        ledger,
        order("A", ("SKU-A", 1), external_order_id="B"),
        order("B", ("SKU-A", 1)),
        order("C", ("SKU-A", 1), external_order_id="X"),
    )
    assert [found.order_number for found in orders.named(ledger.db, "B")] == ["B", "A"]
    assert [found.order_number for found in orders.named(ledger.db, "X")] == ["C"]
    assert orders.named(ledger.db, "") == []
