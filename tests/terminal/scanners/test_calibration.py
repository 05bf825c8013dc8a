"""One read of the calibration code tells how to undo what happened to it, or says that it cannot."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from terminal.scanners.calibration import Separator, findings
from terminal.scanners.calibration_code import calibration_text, calibration_texts
from terminal.scanners.decoding import decode
from terminal.scanners.framing import FrameKind, Framer, Framing
from terminal.scanners.keyboards import keyboard
from terminal.scanners.layout_repair import ASCII, Layouts, Repair, inversion
from tests.terminal.scanners.typing_scanner import ALL_PAIRS, TypingScanner

CODE = calibration_text()
UNTELLABLE = {Layouts("tr", "es"), Layouts("tr", "es", caps_lock=True)}
"""A dead key under one of the letters."""
SCANNERS = st.builds(
    TypingScanner,
    st.sampled_from(ALL_PAIRS),
    prefix=st.sampled_from(["", "\x02", "\x1bOP"]),
    suffix=st.sampled_from(["\r", "\n", "\r\n", "\r\r", "\t", "\x03", "\x1b[B"]),
    identifier=st.sampled_from(["", "]Q1"]),
    separator=st.sampled_from(["\x1d", "", "\x1b[19~", "\x1e"]),
    drops=st.booleans(),
)


def test_the_code_holds_everything_and_would_count_nothing() -> None:
    assert set(ASCII) | {"\x1d"} == set(CODE)
    assert decode(CODE.encode()).text.startswith("TALLYMAN:")


@pytest.mark.parametrize("layouts", ALL_PAIRS)
def test_every_pair_of_keyboards_is_found_or_said_to_be_untellable(layouts: Layouts) -> None:
    found = findings([CODE], [TypingScanner(layouts).reads(CODE)])
    if layouts in UNTELLABLE:
        assert found.problem is not None
        return
    assert (found.problem, found.suffix, found.prefix) == (None, b"\r", b"")
    untyped = set(ASCII[1:]) - set(keyboard(layouts.scanner).by_character)
    lost = untyped if layouts.agree else inversion(layouts).lost
    assert set(found.lost) == lost
    told = "".join(c for c in ASCII if c not in lost)
    assert Repair(found.layouts).undo(TypingScanner(layouts, suffix="").reads(told).decode()) == told


BARS = calibration_texts()


def test_the_codes_of_bars_hold_the_same_and_would_count_nothing() -> None:
    assert set("".join(BARS)) == set(CODE)
    assert all(decode(text.encode()).text.startswith("TALLYMAN:") for text in BARS)


@pytest.mark.parametrize("layouts", [pair for pair in ALL_PAIRS if pair.scanner == "us"])
def test_codes_of_bars_tell_as_much_as_the_square_in_any_order(layouts: Layouts) -> None:
    scanner = TypingScanner(layouts, prefix="\x02", suffix="\x03\r")
    found = findings(BARS, [scanner.reads(text) for text in reversed(BARS)])
    assert found == findings([CODE], [scanner.reads(CODE)])


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({0: b""}, "explains what came"),
        ({1: BARS[0].encode() + b"\r"}, "explains what came"),
        ({2: BARS[2].encode() + b"\t"}, "do not begin and end alike"),
    ],
)
def test_a_code_of_bars_that_is_missing_or_marked_otherwise_tells_nothing(
    changed: dict[int, bytes], told: str
) -> None:
    received = [changed.get(n, text.encode() + b"\r") for n, text in enumerate(BARS)]
    found = findings(BARS, received)
    assert found.problem is not None
    assert told in found.problem


@given(SCANNERS, st.data())
def test_calibrating_recovers_exact_text_or_says_that_it_cannot(
    scanner: TypingScanner, data: st.DataObject
) -> None:
    found = findings([CODE], [scanner.reads(CODE)])
    if found.problem is not None:
        unsure = "]" in inversion(scanner.layouts).lost if not scanner.layouts.agree else False
        assert scanner.layouts in UNTELLABLE or (scanner.identifier and unsure)
        return
    text = data.draw(st.text("".join(c for c in ASCII if c not in found.lost), min_size=1))
    framing = Framing(found.prefix, (found.suffix,), max_len=600)
    reader = replace(scanner, identifier="]C1" if found.identified else "")
    frames = Framer(framing).feed(reader.reads(text), 0.0)
    assert [frame.kind for frame in frames if frame.data] == [FrameKind.OK]
    assert found.repair.undo(frames[0].data.decode()) == reader.identifier + text
    if found.separator is not Separator.LOST:
        (frame, *_) = Framer(framing).feed(reader.reads("A\x1dB"), 0.0)
        assert found.repair.undo(frame.data.decode()) == f"{reader.identifier}A\x1dB"


@pytest.mark.parametrize(
    ("scanner", "told"),
    [
        (TypingScanner(suffix="\r\r"), {"suffix": b"\r", "doubled": True}),
        (TypingScanner(suffix="\r\n"), {"suffix": b"\r", "doubled": False}),
        (TypingScanner(suffix="\t\t"), {"suffix": b"\t", "doubled": True}),
        (TypingScanner(prefix="\x02", suffix="\x03\r"), {"prefix": b"\x02", "suffix": b"\x03"}),
        (TypingScanner(suffix="\x03\r"), {"suffix": b"\x03\r", "doubled": False}),
        (TypingScanner(identifier="]Q1"), {"identified": True, "prefix": b""}),
        (TypingScanner(Layouts("us", "de"), identifier="]Q1"), {"identified": True, "prefix": b""}),
        (TypingScanner(prefix="\x02", identifier="]Q1"), {"identified": True, "prefix": b"\x02"}),
        (TypingScanner(separator=""), {"separator": Separator.LOST, "substitute": ""}),
        (TypingScanner(separator="|"), {"separator": Separator.REPLACED, "substitute": "|"}),
        (TypingScanner(separator="A"), {"separator": Separator.LOST, "substitute": ""}),
        (TypingScanner(separator="\r"), {"separator": Separator.LOST, "substitute": ""}),
        (TypingScanner(), {"layouts": Layouts(), "separator": Separator.KEPT, "lost": ""}),
        (TypingScanner(Layouts(caps_lock=True)), {"layouts": Layouts(caps_lock=True)}),
    ],
)  # fmt: skip
def test_marks_and_separator_are_named(scanner: TypingScanner, told: dict[str, object]) -> None:
    found = findings([CODE], [scanner.reads(CODE)])
    assert found.problem is None
    assert {name: getattr(found, name) for name in told} == told


@pytest.mark.parametrize(
    ("received", "told"),
    [
        (CODE.encode(), "set it to send CR"),
        (CODE.encode() + b"##", "set it to send CR"),
        (b"XY" + CODE.encode() + b"\r", "set it to send none, or STX"),
        (TypingScanner(Layouts("us", "se"), identifier="]Q1").reads(CODE), "keyboard layout to se"),
        (TypingScanner(Layouts("us", "dk"), "\x02", identifier="]Q1").reads(CODE), "keyboard layout to dk"),
        (CODE.encode() + b"\r5", "set it to send CR"),
        (b"4006381333931\r", "set the scanner to the computer's keyboard layout"),
        (CODE.encode()[:60] + b"\r", "set the scanner to the computer's keyboard layout"),
        (b"\xff\xfe\r", "set the scanner to the computer's keyboard layout"),
        (b"\r", "No characters came"),
        (b"", "No characters came"),
    ],
)
def test_what_cannot_be_calibrated_names_the_setting_to_change(received: bytes, told: str) -> None:
    found = findings([CODE], [received])
    assert found.problem is not None
    assert told in found.problem
    assert found.problem.endswith(".")


@given(st.binary(max_size=300))
def test_no_bytes_make_it_fail(received: bytes) -> None:
    assert findings([CODE], [received]).problem is not None
