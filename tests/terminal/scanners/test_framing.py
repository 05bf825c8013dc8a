"""Frames come out whole or not at all, however the bytes are cut into chunks."""

from __future__ import annotations

import random
import re
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from terminal.scanners.framing import LONGEST_PIECE, Frame, FrameKind, Framer, Framing

CR_LF = Framing(suffixes=(b"\r", b"\n"), max_len=64)
CR_LF_TAB = Framing(suffixes=(b"\r", b"\n", b"\t"), max_len=64)
STX_ETX = Framing(prefix=b"\x02", suffixes=(b"\x03",), max_len=64)
OK, NO_SUFFIX, NOISE = FrameKind.OK, FrameKind.NO_SUFFIX, FrameKind.NOISE
RESTART, OVERFLOW = FrameKind.RESTART, FrameKind.OVERFLOW
ABORTED, LINE_ERROR = FrameKind.ABORTED, FrameKind.LINE_ERROR


def read(framing: Framing, *chunks: bytes | float) -> list[tuple[FrameKind, bytes]]:
    """Feed chunks; a number is a pause in seconds. The line then stays silent for a long time."""
    framer, now = Framer(framing), 100.0
    frames: list[Frame] = []
    for chunk in chunks:
        if isinstance(chunk, bytes):
            frames += framer.feed(chunk, now)
        else:
            now += chunk
            frames += framer.idle(now)
    frames += framer.idle(now + 60)
    assert framer.deadline is None
    return [(frame.kind, frame.data) for frame in frames]


@pytest.mark.parametrize(
    ("framing", "chunks", "expected"),
    [
        (CR_LF, [b"4006381333931\r"], [(OK, b"4006381333931")]),
        (CR_LF, [b"4006381333931\r\n"], [(OK, b"4006381333931")]),
        (CR_LF, [b"4006381333931\r", 0.3, b"\n"], [(OK, b"4006381333931")]),
        (CR_LF, [b"A\r\r\nB\n\n"], [(OK, b"A"), (OK, b"B")]),
        (CR_LF, [b"\r\n\r\n"], []),
        (CR_LF_TAB, [b"A1\tB2\t"], [(OK, b"A1"), (OK, b"B2")]),
        (CR_LF, [b"40063", 0.3, b"81333931", 0.1, b"\r"], [(OK, b"4006381333931")]),
        (CR_LF, [b"4006381333931"], [(NO_SUFFIX, b"4006381333931")]),
        (CR_LF, [b"HALF", 0.6, b"NEXT\r"], [(NO_SUFFIX, b"HALF"), (OK, b"NEXT")]),
        (CR_LF, [b"X" * 64 + b"\r"], [(OK, b"X" * 64)]),
        (CR_LF, [b"X" * 64 + b"YY\rA\r"], [(OVERFLOW, b"X" * 64 + b"YY"), (OK, b"A")]),
        (CR_LF, [b"X" * 80, 0.6, b"A\r"], [(OVERFLOW, b"X" * 80), (OK, b"A")]),
        (CR_LF, [b"]C10109501101530003\x1d10AB\r"], [(OK, b"]C10109501101530003\x1d10AB")]),
        (STX_ETX, [b"\x02]Q3N:X\r\nM\r\n\x03"], [(OK, b"]Q3N:X\r\nM\r\n")]),
        (STX_ETX, [b"\xff\xfe\x02ABC\x03"], [(NOISE, b"\xff\xfe"), (OK, b"ABC")]),
        (STX_ETX, [b"\x02AB\x02CD\x03"], [(RESTART, b"AB"), (OK, b"CD")]),
        (STX_ETX, [b"\x02\x03"], [(OK, b"")]),
        (STX_ETX, [b"\x02AB\x03\x03\x02CD\x03"], [(OK, b"AB"), (OK, b"CD")]),
        (STX_ETX, [b"\x02AB\x03\r\n\x02CD\x03", 0.2, b"\r"], [(OK, b"AB"), (OK, b"CD")]),
        (STX_ETX, [b"\x02AB\x03\rX"], [(OK, b"AB"), (NOISE, b"X")]),
        (STX_ETX, [b"LOST\x03\x02CD\x03"], [(NOISE, b"LOST"), (OK, b"CD")]),
        (STX_ETX, [b"\x02"], [(NO_SUFFIX, b"")]),
        (STX_ETX, [b"\x02\x02A\x03"], [(RESTART, b""), (OK, b"A")]),
        (STX_ETX, [b"noise"], [(NOISE, b"noise")]),
        (STX_ETX, [b"n" * 99 + b"\x02A\x03"], [(NOISE, b"n" * 99), (OK, b"A")]),
        (
            STX_ETX,
            [b"\x02" + b"X" * 70 + b"\x02CD\x03\x02EF\x03"],
            [(OVERFLOW, b"X" * 70 + b"\x02CD"), (OK, b"EF")],
        ),
    ],
)
def test_a_line_becomes_frames(
    framing: Framing, chunks: list[bytes | float], expected: list[tuple[FrameKind, bytes]]
) -> None:
    assert read(framing, *chunks) == expected


