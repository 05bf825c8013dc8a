"""One scan of the calibration code, in a real terminal, and the station understands a mangled scanner."""

from __future__ import annotations

import os
import pty
import termios
import threading
import tty

import pytest
from PIL import Image

from terminal.commands.calibration_sheet import bar_row
from terminal.config import load
from terminal.scanners.calibration_code import calibration_text, calibration_texts
from terminal.scanners.layout_repair import Layouts
from tests.e2e.station.conftest import Shift
from tests.e2e.station.station_pty import StationTerminal
from tests.terminal.paper_reader import drawn, read, symbols
from tests.terminal.scanners.typing_scanner import TypingScanner

CODE = calibration_text()
GTIN = "4006381333931"
NOTE = "# by the window, do not move\n"


def calibrating(shift: Shift, *arguments: str, **window: int) -> StationTerminal:
    station = shift.start(
        "scanners", "calibrate", *arguments, "--config", str(shift.config), folder=shift.folder, **window
    )
    station.wait_for(lambda: "Scan this code with" in station or "Scan code 1 of" in station)
    return station


@pytest.mark.parametrize(
    "scanner",
    [
        TypingScanner(Layouts("us", "de")),
        TypingScanner(Layouts("us", "fr")),
        TypingScanner(Layouts("us", "tr")),
        TypingScanner(Layouts("us", "cz"), drops=False),
        TypingScanner(Layouts(caps_lock=True)),
        TypingScanner(Layouts("us", "de", caps_lock=True), prefix="\x02", suffix="\x03\r"),
        TypingScanner(Layouts("us", "fr"), suffix="\r\r", identifier="]Q1"),
    ],
)
def test_a_mangled_scanner_is_read_again_after_one_scan(shift: Shift, scanner: TypingScanner) -> None:
    shift.config.write_text(shift.config.read_text().replace('kind = "wedge"\n', f'kind = "wedge"\n{NOTE}'))
    terminal = calibrating(shift)
    terminal.feed(scanner.reads(CODE))
    terminal.wait_for("Write this? [y/N]")
    terminal.feed(b"y\r")
    assert terminal.ends() == 0, terminal.text
    assert NOTE in shift.config.read_text()
    wedge = load(shift.config, {}).wedge
    assert wedge is not None
    if not scanner.layouts.caps_lock:
        assert (wedge.layout, wedge.host_layout) == (scanner.layouts.scanner, scanner.layouts.host)
    assert wedge.caps_lock is scanner.layouts.caps_lock
    station = shift.station(columns=110, rows=30)
    station.scan(scanner.reads("ORD-1"), end=b"")
    station.wait_for("Order ORD-1 is open")
    station.scan(scanner.reads(GTIN), end=b"")
    station.wait_for("SKU-A: 1 of 3.")
    assert shift.verified("ORD-1") == {"SKU-A": 1, "SKU-B": 0}


def test_a_separator_that_is_replaced_or_lost_is_said(shift: Shift) -> None:
    terminal = calibrating(shift, "keyboard")
    terminal.feed(TypingScanner(separator="|").reads(CODE))
    terminal.wait_for("| comes in place of GS", 'repair.separator = "|"', "Write this? [y/N]")
    terminal.feed(b"y\r")
    assert terminal.ends() == 0
    assert load(shift.config, {}).scanners[0].separator == "|"
    terminal = calibrating(shift)
    terminal.feed(TypingScanner(separator="", suffix="\r\r").reads(CODE))
    terminal.wait_for("GS is lost", "The end mark comes twice", "Write this? [y/N]")
    terminal.feed(b"n\r")
    assert terminal.ends() == 1
    assert load(shift.config, {}).scanners[0].separator == "|"


def test_a_scanner_that_is_set_up_well_changes_nothing(shift: Shift) -> None:
    before = shift.config.read_bytes()
    terminal = calibrating(shift)
    terminal.press("a")
    terminal.wait_for("That was a key")
    terminal.feed(TypingScanner().reads(CODE))
    assert terminal.ends() == 0
    assert "Nothing has to be changed" in terminal
    assert "Keyboard: scanner and computer agree." in terminal
    assert shift.config.read_bytes() == before


