"""Orders that the API has and the station cannot take in: they are said, and taken once they can be."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import httpx
import pytest

from store import orders, outbox, unreadable
from store.errors import Refused
from sync.status import Link
from tests.sync.setting import Setting, no_fault
from tests.sync.stations import Server, Station, running_server
from verification.orders import OrderStatus


def told(setting: Setting) -> list[tuple[str, str]]:
    return [(each.order_number, each.told) for each in unreadable.listing(setting.ledger.db)]


def gets(setting: Setting, number: str) -> int:
    return setting.asked.count(("GET", number))


def spoilt(setting: Setting, number: str, quantity: Any = "3") -> None:
    """The API answers something for the quantity of this order's first item."""
    setting.api.orders[number]["items"][0]["quantity"] = quantity


def test_an_order_that_cannot_be_read_is_said_by_number_and_field(setting: Setting) -> None:
    for number in ("A-1", "A-2"):
        setting.order(number)
    spoilt(setting, "A-1")
    status = setting.rounds()
    assert (status.link, status.unreadable, setting.numbers()) == (Link.ONLINE, 1, ["A-2"])
    assert status.badge() == "Online, 1 order unreadable"
    ((number, why),) = told(setting)
    assert number == "A-1"
    assert "$.data.items[0].quantity: Expected `int`, got `str`" in why


def test_it_is_asked_for_less_and_less_often(setting: Setting) -> None:
    setting.order("A-1")
    spoilt(setting, "A-1")
    setting.rounds(40)
    assert gets(setting, "A-1") == 6, "in rounds 1, 2, 4, 8, 16, 32"


def test_it_is_asked_for_again_as_soon_as_its_summary_changes(setting: Setting) -> None:
    setting.order("A-1")
    spoilt(setting, "A-1")
    setting.rounds(4)
    asked = gets(setting, "A-1")
    setting.api.orders["A-1"]["customer_name"] = "Acme"
    setting.rounds()
    assert gets(setting, "A-1") == asked + 1
    spoilt(setting, "A-1", 3)
    setting.api.orders["A-1"]["customer_name"] = "Acme Corporation"
    assert setting.rounds().unreadable == 0
    assert (told(setting), setting.numbers()) == ([], ["A-1"])


def test_a_person_has_it_looked_at_again_at_once(setting: Setting) -> None:
    setting.order("A-1")
    spoilt(setting, "A-1")
    setting.rounds(4)
    spoilt(setting, "A-1", 3)
    with setting.ledger.transaction() as db:
        unreadable.retry(db, "A-1")
    assert setting.rounds().unreadable == 0
    assert setting.numbers() == ["A-1"]
    with setting.ledger.transaction() as db, pytest.raises(Refused, match="can be read by now"):
        unreadable.retry(db, "A-1")


def test_an_order_that_was_cancelled_meanwhile_is_no_longer_told(setting: Setting) -> None:
    setting.order("A-1")
    spoilt(setting, "A-1")
    setting.rounds()
    setting.api.orders["A-1"]["status"] = "cancelled"
    assert setting.rounds().unreadable == 0


def test_a_known_order_that_turns_unreadable_is_said_and_stays_as_it_was(setting: Setting) -> None:
    setting.order("A-1")
    setting.rounds()
    setting.api.orders["A-1"]["customer_name"] = "Acme"
    spoilt(setting, "A-1")
    assert setting.rounds().unreadable == 1
    order = orders.by_number(setting.ledger.db, "A-1")
    assert order is not None
    assert (order.customer_name, order.lines[0].quantity) == ("", 2)
    (row,) = unreadable.listing(setting.ledger.db)
    assert row.order_id == order.id


def test_what_was_parked_since_it_could_not_be_read_is_sent_once_it_can(setting: Setting) -> None:
    setting.order("A-1")
    setting.rounds()
    setting.count("A-1")
    spoilt(setting, "A-1")
    status = setting.rounds(3)
    assert (status.parked, status.unreadable) == (1, 0), "said once"
    spoilt(setting, "A-1", 2)
    setting.rounds(2)
    assert outbox.tallied(setting.ledger.db) == (0, 0)
    assert setting.api.orders["A-1"]["metadata"]["tallyman"]