def test_carriage_return_alone_as_suffix_still_owns_the_line_feed_after_it() -> None:
    only_cr = Framing(suffixes=(b"\r",))
    assert read(only_cr, b"A\r\nB\r", 0.3, b"\n") == [(OK, b"A"), (OK, b"B")]


def test_a_suffix_of_several_bytes_ends_only_when_complete() -> None:
    framing = Framing(suffixes=(b"\r\n",), max_len=4)
    assert read(framing, b"A\rB\r\n") == [(OK, b"A\rB")]
    assert read(framing, b"ABCD\r", b"\n") == [(OK, b"ABCD")]
    assert read(framing, b"ABCD\rE\r\n") == [(OVERFLOW, b"ABCD\rE")]


def test_where_one_suffix_begins_another_the_read_is_not_kept_waiting() -> None:
    framing = Framing(prefix=b"\x02", suffixes=(b"\x03", b"\x03\r\n"))
    framer = Framer(framing)
    assert [f.data for f in framer.feed(b"\x02A\x03", 0)] == [b"A"]
    assert framer.feed(b"\r\n", 0.01) == []
    assert [f.data for f in framer.feed(b"\x02B\x03", 0.02)] == [b"B"]


def test_a_frame_tells_when_its_last_byte_came() -> None:
    framer = Framer(CR_LF)
    framer.feed(b"A", 1.0)
    assert framer.deadline == pytest.approx(1.5)
    assert framer.feed(b"B", 1.4) == []
    assert framer.idle(1.6) == []
    assert framer.idle(1.9) == [Frame(NO_SUFFIX, b"AB", 1.4)]
    assert framer.feed(b"C\r", 2.0) == [Frame(OK, b"C", 2.0)]


def test_bytes_that_come_after_the_silence_start_a_new_read_even_if_nobody_called_idle() -> None:
    framer = Framer(CR_LF)
    framer.feed(b"HALF", 1.0)
    assert [f.kind for f in framer.feed(b"NEXT\r", 9.0)] == [NO_SUFFIX, OK]


def test_unplugging_aborts_the_open_read_and_the_next_one_is_whole() -> None:
    framer = Framer(CR_LF)
    framer.feed(b"HALF", 1.0)
    assert framer.break_off(ABORTED, 1.1) == [Frame(ABORTED, b"HALF", 1.0)]
    assert framer.break_off(ABORTED, 1.2) == []
    assert [f.data for f in framer.feed(b"NEXT\r", 1.3)] == [b"NEXT"]


