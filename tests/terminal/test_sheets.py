"""Sheets of barcodes: what is printed is what a scanner reads, and outside text stays text."""

from __future__ import annotations

import string
import xml.etree.ElementTree as ET
from html.parser import HTMLParser

import pytest
import zxingcpp
from hypothesis import given, settings
from hypothesis import strategies as st

from terminal.scanners.decoding import decode
from terminal.sheets import code128
from terminal.sheets.labels import COMMANDS, Label, Sheet, badge_sheet, command_sheet, order_sheet
from terminal.sheets.paper import NO_CODE, ONLY_QR, html, svg
from terminal.sheets.symbols import CODE_128_WIDTH, code_128, qr
from tests.store.builders import order
from tests.terminal.paper_reader import drawn, read, symbols
from verification.codes import Command

HOSTILE = '<script>alert("x")</script>&amp;\x1b[2J\u202e'
PRINTABLE = "".join(map(chr, range(32, 127)))


def sheet_of(*codes: str) -> Sheet:
    return Sheet("Codes", "Scan.", tuple(Label(f"Code {n}", (), code) for n, code in enumerate(codes)))


def pairs(*codes: str) -> list[tuple[str, str]]:
    return [(kind, code) for code in codes for kind in ("Code 128", "QR Code")]


def told(sheet: Sheet) -> str:
    """All text that a browser shows."""
    parts: list[str] = []
    parser = HTMLParser()
    parser.handle_data = parts.append  # type: ignore[method-assign]
    parser.feed(html(sheet).partition("<body>")[2])
    return "\n".join(parts)


def test_every_command_has_a_label_that_says_what_it_does() -> None:
    assert set(COMMANDS) == set(Command)
    sheet = command_sheet(keypad=True)
    assert [label.code for label in sheet.labels] == [command.barcode for command in Command]
    assert all(label.title and label.words for label in sheet.labels)


def test_the_printed_command_codes_are_what_a_scanner_reads() -> None:
    expected = pairs(*(command.barcode for command in Command))
    pages = svg(command_sheet(keypad=True))
    assert [code for page in pages for code in read(drawn(page))] == expected
    codes = [code for drawing in symbols(html(command_sheet(keypad=True))) for code in read(drawn(drawing))]
    assert codes == expected


def test_bars_that_stand_alone_hold_fnc1_for_gs_as_a_scanner_reads_it() -> None:
    label = Label("x", (), "TALLYMAN:12\x1d34567K", bars_alone=True)
    (page,) = svg(Sheet("x", "x", (label,)))
    assert read(drawn(page)) == [("Code 128", "TALLYMAN:12\x1d34567K")]


@pytest.mark.parametrize(
    "code", ["1", "12", "123", "A1234B", "12345678901234567", "AB12", "ORD-2026-0001", "a~ !\"#$%&'()*+,/:;"]
)
def test_codes_of_any_mixture_are_read_back(code: str) -> None:
    (page,) = svg(sheet_of(code))
    assert read(drawn(page)) == pairs(code)


def fewest(text: str, *, pairs: bool, switched: bool = False) -> int:
    """Symbol characters that `text` takes from one code set on, found by trying everything."""
    if not text:
        return 0
    ways = [] if switched else [1 + fewest(text, pairs=not pairs, switched=True)]
    if not pairs:
        ways.append(1 + fewest(text[1:], pairs=False))
    elif text[:2].isdigit() and len(text) > 1:
        ways.append(1 + fewest(text[2:], pairs=True))
    return min(ways, default=len(text) * 2)


@settings(max_examples=60, deadline=None)
@given(st.text(st.sampled_from(string.digits * 8 + PRINTABLE), min_size=1, max_size=25))
def test_whatever_code_128_takes_is_read_back_and_is_as_short_as_can_be(code: str) -> None:
    widths = code128.widths(code)
    assert widths is not None
    assert (sum(widths) - 13) / 11 == 2 + min(fewest(code, pairs=False), fewest(code, pairs=True))
    drawing = code_128(code)
    if drawing is not None:
        assert drawing.width <= CODE_128_WIDTH
        assert read(drawn(drawing.svg())) == [("Code 128", code)]


def test_digits_are_packed_in_pairs() -> None:
    def characters(text: str) -> int:
        widths = code128.widths(text)
        assert widths is not None
        return (sum(widths) - 13) // 11 - 2

    assert characters("12345678") == 4
    assert characters("1234567") == 5
    assert characters("AB123456") == 2 + 1 + 3
    assert characters("AB12CD") == 6
    assert characters("1234AB") == 2 + 1 + 2


