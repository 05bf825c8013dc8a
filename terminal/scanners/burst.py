"""A burst: what a terminal sent without a pause, and whether a hand or a machine sent it.

A scanner that types sends its characters within a few milliseconds, or in chunks where a radio or a
remote desktop lies between. A person presses one key every 50 ms at best, and now and then two or three
within 40 ms, as fingers roll over the keys; but never within 5 ms of one another.
"""

from __future__ import annotations

from enum import Enum, auto
from itertools import pairwise

from terminal.scanners.control_sequences import Token, TokenKind

KEY_GAP = 0.040
"""Seconds of silence that end a burst. Keys wait for it; a read does not."""
ROLLOVER_GAP = 0.005
"""Seconds between two keys below which no hand can have pressed them."""
ROLLOVER = 2
"""Keys that roll over so often that they are a hand's, however close."""
LONGEST_ROLLOVER = 3
"""Keys that may still be a hand's, if they are `ROLLOVER_GAP` apart."""
MOST_REPEATS = 64
"""Cursor keys in one burst that a held key and a slow network can explain."""

_REPEATABLE = {TokenKind.NAVIGATION, TokenKind.ERASE, TokenKind.CLICK}
_TYPED = {TokenKind.TEXT, TokenKind.ERASE}


class Origin(Enum):
    """Who sent a burst, as far as it has come."""

    OPEN = auto()
    """Its end, the next pause, will tell."""
    ROLLED = auto()
    """As `OPEN`, but three keys: a hand's if one is typing, else undecided."""
    MACHINE = auto()
    """Part of a read: no key in it may be pressed."""


class Burst:
    """Tokens with less than `KEY_GAP` between them, in order, with their times in monotonic seconds."""

    def __init__(self, suffixes: tuple[bytes, ...]) -> None:
        self._suffixes = suffixes
        self.tokens: list[tuple[Token, float]] = []

    def __bool__(self) -> bool:
        return bool(self.tokens)

    @property
    def data(self) -> bytes:
        """What a read would hold of it."""
        return b"".join(token.data for token, _at in self.tokens)

    @property
    def only_suffixes(self) -> bool:
        """Nothing but line ends: Enter, held Enter, or the rest of a read."""
        return all(token.data in self._suffixes for token, _at in self.tokens)

    @property
    def repeatable(self) -> bool:
        """Nothing but keys that are held down to repeat, or mouse clicks."""
        return all(token.kind in _REPEATABLE for token, _at in self.tokens)

    @property
    def deadline(self) -> float:
        """When something in it is decided by silence. A repeated key does not wait for the last one."""
        return self.tokens[0 if self.repeatable else -1][1] + KEY_GAP

    @property
    def by_hand(self) -> bool:
        """Whether its last three keys are as far apart as a hand's."""
        times = [at for _token, at in self.tokens[-LONGEST_ROLLOVER:]]
        return all(b - a >= ROLLOVER_GAP for a, b in pairwise(times))

    def add(self, token: Token, at: float) -> None:
        """Take the next token. Of many line ends two are kept, for two say all that many do."""
        if len(self.tokens) == 2 and self.only_suffixes and token.data in self._suffixes:
            del self.tokens[-1]
        self.tokens.append((token, at))

    def keys(self) -> list[bytes]:
        """The keys of a burst that a hand sent. LF is none: it is the second half of a line end."""
        tokens = [token for token, _at in self.tokens if token.key and token.data != b"\n"]
        if self.only_suffixes and len(tokens) != 1:
            return []
        return [token.key for token in tokens if token.key]

    def typed(self, before: bytes) -> bytes:
        """The characters typed since the last Enter, when those before this burst were `before`."""
        for token, _at in self.tokens:
            if token.data in self._suffixes:
                before = b""
            elif token.kind in _TYPED:
                before += token.data
        return before

    def ripe(self, at: float) -> list[bytes]:
        """Take out the keys that came `KEY_GAP` before `at`, where no characters joined them."""
        count = sum(at >= came + KEY_GAP for _token, came in self.tokens)
        keys = [token.key for token, _came in self.tokens[:count] if token.key]
        del self.tokens[:count]
        return keys

    def origin(self, *, typing: bool) -> Origin:
        """Who sends this. `typing`: someone typed shortly before, so keys may roll over its start and
        Enter may be one of them."""
        tokens = [token for token, _at in self.tokens]
        if self.repeatable:
            return Origin.OPEN if len(tokens) <= MOST_REPEATS else Origin.MACHINE
        if self.only_suffixes:
            return Origin.OPEN
        if len(tokens) == 1:
            return Origin.MACHINE if tokens[0].kind is TokenKind.JUNK else Origin.OPEN
        typed = all(t.kind in _TYPED or t.data in self._suffixes for t in tokens)
        ended = any(token.data in self._suffixes for token in tokens)
        if not typed or (ended and not typing):
            return Origin.MACHINE
        if len(tokens) <= ROLLOVER:
            return Origin.OPEN
        human = len(tokens) <= LONGEST_ROLLOVER and self.by_hand
        return Origin.ROLLED if human else Origin.MACHINE
