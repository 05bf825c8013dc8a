"""A scanner taken from the Linux kernel: key events as bytes, the helper process, and its device."""

from __future__ import annotations

import itertools
import os
import select
import subprocess
import sys
import textwrap
import threading
from collections.abc import Iterable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from terminal.scanners import evdev_reader
from terminal.scanners.evdev_keys import RECORD, KeyDecoder, KeysDialogue
from terminal.scanners.evdev_line import EvdevConnector, trouble
from terminal.scanners.framing import Framing
from terminal.scanners.input_devices import InputDevice, typing_devices
from terminal.scanners.keyboards import LAYOUTS, Stroke, keyboard
from terminal.scanners.line import NoLineError
from terminal.scanners.line_source import LineSource
from terminal.scanners.settings import WEDGE_FRAMING, ScannerKind, ScannerSettings, UsbMatch
from terminal.scanners.source import LinkState
from terminal.scanners.sources import source_of
from tests.terminal.scanners.bench import PATIENCE, Bench

UP, DOWN, HELD = 0, 1, 2
SHIFT, CTRL, ALT, ALTGR, CAPS, ENTER, RIGHT_BRACKET, F1 = 42, 29, 56, 100, 58, 28, 27, 59
PLACES = (41, *range(2, 14), *range(16, 28), *range(30, 41), 43, 86, *range(44, 54))
KEYPAD = dict(zip("7894561230", (71, 72, 73, 75, 76, 77, 79, 80, 81, 82), strict=True))
SYN_DROPPED, REPORT = (0, 3, 0), (0, 0, 0)

Event = tuple[int, int, int]


def key(code: int, *values: int) -> list[Event]:
    return [event for value in values or (DOWN, UP) for event in ((1, code, value), REPORT)]


def typed(text: str, layout: str = "us") -> list[Event]:
    """The events of a scanner that imitates this keyboard."""
    events: list[Event] = []
    for character in text:
        if character in "\r\t ":
            events += key({"\r": ENTER, "\t": 15, " ": 57}[character])
        elif character < " ":
            events += [*key(CTRL, DOWN), *typed(chr(ord(character) + 64).lower(), layout), *key(CTRL, UP)]
        else:
            stroke = keyboard(layout).by_character[character]
            modifier = {0: 0, 1: SHIFT, 2: ALTGR}[stroke.level]
            events += key(modifier, DOWN) if modifier else []
            events += key(PLACES[stroke.key])
            events += key(modifier, UP) if modifier else []
    return events


def records(events: Iterable[Event], at: float = 100.0) -> bytes:
    return b"".join(RECORD.pack(int(at), int(at % 1 * 1e6), *event) for event in events)


def heard(
    events: Iterable[Event], layout: str = "us", framing: Framing = WEDGE_FRAMING
) -> list[tuple[str, bytes]]:
    dialogue = KeysDialogue(framing, keyboard(layout))
    frames = dialogue.feed(records(events), 100.0).frames + dialogue.idle(200.0).frames
    return [(frame.kind.value, frame.data) for frame in frames]


def test_a_code_and_enter_is_a_read() -> None:
    assert heard(typed("4006381333931\r")) == [("ok", b"4006381333931")]


def test_shift_and_caps_lock_choose_the_character() -> None:
    assert heard(typed("Ab-[1]!\r")) == [("ok", b"Ab-[1]!")]
    assert heard([*key(CAPS), *typed("aB1-"), *key(CAPS), *typed("c\r")]) == [("ok", b"Ab1-c")]


def test_control_characters_are_typed_with_ctrl() -> None:
    framing = Framing(b"\x02", (b"\x03",))
    assert heard(typed("\x02]C101095\x1d10AB\x03"), framing=framing) == [("ok", b"]C101095\x1d10AB")]


def test_key_repeats_are_ignored() -> None:
    assert heard([*key(30, DOWN, HELD, HELD, HELD, UP), *typed("\r")]) == [("ok", b"a")]


def test_dropped_events_quarantine_up_to_the_next_suffix() -> None:
    events = [*typed("A"), SYN_DROPPED, (1, 53, UP), REPORT, *typed("B\r"), *typed("C\r")]
    assert heard(events) == [("line_error", b"A"), ("line_error", b"B"), ("ok", b"C")]


