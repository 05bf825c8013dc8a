"""Control sequences that a terminal sends: which are keys, which are reports, which carry text.

ECMA-48 5.4 (control sequences), xterm's "XTerm Control Sequences" (function keys, SGR mouse reports,
modifyOtherKeys) and the Kitty keyboard protocol. Only sequences on the lists here, with small numbers,
are handed on to the program; a barcode can hold any others, and a parser behind may trust them.
"""

from __future__ import annotations

import re
from enum import Enum, auto
from typing import NamedTuple


class TokenKind(Enum):
    """What one piece of the terminal's input is."""

    TEXT = auto()
    """One printable character."""
    ERASE = auto()
    """Backspace."""
    CONTROL = auto()
    """A control character, Escape, or a key with Ctrl or Alt."""
    NAVIGATION = auto()
    """A cursor or function key."""
    REPORT = auto()
    """Something a terminal says by itself at any time: pointer moved, wheel, focus, mode."""
    CLICK = auto()
    """A mouse button went down or up."""
    ANSWER = auto()
    """A well-formed sequence that is none of these; alone it is neither key nor read."""
    JUNK = auto()
    """Broken sequences, bytes that are not UTF-8, characters that cannot be printed."""
    PASTE_START = auto()
    PASTE = auto()
    """Pasted bytes as they are."""
    PASTE_END = auto()


class Token(NamedTuple):
    """One piece of input: what it is, what a read would hold of it, and what a key press would be."""

    kind: TokenKind
    data: bytes
    """Its bytes in a frame. A key of the Kitty protocol counts as the character it stands for."""
    key: bytes | None = None
    """The same as a key, in the oldest encoding that has it; None where it is no key."""


PASTE_START = b"\x1b[200~"
PASTE_END = b"\x1b[201~"

_MODIFIER = rb"(?:[2-9]|1[0-6])"
_CURSOR = re.compile(rb"\x1b\[(?:[ABCDFHZ]|\[[A-E]|1;" + _MODIFIER + rb"[ABCDFHPQRS])")
_TILDE = re.compile(rb"\x1b\[(?:[1-8]|1[1-57-9]|2[013-689]|3[1-4])(?:;" + _MODIFIER + rb")?~")
_SS3 = re.compile(rb"\x1bO[ABCDFHPQRS]")
_EVENT = re.compile(rb"(\x1b\[\d{1,2});(\d{1,3}):([1-3])([A-Z~])")
_REPORT = re.compile(
    rb"\x1b\[(?:[IO]|\?2026;[0-4]\$y|<(\d{1,3});-?\d{1,5};-?\d{1,5}[Mm]|(\d{1,3});\d{1,5};\d{1,5}M)"
)
_KITTY = re.compile(
    rb"\x1b\[(\d{1,7})(?::(\d{0,7}))?(?::\d{0,7})?"  # code : shifted : on the base layout
    rb"(?:;(\d{0,3})(?::([1-3]))?)?"  # modifiers : event
    rb"(?:;(\d{1,7}(?::\d{1,7}){0,15})?)?u"  # text
)
_OTHER_KEY = re.compile(rb"\x1b\[27;(\d{1,3});(\d{1,7})~")
_SHIFT, _ALT, _CTRL, _SUPER = 1, 2, 4, 8 | 16 | 32
_REPEATED, _RELEASED = b"2", b"3"
_MOTION_OR_WHEEL = 32 | 64
_KEYPAD = dict(zip(range(57399, 57414), "0123456789./*-+", strict=True)) | {57415: "=", 57416: ","}
_KEYPAD_ENTER = 57414
_NO_KEYS = frozenset({*range(57358, 57364), *range(57441, 57455)})
"""Locks, and the Shift, Ctrl and Alt keys by themselves."""


def control(byte: int) -> Token:
    """The token of one control character."""
    data = bytes((byte,))
    kind = TokenKind.ERASE if byte in (0x7F, 0x08) else TokenKind.CONTROL
    return Token(kind, data, data)


def text(character: str) -> Token:
    """The token of one character; one that cannot be printed is never a key."""
    data = character.encode()
    if character.isprintable():
        return Token(TokenKind.TEXT, data, data)
    return Token(TokenKind.JUNK, data)


