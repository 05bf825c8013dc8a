"""The walk through the list: stable under inserts, and as cheap deep down as at its head."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from orders_api import clock, cursors, orders
from orders_api.cursors import Position
from orders_api.database import Database, open_database
from orders_api.products import Product, keep
from orders_api.validation import NewLine, NewOrder

EMPTY = dict.fromkeys(
    ["external_order_id", "customer_name", "customer_info", "notes", "order_date", "due_date",
     "metadata"]
)  # fmt: skip


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    if request.param == "sqlite":
        url = f"sqlite:///{tmp_path / 'orders.db'}"
    else:
        name = "pages_" + request.node.name.split("[")[0][-40:].lower()
        url = request.getfixturevalue("postgresql")(name)
    database = open_database(url)
    assert isinstance(database, Database)
    database.write_now(lambda c: keep(c, Product("S", 1, True, None, {}, {})))
    yield database
    database.close()


class Shop:
    """Inserts numbered orders into one database."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.count = database.read_now(lambda c: len(orders.page(c, None, 100_000)))

    def insert(self, many: int) -> list[str]:
        made = []
        for _ in range(many):
            self.count += 1
            order = NewOrder(f"N{self.count:06}", EMPTY, (NewLine("S", 1, None),))
            made.append(json.loads(self.database.write_now(lambda c, o=order: orders.create(c, o))))
        return [document["order_number"] for document in made]

    def page(self, after: Position | None, rows: int) -> tuple[list[str], Position | None]:
        found = self.database.read_now(lambda c: orders.page(c, after, rows))
        last = orders.position_of(found[-1]) if found else None
        return [json.loads(summary)["order_number"] for summary in found], last


@given(start=st.integers(0, 12), rows=st.integers(1, 5), arrivals=st.lists(st.integers(0, 4), max_size=9))
@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
def test_orders_that_arrive_during_a_walk_change_nothing_in_it(
    database: Database, start: int, rows: int, arrivals: list[int]
) -> None:
    shop = Shop(database)
    shop.insert(start)
    expected = [f"N{number:06}" for number in range(shop.count, 0, -1)]
    walked: list[str] = []
    after = None
    waiting = list(arrivals)
    while True:
        found, last = shop.page(after, rows)
        if not found:
            break
        walked += found
        after = last
        shop.insert(waiting.pop() if waiting else 0)
    assert walked == expected, "nothing is skipped, nothing comes twice"


def test_created_at_rises_strictly_also_when_the_clock_stands_in_the_past(
    database: Database,
) -> None:
    shop = Shop(database)
    (number,) = shop.insert(1)
    future = clock.now() + 3_600_000_000
    change = orders.orders.update().values(created_at=future)
    database.write_now(lambda c: c.execute(change) and None)
    (later,) = shop.insert(1)
    found, _ = shop.page(None, 10)
    assert found == [later, number]
    newest = json.loads(database.read_now(lambda c: orders.page(c, None, 1))[0])
    assert newest["created_at"] == clock.text(future + 1)


def test_a_page_is_a_seek_in_the_index_at_any_depth(database: Database) -> None:
    """The plan of a later page names the index and its bound, and neither sorts nor scans."""
    Shop(database).insert(30)

    def plan(connection: Any) -> str:
        if not database.embedded:
            # Thirty rows are quicker to scan; a million are not. The question is what can be used.
            connection.exec_driver_sql("SET enable_seqscan = off; SET enable_sort = off")
        return orders.LATER_PAGE.plan(connection, created_at=clock.now(), id="0" * 36, rows=201)

    told = database.read_now(plan)
    if database.embedded:
        wanted = "SEARCH orders USING COVERING INDEX orders_newest_first ((created_at,id)<(?,?))"
        assert told == wanted
    else:
        assert "Index Scan Backward using orders_newest_first" in told
        assert "Index Cond: (ROW(created_at, id) < ROW(" in told
        assert "Sort" not in told


@given(moment=st.integers(-(2**63), 2**63 - 1), name=st.uuids(), secret=st.binary(min_size=1, max_size=40))
def test_a_cursor_gives_back_its_position_and_only_under_its_secret(
    moment: int, name: Any, secret: bytes
) -> None:
    position = Position(moment, str(name))
    cursor = cursors.seal(position, "orders", secret)
    assert cursors.unseal(cursor, "orders", secret) == position
    assert cursors.unseal(cursor, "products", secret) is None
    assert cursors.unseal(cursor, "orders", secret + b"x") is None


@given(text=st.text(max_size=80))
def test_no_other_text_is_a_cursor(text: str) -> None:
    assert cursors.unseal(text, "orders", b"secret") is None


def test_a_kept_page_is_forgotten_at_the_next_commit(server: Any, order: Any) -> None:
    with server.client() as client:
        for number in range(3):
            made = client.post("/orders/", json=order(f"PAGE-{id(order)}-{number}")).json()["data"]
            for _ in range(2):
                first = client.get("/orders/?limit=1").json()["data"][0]
                assert first["order_number"] == made["order_number"]
            client.put(f"/orders/{made['order_number']}/", json={"customer_name": f"C{number}"})
            assert client.get("/orders/?limit=1").json()["data"][0]["customer_name"] == f"C{number}"
