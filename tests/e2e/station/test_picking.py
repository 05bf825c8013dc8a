"""A picker's shift, from the badge to the closed box."""

from __future__ import annotations

from tests.e2e.station.conftest import Shift

ALARM = "e00000"


def test_a_picker_signs_in_opens_an_order_and_sees_every_count_rise_until_it_is_verified(
    shift: Shift,
) -> None:
    shift.configure(sign_in=True)
    station = shift.station(columns=110, rows=30)
    station.scan("BADGE-ANA")
    station.wait_for("Ana is signed in", " Ana ", "ORD-2")
    assert "BADGE-ANA" not in station.text
    station.scan("ORD-1")
    station.wait_for("Order ORD-1 is open: scan 3 × SKU-A, 1 × SKU-B.", "0/4 units", "Acme Corporation")
    station.scan("4006381333931")
    station.wait_for("SKU-A: 1 of 3.", "1/4 units", "✓ 4006381333931 1/3")
    station.wait_for_large("1/3")
    assert "1/3" in station.row("▸ SKU-A")
    station.scan("SKU-A")
    station.wait_for("SKU-A: 2 of 3.", "2/4 units")
    station.wait_for_large("2/3")
    station.scan("SKU-A")
    station.wait_for("SKU-A: 3 of 3.", "3/4 units  1/2 lines")
    station.wait_for_large("LINE DONE")
    station.scan("SKU-B")
    station.wait_for("Order ORD-1 is complete: close the box and scan the next order label.", "4/4 units")
    station.wait_for_large("ORDER DONE")
    station.scan("ORD-2")
    station.wait_for("Order ORD-2 is open: scan 2 × SKU-A, 30 × SKU-C.", "Borealis [/] Clinics")
    station.scan("ORD-1")
    station.wait_for("the order is verified and closed")
    station.wait_for_large("LOCKED")
    assert "ORD-2" in station.lines[1]
    shown = shift.order("ORD-1")
    assert shown["status"] == "verified"
    assert shown["station"]["verified_by"] == "Ana"
