"""Which custom fields of a product hold codes, and what a case is."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from store.catalog import taught_codes
from store.ledger import Ledger
from sync.codes import MOST_TOLD, CodesPulled, Fields, codes_of, pull_codes, whole
from sync.shapes import Product
from sync.writer import writing
from tests.sync.loopback import api, many
from tests.sync.stations import Server, Station, running_server, server_tool
from verification.printable import printable

PRODUCTS = """[
  {"sku": "PEN", "quantity": 1, "custom_fields": {"ean13": "4006381333931", "gtin": "9521234500018",
    "carton": "9521234500032", "per_carton": 12}, "locations": {"B-02": 4, "A-01": 1}},
  {"sku": "INK", "quantity": 1, "custom_fields": {
    "ean13": ["9521234500025", "INK-2", "]E09521234500049", "95212345000259521234500025"],
    "carton": "INK-BOX"}}
]"""


def product(**fields: Any) -> Product:
    return Product("PEN", True, fields)


def test_a_case_without_its_units_is_not_taught_and_says_so() -> None:
    fields = Fields(("gtin",), {"carton": "per_carton"})
    taught, refused = codes_of(product(gtin=["A", 4], carton="BOX", per_carton="24"), fields)
    assert [(each.code, each.units) for each in taught] == [("A", 1), ("4", 1), ("BOX", 24)]
    assert refused == []
    taught, refused = codes_of(product(carton="BOX", per_carton="many"), fields)
    assert taught == []
    assert refused == ["BOX is a case of PEN, but per_carton holds no number of units; it was not taught."]


@pytest.mark.parametrize(
    ("value", "units"),
    [
        *[(12, 12), (12.0, 12), (" 12 ", 12), (1.5, None), (True, None), ("²", None), (None, None)],
        *[([3], None), (float("nan"), None), (float("inf"), None), ("-3", None)],
    ],
)
def test_units_are_a_whole_number_however_an_api_writes_them(value: object, units: int | None) -> None:
    assert whole(value) == units


@pytest.fixture
def server(tmp_path: Path) -> Any:
    with running_server(tmp_path / "orders.db") as server:
        (tmp_path / "products.json").write_text(PRODUCTS)
        server_tool("seed", "--products", str(tmp_path / "products.json"), "--database", server.database)
        yield server


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    ledger = Ledger.open(tmp_path / "data", station="dock-1")
    yield ledger
    ledger.close()


def pulled(ledger: Ledger, *pages: bytes) -> CodesPulled:
    async def run() -> CodesPulled:
        with writing(ledger) as write:
            async with api(*pages) as (_, client):
                return await pull_codes(client, write, b"")

    return asyncio.run(run())


def taught(ledger: Ledger) -> dict[str, str]:
    return {each.code: each.sku for each in taught_codes(ledger.db)}


def wire_product(sku: str, code: str, **more: Any) -> dict[str, Any]:
    return {"id": f"id-{sku}", "sku": sku, "is_active": True, "custom_fields": {"barcode": code}, **more}


def test_a_product_that_cannot_be_read_is_told_and_the_others_are_taught(ledger: Ledger) -> None:
    odd = "id-\x1b7"
    spoilt = [
        wire_product("INK", "INK-1", is_active="yes"),
        {**wire_product("", "X"), "sku": 7, "id": odd},
        ["no product"],
    ]
    found = pulled(ledger, many([wire_product("PEN", "PEN-1"), spoilt[0]], "next"), many(spoilt[1:]))
    assert taught(ledger) == {"PEN-1": "PEN"}
    assert (found.products, found.codes) == (1, 1)
    assert found.refused == tuple(
        f"{told}; its codes were not taught."
        for told in (
            "INK could not be read (Expected `bool`, got `str` at $.data[1].is_active)",
            f"{printable(odd)} could not be read (Expected `str`, got `int` at $.data[0].sku)",
            "A product without a name could not be read (Expected `object`, got `array` at $.data[1])",
        )
    )


def test_however_many_cannot_be_read_few_are_told_one_by_one(ledger: Ledger) -> None:
    page = [wire_product(f"SKU-{n}", f"C-{n}", custom_fields=n) for n in range(200)]
    refused = pulled(ledger, many(page, "next"), many(page)).refused
    assert len(refused) == MOST_TOLD + 1
    assert refused[-1] == f"{400 - MOST_TOLD} more could not be read; their codes were not taught."


def test_an_inactive_product_teaches_nothing_and_leaves_what_it_taught_before(ledger: Ledger) -> None:
    pulled(ledger, many([wire_product("OLD", "SHARED"), wire_product("GONE", "G-1")]))
    newer = [
        wire_product("GONE", "G-1", is_active=False),
        wire_product("OLDER", "NEXT", is_active=False),
        wire_product("PEN", "NEXT"),
        wire_product("BARE", "", is_active=False),
    ]
    found = pulled(ledger, many(newer))
    assert taught(ledger) == {"SHARED": "OLD", "G-1": "GONE", "NEXT": "PEN"}
    assert (found.products, found.codes) == (4, 1)
    assert found.refused == ("Inactive in the API, so their codes were not taught: GONE, OLDER.",)


def test_however_many_are_inactive_it_is_one_sentence(ledger: Ledger) -> None:
    page = [wire_product(f"SKU-{n}", f"C-{n}", is_active=False) for n in range(200)]
    (told,) = pulled(ledger, many(page)).refused
    assert told.endswith(f", SKU-{MOST_TOLD - 1} and {200 - MOST_TOLD} more.")


def codes_at(station: Station) -> dict[str, tuple[str, int]]:
    found = station.run("codes", "list", "--json")
    return {each["code"]: (each["sku"], each["units"]) for each in found}


def test_a_site_says_which_fields_hold_codes_and_units(server: Server, tmp_path: Path) -> None:
    own = 'code_fields = ["ean13"]\ncase_fields = { carton = "per_carton" }\n'
    station = Station("dock-1", tmp_path / "dock-1", server, own)
    (pulled,) = station.run("codes", "pull", "--json")
    assert pulled["refused"] == [
        "INK-BOX is a case of INK, but per_carton holds no number of units; it was not taught.",
        (
            "95212345000259521234500025 cannot stand for goods: it is two reads run together; nothing was"
            " taught."
        ),
    ]
    found = codes_at(station)
    assert found["04006381333931"] == ("PEN", 1)
    assert found["09521234500032"] == ("PEN", 12)
    assert found["09521234500025"] == found["INK-2"] == ("INK", 1)
    assert found["09521234500049"] == ("INK", 1), "as a scanner that sends identifiers would have read it"
    assert "09521234500018" not in found, "gtin is not among this site's fields"


def test_where_goods_of_open_orders_lie_is_shown_with_the_order(server: Server, tmp_path: Path) -> None:
    lines = [{"sku_code": "PEN", "quantity": 2}, {"sku_code": "INK", "quantity": 1}]
    server.ask("POST", "/orders/", {"order_number": "SO-1", "items": lines})
    station = Station("dock-1", tmp_path / "dock-1", server)
    station.sync()
    assert "SHELF" not in station.ended("orders", "show", "SO-1").stdout
    (pulled,) = station.run("codes", "pull", "--json")
    assert pulled["located"] >= 1
    (order,) = station.run("orders", "show", "SO-1", "--json")
    assert order["station"]["shelves"] == {"PEN": ["A-01", "B-02"]}
    (row,) = [line for line in station.ended("orders", "show", "SO-1").stdout.splitlines() if "PEN" in line]
    assert row.split()[:4] == ["PEN", "A-01,", "B-02", "0/2"]


def test_the_option_names_fields_in_place_of_the_file_s(server: Server, tmp_path: Path) -> None:
    station = Station("dock-1", tmp_path / "dock-1", server, 'code_fields = ["ean13"]\n')
    station.run("codes", "pull", "--field", "gtin")
    found = codes_at(station)
    assert found["09521234500018"] == ("PEN", 1)
    assert "04006381333931" not in found
