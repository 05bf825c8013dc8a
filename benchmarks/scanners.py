"""Framing and decoding per second, how soon a missing scanner is noticed, and ACKs behind a blocked screen.

    python -m benchmarks.scanners [--json]

GS1 decoding is compared with biip's own parser of the same messages, turn by turn. The blocked screen is the
real one with its event loop asleep for half a second at a time, while a scanner on a pseudo-terminal speaks
SSI: it waits for the acknowledgement of each read, which comes only after the commit.
"""

from __future__ import annotations

import asyncio
import os
import socket
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from biip.gs1_messages import GS1Message

from benchmarks.report import Bar, at_least, at_most, command, p50
from benchmarks.stock import OPEN_ORDER, OPEN_SKUS, barcode, stocked
from terminal.app import StationApp
from terminal.clerk import News
from terminal.config import Config, Policy
from terminal.scanners.decoding import decode
from terminal.scanners.element_strings import warm_up
from terminal.scanners.framing import Framer, Framing
from terminal.scanners.settings import Feedback, ScannerKind, ScannerSettings
from terminal.scanners.source import LinkState, SourceState
from terminal.scanners.sources import source_of
from terminal.scanners.ssi import Opcode, encode
from terminal.scanners.ssi_dialogue import ACK
from terminal.station import Station
from terminal.view import View
from tests.terminal.scanners.bench import PATIENCE, Bench, Cable

READS, CODES, MESSAGES, ROUNDS = 100_000, 20_000, 2_000, 9
CHUNK = 4096
SCANS = 40
BLOCKED = 0.5
AWAY = 3.0
"""Seconds that a scanner stays unplugged, so that it is looked for as rarely as it ever is."""
GS1 = (
    "0109501101530003172612311012345\x1d21ABC",
    "010950110153000310LOT-7\x1d3703",
    "00106141412345678908",
    "0195012345678903310300125015261231",
)


def seconds_for(*acts: Callable[[], object]) -> list[float]:
    """How long each of `acts` takes, at its best of some rounds in which they take turns."""
    times: list[list[float]] = [[] for _ in acts]
    for _ in range(ROUNDS):
        for act, taken in zip(acts, times, strict=True):
            taken.append(_seconds(act, lambda: None))
    return [min(taken) for taken in times]


def framing() -> list[Bar]:
    """Reads that the framer cuts out in a second."""
    bars = []
    for name, rules, read in (
        ("framer, CR LF", Framing(), b"4006381333931\r\n"),
        ("framer, STX and ETX", Framing(b"\x02", (b"\x03",)), b"\x024006381333931\x03"),
    ):
        line = read * READS

        def cut(rules: Framing = rules, line: bytes = line) -> None:
            framer = Framer(rules)
            frames = sum(len(framer.feed(line[at : at + CHUNK], 1.0)) for at in range(0, len(line), CHUNK))
            assert frames == READS

        (taken,) = seconds_for(cut)
        bars.append(at_least(name, READS / taken, 100_000, "reads/s", 1))
    return bars


