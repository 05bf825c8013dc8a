"""What every kind of source keeps to, whatever is plugged in; and what no bytes can do to any of them."""

from __future__ import annotations

import socket
from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, given, seed, settings
from hypothesis import strategies as st

from terminal.scanners.aim_policy import AimPolicy
from terminal.scanners.decoding import decode
from terminal.scanners.dialogue import Dialogue, PlainDialogue
from terminal.scanners.evdev_keys import KeysDialogue
from terminal.scanners.framing import Frame, Framing
from terminal.scanners.hid_reports import ReportsDialogue
from terminal.scanners.keyboards import keyboard
from terminal.scanners.line import LineLostError, NoLineError
from terminal.scanners.line_source import LineSource
from terminal.scanners.settings import (
    PACKET_FRAMING,
    SERIAL_FRAMING,
    WEDGE_FRAMING,
    ScannerKind,
    ScannerSettings,
)
from terminal.scanners.source import Answer, LinkState
from terminal.scanners.sources import source_of
from terminal.scanners.ssi import Opcode, encode
from terminal.scanners.ssi_dialogue import SsiDialogue
from terminal.scanners.wedge import Read, Wedge
from tests.terminal.scanners.bench import PATIENCE, Bench
from verification.verdicts import Verdict

DIALOGUES: dict[str, Callable[[], Dialogue]] = {
    "plain": lambda: PlainDialogue(SERIAL_FRAMING),
    "marked": lambda: PlainDialogue(Framing(b"\x02", (b"\x03",), max_len=32)),
    "ssi": lambda: SsiDialogue(PACKET_FRAMING),
    "evdev": lambda: KeysDialogue(WEDGE_FRAMING, keyboard("us")),
    "hidpos": lambda: ReportsDialogue(PACKET_FRAMING),
}
UNPLUGGED = {
    ScannerKind.SERIAL: {"port": "/dev/no-such-port"},
    ScannerKind.SSI: {"port": "/dev/no-such-port"},
    ScannerKind.EVDEV: {"port": "/dev/input/no-such-device"},
    ScannerKind.HIDPOS: {},
    ScannerKind.TCP: {"address": "127.0.0.1:9"},
}
ANSWER = Answer(1.0, Verdict.ACCEPTED)


@pytest.mark.parametrize("kind", list(UNPLUGGED))
def test_a_source_without_its_scanner_says_so_takes_answers_and_stops(kind: ScannerKind) -> None:
    settings = ScannerSettings("gun", kind, SERIAL_FRAMING, **UNPLUGGED[kind])  # type: ignore[arg-type]
    source = source_of(settings)
    assert source.scanner_id == "gun"
    source.feedback(ANSWER)
    with Bench(source) as bench:
        first = bench.states.get(timeout=PATIENCE)
        assert (first.scanner_id, first.link) == ("gun", LinkState.STARTING)
        second = bench.states.get(timeout=PATIENCE)
        assert second.link in (LinkState.FAILED, LinkState.DISCONNECTED)
        assert second.detail.endswith(".")
        source.feedback(ANSWER)
    source.feedback(ANSWER)
    assert bench.frames.empty()


@pytest.mark.parametrize("kind", list(UNPLUGGED))
def test_a_source_that_never_started_can_be_stopped(kind: ScannerKind) -> None:
    settings = ScannerSettings("gun", kind, SERIAL_FRAMING, **UNPLUGGED[kind])  # type: ignore[arg-type]
    source_of(settings).stop()


class Broken:
    """A connector with a mistake in it."""

    def __init__(self) -> None:
        self.closed = False

    def connect(self) -> None:
        raise ZeroDivisionError

    def close(self) -> None:
        self.closed = True


def test_a_fault_of_the_program_is_not_a_scanner_that_falls_silent() -> None:
    broken = Broken()
    source = LineSource("gun", broken, PlainDialogue(SERIAL_FRAMING))  # type: ignore[arg-type]
    with Bench(source) as bench:
        assert bench.until(LinkState.FAILED) == (
            "The program met a fault (ZeroDivisionError): start the station again."
        )
    assert broken.closed


class Plug:
    """A scanner that is plugged in and pulled out as a list says; implements `Connector` and `Line`."""

    name = "the plug"
    lost = "It went away."

    def __init__(self, moves: list[bytes | None]) -> None:
        self._moves = moves
        self.written: list[bytes] = []

    def connect(self) -> Plug:
        if not self._moves:
            raise NoLineError(LinkState.FAILED, "It is over.")
        return self

    def read(self) -> bytes:
        move = self._moves.pop(0) if self._moves else None
        if move is None:
            raise LineLostError("pulled out")
        return move

    def write(self, data: bytes) -> bool:
        self.written.append(data)
        return True

    def close(self) -> None:
        pass


