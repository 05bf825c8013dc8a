"""The terminal is a keyboard and a scanner: no read becomes keys, no typing becomes a read."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from textual._xterm_parser import XTermParser

from terminal.scanners.framing import FrameKind, Framing
from terminal.scanners.wedge import Keys, Read, Wedge

PLAIN = Framing(suffixes=(b"\r", b"\n", b"\t"), max_len=64)
STX_ETX = Framing(prefix=b"\x02", suffixes=(b"\x03",), max_len=64)
Seen = list[bytes | tuple[str, bytes]]


def seen(*script: bytes | float, framing: Framing = PLAIN) -> Seen:
    """Play bytes and pauses (seconds); then stay silent. Keys are bytes, reads are (kind, bytes)."""
    wedge, now = Wedge(framing), 100.0
    items: list[Read | Keys] = []
    for step in [*script, 10.0]:
        if isinstance(step, bytes):
            items += wedge.feed(step, now)
            continue
        now += step
        while (deadline := wedge.deadline) is not None and deadline <= now:
            items += wedge.idle(deadline)
    assert wedge.deadline is None
    return [i.data if isinstance(i, Keys) else (i.frame.kind.value, i.frame.data) for i in items]


def typed(text: str, gap: float = 0.06) -> list[bytes | float]:
    return [step for character in text for step in (character.encode(), gap)]


def keys(text: str) -> Seen:
    return [character.encode() for character in text]


@pytest.mark.parametrize(
    ("script", "expected"),
    [
        ([b"4006381333931\r"], [("ok", b"4006381333931")]),
        ([b"4006381333931\r\n"], [("ok", b"4006381333931")]),
        ([b"4006381333931\r", 0.3, b"\n"], [("ok", b"4006381333931")]),
        ([b"4006381333931\r", 0.3, b"\r"], [("ok", b"4006381333931")]),
        ([b"A\r\r\nB\n\n"], [("ok", b"A"), ("ok", b"B")]),
        ([b"A1\tB2\t"], [("ok", b"A1"), ("ok", b"B2")]),
        ([b"\r4006381333931\r"], [("ok", b"4006381333931")]),
        ([b"40063", 0.3, b"81333931", 0.1, b"\r"], [("ok", b"4006381333931")]),
        ([b"400", 0.3, b"6381333931\r"], [("ok", b"4006381333931")]),
        ([b"400638133393", 0.3, b"1", 0.3, b"\r"], [("ok", b"4006381333931")]),
        ([b"4", 0.01, b"0", 0.01, b"0", 0.01, b"6", 0.01, b"\r"], [("ok", b"4006")]),
        ([b"SKU", 0.2, b"\r"], [("ok", b"SKU")]),
        ([b"4006381333931"], [("no_suffix", b"4006381333931")]),
        ([b"4006381333931", 0.7, b"\r"], [("no_suffix", b"4006381333931")]),
        ([b"HALF", 0.6, b"NEXT\r"], [("no_suffix", b"HALF"), ("ok", b"NEXT")]),
        ([b"4006\xc2", 0.3, b"\xa9", 0.3, b"\r"], [("ok", b"4006\xc2\xa9")]),
        ([b"X" * 64 + b"YY\r"], [("overflow", b"X" * 64 + b"YY")]),
        ([b"caf\xc3\xa9\r"], [("ok", b"caf\xc3\xa9")]),
    ],
)
def test_a_read_is_what_stands_before_its_suffix(script: list[bytes | float], expected: Seen) -> None:
    assert seen(*script) == expected


@pytest.mark.parametrize(
    ("script", "expected"),
    [
        (typed("SKU-A\r", 0.2), keys("SKU-A\r")),
        (typed("hello world\r", 0.05), keys("hello world\r")),
        (typed("a\tb\r"), keys("a\tb\r")),
        (typed("Zoë 日本\r"), keys("Zoë 日本\r")),
        ([b"u"], keys("u")),
        ([b"ab"], keys("ab")),
        ([b"\r"], keys("\r")),
        ([b"\t"], keys("\t")),
        ([b"\r\n"], keys("\r")),
        ([b"\x7f"], [b"\x7f"]),
        ([*typed("he"), b"l", 0.03, b"l", 0.06, b"o", 0.03, b"\r"], keys("hello\r")),
        ([*typed("x"), b"t", 0.02, b"h", 0.03, b"e", 0.06, *typed("n\r")], keys("xthen\r")),
        ([b"t", 0.02, b"h", 0.02, b"e", 0.06, *typed("n\r")], keys("then\r")),
        ([*typed("ab", 0.06), b"\r", 0.1, b"4006381333931\r"], [*keys("ab\r"), ("ok", b"4006381333931")]),
        (
            [b"t", 0.02, b"h", 0.02, b"e", 0.1, b"\x7f", 0.1, b"4006\r"],
            [*keys("the\x7f"), ("restart", b"the4006")],
        ),
        ([b"u", 0.6, b"4006381333931\r"], [b"u", ("ok", b"4006381333931")]),
        ([b"\x1b", 0.1, b"4006381333931\r"], [b"\x1b", ("ok", b"4006381333931")]),
    ],
)
def test_a_person_can_type_any_text_and_press_enter(script: list[bytes | float], expected: Seen) -> None:
    assert seen(*script) == expected


@pytest.mark.parametrize(
    ("script", "expected"),
    [
        ([b"4", 0.1, b"006381333931\r"], [b"4", ("restart", b"4006381333931")]),
        ([b"40", 0.3, b"06381333931\r"], [*keys("40"), ("restart", b"4006381333931")]),
        ([*typed("ab"), b"4006\r1234\r"], [*keys("ab"), ("restart", b"ab4006"), ("ok", b"1234")]),
        ([*typed("ab"), b"4006"], [*keys("ab"), ("restart", b"ab4006")]),
        ([b"t", 0.02, b"h", 0.02, b"e", 0.1, b"\r"], [("noise", b"the")]),
        ([b"t", 0.02, b"h", 0.02, b"e"], [("no_suffix", b"the")]),
    ],
)
def test_where_hand_and_machine_cannot_be_told_apart_nothing_is_guessed(
    script: list[bytes | float], expected: Seen
) -> None:
    assert seen(*script) == expected


@pytest.mark.parametrize(
    ("script", "expected"),
    [
        ([b"40\x1106\r"], [("ok", b"40\x1106")]),
        ([b"\x114006\r"], [("ok", b"\x114006")]),
        ([b"4006\r\x11"], [("ok", b"4006"), ("no_suffix", b"\x11")]),
        ([b"4006", 0.2, b"\x11", 0.2, b"\r"], [("ok", b"4006\x11")]),
        ([b"\x1b[A\r"], [("ok", b"\x1b[A")]),
        ([b"A\x1b[15~"], [("no_suffix", b"A\x1b[15~")]),
        ([b"\x1bOP4006\r"], [("ok", b"\x1bOP4006")]),
        ([b"\x1bA\x1bB\r"], [("ok", b"\x1bA\x1bB")]),
        ([b"a", 0.03, b"\x1b"], [("no_suffix", b"a\x1b")]),
        ([b"  \xe1\x80", 0.25, b"\x81\r"], [("ok", b"  \xe1\x80\x81")]),
        ([b"4006\x1b\r"], [("ok", b"4006\x1b")]),
        ([b"\x11\x11"], [("no_suffix", b"\x11\x11")]),
        ([b"\r\r\r"], []),
        ([b"\r", 0.033, b"\r", 0.033, b"\r", 0.033, b"\r", 0.033, b"\r"], []),
        ([b"\n"], []),
        ([b"\x1b[<0;1;1M4006\r"], [("ok", b"4006")]),
        ([b"40\x1b[<0;1;1M06\r"], [("ok", b"4006")]),
        ([b"\x1b[A" * 99], [("overflow", b"\x1b[A" * 99)]),
    ],
)
def test_a_read_presses_no_key(script: list[bytes | float], expected: Seen) -> None:
    assert seen(*script) == expected


@pytest.mark.parametrize(
    "key",
    [
        b"\x11",
        b"\x03",
        b"\x1b",
        b"\x1b[A",
        b"\x1b[1;5C",
        b"\x1bOP",
        b"\x1b[15~",
        b"\x1b[Z",
        b"\x1bx",
        b"\x1b[",
    ],
)
def test_a_key_alone_is_that_key(key: bytes) -> None:
    assert seen(key) == [key]
    assert seen(key[:1], 0.01, key[1:]) == [key]


def test_held_cursor_keys_are_handed_on_while_they_are_held() -> None:
    wedge, now, given_on = Wedge(PLAIN), 5.0, 0
    for _ in range(20):
        given_on += len(wedge.feed(b"\x1b[B", now))
        now += 0.033
    assert given_on >= 18


def test_reports_pass_through_a_read_without_breaking_it() -> None:
    moved, wheel = b"\x1b[<35;10;5M", b"\x1b[<64;10;5M"
    for report in (moved, wheel, b"\x1b[I", b"\x1b[O", b"\x1b[?2026;2$y"):
        assert seen(b"4006" + report + b"381\r") == [report, ("ok", b"4006381")]
    assert seen(b"\x1b[<0;10;5M\x1b[<0;10;5m") == [b"\x1b[<0;10;5M", b"\x1b[<0;10;5m"]


@pytest.mark.parametrize(
    "hostile",
    [
        b"\x1b[99999999;1u",
        b"\x1b[<99999999;1;1M",
        b"\x1b]0;x\x07",
        b"\x1bP1;2|x\x1b\\",
        b"AB\xe9CD",
        b"A\x9bB",
        b"\x1b[" + b"1;" * 500,
        b"\x1b_" + b"x" * 3000,
        b"\x1b[48;1;1;1;1t",
        b"\x1b[1;1Rx",
        b"A\x1b[201~B",
    ],
)
def test_hostile_sequences_stay_in_the_read_and_reach_no_one(hostile: bytes) -> None:
    long = Framing(suffixes=(b"\r",), max_len=4096)
    assert seen(hostile + b"\r", framing=long) == [("ok", hostile)]
    assert [item for item in seen(hostile, 0.2, b"4006\r", framing=long) if isinstance(item, bytes)] == []


def test_an_answer_of_the_terminal_is_neither_key_nor_read() -> None:
    assert seen(b"\x1b[?62;22c", 0.1, b"\x1b]11;rgb:0000/0000/0000\x1b\\") == []


def test_an_unterminated_string_is_given_up_after_the_silence() -> None:
    assert seen(b"\x1b]0;x", 0.7, b"4006\r") == [("no_suffix", b"\x1b]0;x"), ("ok", b"4006")]


KITTY = b"\x1b[98;5u\x1b[65;2;65u\x1b[93;5u\x1b[66;2;66u\x1b[99;5u"


def test_a_scanner_behind_the_kitty_keyboard_protocol_reads_as_any_other() -> None:
    assert seen(KITTY, framing=STX_ETX) == [("ok", b"A\x1dB")]
    assert seen(b"\x1b[52u\x1b[48;;48u\x1b[97:65;2u\x1b[57400u\x1b[13u") == [("ok", b"40A1")]
    assert seen(b"\x1b[97;1:1u\x1b[97;1:3u\x1b[98;1:1u\x1b[98;1:2u\x1b[13;1:1u") == [("ok", b"ab")]
    assert seen(b"\x1b[0;;233:26085u\x1b[57441;2u\x1b[65;2;65u\x1b[13u") == [("ok", "é日A".encode())]


def test_keys_of_the_kitty_protocol_become_the_keys_that_every_terminal_knows() -> None:
    assert seen(b"\x1b[113;5u") == [b"\x11"]
    assert seen(b"\x1b[27u") == [b"\x1b"]
    assert seen(b"\x1b[97;;97u", 0.1, b"\x1b[13u") == [b"a", b"\r"]
    assert seen(b"\x1b[9;2u") == [b"\x1b[Z"]
    assert seen(b"\x1b[1;1:2A") == [b"\x1b[A"]
    assert seen(b"\x1b[1;1:3A\x1b[57441u") == []
    assert seen(b"\x1b[27;5;113~") == [b"\x11"]


@pytest.mark.parametrize(
    ("script", "expected"),
    [
        ([b"\x1b[200~]E05901234123457\r\x1b[201~"], [("ok", b"]E05901234123457")]),
        ([b"\x1b[200~A\rB\x1b[201~"], [("ok", b"A"), ("ok", b"B")]),
        ([b"\x1b[200~A", 0.2, b"B\x1b[20", 0.1, b"1~"], [("ok", b"AB")]),
        ([b"\x1b[200~A\x1b[201~\x11"], [("ok", b"A"), ("no_suffix", b"\x11")]),
        ([b"\x1b[200~A\x1b[201~\r"], [("ok", b"A")]),
        ([b"\x1b[200~A\x1b[200~B\x1b[201~"], [("ok", b"A\x1b[200~B")]),
        ([b"\x1b[200~A\x1b[20"], [("no_suffix", b"A\x1b[20")]),
        ([b"\x1b[200~", 0.7, b"u"], [b"u"]),
        ([b"\x1b[200~\x1b[201~"], []),
        ([b"\x1b[201~"], []),
        ([b"4006\x1b[200~A\r\x1b[201~"], [("restart", b"4006"), ("ok", b"A")]),
        ([b"u", 0.1, b"\x1b[200~A\r\x1b[201~"], [b"u", ("ok", b"A")]),
    ],
)
def test_a_paste_is_reads(script: list[bytes | float], expected: Seen) -> None:
    assert seen(*script) == expected


@pytest.mark.parametrize(
    ("script", "expected"),
    [
        ([b"\x02", 0.2, b"4006", 0.3, b"38\x03"], [("ok", b"400638")]),
        ([b"4", 0.1, b"\x024006\x03"], [b"4", ("ok", b"4006")]),
        ([b"\x024006\r\n\x03", 0.3, b"\x03"], [("ok", b"4006\r\n")]),
        ([b"\x0240\x1106\x03"], [("ok", b"40\x1106")]),
        ([b"\x024006\x03\r\n\x0238\x03\r"], [("ok", b"4006"), ("ok", b"38")]),
        ([b"\x02\x03"], [("ok", b"")]),
        ([b"4006\r"], [("noise", b"4006\r")]),
        ([b"junk\x02A\x03"], [("noise", b"junk"), ("ok", b"A")]),
        ([b"\x02AB\x02CD\x03"], [("restart", b"AB"), ("ok", b"CD")]),
        (typed("abc\r"), keys("abc\r")),
    ],
)
def test_with_a_prefix_times_do_not_matter(script: list[bytes | float], expected: Seen) -> None:
    assert seen(*script, framing=STX_ETX) == expected


def test_a_read_is_delivered_the_moment_its_suffix_comes() -> None:
    wedge = Wedge(PLAIN)
    wedge.feed(b"4006381333931", 1.0)
    (item,) = wedge.feed(b"\r", 1.001)
    assert isinstance(item, Read)
    assert (item.frame.kind, item.frame.at) == (FrameKind.OK, 1.001)


def test_a_terminal_that_goes_away_leaves_its_half_read_in_quarantine() -> None:
    wedge = Wedge(PLAIN)
    wedge.feed(b"4006", 1.0)
    (item,) = wedge.close(1.1)
    assert isinstance(item, Read)
    assert (item.frame.kind, item.frame.data) == (FrameKind.ABORTED, b"4006")
    assert wedge.close(2.0) == []


def test_a_thousand_codes_at_full_speed_stay_a_thousand() -> None:
    codes = [b"%020d" % number for number in range(1000)]
    assert seen(b"".join(code + b"\r" for code in codes)) == [("ok", code) for code in codes]


PIECES = st.sampled_from(
    b"4006 A 9 \r \n \t \x02 \x03 \x11 \x07 \x1b [ \xe9 \xc3\xa9 \x1bO \x1b[M \x1b[A \x1b[I \x1b]0; \x1b\\"
    b" \x1b[200~ \x1b[201~ \x1b[<0;1;1M \x1b[<35;1;1M \x1b[1;1:3A \x1b[99999999;1u \x1b[13u"
    b" \x1b[98;5u \x1b[57376;5u".split(b" ")
)
HOSTILE = st.one_of(st.binary(max_size=80), st.lists(PIECES, max_size=20).map(b"".join))
FRAMINGS = st.sampled_from([PLAIN, STX_ETX, Framing(suffixes=(b"\r\n",), max_len=6)])


@given(FRAMINGS, st.lists(st.tuples(HOSTILE, st.sampled_from([0.0, 0.001, 0.03, 0.1, 0.6])), max_size=6))
@example(PLAIN, [(b"\x1b[1;1:2A", 0.1)])
def test_whatever_comes_only_good_keys_are_handed_on(
    framing: Framing, script: list[tuple[bytes, float]]
) -> None:
    parser = XTermParser()
    for item in seen(*(step for pair in script for step in pair), framing=framing):
        if isinstance(item, bytes):
            text = item.decode("utf-8")
            events = [*parser.feed(text)]
            waiting = parser._timeout_time is not None
            assert events or waiting
            assert waiting == (text == "\x1b" or (len(text) == 2 and text[0] == "\x1b"))
            if waiting:
                parser = XTermParser()


@given(FRAMINGS, HOSTILE, st.data())
def test_chunks_do_not_change_the_reads(framing: Framing, line: bytes, data: st.DataObject) -> None:
    cuts = sorted(data.draw(st.sets(st.integers(0, len(line)))))
    chunks = [line[a:b] for a, b in pairwise([0, *cuts, len(line)])]
    assert seen(*chunks, framing=framing) == seen(line, framing=framing)


@given(st.text(st.characters(categories=("L", "N", "P", "Zs")), max_size=12), st.data())
def test_typing_at_a_persons_pace_is_never_a_read(text: str, data: st.DataObject) -> None:
    gap = st.floats(0.045, 0.4)
    printable = "".join(c for c in text if c.isprintable())
    script = [step for c in printable + "\r" for step in (c.encode(), data.draw(gap))]
    assert seen(*script) == keys(printable + "\r")


@given(st.binary(max_size=40).filter(lambda b: not set(b) & set(b"\r\n\t\x1b")), st.data())
def test_a_read_with_pauses_is_one_read(rest: bytes, data: st.DataObject) -> None:
    """However a slow link cuts it, once four characters came together nothing is typed of it."""
    code = b"4006" + rest
    cuts = data.draw(st.sets(st.integers(4, len(code))))
    chunks = [code[a:b] for a, b in pairwise(sorted({0, *cuts, len(code)}))]
    script = [step for chunk in chunks for step in (chunk, data.draw(st.floats(0.0, 0.3)))]
    assert seen(*script, b"\r") == [("ok", code)]
