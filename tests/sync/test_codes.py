"""Which custom fields of a product hold codes, and what a case is."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from sync.codes import Fields, codes_of, whole
from sync.shapes import Product
from tests.sync.stations import Server, Station, running_server, server_tool

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
