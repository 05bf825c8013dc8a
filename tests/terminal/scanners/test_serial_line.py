"""A scanner on a serial line: pseudo-terminals and sockets stand for the cable."""

from __future__ import annotations

import errno
import os
import queue
import select
import socket
import tty
from collections.abc import Iterator
from pathlib import Path

import pytest
from serial.tools.list_ports_common import ListPortInfo

from terminal.scanners.framing import Frame, Framing
from terminal.scanners.serial_line import SerialSource, trouble
from terminal.scanners.settings import Feedback, ScannerKind, ScannerSettings, UsbMatch
from terminal.scanners.source import Answer, LinkState, SourceState
from verification.verdicts import Verdict

PATIENCE = 10.0
"""Seconds until a test gives up."""
GOOD, BAD = Answer(0.0, Verdict.ACCEPTED), Answer(0.0, Verdict.NOT_ON_ORDER)
GUN = ScannerSettings("gun", ScannerKind.SERIAL, Framing(suffixes=(b"\r", b"\n"), idle_ms=150, max_len=64))


class Bench:
    """One source under test and what comes of it."""

    def __init__(self, source: SerialSource) -> None:
        self.source = source
        self._frames: queue.Queue[tuple[str, bytes]] = queue.Queue()
        self._states: queue.Queue[SourceState] = queue.Queue()

    def start(self) -> Bench:
        self.source.start(
            lambda scanner_id, frame: self._frames.put(self._named(scanner_id, frame)), self._states.put
        )
        return self

    def frame(self) -> tuple[str, bytes]:
        return self._frames.get(timeout=PATIENCE)

    def until(self, link: LinkState) -> str:
        """Wait for a state; return its sentence."""
        while (state := self._states.get(timeout=PATIENCE)).link is not link:
            pass
        return state.detail

    def nothing_more(self) -> bool:
        return self._frames.empty()

    @staticmethod
    def _named(scanner_id: str, frame: Frame) -> tuple[str, bytes]:
        assert scanner_id == "gun"
        return (frame.kind.value, frame.data)


class Cable:
    """A pseudo-terminal: the scanner's end, and the name of the computer's."""

    def __init__(self) -> None:
        self.scanner, self._computer = os.openpty()
        tty.setraw(self._computer)
        self.name = os.ttyname(self._computer)

    def unplug(self) -> None:
        for end in (self.scanner, self._computer):
            if end >= 0:
                os.close(end)
        self.scanner = self._computer = -1


@pytest.fixture
def cable() -> Iterator[Cable]:
    cable = Cable()
    yield cable
    cable.unplug()


@pytest.fixture
def bench(cable: Cable) -> Iterator[Bench]:
    bench = Bench(SerialSource(at(cable.name))).start()
    bench.until(LinkState.READY)
    yield bench
    bench.source.stop()


def at(port: str, **changes: object) -> ScannerSettings:
    return ScannerSettings(**{"id": "gun", "kind": GUN.kind, "framing": GUN.framing, "port": port, **changes})  # type: ignore[arg-type]


def test_twenty_thousand_codes_at_full_speed_arrive_whole_and_in_order(cable: Cable, bench: Bench) -> None:
    codes = [b"%020d" % number for number in range(20_000)]
    line = b"".join(code + b"\r\n" for code in codes)
    got: list[tuple[str, bytes]] = []
    while line:
        line = line[os.write(cable.scanner, line[:1024]) :]
    while len(got) < len(codes):
        got.append(bench.frame())
    assert got == [("ok", code) for code in codes]


def test_a_read_that_stops_half_way_is_set_aside_after_the_silence(cable: Cable, bench: Bench) -> None:
    os.write(cable.scanner, b"HALF")
    assert bench.frame() == ("no_suffix", b"HALF")
    os.write(cable.scanner, b"WHOLE\r")
    assert bench.frame() == ("ok", b"WHOLE")


def test_unplugging_aborts_the_read_and_plugging_in_again_reconnects(tmp_path: Path) -> None:
    plug = tmp_path / "scanner"
    first = Cable()
    plug.symlink_to(first.name)
    bench = Bench(SerialSource(at(str(plug)))).start()
    try:
        assert bench.until(LinkState.READY) == f"Connected at {plug}."
        os.write(first.scanner, b"OK\rHALF")
        assert bench.frame() == ("ok", b"OK")
        plug.unlink()
        first.unplug()
        assert bench.frame() == ("aborted", b"HALF")
        assert "went away" in bench.until(LinkState.DISCONNECTED)
        assert "Nothing is connected" in bench.until(LinkState.DISCONNECTED)
        second = Cable()
        plug.symlink_to(second.name)
        bench.until(LinkState.READY)
        os.write(second.scanner, b"NEXT\r")
        assert bench.frame() == ("ok", b"NEXT")
        second.unplug()
    finally:
        bench.source.stop()


def test_stopping_sets_the_open_read_aside_and_nothing_comes_after(cable: Cable, bench: Bench) -> None:
    os.write(cable.scanner, b"A\rHALF")
    assert bench.frame() == ("ok", b"A")
    bench.source.stop()
    assert bench.frame()[1] == b"HALF"
    os.write(cable.scanner, b"LATE\r")
    assert bench.nothing_more()


