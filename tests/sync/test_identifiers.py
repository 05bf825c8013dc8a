"""Keys whose `{identifier}` is not the order_number, against the real server."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.sync.stations import Server, Station, running_server, server_tool, slots_of

PARTNER = '[[partner]]\nname = "{name}"\nidentifier = "{identifier}"\n'


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    with running_server(tmp_path / "orders.db") as server:
        yield server


def of_partner(server: Server, folder: Path, identifier: str) -> Server:
    """The same server, asked with a key of a partner whose default field is `identifier`."""
    file = folder / f"{identifier}.toml"
    file.write_text(PARTNER.format(name=identifier, identifier=identifier))
    server_tool("partners", "load", str(file), "--database", server.database)
    key = server_tool("keys", "create", identifier, "--partner", identifier, "--database", server.database)
    return replace(server, key=key)


def one_order(server: Server, **more: Any) -> tuple[str, dict[str, Any]]:
    sku: str = server.ask("GET", "/products/")[0]["sku"]
    body = {"order_number": "SO-1", "items": [{"sku_code": sku, "quantity": 2}], **more}
    made: dict[str, Any] = server.ask("POST", "/orders/", body)
    return sku, made


@pytest.mark.parametrize("identifier", ["external_order_id", "id"])
def test_a_station_works_end_to_end_with_a_partner_s_identifier(
    server: Server, tmp_path: Path, identifier: str
) -> None:
    sku, _ = one_order(server, external_order_id="ERP/7 ä")
    partner = of_partner(server, tmp_path, identifier)
    one = Station("dock-1", tmp_path / "dock-1", partner, f'identifier = "{identifier}"\n')
    assert one.sync()["pulled"] >= 4
    assert one.scan("SO-1", sku)[-1] == "accepted"
    one.run("orders", "edit", "SO-1", "--notes", "gift")
    line = ("--line", sku, "1")
    one.run("orders", "create", "SO-2", *line, "--external-id", "ERP-8")
    one.run("orders", "create", "SO-3", *line, "--external-id", "ERP-9")
    one.scan("SO-2", sku)
    result = one.sync()
    assert (result["parked"], result["conflicts"]) == (0, 0)
    one.run("orders", "cancel", "SO-3", "--reason", "changed mind")
    one.sync()
    first, second, third = (server.ask("GET", f"/orders/SO-{n}/") for n in (1, 2, 3))
    assert (first["status"], first["notes"]) == ("in_progress", "gift")
    assert [slot["c"] for slot in slots_of(server, "SO-1").values()] == [{first["items"][0]["id"]: 1}]
    assert (second["status"], second["external_order_id"]) == ("verified", "ERP-8")
    assert third["status"] == "cancelled"
    assert one.sync()["pushed"] == 0


def test_a_create_that_timed_out_is_found_by_whatever_names_it(server: Server, tmp_path: Path) -> None:
    sku = server.ask("GET", "/products/")[0]["sku"]
    partner = of_partner(server, tmp_path, "id")
    one = Station("dock-1", tmp_path / "dock-1", partner, 'identifier = "id"\n')
    one.sync()
    one.run("orders", "create", "SO-2", "--line", sku, "1")
    one.scan("SO-2", sku)
    server.arm(kind="drop", method="POST", after_commit=True)
    one.sync()
    one.sync()
    assert server.ask("GET", "/orders/SO-2/")["status"] == "verified"
    assert one.sync()["parked"] == 0


def test_the_wrong_identifier_takes_nothing_and_writes_to_no_other_order(
    server: Server, tmp_path: Path
) -> None:
    sku, _ = one_order(server, external_order_id="SO-2")
    server.ask("POST", "/orders/", {"order_number": "SO-2", "items": [{"sku_code": sku, "quantity": 1}]})
    partner = of_partner(server, tmp_path, "external_order_id")
    one = Station("dock-1", tmp_path / "dock-1", partner)
    one.sync()
    assert one.run("orders", "list", "--json") == []
    assert "tallyman" not in server.ask("GET", "/orders/SO-1/")["metadata"]


def test_an_order_without_the_field_is_parked_and_says_by_what_the_key_names_orders(
    server: Server, tmp_path: Path
) -> None:
    sku, _ = one_order(server)
    partner = of_partner(server, tmp_path, "external_order_id")
    one = Station("dock-1", tmp_path / "dock-1", partner, 'identifier = "external_order_id"\n')
    one.run("orders", "create", "SO-2", "--line", sku, "1")
    one.scan("SO-2", sku)
    for _ in range(2):
        result = one.sync()
    assert result["parked"] == 1
    held = one.run("sync", "waiting", "--json")
    states = {(each["order_number"], each["state"]) for each in held}
    assert states == {("SO-1", "unreadable"), ("SO-2", "parked")}
    assert all("names orders by external_order_id, and this one has none" in each["reason"] for each in held)
    assert one.run("orders", "list", "--json", "--search", "SO-1") == [], "nobody can ask for it by this key"


def test_a_list_that_hides_the_field_is_said_and_not_passed_for_an_empty_one(
    server: Server, tmp_path: Path
) -> None:
    one_order(server, external_order_id="ERP-1")
    one = Station("dock-1", tmp_path / "dock-1", server, 'identifier = "external_order_id"\n')
    done = one.ended("sync", "--once")
    assert done.returncode == 1
    assert (
        "the list does not show external_order_id, by which this key names orders, so 4 of them"
        in done.stderr
    )
