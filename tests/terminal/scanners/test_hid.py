"""HID-POS scanners: reports as bytes, and hidapi at its lowest seam."""

from __future__ import annotations

import queue
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from terminal.scanners import hid_line
from terminal.scanners.framing import Framing
from terminal.scanners.hid_line import NO_HIDAPI, HidSource
from terminal.scanners.hid_reports import ReportsDialogue
from terminal.scanners.settings import PACKET_FRAMING, ScannerKind, ScannerSettings, UsbMatch
from terminal.scanners.source import LinkState
from tests.terminal.scanners.bench import Bench


def report(data: bytes, aim: bytes = b"]E0", *, goes_on: bool = False) -> bytes:
    return b"\x02" + bytes((len(data),)) + aim + data.ljust(56, b"\0") + b"\x0b\0" + bytes((goes_on,))


def heard(
    *reports: bytes, framing: Framing = PACKET_FRAMING, identify: bool = True
) -> list[tuple[str, bytes]]:
    dialogue = ReportsDialogue(framing, identify=identify)
    frames = [frame for each in reports for frame in dialogue.feed(each, 1.0).frames]
    frames += dialogue.idle(60.0).frames
    return [(frame.kind.value, frame.data) for frame in frames]


def test_a_report_is_a_read_with_its_identifier() -> None:
    assert heard(report(b"4006381333931")) == [("ok", b"]E04006381333931")]


def test_an_identifier_is_not_doubled_not_invented_and_left_out_where_it_is_off() -> None:
    assert heard(report(b"]E04006381333931")) == [("ok", b"]E04006381333931")]
    assert heard(report(b"A", b"\0\0\0")) == [("ok", b"A")]
    assert heard(report(b"A"), identify=False) == [("ok", b"A")]


def test_a_long_code_comes_in_several_reports() -> None:
    long = bytes(range(32, 127)) + b"\x1d10AB"
    reports = (report(long[:56], b"]d2", goes_on=True), report(long[56:], b"]d2"))
    assert heard(*reports) == [("ok", b"]d2" + long)]


def test_a_long_code_whose_rest_does_not_come_is_set_aside() -> None:
    assert heard(report(b"HALF", goes_on=True)) == [("no_suffix", b"]E0HALF")]


def test_another_symbol_in_the_middle_of_a_long_code_is_a_restart() -> None:
    assert heard(report(b"HALF", b"]d2", goes_on=True), report(b"NEW")) == [
        ("restart", b"]d2HALF"),
        ("ok", b"]E0NEW"),
    ]


def test_unplugging_sets_the_open_read_aside() -> None:
    dialogue = ReportsDialogue(PACKET_FRAMING)
    dialogue.feed(report(b"HALF", goes_on=True), 1.0)
    assert [(f.kind.value, f.data) for f in dialogue.break_off(1.1).frames] == [("aborted", b"]E0HALF")]


def test_a_code_longer_than_max_len_is_an_overflow_with_its_tail() -> None:
    framing = Framing(suffixes=(), max_len=60)
    reports = [report(b"X" * 56, goes_on=True), report(b"Y" * 10)]
    assert heard(*reports, framing=framing) == [("overflow", b"]E0" + b"X" * 56 + b"Y" * 10)]


def test_a_code_without_end_comes_out_in_pieces_and_its_tail_is_no_read() -> None:
    frames = heard(*[report(b"X" * 56, goes_on=True)] * 1200, report(b"TAIL"), report(b"NEXT"))
    assert [kind for kind, _data in frames] == ["overflow", "overflow", "ok"]
    assert frames[-1] == ("ok", b"]E0NEXT")


def test_marks_that_the_file_names_are_taken_off() -> None:
    assert heard(report(b"A\r\n"), framing=Framing(suffixes=(b"\r", b"\n"))) == [("ok", b"]E0A")]


def test_other_reports_are_no_reads_and_broken_ones_are_shown() -> None:
    assert heard(b"\x05\x01\x02", b"") == []
    assert heard(b"\x02\xff") == [("line_error", b"\x02\xff")]
    assert heard(report(b"HALF", goes_on=True), b"\x02") == [
        ("line_error", b"]E0HALF"),
        ("line_error", b"\x02"),
    ]