def test_after_a_damaged_byte_the_tail_is_no_read_either() -> None:
    framer = Framer(CR_LF)
    framer.feed(b"40063", 1.0)
    assert framer.break_off(LINE_ERROR, 1.0) == [Frame(LINE_ERROR, b"40063", 1.0)]
    assert framer.feed(b"1333931\rA\r", 1.1) == [
        Frame(LINE_ERROR, b"1333931", 1.1),
        Frame(OK, b"A", 1.1),
    ]


def test_damage_on_a_silent_line_is_forgotten_after_the_silence() -> None:
    framer = Framer(CR_LF)
    framer.break_off(LINE_ERROR, 1.0)
    assert [f.kind for f in framer.feed(b"A\r", 2.0)] == [OK]


def test_a_line_that_never_ends_a_read_costs_bounded_memory() -> None:
    framer = Framer(CR_LF)
    frames = framer.feed(b"X" * (3 * LONGEST_PIECE + 5), 1.0)
    assert [len(f.data) for f in frames] == [LONGEST_PIECE] * 3
    assert {f.kind for f in frames} == {OVERFLOW}
    assert [(f.kind, f.data) for f in framer.feed(b"\rA\r", 1.0)] == [
        (OVERFLOW, b"X" * 5),
        (OK, b"A"),
    ]


def test_complete_ends_a_read_as_its_suffix_would() -> None:
    framer = Framer(CR_LF)
    framer.feed(b"A\rB", 1.0)
    assert framer.complete(1.1) == [Frame(OK, b"B", 1.0)]
    assert framer.complete(1.2) == []


ALPHABET = b"\x02\x03\r\n\tABC\xff"
EXAMPLES = [
    CR_LF,
    CR_LF_TAB,
    STX_ETX,
    Framing(suffixes=(b"\r\n",), max_len=5),
    Framing(prefix=b"\x02\x02", suffixes=(b"\x03", b"\r\n"), max_len=5),
    Framing(suffixes=(b"\r",), max_len=5),
]
BYTES = st.lists(st.sampled_from(ALPHABET), max_size=120).map(bytes)
FRAMINGS = st.sampled_from(EXAMPLES)


@given(FRAMINGS, BYTES, st.data())
def test_chunks_do_not_change_the_frames(framing: Framing, line: bytes, data: st.DataObject) -> None:
    cuts = sorted(data.draw(st.sets(st.integers(0, len(line)))))
    edges = [0, *cuts, len(line)]
    chunks = [line[a:b] for a, b in pairwise(edges)]
    assert read(framing, *chunks) == read(framing, line)


@given(FRAMINGS, BYTES)
def test_no_byte_vanishes(framing: Framing, line: bytes) -> None:
    assert nothing_missing(framing, line, read(framing, line))


def test_ten_thousand_lines_give_the_same_frames_in_any_chunks_and_lose_no_byte() -> None:
    dice = random.Random(1)
    for _ in range(10_000):
        framing, line = dice.choice(EXAMPLES), bytes(dice.choices(ALPHABET, k=dice.randrange(30)))
        cuts = sorted(dice.randrange(len(line) + 1) for _ in range(dice.randrange(8)))
        chunks = [line[a:b] for a, b in pairwise([0, *cuts, len(line)])]
        frames = read(framing, line)
        assert read(framing, *chunks) == frames, (framing, chunks)
        assert nothing_missing(framing, line, frames), (framing, line)


def nothing_missing(framing: Framing, line: bytes, frames: list[tuple[FrameKind, bytes]]) -> bool:
    """Whether the frames' bytes appear in order, and between them stand only markers."""
    markers = {framing.prefix, *framing.suffixes, b"\r", b"\n"} - {b""}
    between = b"(?:" + b"|".join(map(re.escape, markers)) + b")*"
    parts = [re.escape(payload) for _kind, payload in frames]
    return re.fullmatch(between.join([b"", *parts, b""]), line) is not None


@given(FRAMINGS, BYTES)
def test_an_over_long_read_leaves_no_good_piece(framing: Framing, line: bytes) -> None:
    assert all(len(payload) <= framing.max_len for kind, payload in read(framing, line) if kind is OK)