def understand(raw: bytes) -> list[Token]:
    """The tokens of one complete control sequence. A key that went up is nothing."""
    if raw in (PASTE_START, PASTE_END):
        return [Token(TokenKind.PASTE_START if raw == PASTE_START else TokenKind.PASTE_END, raw)]
    if event := _EVENT.fullmatch(raw):
        if event[3] == _RELEASED:
            return []
        raw = _without_event(event)
    if _CURSOR.fullmatch(raw) or _TILDE.fullmatch(raw) or _SS3.fullmatch(raw):
        return [Token(TokenKind.NAVIGATION, raw, raw)]
    if report := _REPORT.fullmatch(raw):
        buttons = int(report[1] or report[2] or 32)
        moves = buttons & _MOTION_OR_WHEEL if report[1] else (buttons - 32) & _MOTION_OR_WHEEL
        click = bool(report[1] or report[2]) and not moves
        return [Token(TokenKind.CLICK if click else TokenKind.REPORT, raw, raw)]
    if other := _OTHER_KEY.fullmatch(raw):
        raw = b"\x1b[%b;%bu" % (other[2], other[1])
    key = _KITTY.fullmatch(raw)
    return _kitty(key) if key else [Token(TokenKind.ANSWER, raw)]


def _without_event(event: re.Match[bytes]) -> bytes:
    """The same key as terminals that do not report events send it."""
    head, modifier, _kind, final = event.groups()
    if modifier != b"1":
        return head + b";" + modifier + final
    return head + final if final == b"~" else b"\x1b[" + final


def _kitty(key: re.Match[bytes]) -> list[Token]:
    """A key of the Kitty protocol as the characters it stands for.

    A release is nothing. A repeat counts for keys without text, as in a list that is scrolled; a repeated
    character is dropped, for a scanner presses each key once and a held letter is an accident.
    """
    code, shifted, modifiers, event, associated = key.groups()
    number, bits = int(code), max(int(modifiers or 1) - 1, 0)
    points = [int(point) for point in (associated or b"").split(b":") if point]
    if not all(_is_character(point) for point in (number, int(shifted or 0), *points)) or bits > 255:
        return [Token(TokenKind.JUNK, key[0])]
    if event == _RELEASED or number in _NO_KEYS:
        return []
    if number in _KEYPAD:
        number = ord(_KEYPAD[number])
    number = 13 if number == _KEYPAD_ENTER else number
    if points and not bits & _CTRL:
        tokens = [text(chr(point)) for point in points]
    else:
        tokens = [_plain_key(number, int(shifted or 0), bits)]
    repeated = event == _REPEATED and any(token.kind is TokenKind.TEXT for token in tokens)
    return [] if repeated else tokens


def _plain_key(number: int, shifted: int, bits: int) -> Token:
    character = chr(number)
    held = bits & (_SHIFT | _ALT | _CTRL | _SUPER)
    if number == 9 and held == _SHIFT:
        return Token(TokenKind.NAVIGATION, b"\x1b[Z", b"\x1b[Z")
    if number < 32 or number == 127:
        return control(number) if not held & ~_SHIFT else _modified(number, held)
    if 0xE000 <= number <= 0xF8FF:
        return _modified(number, held, TokenKind.NAVIGATION)
    if held & _SUPER:
        return _modified(number, held)
    if held & _CTRL:
        folded = _ctrl(character)
        return control(folded) if folded is not None and held == _CTRL else _modified(number, held)
    if held & _SHIFT:
        character = chr(shifted) if shifted else character.upper()[:1]
    if held & _ALT:
        sequence = b"\x1b" + character.encode()
        return Token(TokenKind.CONTROL, sequence, sequence if character.isascii() else None)
    return text(character)


def _ctrl(character: str) -> int | None:
    """The control character that Ctrl makes of a key (ASCII: the letter's five low bits)."""
    if "@" <= character <= "_" or "a" <= character <= "z":
        return ord(character) & 0x1F
    odd = {" ": 0, "2": 0, "3": 0x1B, "4": 0x1C, "5": 0x1D, "6": 0x1E, "7": 0x1F, "8": 0x7F}
    return {**odd, "/": 0x1F, "?": 0x7F}.get(character)


def _modified(number: int, held: int, kind: TokenKind = TokenKind.CONTROL) -> Token:
    """A key that has no older encoding, in the shortest of this protocol."""
    sequence = b"\x1b[%d;%du" % (number, held + 1) if held else b"\x1b[%du" % number
    return Token(kind, sequence, sequence)


def _is_character(point: int) -> bool:
    return point <= 0x10FFFF and not 0xD800 <= point <= 0xDFFF