def test_a_refused_write_is_no_order_that_cannot_be_read(setting: Setting) -> None:
    setting.order("A-1")
    setting.rounds()
    setting.count("A-1")
    setting.fault = lambda request: httpx.Response(400, json={}) if request.method == "PUT" else None
    status = setting.rounds(3)
    assert (status.parked, status.unreadable, told(setting)) == (1, 0, [])
    setting.fault = no_fault
    assert setting.rounds(3).parked == 1, "it waits for a person"


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("status", "lost", "status: Invalid enum value 'lost'"),
        ("created_at", "yesterday", "created_at: expected an ISO 8601 date and time"),
    ],
)
def test_an_entry_of_the_list_that_cannot_be_read_is_said(
    setting: Setting, field: str, value: str, said: str
) -> None:
    for number in ("A-1", "A-2"):
        setting.order(number)
    good = setting.api.orders["A-1"][field]
    setting.api.orders["A-1"][field] = value
    setting.rounds(2)
    ((number, why),) = told(setting)
    assert (number, setting.numbers()) == ("A-1", ["A-2"])
    assert said in why
    setting.api.orders["A-1"][field] = good
    assert setting.rounds().unreadable == 0
    assert setting.numbers() == ["A-1", "A-2"]


def test_an_entry_without_a_number_is_said_by_its_id_and_forgotten_with_it(setting: Setting) -> None:
    for number in ("A-1", "A-2"):
        setting.order(number)
    setting.api.orders["A-1"]["order_number"] = ""
    setting.rounds()
    assert [number for number, _ in told(setting)] == ["id-of-A-1"]
    del setting.api.orders["A-1"]
    setting.rounds(2)
    assert told(setting) == []


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    with running_server(tmp_path / "orders.db") as server:
        yield server


def test_what_the_reference_server_accepts_is_taken_or_said(server: Server, tmp_path: Path) -> None:
    sku: str = server.ask("GET", "/products/")[0]["sku"]
    deep: Any = 1
    for _ in range(40):
        deep = {"a": deep}
    for number, more in {
        "UNITS": {"items": [{"sku_code": sku, "quantity": 2_147_483_647}]},
        "NOTES": {"notes": "n" * 50_000},
        "DEEP": {"metadata": {"erp": deep}},
        "DUE": {"due_date": "9999-12-31T23:59:59-14:00"},
        "ODD": {"due_date": "2031-05-01T10:00:00Z"},
    }.items():
        body = {"order_number": number, "items": [{"sku_code": sku, "quantity": 1}], **more}
        server.ask("POST", "/orders/", body)
    with closing(sqlite3.connect(tmp_path / "orders.db")) as db, db:  # as a vendor's own software might
        spoilt = "CAST(replace(CAST(document AS TEXT), '2031-05-01', 'some day ') AS BLOB)"
        db.execute(f"UPDATE orders SET document = {spoilt} WHERE order_number = 'ODD'")
    one = Station("dock-1", tmp_path / "dock-1", server)
    result: dict[str, Any] = one.sync()
    taken = {each["order_number"] for each in one.run("orders", "list", "--json")}
    assert {"UNITS", "NOTES", "DEEP", "DUE"} <= taken
    assert result["unreadable"] == 1
    (said,) = result["unreadable_orders"]
    assert said["order_number"] == "ODD"
    assert "$.data.due_date: expected an ISO 8601 date and time" in said["reason"]
    assert one.scan("DEEP", sku)[-1] == "order_verified"
    one.sync()
    made = server.ask("GET", "/orders/DEEP/")
    assert (made["status"], made["metadata"]["erp"]) == (OrderStatus.VERIFIED, deep)
    text = one.ended("sync").stdout
    assert "1 unreadable" in text
    assert "ODD cannot be read" in text
    (row,) = one.run("sync", "waiting", "--json")
    assert (row["order_number"], row["state"], row["reason"]) == ("ODD", "unreadable", said["reason"])
    (health,) = one.run("report", "health", "--json")
    assert health["unreadable"] == [said]
    assert one.ended("sync", "retry", "ODD").stdout == "1 order will be tried again: ODD.\n"
    assert one.ended("sync", "settle", "ODD").stdout == "1 matter settled: ODD.\n"
    assert one.run("sync", "waiting", "--json") == []
