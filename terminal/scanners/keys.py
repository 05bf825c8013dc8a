"""From the terminal's bytes to tokens: characters, keys, reports and pastes, each whole.

Pure and without a clock: a sequence that has begun and not ended is kept until more bytes come or the
caller says, by `flush`, that the line has been silent for too long.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from terminal.scanners.control_sequences import (
    PASTE_END,
    Token,
    TokenKind,
    control,
    text,
    understand,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

_CSI = rb"[0-?]{0,60}[ -/]{0,2}"
"""Parameters and intermediates. Longer ones than any terminal sends are cut, so nothing can block."""
_STRING = rb"[\]P_^X][^\x00-\x1f\x7f]{0,1000}"
"""OSC, DCS, APC, PM and SOS with the text they carry."""
_COMPLETE = re.compile(
    rb"(?P<ascii>[ -~])"
    rb"|(?P<control>[\x00-\x1a\x1c-\x1f\x7f])"
    rb"|(?P<sequence>\x1b\[(?:\[[A-E]|" + _CSI + rb"[@-Z\\-~])|\x1bO[!-~])"
    rb"|(?P<string>\x1b" + _STRING + rb"(?:\x07|\x1b\\))"
    rb"|(?P<alt>\x1b[ -NQ-WYZ\\`-~])"
    rb"|(?P<utf8>[\xc2-\xdf][\x80-\xbf]|\xe0[\xa0-\xbf][\x80-\xbf]|\xed[\x80-\x9f][\x80-\xbf]"
    rb"|[\xe1-\xec\xee\xef][\x80-\xbf]{2}|\xf0[\x90-\xbf][\x80-\xbf]{2}"
    rb"|[\xf1-\xf3][\x80-\xbf]{3}|\xf4[\x80-\x8f][\x80-\xbf]{2})"
)
_BEGUN = re.compile(
    rb"(?:\x1b(?:\[(?:\[|" + _CSI + rb")|O|" + _STRING + rb"\x1b?)?"
    rb"|[\xc2-\xdf]|\xe0[\xa0-\xbf]?|\xed[\x80-\x9f]?|[\xe1-\xec\xee\xef][\x80-\xbf]?"
    rb"|\xf0(?:[\x90-\xbf][\x80-\xbf]?)?|[\xf1-\xf3][\x80-\xbf]{0,2}|\xf4(?:[\x80-\x8f][\x80-\xbf]?)?)\Z"
)
_BROKEN = re.compile(rb"\x1b(?:\[" + _CSI + rb"|" + _STRING + rb"|O)?|[\x80-\xff]")
_ALT_ALONE = re.compile(rb"\x1b[\[O\]P_^X]?")
"""What a person can type that also begins a sequence: Escape, or Alt with one of these."""


class Tokenizer:
    """Cuts the terminal's bytes into tokens. How they are cut into chunks makes no difference."""

    def __init__(self) -> None:
        self._begun = b""
        self._pasting = False

    @property
    def begun(self) -> bytes:
        """The bytes of a sequence that has not ended."""
        return self._begun

    @property
    def pasting(self) -> bool:
        """Whether a bracketed paste has begun and not ended."""
        return self._pasting

    @property
    def may_be_a_key(self) -> bool:
        """Whether what has begun could be all there is: Escape, or a key with Alt."""
        return not self._pasting and _ALT_ALONE.fullmatch(self._begun) is not None

    def feed(self, data: bytes) -> Iterator[Token]:
        """Yield the tokens that these bytes complete. Exhaust it before the next call."""
        line, at = self._begun + data, 0
        self._begun = b""
        while at < len(line):
            if self._pasting:
                at, tokens = self._paste(line, at)
            elif match := _COMPLETE.match(line, at):
                at, tokens = match.end(), _tokens_of(match)
            elif _BEGUN.match(line, at):
                self._begun = line[at:]
                return
            else:
                broken = _BROKEN.match(line, at)
                raw = broken[0] if broken else line[at : at + 1]
                at, tokens = at + len(raw), [_broken(raw)]
            for token in tokens:
                self._pasting = self._pasting or token.kind is TokenKind.PASTE_START
                yield token

    def flush(self) -> list[Token]:
        """Give up waiting for the rest of what has begun; an open paste ends with it."""
        begun, self._begun = self._begun, b""
        pasting, self._pasting = self._pasting, False
        if not begun:
            return []
        if pasting:
            return [Token(TokenKind.PASTE, begun)]
        if _ALT_ALONE.fullmatch(begun):
            return [Token(TokenKind.CONTROL, begun, begun)]
        return [Token(TokenKind.JUNK, begun)]

    def _paste(self, line: bytes, at: int) -> tuple[int, list[Token]]:
        """Pasted bytes up to the end marker; the beginning of a marker is kept until it is decided."""
        end = line.find(PASTE_END, at)
        if end >= 0:
            self._pasting = False
            content = [Token(TokenKind.PASTE, line[at:end])] if end > at else []
            return end + len(PASTE_END), [*content, Token(TokenKind.PASTE_END, PASTE_END)]
        kept = next(n for n in range(len(PASTE_END) - 1, -1, -1) if line.endswith(PASTE_END[:n]))
        kept = min(kept, len(line) - at)
        stop = len(line) - kept
        self._begun = line[stop:]
        return len(line), [Token(TokenKind.PASTE, line[at:stop])] if stop > at else []


def _tokens_of(match: re.Match[bytes]) -> list[Token]:
    raw = match[0]
    match match.lastgroup:
        case "ascii":
            return [Token(TokenKind.TEXT, raw, raw)]
        case "control":
            return [control(raw[0])]
        case "sequence":
            return understand(raw)
        case "alt":
            return [Token(TokenKind.CONTROL, raw, raw)]
        case "utf8":
            return [text(raw.decode())]
        case _:
            return [Token(TokenKind.ANSWER, raw)]


def _broken(raw: bytes) -> Token:
    return Token(TokenKind.CONTROL, raw, raw) if raw == b"\x1b" else Token(TokenKind.JUNK, raw)