@pytest.mark.parametrize("text", ["", "Ü", "tab\t", "\x7f", "x" * 81])
def test_what_code_128_cannot_hold_is_not_drawn(text: str) -> None:
    assert code128.widths(text) is None


@pytest.mark.parametrize("number", ["Bestellung-Ü12", "注文12", "X" * 60])
def test_an_order_number_that_bars_cannot_hold_has_the_square_code_alone_and_says_so(number: str) -> None:
    sheet = order_sheet([order(number, ("SKU-A", 1))])
    (page,) = svg(sheet)
    assert read(drawn(page)) == [("QR Code", number)]
    assert ONLY_QR in page
    assert ONLY_QR in told(sheet)
    assert len(symbols(html(sheet))) == 1


def test_text_beyond_ascii_is_held_as_the_utf_8_that_the_station_takes_reads_for() -> None:
    drawing = qr("Bestellung-Ü12")
    assert drawing is not None
    (code,) = zxingcpp.read_barcodes(drawn(drawing.svg()))
    assert decode(code.bytes).text == "Bestellung-Ü12"


@pytest.mark.parametrize(
    "number", [" ORD-1", "ORD\t1", "TALLYMAN:UNDO", "]C1ORD-1", "ORD-\udcff", "é" * 3000], ids=range(6)
)
def test_a_number_that_no_scan_can_stand_for_has_no_code(number: str) -> None:
    sheet = order_sheet([order(number, ("SKU-A", 1))])
    assert symbols(html(sheet)) == []
    assert NO_CODE in told(sheet)
    (page,) = svg(sheet)
    assert read(drawn(page)) == []


def test_an_order_label_says_number_customer_and_due_date() -> None:
    labelled = order("ORD-1", ("SKU-A", 2), ("SKU-B", 1), customer_name="Söhne & Co", due_date="2026-12-01")
    (label,) = order_sheet([labelled]).labels
    assert (label.title, label.words) == ("ORD-1", ("Söhne & Co", "Due 2026-12-01, 3 units"))
    (bare,) = order_sheet([order("ORD-2", ("SKU-A", 1))]).labels
    assert bare.words == ("1 unit",)


def test_outside_text_can_neither_become_markup_nor_hide() -> None:
    sheet = order_sheet([order("ORD-1", ("SKU-A", 1), customer_name=HOSTILE)])
    for text in (html(sheet), *svg(sheet)):
        assert "<script" not in text
        assert "\x1b" not in text
        assert "\u202e" not in text
        assert "&lt;script&gt;" in text
    assert "\\x1b[2J\\u202e" in told(sheet)


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=40), st.text(max_size=200))
def test_every_page_of_svg_is_sound_xml_whatever_its_words(number: str, customer: str) -> None:
    for page in svg(order_sheet([order(number or "-", ("SKU-A", 1), customer_name=customer)])):
        ET.fromstring(page)


def test_a_sheet_refers_to_nothing_outside_itself() -> None:
    for text in (html(command_sheet(keypad=True)), *svg(command_sheet(keypad=True))):
        outside = text.replace("http://www.w3.org/2000/svg", "")
        assert not any(
            word in outside for word in ("http:", "https:", "//", "url(", "src=", "href=", "@import")
        )
    assert "default-src 'none'" in html(command_sheet(keypad=True))


def test_a_label_is_never_cut_by_the_end_of_a_page() -> None:
    numbers = [f"ORD-{number:03}" for number in range(16)]
    sheet = order_sheet([order(number, ("SKU-A", 1)) for number in numbers])
    pages = svg(sheet)
    assert len(pages) == 3
    assert [code for page in pages for code in read(drawn(page))] == pairs(*numbers)
    assert "Page 3 of 3." in pages[-1]
    assert "break-inside: avoid" in html(sheet)


def test_a_badge_shows_its_code_in_no_words() -> None:
    sheet = badge_sheet([("Ana", "operator", "BCDEFGHJKLNPRSTUVX")])
    (label,) = sheet.labels
    assert "BCDEFGH" not in repr(sheet)
    assert (label.title, label.words) == ("Ana", ("Operator",))
    (page,) = svg(sheet)
    assert read(drawn(page)) == pairs("BCDEFGHJKLNPRSTUVX")
    for text in (html(sheet), page):
        assert "BCDEFGH" not in text