def test_dropped_events_are_heard_of_even_where_nothing_was_open() -> None:
    assert heard([SYN_DROPPED, REPORT, *typed("C\r")])[0] == ("line_error", b"")


def test_a_shift_that_went_up_unseen_is_not_held_for_ever() -> None:
    assert heard([*key(SHIFT, DOWN), SYN_DROPPED, REPORT, *typed("\r"), *typed("a\r")])[-1] == ("ok", b"a")


def test_a_key_that_types_nothing_makes_the_read_unreadable_instead_of_shorter() -> None:
    assert heard([*typed("A"), *key(F1), *typed("B\r")]) == [("ok", b"A\x1aB")]
    assert heard([*typed("A"), *key(ALT, DOWN), *key(30), *key(ALT, UP), *typed("\r")]) == [("ok", b"A\x1a")]


@pytest.mark.parametrize(
    ("number", "character"),
    [
        ("65", "A"),
        ("065", "A"),
        ("029", "\x1d"),
        ("0228", "ä"),
        ("132", "ä"),
        ("8364", "€"),
        ("99999999", "\x1a"),
    ],
)
def test_alt_and_the_keypad_type_a_character_by_its_number(number: str, character: str) -> None:
    digits = [event for digit in number for event in key(KEYPAD[digit])]
    events = [*key(ALT, DOWN), *digits, *key(ALT, UP), *typed("\r")]
    assert heard(events) == [("ok", character.encode())]


@pytest.mark.parametrize("layout", LAYOUTS)
def test_every_layout_types_what_it_shows(layout: str) -> None:
    text = "SKU-0123456789/abcxyz ABCXYZ_+.:;,*#"
    assert heard(typed(text + "\r", layout), layout) == [("ok", text.encode())]


def test_a_dead_key_joins_the_next_or_stands_alone_before_a_blank() -> None:
    decoder = KeyDecoder(keyboard("de"))
    acute = next(s for s, c in keyboard("de").by_stroke.items() if c == "\u0301")
    assert acute == Stroke(0, acute.key)
    assert decoder.press(PLACES[acute.key], DOWN) == ""
    assert decoder.press(18, DOWN) == "é"
    assert decoder.press(PLACES[acute.key], DOWN) + decoder.press(57, DOWN) == "\u00b4"


def test_a_read_without_enter_is_given_up_by_the_events_own_clock() -> None:
    dialogue = KeysDialogue(WEDGE_FRAMING, keyboard("us"))
    late = records(typed("HALF"), 100.0) + records(typed("NEXT\r"), 101.0)
    assert [(f.kind.value, f.data) for f in dialogue.feed(late, 101.5).frames] == [
        ("no_suffix", b"HALF"),
        ("ok", b"NEXT"),
    ]


def test_unplugging_sets_the_open_read_aside() -> None:
    dialogue = KeysDialogue(WEDGE_FRAMING, keyboard("us"))
    dialogue.feed(records([*typed("HALF"), *key(SHIFT, DOWN)]), 100.0)
    assert [f.kind.value for f in dialogue.break_off(100.1).frames] == ["aborted"]
    assert dialogue.feed(records(typed("a\r"), 101.0), 101.0).frames[0].data == b"a"


EVENTS = st.lists(
    st.one_of(
        st.tuples(st.just(1), st.integers(0, 255), st.integers(-1, 3)),
        st.sampled_from([SYN_DROPPED, REPORT, (4, 4, 30)]),
        st.sampled_from([(1, 30, 1), (1, ENTER, 1), (1, SHIFT, 1), (1, CTRL, 1), (1, ALT, 1), (1, ALT, 0)]),
    ),
    max_size=60,
)


@given(EVENTS, st.lists(st.integers(0, 1500), max_size=10), st.sampled_from(LAYOUTS))
def test_any_events_in_any_chunks_never_raise_and_give_the_same_frames(
    events: list[Event], cuts: list[int], layout: str
) -> None:
    line = records(events)
    dialogue = KeysDialogue(WEDGE_FRAMING, keyboard(layout))
    ends = sorted({min(cut, len(line)) for cut in cuts} | {0, len(line)})
    frames = [f for a, b in itertools.pairwise(ends) for f in dialogue.feed(line[a:b], 100.0).frames]
    frames += dialogue.idle(200.0).frames
    assert [(f.kind.value, f.data) for f in frames] == heard(events, layout)


