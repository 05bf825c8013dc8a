"""What comes to the terminal: hands, scanners, pastes, and bytes that mean harm."""

from __future__ import annotations

import re
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager

import pytest

from tests.e2e.station.conftest import Shift
from tests.e2e.station.station_pty import StationTerminal


def test_a_code_typed_by_hand_counts_as_typed(shift: Shift) -> None:
    station = shift.packing()
    station.type("SKU-A")
    assert "Type a code, then Enter" in station
    station.enter()
    station.wait_for("SKU-A: 1 of 3.")
    station.scan("SKU-A")
    station.wait_for("SKU-A: 2 of 3.")
    assert shift.order("ORD-1")["station"]["units"] == {"typed": 1, "scanned": 1}


def test_a_scan_while_the_help_is_open_counts_and_the_help_goes(shift: Shift) -> None:
    station = shift.packing()
    for key in ("F1", "?"):
        station.press(key)
        station.wait_for("Esc or F1: back", "TALLYMAN:SIGNOUT")
        station.press("Escape")
        station.wait_for(lambda: "Esc or F1: back" not in station)
    station.scan("TALLYMAN:HELP")
    station.wait_for("Esc or F1: back")
    station.scan("SKU-A")
    station.wait_for("SKU-A: 1 of 3.", lambda: "Esc or F1: back" not in station)


def test_a_paste_is_a_read(shift: Shift) -> None:
    station = shift.packing()
    station.feed(b"\x1b[200~]E04006381333931\r\x1b[201~")
    station.wait_for("SKU-A: 1 of 3.")
    station.feed(b"\x1b[200~SKU-B\x1b[201~")
    station.wait_for("SKU-B: 1 of 1.")
    assert shift.order("ORD-1")["station"]["units"] == {"scanned": 2}


def test_line_ends_of_every_kind_end_one_read_each(shift: Shift) -> None:
    station = shift.packing("ORD-2")
    for count, end in enumerate((b"\r\n", b"\n", b"\t", b"\r\r", b"\r"), start=1):
        station.scan("SKU-C", end=end)
        station.wait_for(f"SKU-C: {count} of 30.")
    assert shift.order("ORD-2")["station"]["reads"] == 6


def test_a_burst_of_reads_is_counted_whole_and_in_order(shift: Shift) -> None:
    station = shift.packing("ORD-2")
    station.feed(b"SKU-A\rSKU-C\r" * 2 + b"SKU-C\r" * 28)
    station.wait_for("Order ORD-2 is complete", "32/32 units")
    assert shift.verified("ORD-2") == {"SKU-A": 2, "SKU-C": 30}


@contextmanager
def busy_cores() -> Iterator[None]:
    """Two other programs that take all the time they get."""
    others = [subprocess.Popen([sys.executable, "-c", "while True: pass"]) for _ in range(2)]
    try:
        yield
    finally:
        for other in others:
            other.kill()
            other.wait()


def test_a_thousand_reads_at_full_speed_on_busy_cores_are_all_in_the_log_and_in_order(shift: Shift) -> None:
    station = shift.packing()
    codes = [f"CODE-{number:015d}" for number in range(1000)]
    with busy_cores():
        station.feed("".join(f"{code}\r" for code in codes).encode())
        station.wait_for(f"Scanned {codes[-1]}")
    with closing(sqlite3.connect(f"file:{shift.data}/ledger.db?mode=ro", uri=True)) as db:
        read = db.execute("SELECT raw FROM events WHERE raw != x'' ORDER BY seq")
        logged = [raw.decode() for (raw,) in read]
    assert logged == ["ORD-1", *codes]


def test_what_was_painted_bit_by_bit_is_what_is_painted_at_once(shift: Shift) -> None:
    rows = "N-1,株式会社 緑茶,緑茶-A,3,割れ物\nN-1,株式会社 緑茶,SKU-B,2,\n"
    shift.tallyman(
        *("orders", "import", "-", "--format", "csv"),
        given=f"order_number,customer_name,sku_code,quantity,notes\n{rows}",
    )
    station = shift.packing("N-1", columns=110, rows=30)
    for code in (
        "SKU-B",
        "緑茶-A",
        "NOPE",
        "LAMP",
        "SKU-B",
        "TALLYMAN:ACK",
        "TALLYMAN:UNDO",
        "緑茶-A",
        "SKU-B",
    ):
        station.scan(code)
        station.wait_for(lambda code=code: code in tape_top(station))  # type: ignore[misc]
    station.wait_for("SKU-B: 2 of 2.")
    station.press("Left")  # means nothing here, and leaves the line quiet
    bit_by_bit = [station.lines, [station.backgrounds(row) for row in range(30)]]
    station.resize(112, 30)
    station.wait_for(lambda: len(station.lines[2].rstrip()) > 109)
    station.resize(110, 30)
    station.wait_for(lambda: station.lines == bit_by_bit[0])
    assert [station.backgrounds(row) for row in range(30)] == bit_by_bit[1]


