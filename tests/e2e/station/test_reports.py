"""The reports over the screen, by keys alone."""

from __future__ import annotations

import pytest

from tests.e2e.station.conftest import Shift

CTRL_F = "\x06"


def test_the_reports_are_turned_through_by_keys_and_put_away(shift: Shift) -> None:
    station = shift.packing("ORD-3")
    station.scan("SKU-A")
    station.wait_for("Scanned SKU-A: it is not on this order")
    station.press("F4")
    station.wait_for("Alarm ended")
    station.scan("SKU-C")
    station.wait_for("complete")
    station.press(CTRL_F)
    station.wait_for("▸Accuracy◂", "orders verified", "not_on_order", "today")
    station.press("Right")
    station.wait_for("▸Throughput◂", "By person", "█")
    station.press("Right")
    station.wait_for(
        "▸Confusions◂", lambda: any({"SKU-A", "SKU-C", "ORD-3"} <= set(row.split()) for row in station.lines)
    )
    station.press("Right")
    station.wait_for("▸Orders◂", "By due date", "later")
    station.press("Right")
    station.wait_for("▸Accuracy◂")
    station.press("Left", "F6")
    station.wait_for("▸Orders◂", "last 7 days")
    station.press("Escape")
    station.wait_for(lambda: "▸Orders◂" not in station)


def test_a_long_report_is_scrolled(shift: Shift) -> None:
    station = shift.packing("ORD-3")
    station.scan("SKU-C")
    station.wait_for("complete")
    station.press(CTRL_F, "Right")
    station.wait_for("▸Throughput◂", "By person", "more rows")
    station.press("PageDown", "PageDown")
    station.wait_for("By day", "reads filled.", lambda: "more rows" not in station)
    station.press("PageUp", "PageUp")
    station.wait_for("from 20", "more rows")


def test_a_read_takes_the_reports_away_and_counts(shift: Shift) -> None:
    station = shift.packing("ORD-1")
    station.press(CTRL_F)
    station.wait_for("▸Accuracy◂", "orders verified")
    station.scan("SKU-A")
    station.wait_for("SKU-A: 1 of 3", lambda: "▸Accuracy◂" not in station)
    assert shift.verified("ORD-1")["SKU-A"] == 1


@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
def test_names_that_try_to_run_something_are_shown_as_they_are(shift: Shift, size: tuple[int, int]) -> None:
    hostile = "[@click=app.quit]x[/]"
    shift.tallyman("codes", "teach", "EVIL", hostile)
    station = shift.packing("ORD-3", columns=size[0], rows=size[1])
    station.scan("EVIL")
    station.wait_for("is not on this order")
    station.press("F4")
    station.wait_for("Alarm ended")
    station.press(CTRL_F, "Left", "Left")
    station.wait_for("▸Confusions◂", hostile)