MOVES = st.lists(st.one_of(st.none(), st.binary(max_size=30)), max_size=4)


@given(MOVES, st.sampled_from(sorted(DIALOGUES)))
def test_no_bytes_and_no_unplugging_end_a_source(moves: list[bytes | None], dialogue: str) -> None:
    made = DIALOGUES[dialogue]()
    frames = []
    for move in moves:
        turn = made.break_off(1.0) if move is None else made.feed(move, 1.0)
        frames += turn.frames
        for frame in turn.frames:
            made.answer(Answer(frame.at, Verdict.ACCEPTED), 1.0)
    made.idle(100.0)
    made.idle(200.0)


def test_a_source_is_pulled_out_and_plugged_in_and_goes_on() -> None:
    plug = Plug([b"ONE\rHA", None, b"TWO\r", b""])
    with Bench(LineSource("gun", plug, PlainDialogue(SERIAL_FRAMING))) as bench:
        assert [bench.read() for _ in range(3)] == [("ok", b"ONE"), ("aborted", b"HA"), ("ok", b"TWO")]
        assert bench.until(LinkState.FAILED) == "It is over."


def test_a_listening_source_lets_its_port_go() -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        address = f"127.0.0.1:{free.getsockname()[1]}"
    for _ in range(2):
        settings = ScannerSettings("gate", ScannerKind.TCP, SERIAL_FRAMING, listen=address)
        with Bench(source_of(settings)) as bench:
            assert "yet" in bench.until(LinkState.DISCONNECTED)


def packet(data: bytes, status: int, cut: int) -> bytes:
    """A Simple Serial Interface packet, whole or with its end cut off."""
    whole = encode(Opcode.DECODE_DATA, data, status=status, source=0)
    return whole[: len(whole) - cut]


TYPED = st.sampled_from(
    [b"4006\r", b"A", b"\x1b", b"\x1b[200~", b"\x1b[201~", b"\x1b[99999999;1u", b"\x1b[<0;1;1M"]
)
NOISE = st.one_of(
    st.binary(max_size=80),
    st.builds(packet, st.binary(max_size=40), st.integers(0, 3), st.sampled_from([0, 0, 1, 3])),
    st.builds(lambda report: b"\x02" + report.ljust(63, b"\1"), st.binary(max_size=62)),
    st.builds(lambda code, rest: code + b"\r" + rest, st.binary(max_size=30), TYPED),
    TYPED,
)
"""Bytes as they come, and what is nearly right for a scanner of some kind."""
Input = tuple[bytes | None, float, Verdict]
"""What comes, None for an unplugged cable; the seconds of silence after it; what is said of a read."""
INPUTS = st.tuples(
    st.one_of(st.none(), NOISE), st.sampled_from([0.0, 0.01, 0.3, 1.0, 5.0]), st.sampled_from(Verdict)
)


def fuzzed(inputs: list[Input]) -> None:
    """The inputs to every dialogue and to the terminal, and every frame to the decoder: nothing raises."""
    dialogues = [make() for make in DIALOGUES.values()]
    wedge = Wedge(WEDGE_FRAMING)
    at = 1.0
    for data, silence, verdict in inputs:
        frames: list[Frame] = []
        for dialogue in dialogues:
            turn = dialogue.break_off(at) if data is None else dialogue.feed(data, at)
            answered = [*turn.frames, *dialogue.idle(at + silence).frames]
            for frame in answered:
                dialogue.answer(Answer(frame.at, verdict), at + silence)
            frames += answered
        items = wedge.close(at) if data is None else wedge.feed(data, at)
        frames += [each.frame for each in (*items, *wedge.idle(at + silence)) if isinstance(each, Read)]
        for frame in frames:
            for policy in AimPolicy:
                decode(frame.data, aim_id=policy)
        at += silence


@given(st.lists(INPUTS, max_size=8))
def test_no_input_raises(inputs: list[Input]) -> None:
    fuzzed(inputs)


@pytest.mark.soak
@pytest.mark.skipif("not config.getoption('-m')", reason="a million inputs; use `make soak`")
def test_none_of_a_million_inputs_raises() -> None:
    examples = settings(
        max_examples=250, deadline=None, suppress_health_check=list(HealthCheck), database=None
    )
    for part in range(100):  # each part's search starts anew, or it would remember all of a million
        seed(part)(examples(given(st.lists(INPUTS, min_size=40, max_size=40))(fuzzed)))()