def tape_top(station: StationTerminal) -> str:
    """The last read on the tape."""
    return next((line for line in station.lines if re.search(r"\d\d:\d\d:\d\d *$", line)), "")


HARMFUL = {
    b"SKU[/]\r": "SKU[/]",
    b"[@click=app.quit]x\r": "[@click=app.quit]x",
    b"\x1b]0;x\x07\r": "]0;x",
    b"\x1b[200~\x1b]0;stolen\x07\x1b[201~": "]0;stolen",
    b"40\x1106\r": "40\\x1106",
    "A\u202ecba\r".encode(): "A\\u202ecba",
    b"AB\xe9CD\r": "AB",
    b"\x1b[99999999;1u\r": "[99999999;1u",
    b"\x1b[98;5u\x1b[65;2;65u\x1b[93;5u\x1b[66;2;66u\x1b[99;5u\r": "A",
    b"\x1b[" + b"1;" * 3000 + b"\r": "[1;1;",
    bytes(range(14, 256)) * 3 + b"\r": "SCAN AGAIN",
}


def test_hostile_reads_are_shown_harmlessly_and_run_nothing(shift: Shift) -> None:
    station = shift.packing(columns=120, rows=40)
    titled = titles(station)
    for number, (data, shown) in enumerate(HARMFUL.items()):
        station.feed(data)
        station.wait_for(shown)
        assert "0/4 units" in station, data
        station.scan("SKU-A")
        station.wait_for("SKU-A: 1 of 3.", "1/4 units")
        station.scan("TALLYMAN:UNDO", f"ALIVE-{number}")
        station.wait_for(f"Scanned ALIVE-{number}", "0/4 units")
    assert titles(station) == titled
    for raw in (b"stolen\x07", "\u202e".encode(), b"\xe9CD", b"\x1b[99999999"):
        assert raw not in station.written
    assert station.process.poll() is None


def titles(station: StationTerminal) -> int:
    """How often the program changed the window's title, or sent any other text to the terminal."""
    return station.written.count(b"\x1b]") + station.written.count(b"\x1bP")


@pytest.mark.parametrize("size", [(60, 20), (200, 60), (20, 5)])
def test_a_window_of_any_size_shows_the_station(shift: Shift, size: tuple[int, int]) -> None:
    station = shift.start(columns=size[0], rows=size[1])
    station.wait_for("Dock 1")
    station.scan("ORD-1", "SKU-A", "SKU-C")
    station.wait_for("ORD-1", lambda: "e00000" in station.backgrounds(4 if size[1] > 5 else 3))
    station.press("F4")
    station.wait_for(lambda: "e00000" not in station.backgrounds(4 if size[1] > 5 else 3))
    if size[1] > 5:
        station.wait_for("1/4 units", "Alarm ended: scan 2 × SKU-A, 1 × SKU-B.")


def test_the_window_may_change_its_size_while_people_scan(shift: Shift) -> None:
    station = shift.packing(environ={"COLUMNS": "50", "LINES": "12"})  # what a parent found once
    station.wait_for(lambda: len(station.lines[1].rstrip()) > 70)
    station.scan("SKU-A")
    station.wait_for_large("1/3")
    station.resize(160, 45)
    station.wait_for("due Sat 01 Mar 10:00 ", lambda: len(station.lines[1].rstrip()) > 150)
    station.scan("SKU-A")
    station.wait_for("2/4 units")
    station.wait_for_large("2/3")
    station.resize(60, 20)
    station.wait_for("2/4 units  0/2 lines", "F6 Cou…")
    station.scan("SKU-A")
    station.wait_for("3/4 units")
    station.resize(30, 6)
    station.scan("SKU-B")
    station.resize(110, 30)
    station.wait_for("Order ORD-1 is complete: close the box", "4/4 units")
    station.wait_for_large("ORDER DONE")
