"""Two stations, two processes and two ledgers, with the real server between them."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest

from tests.sync.stations import Server, Station, running_server, server_tool, slots_of


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    with running_server(tmp_path / "orders.db") as server:
        yield server


def test_two_stations_verify_parts_of_one_order_offline_and_agree(server: Server, tmp_path: Path) -> None:
    sku_a, sku_b = [each["sku"] for each in server.ask("GET", "/products/")[:2]]
    items = [{"sku_code": sku_a, "quantity": 3}, {"sku_code": sku_b, "quantity": 2}]
    body = {"order_number": "PAIR/1", "items": items, "metadata": {"erp": {"id": 7}}}
    server.ask("POST", "/orders/", body)
    one, two = (Station(name, tmp_path / name, server) for name in ("dock-1", "dock-2"))
    assert one.sync()["pulled"] >= 4
    assert two.sync()["pulled"] >= 4

    server.kill()
    assert one.scan("PAIR/1", sku_a, sku_a, sku_b)[-1] == "accepted"
    assert two.scan("PAIR/1", sku_a, sku_b)[-1] == "accepted"
    assert one.sync(expect=4)["pushed"] == 0
    server.start()

    server.arm(kind="error", method="PUT", status=503, after_commit=True)
    first = one.sync()
    assert (first["parked"], first["conflicts"], first["pushed"]) == (0, 0, 1)
    assert len(slots_of(server, "PAIR%2F1")) == 1, "the update that was answered 503 had been made"
    assert two.sync()["pushed"] == 1
    server.kill()
    server.start()
    one.sync()

    order = server.ask("GET", "/orders/PAIR%2F1/")
    assert order["status"] == "verified"
    assert order["metadata"]["erp"] == {"id": 7}
    assert sorted(name.split(".")[0] for name in slots_of(server, "PAIR%2F1")) == ["dock-1", "dock-2"]
    assert one.counts("PAIR/1") == two.counts("PAIR/1") == {sku_a: 3, sku_b: 2}
    assert one.sync()["pushed"] == two.sync()["pushed"] == 0


def test_a_copied_ledger_counts_in_a_slot_of_its_own(server: Server, tmp_path: Path) -> None:
    sku = server.ask("GET", "/products/")[0]["sku"]
    server.ask("POST", "/orders/", {"order_number": "C-1", "items": [{"sku_code": sku, "quantity": 9}]})
    one = Station("dock-1", tmp_path / "dock-1", server)
    one.sync()
    one.scan("C-1", sku, sku)
    copy = Station("dock-1", tmp_path / "copy", server)
    subprocess.run(["cp", "-a", str(one.folder), str(copy.folder)], check=True)
    one.sync()
    copy.scan("C-1", sku)
    one.scan("C-1", sku, sku)
    for station in (copy, one, copy):
        station.sync()
    assert len(slots_of(server, "C-1")) == 2
    assert one.counts("C-1") == copy.counts("C-1") == {sku: 5}


def test_a_refused_key_and_a_missing_address_say_so(server: Server, tmp_path: Path) -> None:
    good, server.key = server.key, "sk_live_wrong"
    Station("dock-1", tmp_path / "dock-1", server).run("sync", "--once", expect=1)
    server.key = good


def test_orders_created_edited_and_cancelled_offline_go_out_in_order(server: Server, tmp_path: Path) -> None:
    sku = server.ask("GET", "/products/")[0]["sku"]
    one = Station("dock-1", tmp_path / "dock-1", server)
    server.kill()
    one.run("orders", "create", "NEW-1", "--line", sku, "2", "--ordered", "2020-01-01T00:00:00Z")
    one.run("orders", "create", "NEW-2", "--line", sku, "1", "--notes", "first")
    one.run("orders", "create", "NEW-3", "--line", "NO-SUCH-SKU", "1")
    one.run("orders", "edit", "NEW-2", "--notes", "second", "--customer", "Acme")
    one.run("orders", "cancel", "NEW-2", "--reason", "changed mind")
    one.run("orders", "edit", "NEW-2", "--notes", "third", expect=3)
    one.scan("NEW-1", sku)
    one.sync(expect=4)
    server.start()
    server.arm(kind="drop", method="POST", after_commit=True)
    result = one.sync()
    assert result["parked"] == 1, "the order of a SKU that the API does not know"
    made = server.ask("GET", "/orders/NEW-1/")
    assert (made["status"], made["order_date"]) == ("in_progress", "2020-01-01T00:00:00Z")
    (slot,) = slots_of(server, "NEW-1").values()
    assert slot["c"] == {made["items"][0]["id"]: 1}
    gone = server.ask("GET", "/orders/NEW-2/")
    assert (gone["status"], gone["notes"], gone["customer_name"]) == ("cancelled", "second", "Acme")
    assert one.sync()["pushed"] == 0


def test_each_field_that_was_empty_can_be_edited(server: Server, tmp_path: Path) -> None:
    sku = server.ask("GET", "/products/")[0]["sku"]
    one = Station("dock-1", tmp_path / "dock-1", server)
    one.run("orders", "create", "BARE", "--line", sku, "2")
    one.sync()
    one.run(
        *("orders", "edit", "BARE", "--customer", "Acme", "--info", '{"city": "Ulm", "n": 1.5}'),
        *("--notes", "fragile", "--due", "2031-05-01"),
    )
    result = one.sync()
    assert (result["conflicts"], result["parked"]) == (0, 0)
    found = server.ask("GET", "/orders/BARE/")
    due = datetime.fromisoformat(found["due_date"])
    assert due.astimezone().strftime("%Y-%m-%d %H:%M") == "2031-05-01 23:59"
    assert [found[name] for name in ("customer_name", "customer_info", "notes")] == [
        "Acme",
        {"city": "Ulm", "n": 1.5},
        "fragile",
    ]


def test_codes_are_pulled_with_and_without_the_scopes(server: Server, tmp_path: Path) -> None:
    one = Station("dock-1", tmp_path / "dock-1", server)
    (pulled,) = one.run("codes", "pull", "--json")
    assert pulled["products"] > 0
    assert pulled["located"] is not None
    scope = "integrations.orders.*"
    server.key = server_tool("keys", "create", "few", "--scope", scope, "--database", server.database)
    one.run("codes", "pull", expect=1)
    one.sync()