@given(st.binary(max_size=400))
def test_bytes_that_are_no_events_never_raise(data: bytes) -> None:
    KeysDialogue(WEDGE_FRAMING, keyboard("us")).feed(data, 100.0)


def evdev(**where: object) -> ScannerSettings:
    return ScannerSettings("typing", ScannerKind.EVDEV, WEDGE_FRAMING, **where)  # type: ignore[arg-type]


def test_the_helper_takes_far_more_than_the_kernel_keeps_while_the_station_is_busy() -> None:
    device, scanner = os.pipe()
    station, helper = os.pipe()
    leash, hand = os.pipe()
    thread = threading.Thread(target=evdev_reader.relay, args=(device, helper, leash))
    thread.start()
    sent = records(typed("4006381333931\r") * 1000)
    for start in range(0, len(sent), 4096):  # nobody reads, yet nothing waits for long
        assert select.select([], [scanner], [], PATIENCE)[1]
        os.write(scanner, sent[start : start + 4096])
    got = b""
    while len(got) < len(sent):
        got += os.read(station, 65_536)
    assert got == sent
    os.close(hand)
    thread.join(PATIENCE)
    assert not thread.is_alive()
    for descriptor in (device, scanner, station, helper, leash):
        os.close(descriptor)


def test_the_helper_ends_with_its_device_and_with_its_station() -> None:
    for gone in ("device", "station"):
        device, scanner = os.pipe()
        station, helper = os.pipe()
        leash, hand = os.pipe()
        if gone == "device":
            os.close(scanner)
        else:
            os.close(station)
            os.write(scanner, b"x" * 24)
        evdev_reader.relay(device, helper, leash)
        for descriptor in {device, scanner, station, helper, leash, hand} - {
            scanner if gone == "device" else station
        }:
            os.close(descriptor)


@pytest.mark.parametrize(("path", "code"), [("/dev/no-such-device", 2), ("/dev/null", 25)])
def test_the_helper_says_why_a_device_cannot_be_taken(path: str, code: int) -> None:
    command = [sys.executable, "-I", "-S", evdev_reader.__file__, path]
    done = subprocess.run(command, input=b"", capture_output=True, check=False, timeout=PATIENCE)
    assert (done.stdout, done.stderr, done.returncode) == (b"-%d\n" % code, b"", 1)


FAKE = """
    import os, sys, pathlib
    path = pathlib.Path(sys.argv[1])
    if not path.exists():
        os.write(1, b"-2\\n")
        sys.exit(1)
    os.write(1, b"+")
    os.write(1, path.read_bytes())
    path.with_name("unplugged").exists() or sys.stdin.buffer.read()
"""
"""Stands for the helper and a device behind it: types what is in a file, then waits as a device does."""


def fake_connector(folder: Path, settings: ScannerSettings) -> EvdevConnector:
    script = folder / "helper.py"
    script.write_text(textwrap.dedent(FAKE))
    return EvdevConnector(settings, (sys.executable, "-I", "-S", str(script)), devices=folder)


def test_reads_come_through_the_helper_and_plugging_in_again_is_noticed(tmp_path: Path) -> None:
    device = tmp_path / "event7"
    settings = evdev(port=str(device))
    source = LineSource(
        "typing", fake_connector(tmp_path, settings), KeysDialogue(WEDGE_FRAMING, keyboard("us"))
    )
    with Bench(source) as bench:
        assert bench.until(LinkState.DISCONNECTED) == (
            f"Nothing is connected at {device}: plug the scanner in, or correct port in scanners.toml."
        )
        (tmp_path / "unplugged").touch()
        part = tmp_path / "part"
        part.write_bytes(records(typed("4006381333931\rHALF")))
        part.rename(device)
        assert bench.until(LinkState.READY) == f"Connected at {device}."
        assert bench.read() == ("ok", b"4006381333931")
        assert bench.read() == ("aborted", b"HALF")
        assert "went away" in bench.until(LinkState.DISCONNECTED)
        (tmp_path / "unplugged").unlink()
        bench.until(LinkState.READY)
        assert bench.ids == {"typing"}