def decoding() -> list[Bar]:
    """Codes that are understood in a second, none of them remembered."""
    plain = [b"SKU-%05d" % number if number % 2 else barcode(number).encode() for number in range(CODES)]
    (taken,) = seconds_for(lambda: [decode.__wrapped__(code) for code in plain])
    warm_up()
    messages = GS1 * (MESSAGES // len(GS1))
    scanned = [f"]C1{message}".encode() for message in messages]
    alone, ours = seconds_for(
        lambda: [GS1Message.parse(message) for message in messages],
        lambda: [decode.__wrapped__(read) for read in scanned],
    )
    return [
        at_least("decoding, plain SKUs and EANs", CODES / taken, 20_000, "codes/s", 1),
        at_most("decoding 2,000 GS1 messages, against biip", ours, alone, "s", 1.2),
    ]


def gone_and_back() -> list[Bar]:
    """From unplugging to a visible state, and from plugging in to the first read."""
    bars = []
    with tempfile.TemporaryDirectory() as folder:
        for name, (gone, back) in (("serial", _by_serial(Path(folder))), ("tcp", _by_tcp())):
            bars.append(at_most(f"{name}: unplugged to shown as gone", gone, 1.0, "s", 1))
            bars.append(at_most(f"{name}: plugged in to the first read", back, 2.0, "s", 1))
    return bars


def _by_serial(folder: Path) -> tuple[float, float]:
    plug = folder / "scanner"
    first, second = Cable(), Cable()
    plug.symlink_to(first.name)
    with Bench(source_of(ScannerSettings("gun", ScannerKind.SERIAL, Framing(), port=str(plug)))) as bench:
        bench.until(LinkState.READY)
        plug.unlink()
        gone = _seconds(first.unplug, lambda: bench.until(LinkState.DISCONNECTED))
        time.sleep(AWAY)

        def read() -> None:
            bench.until(LinkState.READY)
            os.write(second.scanner, b"A\r")
            bench.read()

        back = _seconds(lambda: plug.symlink_to(second.name), read)
        second.unplug()
    return gone, back


def _by_tcp() -> tuple[float, float]:
    server = socket.create_server(("127.0.0.1", 0))
    address = server.getsockname()
    settings = ScannerSettings("gate", ScannerKind.TCP, Framing(), address=f"127.0.0.1:{address[1]}")
    with Bench(source_of(settings)) as bench:
        gateway, _ = server.accept()
        bench.until(LinkState.READY)
        server.close()
        gone = _seconds(gateway.close, lambda: bench.until(LinkState.DISCONNECTED))
        time.sleep(AWAY)

        def read() -> None:
            gateway, _ = again[0].accept()
            with gateway:
                gateway.sendall(b"A\r")
                bench.read()

        again: list[socket.socket] = []
        back = _seconds(lambda: again.append(socket.create_server(address)), read)
        again[0].close()
    return gone, back


def _seconds(cause: Callable[[], object], effect: Callable[[], object]) -> float:
    began = time.perf_counter()
    cause()
    effect()
    return time.perf_counter() - began


class SsiScanner:
    """Sends each code and waits for its ACK, in a thread of its own."""

    def __init__(self, cable: Cable, codes: Sequence[str]) -> None:
        self._cable = cable
        self._codes = codes
        self.waited: list[float] = []
        self.thread = threading.Thread(target=self._scan)

    def _scan(self) -> None:
        for code in self._codes:
            packet = encode(Opcode.DECODE_DATA, b"\x03" + code.encode(), source=0)
            self.waited.append(
                _seconds(
                    lambda packet=packet: os.write(self._cable.scanner, packet),  # type: ignore[misc]
                    lambda: self._cable.heard(len(ACK)),
                )
            )
            time.sleep(0.02)


def acknowledged(blocked: float) -> list[float]:
    """Seconds that a scanner waited for each ACK while the screen slept `blocked` seconds at a time."""
    with tempfile.TemporaryDirectory() as name, Cable() as cable:
        folder = Path(name)
        stocked(folder, events=20).close()
        zebra = ScannerSettings(
            "zebra", ScannerKind.SSI, Framing(suffixes=()), port=cable.name, feedback=Feedback.NONE
        )
        shown: list[StationApp] = []
        ready = threading.Event()

        def tell(news: News | SourceState) -> None:
            if isinstance(news, SourceState) and news.link is LinkState.READY:
                ready.set()
            shown[0].arrive(news)

        config = Config(policy=Policy(sign_in=False), scanners=(zebra,))
        station = Station.open(config, folder, tell=tell, report=tell)
        shown.append(StationApp(station, View("Dock 1", sign_in=False), sounds=False))
        codes = [OPEN_SKUS[number % len(OPEN_SKUS)] for number in range(SCANS)]
        scanner = SsiScanner(cable, [OPEN_ORDER, *codes])
        try:
            asyncio.run(_on_screen(shown[0], ready, scanner, blocked))
        finally:
            station.stop()
        return scanner.waited[1:]


async def _on_screen(app: StationApp, ready: threading.Event, scanner: SsiScanner, blocked: float) -> None:
    async with asyncio.timeout(PATIENCE * 3), app.run_test(size=(80, 24)) as pilot:
        while not ready.is_set():
            await pilot.pause()
        scanner.thread.start()
        while scanner.thread.is_alive():
            time.sleep(blocked)
            await asyncio.sleep(0.01)


def blocked_screen() -> list[Bar]:
    """The longest wait for an ACK while the screen does nothing for half a second at a time."""
    free, held = acknowledged(0.0), acknowledged(BLOCKED)
    return [
        at_most("ACK after commit, screen blocked, median", p50(held), p50(free), "s", 2),
        at_most("ACK after commit, screen blocked, longest", max(held), BLOCKED, "s", 0.5),
    ]


def measure() -> list[Bar]:
    """All bars."""
    return [*framing(), *decoding(), *gone_and_back(), *blocked_screen()]


if __name__ == "__main__":
    sys.exit(command(__doc__, measure))
