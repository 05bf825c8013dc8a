"""Acts of supervisors at two stations, with two ledgers and the real server between them."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.sync.test_two_stations import Server, Station, server_tool

PIN = "918273"


@dataclass(frozen=True)
class Pair:
    """Two stations with a supervisor each, and an order of 3 units of one SKU and 1 of another."""

    server: Server
    one: Station
    two: Station
    sku: str
    other: str

    def sync(self) -> None:
        """Reconcile until both have seen what the other said."""
        for station in (self.one, self.two, self.one):
            station.sync()

    def api(self) -> Any:
        return self.server.ask("GET", "/orders/PAIR/")

    def agree(self) -> dict[str, Any]:
        """What both stations and the API say alike, once all is sent: counts, ruling and status."""
        self.sync()
        assert self.one.sync()["pushed"] == self.two.sync()["pushed"] == 0
        shown = [shown_at(station) for station in (self.one, self.two)]
        assert shown[0] == shown[1]
        assert shown[0]["status"] == self.api()["status"]
        return shown[0]


def shown_at(station: Station) -> dict[str, Any]:
    (order,) = station.run("orders", "show", "PAIR", "--json")
    counts = {item["sku"]["sku"]: item["verified_quantity"] for item in order["items"]}
    return {"counts": counts, "ruling": order["station"]["ruling"], "status": order["status"]}


def does(station: Station, *arguments: str, expect: int = 0) -> None:
    station.run("review", *arguments, "--person", "Sue", reads=f"{PIN}\n", expect=expect)


@pytest.fixture
def pair(tmp_path: Path) -> Iterator[Pair]:
    server = Server(f"sqlite:///{tmp_path / 'orders.db'}")
    server.start()
    server_tool("seed", "--orders", "1", "--database", server.database)
    sku, other = [each["sku"] for each in server.ask("GET", "/products/")[:2]]
    stations = []
    for name in ("dock-1", "dock-2"):
        station = Station(name, tmp_path / name, server)
        station.run("people", "add", "Sue", "--role", "supervisor", "--pin", reads=f"{PIN}\n")
        config = station.folder / "scanners.toml"
        config.write_text(config.read_text().replace("[policy]", "[policy]\nmark_shipped = true"))
        stations.append(station)
    yield Pair(server, *stations, sku, other)
    server.kill()


def opened(pair: Pair, *units: int, status: str = "pending") -> None:
    """Put the order into the API, with a status that no create asks for, and on both stations."""
    goods = zip((pair.sku, pair.other), units, strict=False)
    items = [{"sku_code": sku, "quantity": quantity} for sku, quantity in goods]
    pair.server.ask("POST", "/orders/", {"order_number": "PAIR", "items": items})
    was, now = '"status":"pending"', f'"status":"{status}"'
    blobs = [
        f"{name} = CAST(replace(CAST({name} AS TEXT), :was, :now) AS BLOB)"
        for name in ("summary", "document")
    ]
    with closing(sqlite3.connect(pair.server.database.removeprefix("sqlite:///"))) as db, db:
        db.execute(
            f"UPDATE orders SET status = :status, {', '.join(blobs)} WHERE order_number = 'PAIR'",
            {"status": status, "was": was, "now": now},
        )
    assert pair.api()["status"] == status
    pair.one.sync()
    pair.two.sync()


def test_what_one_counted_the_other_approves_and_adjusts_below(pair: Pair) -> None:
    opened(pair, 3, 1)
    pair.one.scan("PAIR", pair.sku, pair.sku, pair.sku, pair.other)
    pair.sync()
    does(pair.two, "approve", "PAIR")
    assert pair.agree() == {
        "counts": {pair.sku: 3, pair.other: 1},
        "ruling": "approved",
        "status": "verified",
    }
    assert pair.one.run("review", "list", "--json") == []
    does(pair.one, "reopen", "PAIR", "--reason", "one is broken")
    pair.sync()
    does(pair.two, "adjust", "PAIR", "--sku", pair.sku, "--to", "1", "--reason", "two are gone")
    found = pair.agree()
    assert found["counts"] == {pair.sku: 1, pair.other: 1}
    assert (found["ruling"], found["status"]) == ("reopened", "partially_verified")
    slots = pair.api()["metadata"]["tallyman"]["slots"].values()
    assert sorted(sum(slot["c"].values()) for slot in slots) == [-2, 4]


def test_an_approval_where_nothing_was_counted_leaves_the_status_to_the_api(pair: Pair) -> None:
    opened(pair, 3, status="verified")
    does(pair.two, "approve", "PAIR")
    pair.sync()
    assert pair.api()["status"] == "verified"
    assert shown_at(pair.one)["ruling"] == "approved"


def test_an_order_sent_back_is_counted_anew_from_the_start(pair: Pair) -> None:
    opened(pair, 2)
    pair.one.scan("PAIR", pair.sku)
    pair.sync()
    pair.two.scan("PAIR", pair.sku)
    does(pair.two, "send-back", "PAIR", "--reason", "mixed up")
    found = pair.agree()
    assert (found["counts"], found["ruling"]) == ({pair.sku: 0}, "sent_back")
    assert pair.one.scan("PAIR", pair.sku, pair.sku)[-1] == "order_verified"
    assert pair.agree() == {"counts": {pair.sku: 2}, "ruling": "sent_back", "status": "verified"}


def test_a_short_order_says_so_upstream_until_it_is_reopened(pair: Pair) -> None:
    opened(pair, 3)
    pair.one.scan("PAIR", pair.sku)
    does(pair.one, "close-short", "PAIR", "--code", "damaged")
    assert pair.agree() == {"counts": {pair.sku: 1}, "ruling": "short", "status": "partially_verified"}
    short = pair.api()["metadata"]["tallyman"]["short"]
    assert (list(short["missing"].values()), short["who"], short["why"]) == ([2], "Sue", "damaged")
    assert pair.two.scan("PAIR")[-1] == "order_locked"
    does(pair.two, "reopen", "PAIR", "--reason", "found one")
    assert pair.two.scan("PAIR", pair.sku)[-1] == "accepted"
    assert pair.agree() == {"counts": {pair.sku: 2}, "ruling": "reopened", "status": "in_progress"}
    assert "short" not in pair.api()["metadata"]["tallyman"]


def test_two_supervisors_who_approve_at_once_agree(pair: Pair) -> None:
    opened(pair, 1)
    pair.one.scan("PAIR", pair.sku)
    pair.sync()
    does(pair.one, "approve", "PAIR")
    does(pair.two, "approve", "PAIR")
    assert pair.agree() == {"counts": {pair.sku: 1}, "ruling": "approved", "status": "verified"}
    does(pair.one, "approve", "PAIR", expect=3)


def test_two_words_at_once_end_in_one_that_both_have(pair: Pair) -> None:
    """Sent back here and closed short there: no clock decides, but both stations end with the same."""
    opened(pair, 3)
    pair.one.scan("PAIR", pair.sku, pair.sku)
    pair.sync()
    pair.server.kill()
    does(pair.one, "send-back", "PAIR", "--reason", "mixed up")
    does(pair.two, "close-short", "PAIR", "--code", "out_of_stock")
    pair.server.start()
    assert pair.agree()["ruling"] == "short"
    does(pair.one, "reopen", "PAIR", "--reason", "nothing is counted")
    assert pair.agree()["ruling"] == "reopened"


def test_a_draft_is_released_and_a_verified_order_is_shipped(pair: Pair) -> None:
    opened(pair, 1, status="draft")
    assert pair.two.scan("PAIR")[-1] == "order_locked"
    does(pair.one, "release", "PAIR")
    assert pair.agree() == {"counts": {pair.sku: 0}, "ruling": None, "status": "pending"}
    assert pair.two.scan("PAIR", pair.sku)[-1] == "order_verified"
    pair.sync()
    does(pair.one, "ship", "PAIR")
    pair.sync()
    assert pair.api()["status"] == "shipped"
    assert shown_at(pair.two)["status"] == "shipped"
    does(pair.two, "reopen", "PAIR", "--reason", "too late", expect=3)


def test_who_and_why_travel_with_the_word(pair: Pair) -> None:
    opened(pair, 1)
    pair.one.scan("PAIR", pair.sku)
    does(pair.one, "approve", "PAIR", "--reason", "seen at the bench")
    pair.sync()
    [slot] = pair.api()["metadata"]["tallyman"]["slots"].values()
    assert slot["ruled"] == {"number": 1, "is": "approved", "who": "Sue", "why": "seen at the bench"}
    assert json.dumps(PIN) not in json.dumps(pair.api())