def test_a_port_that_another_program_holds_says_so_and_is_taken_once_it_is_free(cable: Cable) -> None:
    holder = Bench(SerialSource(at(cable.name))).start()
    holder.until(LinkState.READY)
    second = Bench(SerialSource(at(cable.name))).start()
    try:
        assert second.until(LinkState.FAILED) == (
            f"Another program holds {cable.name}: close it, and the station connects by itself."
        )
        holder.source.stop()
        second.until(LinkState.READY)
    finally:
        second.source.stop()


def test_a_missing_port_is_looked_for_without_end_and_stopping_is_prompt() -> None:
    bench = Bench(SerialSource(at("/dev/no-such-port"))).start()
    assert bench.until(LinkState.DISCONNECTED) == (
        "Nothing is connected at /dev/no-such-port: plug the scanner in, or correct port in scanners.toml."
    )
    bench.source.stop()


def test_a_port_that_cannot_be_says_what_to_correct() -> None:
    bench = Bench(SerialSource(at("wrong://port"))).start()
    assert "correct port and baud in scanners.toml" in bench.until(LinkState.FAILED)
    bench.source.stop()


@pytest.mark.parametrize("code", [errno.EACCES, errno.EPERM])
def test_a_missing_right_names_the_group_that_has_it(code: int) -> None:
    refused = trouble("/dev/ttyUSB0", code)
    assert refused.link is LinkState.FAILED
    assert (
        str(refused)
        == "This account may not open /dev/ttyUSB0: add it to the group dialout and sign in again."
    )


def test_a_socket_is_a_line_too() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        bench = Bench(SerialSource(at(f"socket://127.0.0.1:{server.getsockname()[1]}"))).start()
        try:
            peer, _address = server.accept()
            bench.until(LinkState.READY)
            peer.sendall(b"4006381333931\rHALF")
            assert bench.frame() == ("ok", b"4006381333931")
            peer.close()
            assert bench.frame()[1] == b"HALF"
            bench.until(LinkState.DISCONNECTED)
        finally:
            bench.source.stop()


def test_a_good_read_sounds_bel_on_a_scanner_that_is_set_to_it_and_a_bad_one_does_not(cable: Cable) -> None:
    bench = Bench(SerialSource(at(cable.name, feedback=Feedback.BEL)))
    bench.source.feedback(GOOD)
    bench.start().until(LinkState.READY)
    bench.source.feedback(BAD)
    bench.source.feedback(GOOD)
    assert heard(cable) == b"\a"
    bench.source.stop()
    bench.source.feedback(GOOD)
    assert select.select([cable.scanner], [], [], 0)[0] == []


def test_a_scanner_that_is_not_set_to_it_hears_nothing(cable: Cable, bench: Bench) -> None:
    bench.source.feedback(GOOD)
    os.write(cable.scanner, b"A\r")
    assert bench.frame() == ("ok", b"A")
    assert select.select([cable.scanner], [], [], 0)[0] == []


def heard(cable: Cable) -> bytes:
    ready, _, _ = select.select([cable.scanner], [], [], PATIENCE)
    return os.read(cable.scanner, 64) if ready else b""


def test_a_looped_line_connects_like_any_other() -> None:
    bench = Bench(SerialSource(at("loop://"))).start()
    assert bench.until(LinkState.READY) == "Connected at loop://."
    bench.source.stop()


def usb(device: str, vid: int, pid: int, serial_number: str | None = None) -> ListPortInfo:
    info = ListPortInfo(device)
    info.vid, info.pid, info.serial_number = vid, pid, serial_number
    return info


def test_a_usb_device_is_found_whatever_its_name(cable: Cable) -> None:
    ports = [
        usb("/dev/other", 1, 2),
        usb(cable.name, 0x05E0, 0x1701, "S1"),
        usb("/dev/x", 0x05E0, 0x1701, "S2"),
    ]
    settings = ScannerSettings("gun", GUN.kind, GUN.framing, match=UsbMatch(0x05E0, 0x1701, "S1"))
    bench = Bench(SerialSource(settings, lambda: ports)).start()
    assert bench.until(LinkState.READY) == f"Connected at {cable.name}."
    bench.source.stop()


@pytest.mark.parametrize(
    ("ports", "link", "sentence"),
    [
        (
            [],
            LinkState.DISCONNECTED,
            "No USB device 05e0:1701 is there: plug the scanner in, and see that it is set to USB serial.",
        ),
        (
            [usb("/dev/a", 0x05E0, 0x1701), usb("/dev/b", 0x05E0, 0x1701)],
            LinkState.FAILED,
            "2 USB devices are 05e0:1701: add serial_number to match in scanners.toml.",
        ),
    ],
)
def test_a_usb_device_that_is_not_one_says_why(
    ports: list[ListPortInfo], link: LinkState, sentence: str
) -> None:
    settings = ScannerSettings("gun", GUN.kind, GUN.framing, match=UsbMatch(0x05E0, 0x1701))
    bench = Bench(SerialSource(settings, lambda: ports)).start()
    assert bench.until(link) == sentence
    bench.source.stop()
