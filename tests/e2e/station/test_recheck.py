"""A colleague counts a box again at the station: the screen gives nothing away."""

from __future__ import annotations

import re

from tests.e2e.station.conftest import Shift
from tests.e2e.station.station_pty import StationTerminal
from tests.e2e.station.supervisor import agree, answer, approve, choose, count, in_full, packing
from verification.acts import ActKind


def numbers(station: StationTerminal) -> list[str]:
    """What on the screen could be a count, other than names, clocks and keys."""
    text = re.sub(r"ORD-\d|\d\d:\d\d:\d\d|\bF\d+\b|dock-1|Dock 1|1 ×", "", station.text)
    return re.findall(r"\d+", text)


def test_a_verified_order_is_counted_again_with_its_quantities_hidden(shift: Shift) -> None:
    shift.configure(sign_in=True, policy="blind_recheck_percent = 100")
    station = shift.station(columns=110, rows=30)
    station.scan("BADGE-ANA", "ORD-1", "SKU-A", "SKU-A", "SKU-A", "SKU-B")
    station.wait_for("a colleague counts it again", "4/4 units")
    station.scan("ORD-1")
    station.wait_for("to be counted again by somebody who did not count it")
    station.press("F8")
    station.wait_for("Signed out")
    station.scan("BADGE-BEN")
    station.wait_for("Ben is signed in", lambda: "ORD-1" in station and "↻ re-check" in station.row("ORD-1"))
    assert "4/4" not in station.row("ORD-1")
    station.scan("ORD-1")
    station.wait_for("The re-check of order ORD-1 begins", "SKU-A", "SKU-B", "F2 Finished")
    assert numbers(station) == []
    station.scan("SKU-A")
    station.wait_for("Counted: 1 × SKU-A.")
    station.wait_for_large("COUNTED")
    assert numbers(station) == []
    station.scan("SKU-C")
    station.wait_for("Counted: 1 × SKU-C.")
    assert numbers(station) == []
    station.press("F3")
    station.wait_for("Taken back: 1 × SKU-C")
    station.scan("SKU-B", "SKU-A", "SKU-A")
    station.wait_for(lambda: station.text.count("SKU-A") >= 5)
    assert numbers(station) == []
    station.press("F2")
    station.wait_for("The re-check of order ORD-1 agrees: close the box")
    station.wait_for("✓ verified          4/4 █")
    shown = shift.order("ORD-1")
    assert (shown["status"], shown["station"]["recheck"]["state"]) == ("verified", "agreed")


def test_an_order_that_a_supervisor_completes_by_keys_is_counted_again_too(supervised: Shift) -> None:
    supervised.configure(sign_in=True, policy="blind_recheck_percent = 100")
    station = packing(supervised, "Ana")
    count(station, "SKU-A", "SKU-A", "SKU-A")
    in_full(station, "ORD-1")
    choose(station, ActKind.CONFIRM)
    station.wait_for("▸ SKU-B  0 of 1")
    station.enter()
    answer(station, "How many to add, then Enter:", "1")
    answer(station, "Reason, then Enter:", "torn")
    agree(station)
    approve(station)
    station.wait_for("Order ORD-1 is complete, and a colleague counts it", "until then only a supervisor")
    station.press("Escape")
    station.scan("TALLYMAN:SIGNOUT", "BADGE-BEN")
    station.wait_for("Ben is signed in", "↻ re-check")
    assert "4/4" not in station.row("ORD-1")
    station.scan("ORD-1")
    station.wait_for("The re-check of order ORD-1 begins")
    assert supervised.order("ORD-1")["station"]["recheck"]["state"] == "running"


def test_the_list_shows_what_is_to_be_counted_again_and_opens_it(shift: Shift) -> None:
    shift.configure(sign_in=True, policy="blind_recheck_percent = 100")
    station = shift.station(columns=110, rows=30)
    station.scan("BADGE-ANA", "ORD-3", "SKU-C")
    station.wait_for("a colleague counts it again")
    station.scan("TALLYMAN:SIGNOUT", "BADGE-BEN")
    station.wait_for("Ben is signed in", "ORD-2")
    station.press("Left")
    station.wait_for("1 order", lambda: "ORD-2" not in station)
    station.enter()
    station.wait_for("The re-check of order ORD-3 begins")
    station.press("F8")
    station.wait_for("Signed out")
    assert shift.order("ORD-3")["station"]["recheck"]["state"] == "running"


def test_a_supervisor_who_counts_again_does_not_see_the_order_in_full_either(supervised: Shift) -> None:
    supervised.configure(sign_in=True, policy="blind_recheck_percent = 100")
    station = packing(supervised, "Ana", "ORD-3")
    station.scan("SKU-C")
    station.wait_for("a colleague counts it again")
    station.scan("TALLYMAN:SIGNOUT", "BADGE-SUE", "ORD-3")
    station.wait_for("The re-check of order ORD-3 begins")
    station.press("Ctrl-O")
    station.wait_for("be it a supervisor")
