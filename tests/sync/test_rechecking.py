"""Which of several stations has an order counted again that merging completed: one, and none forgets."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from sync.merge import Slot
from sync.rechecking import held_by
from tests.sync.stations import Server, Station, running_server
from verification.orders import OrderStatus

VERIFIED, OPEN = OrderStatus.VERIFIED, OrderStatus.PARTIALLY_VERIFIED


def slots(**units: int) -> dict[str, Slot]:
    """Slots of stations with these units of one item."""
    return {f"{name}.9f3a": Slot(max(1, count), "", {"item": count}) for name, count in units.items()}


def test_it_is_whoever_brings_the_counts_together_before_the_api_calls_the_order_verified() -> None:
    assert held_by("a", slots(a=1), slots(a=1, b=2), OPEN)
    assert held_by("b", slots(b=2), slots(a=1, b=2), OPEN)
    assert held_by("c", slots(a=1), slots(a=1, b=2), OPEN), "it sends them both, so it is the first to say so"


def test_whoever_comes_when_the_api_says_so_leaves_it_to_the_one_that_told_it() -> None:
    assert not held_by("a", slots(a=1), slots(a=1, b=2), VERIFIED)
    assert not held_by("c", {}, slots(a=1, b=2), VERIFIED)


@pytest.mark.parametrize("status", [OPEN, VERIFIED])
def test_where_only_the_quantity_became_less_it_is_the_one_that_counted_most(status: OrderStatus) -> None:
    known = slots(a=1, b=2, c=2)
    assert [name for name in "abcd" if held_by(name, known, known, status)] == ["b"]


def test_an_order_that_no_station_counted_is_nobodys() -> None:
    assert not held_by("a", {}, {}, OPEN)
    assert not held_by("a", slots(a=0), slots(a=0), OPEN)


def test_what_an_earlier_ledger_of_the_station_counted_is_its_own() -> None:
    earlier = {"dock.1.aaaa": Slot(3, "", {"item": 3})}
    assert held_by("dock.1", {}, earlier, VERIFIED)


@dataclass(frozen=True)
class Pair:
    """Two stations where everything is counted again, and an order of 3 units of one SKU."""

    server: Server
    one: Station
    two: Station
    sku: str

    def owed(self) -> list[str]:
        """The stations that have the order counted again."""
        return [station.name for station in (self.one, self.two) if self.shown(station)["recheck"]]

    def shown(self, station: Station) -> Any:
        (order,) = station.run("orders", "show", "PAIR", "--json")
        assert order["status"] == "verified"
        return order["station"]


@pytest.fixture
def pair(tmp_path: Path) -> Iterator[Pair]:
    with running_server(tmp_path / "orders.db") as server:
        sku = server.ask("GET", "/products/")[0]["sku"]
        server.ask("POST", "/orders/", {"order_number": "PAIR", "items": [{"sku_code": sku, "quantity": 3}]})
        stations = [Station(name, tmp_path / name, server) for name in ("dock-1", "dock-2")]
        for station in stations:
            station.sync()
            config = station.folder / "scanners.toml"
            policy = "[policy]\nblind_recheck_percent = 100"
            config.write_text(config.read_text().replace("[policy]", policy))
        yield Pair(server, *stations, sku)


def test_what_two_stations_counted_is_counted_again_at_the_one_that_merged_it(pair: Pair) -> None:
    pair.one.scan("PAIR", pair.sku)
    pair.two.scan("PAIR", pair.sku, pair.sku)
    for station in (pair.one, pair.two, pair.one, pair.two):
        station.sync()
    assert pair.server.ask("GET", "/orders/PAIR/")["status"] == "verified"
    assert pair.owed() == ["dock-2"]
    assert pair.shown(pair.two)["recheck"] == {"state": "due", "by": None, "differences": []}
    (row,) = pair.two.run("review", "list", "--json", "--reason", "recheck")
    assert row["order_number"] == "PAIR"
    assert pair.two.scan("PAIR")[-1] == "order_locked", "Ana counted it"
    reads = "\n".join(["PAIR", *[pair.sku] * 3, "PAIR"]) + "\n"
    *_, ended = pair.two.run("scan", "--person", "Ben", "--json", reads=reads)
    assert ended["recheck"] == "agreed"
    for station in (pair.one, pair.two):
        station.run("doctor")


def test_what_a_read_completes_is_counted_again_where_it_was_read_and_nowhere_else(pair: Pair) -> None:
    pair.two.scan("PAIR", pair.sku, pair.sku)
    pair.two.sync()
    pair.one.sync()
    assert pair.one.scan("PAIR", pair.sku)[-1] == "order_verified"
    for station in (pair.one, pair.two, pair.one):
        station.sync()
    assert pair.owed() == ["dock-1"]


def test_a_box_that_is_completed_anew_elsewhere_is_owed_here_no_more(pair: Pair) -> None:
    assert pair.one.scan("PAIR", *[pair.sku] * 3, "TALLYMAN:UNDO")[-2:] == ["order_verified", "command"]
    pair.one.sync()
    pair.two.sync()
    assert pair.two.scan("PAIR", pair.sku)[-1] == "order_verified"
    for station in (pair.two, pair.one, pair.two):
        station.sync()
    assert pair.owed() == ["dock-2"]
    pair.one.run("doctor")
