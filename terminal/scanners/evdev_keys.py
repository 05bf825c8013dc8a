"""Key events of the Linux kernel, understood as what a scanner typed. Pure; nothing here opens a device.

| event                              | does                                                              |
|------------------------------------|-------------------------------------------------------------------|
| key down (value 1)                 | types the character that the scanner's layout has there           |
| key held (value 2), other types    | nothing: a scanner presses each key once                          |
| Shift, AltGr, Caps Lock            | choose the character                                              |
| Ctrl and a key                     | types a control character: Ctrl-] is GS, Ctrl-B is STX            |
| Alt and digits on the keypad       | type one character when Alt goes up ("ALT mode")                  |
| a key that types nothing           | types SUB, so that the read is refused and not shortened          |
| SYN_DROPPED                        | keys are lost: what is open is set aside, up to the next suffix   |

Linux, Documentation/input/event-codes.rst and include/uapi/linux/input-event-codes.h. Caps Lock counts from
off at the start and follows the scanner's own key; the lamp of other keyboards means nothing to it.
"""

from __future__ import annotations

import struct
import unicodedata
from typing import TYPE_CHECKING

from terminal.scanners.dialogue import Turn
from terminal.scanners.framing import Frame, FrameKind, Framer, Framing
from terminal.scanners.keyboards import ALTGR, DEAD, PLAIN, SHIFT, SPACING, Keyboard, Stroke

if TYPE_CHECKING:
    from terminal.scanners.source import Answer

RECORD = struct.Struct("llHHi")
"""struct input_event: seconds, microseconds, type, code, value."""
EV_SYN, EV_KEY = 0, 1
SYN_REPORT, SYN_DROPPED = 0, 3
_DOWN, _UP = 1, 0
_PLACES = (41, *range(2, 14), *range(16, 28), *range(30, 41), 43, 86, *range(44, 54))
"""The keys that a layout names, row by row from the left."""
_KEY_AT = {code: place for place, code in enumerate(_PLACES)}
_SHIFTS, _CTRLS, _LEFT_ALT, _RIGHT_ALT, _METAS = (42, 54), (29, 97), 56, 100, (125, 126)
_CAPS_LOCK, _NUM_LOCK, _SCROLL_LOCK = 58, 69, 70
_MODIFIERS = frozenset((*_SHIFTS, *_CTRLS, _LEFT_ALT, _RIGHT_ALT, *_METAS))
_ANY_LAYOUT = {
    1: "\x1b", 14: "\b", 15: "\t", 28: "\r", 57: " ", 96: "\r", 98: "/", 55: "*", 74: "-", 78: "+", 83: ".",
    79: "1", 80: "2", 81: "3", 75: "4", 76: "5", 77: "6", 71: "7", 72: "8", 73: "9", 82: "0",
}  # fmt: skip
_KEYPAD_DIGITS = frozenset((71, 72, 73, 75, 76, 77, 79, 80, 81, 82))
_SUBSTITUTE = "\x1a"
_LONGEST_NUMBER = 8
_OLDEST, _NEWEST = 60.0, 1.0
"""Seconds before and after its arrival that an event's own time can be believed."""


