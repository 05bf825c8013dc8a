"""What has come in and may be a hand's or a scanner's, until pace or silence decides it.

The table in `terminal.scanners.wedge` says which is which; here is the part of it that waits.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from terminal.scanners.burst import Burst, Origin
from terminal.scanners.framing import FrameKind

if TYPE_CHECKING:
    from terminal.scanners.control_sequences import Token
    from terminal.scanners.framing import Framing

Doubt = tuple[FrameKind, bytes]
"""What a frame is instead of good, and the bytes, handed on as keys before, that belong in front of it."""


class Undecided:
    """The running burst, three keys before it that nobody could place, and what was typed lately."""

    def __init__(self, framing: Framing) -> None:
        self._framing = framing
        self._idle = framing.idle_ms / 1000
        self._burst = Burst(framing.suffixes)
        self._rolled = Burst(framing.suffixes)
        """Three keys from a quiet line that may be a hand's or a scanner's."""
        self._typed = b""
        """Handed on as keys within `idle_ms`; cleared by Enter."""
        self._typed_at = 0.0

    def __bool__(self) -> bool:
        return bool(self._burst or self._rolled)

    @property
    def quiet(self) -> bool:
        """Nothing waits and nothing was typed lately."""
        return not (self or self._typed)

    @property
    def deadline(self) -> float | None:
        """When silence decides something, in monotonic seconds."""
        if self._burst:
            return self._burst.deadline
        return self._rolled.tokens[-1][1] + self._idle if self._rolled else None

    def add(self, token: Token, at: float) -> bool:
        """Take a token; return whether all that waits is now known to be part of a read."""
        self._burst.add(token, at)
        prefix = self._framing.prefix
        if prefix and self._burst.data.endswith(prefix):
            return True
        if self._rolled and token.data in self._framing.suffixes:
            return True
        return self._burst.origin(typing=bool(self._typed)) is Origin.MACHINE

    def keys(self, at: float) -> list[bytes]:
        """The keys that the silence until `at` has shown to be a hand's."""
        if not self._burst or at < self._burst.deadline:
            return []
        if self._burst.repeatable:
            before, typed = self._rolled, self._rolled.typed(self._typed)
            self._rolled = Burst(self._framing.suffixes)
            self._note(typed, at)
            return before.keys() + self._burst.ripe(at)
        burst, self._burst = self._burst, Burst(self._framing.suffixes)
        typing = bool(self._typed or self._rolled)
        if not typing and burst.origin(typing=False) is Origin.ROLLED:
            self._rolled = burst
            return []
        before, self._rolled = self._rolled, Burst(self._framing.suffixes)
        self._note(burst.typed(before.typed(self._typed)), burst.tokens[-1][1])
        return before.keys() + burst.keys()

    def given_up(self, at: float) -> bool:
        """Whether silence has made a read without an end of the three keys that nobody could place."""
        if at >= self._typed_at + self._idle:
            self._typed = b""
        return bool(self._rolled) and not self._burst and at >= (self.deadline or at)

    def surrender(self) -> tuple[list[tuple[Token, float]], Doubt | None]:
        """Give all that waits to the read that it is part of, and say what is doubtful about it.

        Line ends in front are no part of it. Where a prefix marks reads, nothing is doubtful.
        """
        doubt: Doubt | None = None
        if self._typed:
            doubt = (FrameKind.RESTART, self._typed)
        elif self._rolled and self._burst and self._burst.origin(typing=True) is not Origin.MACHINE:
            doubt = (FrameKind.NOISE, b"")
        tokens = [*self._rolled.tokens, *self._burst.tokens]
        while tokens and tokens[0][0].data in self._framing.suffixes:
            del tokens[0]
        self.clear()
        return tokens, None if self._framing.prefix else doubt

    def clear(self) -> None:
        """Forget all: a read or a paste has begun."""
        self._burst = Burst(self._framing.suffixes)
        self._rolled = Burst(self._framing.suffixes)
        self._typed = b""

    def _note(self, typed: bytes, at: float) -> None:
        """Remember what was typed, no longer than a read may be."""
        if typed != self._typed:
            self._typed, self._typed_at = typed[-self._framing.max_len :], at
