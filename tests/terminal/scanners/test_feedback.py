"""What a scanner on a plain line is told: the bytes of its make, after the commit, for each verdict."""

from __future__ import annotations

import os
import threading
from pathlib import Path

import pytest

from terminal.clerk import News
from terminal.config import Config, Policy
from terminal.scanners.feedback import BYTES, Signal, answer_bytes, signal
from terminal.scanners.framing import Framing
from terminal.scanners.settings import Feedback, ScannerKind, ScannerSettings
from terminal.scanners.source import LinkState, SourceState
from terminal.scanners.sources import source_of
from terminal.scanners.ssi_dialogue import ACK
from terminal.station import Station
from tests.terminal.builders import Ear
from tests.terminal.scanners.bench import PATIENCE, Bench, Cable
from tests.terminal.scanners.test_ssi import EAN, ssi_at
from verification.verdicts import Verdict

FRAMING = Framing(suffixes=(b"\r", b"\n"), idle_ms=150, max_len=64)


def plain(scanner_id: str, port: str, feedback: Feedback = Feedback.NONE) -> ScannerSettings:
    return ScannerSettings(scanner_id, ScannerKind.SERIAL, FRAMING, port=port, feedback=feedback)


class Ready:
    """Hears how the lines stand, and waits until so many are connected."""

    def __init__(self, lines: int) -> None:
        self._missing = threading.Semaphore(0)
        self._lines = lines

    def __call__(self, state: SourceState) -> None:
        if state.link is LinkState.READY:
            self._missing.release()

    def wait(self) -> None:
        for _ in range(self._lines):
            assert self._missing.acquire(timeout=PATIENCE)


@pytest.mark.parametrize(
    ("feedback", "verdict", "sent"),
    [
        (Feedback.NONE, Verdict.ACCEPTED, b""),
        (Feedback.BEL, Verdict.ACCEPTED, b"\a"),
        (Feedback.BEL, Verdict.NOT_ON_ORDER, b""),
        (Feedback.HONEYWELL, Verdict.ACCEPTED, b"\x1b7,"),
        (Feedback.HONEYWELL, Verdict.ORDER_VERIFIED, b"\x1b4,\x1b5,\x1b6,"),
        (Feedback.HONEYWELL, Verdict.DUPLICATE_READ, b"\x1b8,\x1b8,"),
        (Feedback.DATALOGIC, Verdict.ACCEPTED, b"\x06\x01"),
        (Feedback.DATALOGIC, Verdict.EXCEEDS_REMAINING, b"\x06FE"),
        (Feedback.DATALOGIC, Verdict.NOT_RECORDED, b"FE"),
    ],
)
def test_the_bytes_of_each_make(feedback: Feedback, verdict: Verdict, sent: bytes) -> None:
    assert answer_bytes(feedback, verdict) == sent


@pytest.mark.parametrize("verdict", list(Verdict))
def test_a_scanner_never_hears_yes_for_a_refusal_or_the_other_way_round(verdict: Verdict) -> None:
    welcome = signal(verdict) in (Signal.GOOD, Signal.DONE)
    assert welcome is not verdict.refused
    for table in BYTES.values():
        yes = {table.get(Signal.GOOD), table.get(Signal.DONE)}
        no = {table.get(Signal.REFUSED), table.get(Signal.LOST)}
        assert not yes & no


def test_nothing_asks_a_scanner_to_send_a_recorded_read_again() -> None:
    assert all(b"\x15" not in sent for table in BYTES.values() for sent in table.values())


def test_the_answer_of_each_make_goes_out_on_its_line() -> None:
    with (
        Cable() as cable,
        Bench(source_of(plain("gun", cable.name, Feedback.DATALOGIC))) as bench,
    ):
        bench.until(LinkState.READY)
        os.write(cable.scanner, b"A\r")
        frame = bench.frame()
        assert cable.silent()
        bench.commit(frame, Verdict.NOT_ON_ORDER)
        assert cable.heard(3) == b"\x06FE"


def test_a_scanner_that_takes_nothing_holds_up_neither_the_answer_nor_the_next_read() -> None:
    with (
        Cable() as cable,
        Bench(source_of(plain("gun", cable.name, Feedback.HONEYWELL))) as bench,
    ):
        bench.until(LinkState.READY)
        os.write(cable.scanner, b"A\r")
        frame = bench.frame()
        for _ in range(100_000):  # far more than a line's buffer holds
            bench.commit(frame)
        os.write(cable.scanner, b"B\r")
        assert bench.read() == ("ok", b"B")


def test_two_scanners_at_one_bench_are_told_apart_and_each_is_answered_for_its_own_reads(
    tmp_path: Path,
) -> None:
    with Cable() as left, Cable() as right:
        scanners = (plain("left", left.name, Feedback.HONEYWELL), ssi_at(right.name, "right"))
        config = Config(policy=Policy(sign_in=False), scanners=scanners)
        ear, ready = Ear(), Ready(2)
        with Station.open(config, tmp_path, tell=ear, report=ready):
            ready.wait()
            os.write(right.scanner, EAN)
            assert right.heard(len(ACK)) == ACK
            assert left.silent()
            os.write(left.scanner, b"BIN-7\r")
            assert left.heard(6) == b"\x1b8,\x1b8,"
            outcomes = ear.wait_for(2)
    assert [(outcome.scanner, outcome.raw) for outcome in outcomes] == [
        ("right", b"4006381333931"),
        ("left", b"BIN-7"),
    ]


def test_the_acknowledgement_comes_after_the_commit_and_does_not_wait_for_who_is_told(tmp_path: Path) -> None:
    with Cable() as cable:
        config = Config(policy=Policy(sign_in=False), scanners=(ssi_at(cable.name, "zebra"),))
        committed: list[int] = []

        def look(news: News) -> None:
            assert cable.heard(len(ACK)) == ACK
            committed.extend(outcome.seq or 0 for outcome in news.outcomes)

        ear, ready = Ear(also=look), Ready(1)
        with Station.open(config, tmp_path, tell=ear, report=ready):
            ready.wait()
            os.write(cable.scanner, EAN)
            ear.wait_for(1)
    assert len(committed) == 1
    assert committed[0] > 0