@pytest.mark.parametrize(
    ("received", "told"),
    [
        (CODE.encode(), "The scanner sends nothing after a code"),
        (b"4006381333931400638133393\r", "No known pair of keyboard layouts explains what came"),
    ],
)
def test_what_cannot_be_calibrated_changes_nothing_and_says_what_to_set(
    shift: Shift, received: bytes, told: str
) -> None:
    before = shift.config.read_bytes()
    terminal = calibrating(shift)
    terminal.feed(received)
    assert terminal.ends() == 1
    assert told in terminal
    assert shift.config.read_bytes() == before


def test_ctrl_c_gives_up_and_leaves_the_terminal_as_it_was(shift: Shift) -> None:
    terminal = calibrating(shift)
    terminal.feed(b"\x03")
    assert terminal.ends() == 130
    assert termios.tcgetattr(terminal._slave) == terminal.modes


def test_a_scanner_on_a_line_of_its_own_is_calibrated_too(shift: Shift) -> None:
    master, slave = pty.openpty()
    tty.setraw(slave)
    gun = f'[[scanner]]\nid = "gun-1"\nkind = "serial"\nport = "{os.ttyname(slave)}"\n'
    shift.configure(more=gun)
    terminal = calibrating(shift, "gun-1", "--yes")
    terminal.wait_for("Connected at")
    writing = threading.Thread(
        target=os.write,
        args=(master, TypingScanner(prefix="\x02", suffix="\x03", separator="\x1e").reads(CODE)),
    )
    writing.start()
    assert terminal.ends() == 0, terminal.text
    writing.join()
    gun_1 = load(shift.config, {}).scanner("gun-1")
    assert gun_1 is not None
    assert (gun_1.framing.prefix, gun_1.framing.suffixes) == (b"\x02", (b"\x03",))
    assert gun_1.separator == "\x1e"
    os.close(master)
    os.close(slave)


def test_the_code_is_printed_and_a_wrong_name_is_refused(shift: Shift) -> None:
    sheet = shift.folder / "code.html"
    assert str(sheet) in shift.tallyman("scanners", "calibrate", "--print", str(sheet))
    assert "<svg" in sheet.read_text()
    refused = shift.attempt("scanners", "calibrate", "gun-9")
    assert refused.returncode == 2
    assert "gun-9 is not in" in refused.stderr


def test_a_scanner_that_reads_only_bars_is_calibrated_by_several_codes(shift: Shift) -> None:
    scanner = TypingScanner(Layouts("us", "de"), suffix="\r\r", separator="|", identifier="]C0")
    codes = calibration_texts()
    terminal = calibrating(shift, "--code", "code128", columns=200, rows=60)
    for place, code in enumerate(codes, 1):
        terminal.wait_for(f"Scan code {place} of {len(codes)} with keyboard")
        terminal.feed(scanner.reads(code))
        if place == 1:
            terminal.wait_for("Scan code 2 of")
            terminal.feed(scanner.reads(code))
            terminal.wait_for("That one was scanned already.")
    terminal.wait_for("Write this? [y/N]")
    assert any(set(line.strip()) == set("█▌▐ ") for line in terminal.lines)
    terminal.feed(b"y\r")
    assert terminal.ends() == 0
    (wedge,) = load(shift.config, {}).scanners
    assert (wedge.layout, wedge.host_layout, wedge.separator) == ("us", "de", "|")


def test_the_codes_of_bars_are_shown_as_a_scanner_reads_them() -> None:
    for text in calibration_texts():
        assert read(_photographed(bar_row(text))) == [("Code 128", text)]


def _photographed(row: str) -> Image.Image:
    """A row of half blocks as it stands on the screen, 4 dots a module."""
    modules = "".join({"█": "11", "▌": "10", "▐": "01", " ": "00"}[cell] for cell in row)
    picture = Image.new("L", (4 * len(modules), 80), 255)
    for place, module in enumerate(modules):
        if module == "1":
            picture.paste(0, (4 * place, 0, 4 * place + 4, 80))
    return picture


def test_the_codes_of_bars_are_printed(shift: Shift) -> None:
    sheet = shift.folder / "bars.html"
    told = shift.tallyman("scanners", "calibrate", "--code", "code128", "--print", str(sheet))
    assert "run `tallyman scanners calibrate --code code128`" in told
    found = [code for drawing in symbols(sheet.read_text()) for code in read(drawn(drawing))]
    assert found == [("Code 128", text) for text in calibration_texts()]