@given(
    st.lists(
        st.one_of(st.binary(max_size=70), st.binary(min_size=64, max_size=64).map(lambda r: b"\x02" + r))
    )
)
def test_any_reports_never_raise(reports: list[bytes]) -> None:
    heard(*reports)


class FakeScanner:
    """A device behind hidapi: gives the reports that the test puts in; None unplugs it."""

    def __init__(self, hidapi: FakeHidapi) -> None:
        self._hidapi = hidapi

    def open_path(self, path: bytes) -> None:
        if not self._hidapi.may_open:
            raise OSError("open failed")

    def read(self, max_length: int, timeout_ms: int = 0) -> list[int]:
        try:
            sent = self._hidapi.sent.get(timeout=timeout_ms / 1000)
        except queue.Empty:
            return []
        if sent is None:
            raise OSError("read error")
        return list(sent)

    def close(self) -> None:
        self._hidapi.closed += 1


class FakeHidapi:
    """The module `hid` of the package hidapi."""

    def __init__(self, *devices: dict[str, Any]) -> None:
        self.devices = list(devices)
        self.sent: queue.Queue[bytes | None] = queue.Queue()
        self.may_open = True
        self.closed = 0

    def enumerate(self, vendor_id: int = 0, product_id: int = 0) -> list[dict[str, Any]]:
        return list(self.devices)

    def device(self) -> FakeScanner:
        return FakeScanner(self)


def device(page: int = 0x8C, serial: str = "S1", pid: int = 0x0B61) -> dict[str, Any]:
    return {
        "path": b"/dev/hidraw3", "vendor_id": 0x0C2E, "product_id": pid, "serial_number": serial,
        "usage_page": page, "usage": 2, "product_string": "Xenon 1900",
    }  # fmt: skip


def pos(match: UsbMatch | None = None) -> ScannerSettings:
    return ScannerSettings("pos", ScannerKind.HIDPOS, PACKET_FRAMING, match=match)


def test_reads_come_through_hidapi_and_plugging_in_again_is_noticed() -> None:
    hidapi = FakeHidapi(device(page=1), device())
    with Bench(HidSource(pos(), hidapi)) as bench:
        assert bench.until(LinkState.READY) == "Connected at Xenon 1900 (0c2e:0b61)."
        hidapi.sent.put(report(b"4006381333931"))
        assert bench.read() == ("ok", b"]E04006381333931")
        hidapi.sent.put(report(b"HALF", goes_on=True))
        hidapi.sent.put(None)
        assert bench.read() == ("aborted", b"]E0HALF")
        assert "went away" in bench.until(LinkState.DISCONNECTED)
        bench.until(LinkState.READY)
        hidapi.sent.put(report(b"NEXT"))
        assert bench.read() == ("ok", b"]E0NEXT")
    assert hidapi.closed == 2


@pytest.mark.parametrize(
    ("hidapi", "match", "link", "words"),
    [
        (FakeHidapi(), None, LinkState.DISCONNECTED, "No such HID-POS scanner is there"),
        (FakeHidapi(device(page=1)), None, LinkState.DISCONNECTED, "No such HID-POS scanner is there"),
        (FakeHidapi(device(), device(serial="S2")), None, LinkState.FAILED, "2 HID-POS scanners are there"),
        (FakeHidapi(device()), UsbMatch(1, 2), LinkState.DISCONNECTED, "No such HID-POS scanner is there"),
        (
            FakeHidapi(device(), device(serial="S2")),
            UsbMatch(0x0C2E, 0x0B61, "S2"),
            LinkState.READY,
            "Connected at Xenon 1900",
        ),
    ],
)
def test_the_one_scanner_that_fits_is_opened_or_the_sentence_says_why_not(
    hidapi: FakeHidapi, match: UsbMatch | None, link: LinkState, words: str
) -> None:
    with Bench(HidSource(pos(match), hidapi)) as bench:
        assert bench.until(link).startswith(words)


def test_a_missing_right_names_the_rule() -> None:
    hidapi = FakeHidapi(device())
    hidapi.may_open = False
    with Bench(HidSource(pos(), hidapi)) as bench:
        assert "tallyman scanners udev" in bench.until(LinkState.FAILED)


def test_a_computer_without_hidapi_says_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hid_line, "hidapi", lambda: None)
    with Bench(HidSource(pos())) as bench:
        assert bench.until(LinkState.FAILED) == NO_HIDAPI