class KeyDecoder:
    """Turns the keys of one scanner into characters, by the layout that it imitates."""

    def __init__(self, keyboard: Keyboard) -> None:
        self._keyboard = keyboard
        self._held: set[int] = set()
        self._caps = False
        self._dead = ""
        self._number: str | None = None
        """The digits typed with Alt held; None while it is not."""

    def press(self, code: int, value: int) -> str:
        """What this event of a key types: nothing, a character, or a few."""
        if code in _MODIFIERS:
            return self._modifier(code, value)
        if value != _DOWN or code in (_NUM_LOCK, _SCROLL_LOCK):
            return ""
        if code == _CAPS_LOCK:
            self._caps = not self._caps
            return ""
        if self._number is not None and code in _KEYPAD_DIGITS:
            self._number += _ANY_LAYOUT[code]
            return ""
        return self._composed(self._character(code))

    def forget_held_keys(self) -> None:
        """Events were lost: nobody knows which keys are down, or what had begun."""
        self._held.clear()
        self._dead = ""
        self._number = None

    def _modifier(self, code: int, value: int) -> str:
        if value == _DOWN:
            self._held.add(code)
            if code == _LEFT_ALT:
                self._number = ""
        elif value == _UP:
            self._held.discard(code)
            if code == _LEFT_ALT:
                number, self._number = self._number, None
                return _numbered(number) if number else ""
        return ""

    def _character(self, code: int) -> str:
        if self._held & {_LEFT_ALT, *_METAS}:
            return _SUBSTITUTE
        if code in _ANY_LAYOUT:
            return _ANY_LAYOUT[code]
        place = _KEY_AT.get(code)
        if place is None:
            return _SUBSTITUTE
        shifted = bool(self._held & {*_SHIFTS})
        if self._caps and self._keyboard.is_letter(place):
            shifted = not shifted
        level = ALTGR if _RIGHT_ALT in self._held else SHIFT if shifted else PLAIN
        character = self._keyboard.by_stroke.get(Stroke(level, place), _SUBSTITUTE)
        return _control(character) if self._held & {*_CTRLS} else character

    def _composed(self, character: str) -> str:
        """The character with the mark of a dead key before it."""
        dead, self._dead = self._dead, ""
        if character in DEAD:
            if not dead:
                self._dead = character
                return ""
            return SPACING[dead] + SPACING[character]
        if not dead:
            return character
        if character == " ":
            return SPACING[dead]
        joined = unicodedata.normalize("NFC", character + dead)
        return joined if len(joined) == 1 else SPACING[dead] + character


def _control(character: str) -> str:
    """The control character that Ctrl makes of a key."""
    upper = character.upper()
    return chr(ord(upper) & 0x1F) if len(upper) == 1 and "@" <= upper <= "_" else _SUBSTITUTE


def _numbered(number: str) -> str:
    """The character of an Alt number: code page 437, with a leading zero Windows 1252, above 255 Unicode."""
    value = int(number[:_LONGEST_NUMBER])
    if value > 0x10FFFF or 0xD800 <= value <= 0xDFFF or len(number) > _LONGEST_NUMBER:
        return _SUBSTITUTE
    if value < 0x20 or value > 0xFF:
        return chr(value)
    return bytes((value,)).decode("cp1252" if number[0] == "0" else "cp437", "replace")


class KeysDialogue:
    """Records of key events in, frames out. Implements `Dialogue`; a keyboard cannot be answered."""

    def __init__(self, framing: Framing, keyboard: Keyboard) -> None:
        self._framer = Framer(framing)
        self._decoder = KeyDecoder(keyboard)
        self._begun = b""
        self._dropping = False
        self._at = 0.0

    @property
    def deadline(self) -> float | None:
        """When an unfinished read is given up."""
        return self._framer.deadline

    def feed(self, data: bytes, at: float) -> Turn:
        """Take records, however they are cut, that arrived at `at`."""
        data = self._begun + data
        whole = len(data) - len(data) % RECORD.size
        self._begun = data[whole:]
        frames: list[Frame] = []
        for seconds, microseconds, kind, code, value in RECORD.iter_unpack(data[:whole]):
            said = seconds + microseconds / 1e6
            believed = said if at - _OLDEST <= said <= at + _NEWEST else at
            self._at = max(self._at, believed)
            frames += self._event(kind, code, value)
        return Turn(frames)

    def idle(self, at: float) -> Turn:
        """End what has been silent for too long."""
        return Turn(self._framer.idle(at))

    def break_off(self, at: float) -> Turn:
        """Set the open read aside; the keys of a scanner that is gone are up."""
        self._begun = b""
        self._decoder.forget_held_keys()
        return Turn(self._framer.break_off(FrameKind.ABORTED, at))

    def answer(self, answer: Answer, at: float) -> bytes:  # noqa: ARG002 - the protocol's own signature
        """Nothing: there is no way back."""
        return b""

    def _event(self, kind: int, code: int, value: int) -> list[Frame]:
        if kind == EV_SYN and code == SYN_DROPPED:
            self._dropping = True
            self._decoder.forget_held_keys()
            set_aside = self._framer.break_off(FrameKind.LINE_ERROR, self._at)
            return set_aside or [Frame(FrameKind.LINE_ERROR, b"", self._at)]
        if self._dropping:  # the rest of a packet whose beginning is lost
            self._dropping = (kind, code) != (EV_SYN, SYN_REPORT)
            return []
        if kind != EV_KEY:
            return []
        typed = self._decoder.press(code, value)
        return self._framer.feed(typed.encode(), self._at) if typed else []
