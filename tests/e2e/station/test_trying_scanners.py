"""The screen on which a scanner is tried out, beside a station that runs."""

from __future__ import annotations

from tests.e2e.station.conftest import Shift


def test_the_screen_shows_bytes_frame_fields_and_what_a_read_would_do_while_a_station_runs(
    shift: Shift,
) -> None:
    shift.station()
    terminal = shift.start(
        "scanners", "test", "--order", "ORD-1", "--config", str(shift.config), "--data", str(shift.data),
        folder=shift.folder, columns=110, rows=30,
    )  # fmt: skip
    terminal.wait_for("nothing is counted", "none yet")
    terminal.scan(b"]C1010400638133393110AB\x1d21S1")
    terminal.wait_for(
        "5d 43 31 30 31 30", "ok, 28 bytes", "]C1", "GTIN 04006381333931, lot AB, serial S1",
        "WOULD: accepted: SKU-A: 1 of 3.", "s ago",
    )  # fmt: skip
    terminal.scan("NOPE")
    terminal.wait_for("WOULD: unknown_code: Scanned NOPE", "Before that:", r"\r")
    terminal.feed(b"HALF")
    terminal.wait_for("no_suffix, 4 bytes", "WOULD: unreadable")
    terminal.press("F12")
    assert terminal.ends() == 0
    assert terminal.left_in_order
    assert shift.verified("ORD-1") == {"SKU-A": 0, "SKU-B": 0}


def test_a_badge_is_not_left_on_the_screen(shift: Shift) -> None:
    terminal = shift.start(
        "scanners", "test", "--config", str(shift.config), "--data", str(shift.data), folder=shift.folder
    )
    terminal.wait_for("none yet")
    terminal.scan("BADGE-ANA")
    terminal.wait_for("WOULD: signed_in", "a badge, which is not shown")
    assert "BADGE-ANA" not in terminal.text
    assert b"BADGE-ANA" not in terminal.written
    terminal.press("F12")
    assert terminal.ends() == 0