def test_a_computer_without_input_devices_says_so(tmp_path: Path) -> None:
    nowhere = tmp_path / "input"
    connector = EvdevConnector(evdev(port="/dev/input/event0"), devices=nowhere)
    with pytest.raises(NoLineError) as none:
        connector.connect()
    assert none.value.link is LinkState.FAILED
    assert str(none.value) == f"This computer has no {nowhere}: kind evdev needs a Linux with input devices."


def test_the_station_shows_that_state_and_goes_on() -> None:
    with Bench(source_of(evdev(port="/dev/input/no-such-scanner"))) as bench:
        state = bench.states.get(timeout=PATIENCE)
        while state.link is LinkState.STARTING:
            state = bench.states.get(timeout=PATIENCE)
        assert state.link in (LinkState.FAILED, LinkState.DISCONNECTED)


@pytest.mark.parametrize(
    ("code", "link", "words"),
    [
        (13, LinkState.FAILED, "This account may not open /dev/input/event7: install the rule"),
        (16, LinkState.FAILED, "Another program holds /dev/input/event7"),
        (25, LinkState.FAILED, "/dev/input/event7 is no input device"),
        (2, LinkState.DISCONNECTED, "Nothing is connected at /dev/input/event7"),
    ],
)
def test_each_trouble_says_what_to_do(code: int, link: LinkState, words: str) -> None:
    refused = trouble("/dev/input/event7", code)
    assert refused.link is link
    assert str(refused).startswith(words)


def plugged(
    system: Path, event: str, name: str, vid: str, pid: str, serial: str, *, typing: bool = True
) -> None:
    """Describe a device as the kernel does in /sys/class/input."""
    device = system / event / "device"
    (device / "id").mkdir(parents=True)
    (device / "capabilities").mkdir()
    (device / "name").write_text(name + "\n")
    (device / "id" / "vendor").write_text(vid + "\n")
    (device / "id" / "product").write_text(pid + "\n")
    (device / "uniq").write_text(serial + "\n")
    keys = "1000000000007 ff9f207ac14057ff febeffdfffefffff fffffffffffffffe" if typing else "70000 0 0 0 0"
    (device / "capabilities" / "key").write_text(keys + "\n")


def test_a_device_is_found_by_its_numbers_whatever_its_name(tmp_path: Path) -> None:
    system = tmp_path / "sys"
    plugged(system, "event10", "Symbol Bar Code Scanner", "05e0", "1200", "S1")
    plugged(system, "event3", "AT Keyboard", "0001", "0001", "")
    plugged(system, "event4", "Mouse", "05e0", "1200", "S9", typing=False)
    found = typing_devices(system)
    assert [(d.path, d.looks_like_scanner) for d in found] == [
        ("/dev/input/event3", False),
        ("/dev/input/event10", True),
    ]
    assert found[1] == InputDevice("/dev/input/event10", "Symbol Bar Code Scanner", 0x05E0, 0x1200, "S1")
    assert typing_devices(tmp_path / "nowhere") == []


@pytest.mark.parametrize(
    ("match", "words"),
    [
        (UsbMatch(0x05E0, 0x1200), "2 keyboards are 05e0:1200"),
        (UsbMatch(0x05E0, 0x9999), "No keyboard 05e0:9999 is there"),
        (UsbMatch(0x05E0, 0x1200, "S2"), "Nothing is connected at /dev/input/event11"),
    ],
)
def test_devices_of_one_model_are_told_apart_by_serial_number(
    tmp_path: Path, match: UsbMatch, words: str
) -> None:
    system = tmp_path / "sys"
    plugged(system, "event10", "Symbol Bar Code Scanner", "05e0", "1200", "S1")
    plugged(system, "event11", "Symbol Bar Code Scanner", "05e0", "1200", "S2")
    connector = EvdevConnector(evdev(match=match), system=system, devices=tmp_path)
    with pytest.raises(NoLineError, match=words):
        connector.connect()
