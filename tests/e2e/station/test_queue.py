"""The order queue: what is due first, found by looking, searching, or scanning a label."""

from __future__ import annotations

import re
from pathlib import Path

from tests.e2e.station.conftest import Shift
from tests.e2e.station.station_pty import StationTerminal


def chosen(station: StationTerminal) -> str:
    """The order number under the cursor."""
    found = re.search(r"▸ (ORD-\d+|N-\d+) ", station.text)
    return found[1] if found else ""


def listed(station: StationTerminal) -> list[str]:
    return [found[0] for line in station.lines if (found := re.search(r"(ORD|N)-\d+(?=  )", line))]


def test_what_is_due_first_is_first_and_enter_opens_it(shift: Shift) -> None:
    station = shift.station()
    station.wait_for("3 orders", lambda: listed(station) == ["ORD-2", "ORD-3", "ORD-1"])
    assert "Borealis [/] Clinics" in station.row("ORD-2")
    station.press("Down")
    station.wait_for(lambda: chosen(station) == "ORD-3")
    station.enter()
    station.wait_for("Order ORD-3 is open: scan 1 × SKU-C.")
    station.press("F2")
    station.wait_for("Order ORD-3 put aside at 0 of 1", "3 orders")
    station.press("F5")
    station.wait_for("Order ORD-2 is open")


def test_a_search_is_typed_and_enter_opens_what_it_found(shift: Shift) -> None:
    station = shift.station()
    station.wait_for("3 orders")
    station.type("corner")
    station.wait_for("1 order ", lambda: listed(station) == ["ORD-3"])
    station.press("Escape")
    station.wait_for("3 orders")
    station.type("corner")
    station.wait_for("1 order ")
    station.enter()
    station.wait_for("Order ORD-3 is open")


def test_a_number_typed_whole_opens_that_order_and_none_that_begins_like_it(
    shift: Shift, tmp_path: Path
) -> None:
    more = tmp_path / "more.csv"
    more.write_text("order_number,due_date,sku_code,quantity\nORD-11,2030-01-01,SKU-A,1\n")
    shift.tallyman("orders", "import", str(more))
    station = shift.station()
    station.type("ord-1")
    station.wait_for("2 orders", lambda: listed(station) == ["ORD-1", "ORD-11"])
    station.enter()
    station.wait_for("Order ORD-1 is open")
    station.press("F2")
    station.wait_for("put aside", "4 orders")
    station.type("ord-1")
    station.wait_for("2 orders")
    station.press("Down")
    station.wait_for(lambda: chosen(station) == "ORD-11")
    station.enter()
    station.wait_for("Order ORD-11 is open")


def test_a_scan_during_a_search_counts_and_types_nothing(shift: Shift) -> None:
    station = shift.station()
    station.type("acm")
    station.wait_for("1 order ")
    station.scan("NOPE")
    station.wait_for("Scanned NOPE: nobody taught this code.")
    assert "acm▏" in station
    station.scan("ORD-2")
    station.wait_for("Order ORD-2 is open")
    station.press("F2")
    station.wait_for("put aside")


def test_arrows_choose_the_status(shift: Shift) -> None:
    station = shift.packing("ORD-3")
    station.scan("SKU-C", "TALLYMAN:DONE")
    station.wait_for("3 orders")
    station.press("Right")
    station.wait_for("2 orders", lambda: listed(station) == ["ORD-2", "ORD-1"])
    station.press("Left", "Left", "Left")
    station.wait_for("1 order ", lambda: listed(station) == ["ORD-3"])
    station.press("Left")
    station.wait_for("No orders here.")


def test_three_thousand_orders_are_paged_through_and_found(shift: Shift, tmp_path: Path) -> None:
    rows = [f"N-{number:05d},Customer {number},2030-01-01,SKU-A,1" for number in range(3000)]
    many = tmp_path / "many.csv"
    many.write_text("\n".join(["order_number,customer_name,due_date,sku_code,quantity", *rows]))
    shift.tallyman("orders", "import", str(many))
    station = shift.station()
    station.wait_for("3003 orders", lambda: chosen(station) == "N-00000")
    station.press("PageDown")
    station.wait_for(lambda: chosen(station) == "N-00010")
    station.press("End")
    station.wait_for(lambda: chosen(station) == "ORD-1")
    station.press("Up")
    station.wait_for(lambda: chosen(station) == "ORD-3")
    station.press("Home")
    station.wait_for(lambda: chosen(station) == "N-00000")
    station.type("02717")
    station.wait_for("1 order ", lambda: listed(station) == ["N-02717"])
    station.enter()
    station.wait_for("Order N-02717 is open")
    assert shift.verified("N-02717") == {"SKU-A": 0}
