"""The terminal is a keyboard and a scanner at once: this tells reads from keys.

A read is whatever stands between its markers; a complete one is delivered the moment its suffix comes.
Times decide only what has no marker, and where they leave a doubt nothing is guessed: the whole is
quarantined with all its bytes, and the person scans or types again.

| on a quiet line                                         | it is                                   |
|---------------------------------------------------------|-----------------------------------------|
| characters and a suffix without a pause                 | a read, at once                         |
| one or two characters, then a pause                     | typed keys                              |
| four or more, or three that no hand could press         | the beginning of a read; it may pause   |
|   … and its suffix, before `idle_ms` of silence         | a read: a slow radio, a remote desktop  |
|   … and silence                                         | `no_suffix`                             |
| three that a hand could press, then keys at its pace    | typed keys, all of them                 |
|   … and a suffix after a pause                          | `noise`: typed or scanned, nobody knows |
| one suffix alone                                        | the key Enter or Tab; LF is never a key |
| several suffixes in a burst                             | nothing: a held key presses no buttons  |
| one control key or Escape alone                         | that key                                |
| cursor and function keys alone, repeated or not         | those keys, each after 40 ms            |
| any of these keys together with characters or a suffix  | bytes of a read, never keys             |

| within `idle_ms` after typed characters                 | it is                                   |
|---------------------------------------------------------|-----------------------------------------|
| one or two keys in a burst, or three a hand could press, Enter among them | typed keys            |
| more                                                    | `restart`, with the typed ones in front |

| within `idle_ms` after a read                           | it is                                   |
|---------------------------------------------------------|-----------------------------------------|
| a suffix                                                | the rest of that read's end             |

A pause is more than 40 ms. With a prefix configured, what begins with it is a read whatever the times.
Reports of the terminal (pointer, wheel, focus, modes) pass through anywhere; mouse buttons do not while
characters come, for a barcode could hold them. A bracketed paste is reads, and its end ends the last.
"""

from __future__ import annotations

from dataclasses import dataclass

from terminal.scanners.burst import KEY_GAP, Burst, Origin
from terminal.scanners.control_sequences import Token, TokenKind
from terminal.scanners.framing import Frame, FrameKind, Framer, Framing
from terminal.scanners.keys import Tokenizer


@dataclass(frozen=True, slots=True)
class Read:
    """A read, good or quarantined."""

    frame: Frame


@dataclass(frozen=True, slots=True)
class Keys:
    """One key or report that may be handed on: valid UTF-8, one character or one known sequence."""

    data: bytes


Item = Read | Keys
_PASTES = {TokenKind.PASTE_START, TokenKind.PASTE, TokenKind.PASTE_END}


class Wedge:
    """Takes what a terminal sends, with monotonic seconds; gives reads and keys, in order. Pure."""

    def __init__(self, framing: Framing) -> None:
        self._framing = framing
        self._idle = framing.idle_ms / 1000
        self._tokenizer = Tokenizer()
        self._begun_at = 0.0
        self._framer = Framer(framing)
        self._burst = Burst(framing.suffixes)
        self._rolled = Burst(framing.suffixes)
        """Three keys from a quiet line that may be a hand's or a scanner's."""
        self._typed = b""
        self._typed_at = 0.0
        self._doubt: tuple[FrameKind, bytes] | None = None
        """What the next frame is instead of good, and the bytes that belong in front of it."""
        self._read_until = float("-inf")
        self._in_read = False
        """The running burst holds part of a read, so nothing in it is a key."""
        self._at = 0.0
        self._pasting = False

    @property
    def deadline(self) -> float | None:
        """When `idle` will have something to decide, in monotonic seconds; None on a quiet line."""
        times = [self._framer.deadline]
        if self._tokenizer.begun or self._tokenizer.pasting:
            times.append(self._begun_at + self._patience)
        if self._burst and not self._tokenizer.begun:
            times.append(self._burst.deadline)
        elif self._rolled:
            times.append(self._rolled.tokens[-1][1] + self._idle)
        return min((at for at in times if at is not None), default=None)

    def feed(self, data: bytes, at: float) -> list[Item]:
        """Take the bytes that arrived at `at`; return what they decide, oldest first."""
        items = self.idle(at)
        for token in self._tokenizer.feed(data):
            items += self._take(token, at)
        self._begun_at = at
        if self._tokenizer.begun:
            self._framer.stay_open(at)
        return items

    def idle(self, at: float) -> list[Item]:
        """Decide what the silence until `at` decides."""
        items: list[Item] = []
        waiting = self._tokenizer.begun or self._tokenizer.pasting
        if waiting and at >= self._begun_at + self._patience:
            for token in self._tokenizer.flush():
                items += self._take(token, self._begun_at)
            self._pasting = False
        if self._burst and not self._tokenizer.begun and at >= self._burst.deadline:
            items += self._release(at) if self._burst.repeatable else self._pause()
        if self._rolled and not self._burst and at >= self._rolled.tokens[-1][1] + self._idle:
            items += self._read(at)
        if at >= self._at + KEY_GAP:
            self._in_read = False
        if at >= self._typed_at + self._idle:
            self._typed = b""
        return items + self._reads(self._framer.idle(at), at)

    def close(self, at: float) -> list[Item]:
        """The terminal goes away: quarantine the read that was coming in."""
        items = self.idle(at)
        if self._framer.deadline is None:
            return items
        return items + self._reads(self._framer.break_off(FrameKind.ABORTED, at), at)

    @property
    def _patience(self) -> float:
        """Seconds to wait for the rest of a sequence: short where it may be a key by itself."""
        return KEY_GAP if self._tokenizer.may_be_a_key else self._idle

    def _take(self, token: Token, at: float) -> list[Item]:
        if token.kind is TokenKind.REPORT:
            return [Keys(token.key or b"")]
        reading = self._framer.deadline is not None
        if token.kind is TokenKind.PASTE_END and not self._pasting:
            token = Token(TokenKind.ANSWER, token.data)
        if token.kind in _PASTES:
            return self._paste(token, at)
        if token.kind is TokenKind.CLICK and (reading or self._in_read):
            return []
        self._at = at
        if reading:
            return self._reads(self._framer.feed(token.data, at), at)
        if token.data in self._framing.suffixes or token.data == b"\n":
            quiet = not (self._burst or self._rolled or self._typed)
            if self._in_read or (quiet and (at < self._read_until or token.data == b"\n")):
                return []
        if self._in_read:
            return self._reads(self._framer.feed(token.data, at), at)
        self._burst.add(token, at)
        return self._read(at) if self._is_read() else []

    def _is_read(self) -> bool:
        prefix = self._framing.prefix
        if prefix and self._burst.data.endswith(prefix):
            return True
        if self._rolled and self._burst.tokens[-1][0].data in self._framing.suffixes:
            return True
        return self._burst.origin(typing=bool(self._typed)) is Origin.MACHINE

    def _read(self, at: float) -> list[Item]:
        """What has waited to be decided is a read, or part of one."""
        if not self._framing.prefix:
            machine = self._burst.origin(typing=True) is Origin.MACHINE
            if self._typed:
                self._doubt = (FrameKind.RESTART, self._typed)
            elif self._rolled and self._burst and not machine:
                self._doubt = (FrameKind.NOISE, b"")
        tokens = [*self._rolled.tokens, *self._burst.tokens]
        while tokens and tokens[0][0].data in self._framing.suffixes:
            del tokens[0]
        self._forget()
        self._in_read = True
        items: list[Item] = []
        for token, came in tokens:
            if token.kind is not TokenKind.CLICK:
                items += self._reads(self._framer.feed(token.data, came), at)
        if self._framer.deadline is None:
            self._doubt = None
        return items

    def _pause(self) -> list[Item]:
        """The burst is over and no machine sent it: hand on its keys."""
        burst = self._burst
        typing = bool(self._typed or self._rolled)
        if not typing and burst.origin(typing=False) is Origin.ROLLED:
            self._rolled, self._burst = burst, Burst(self._framing.suffixes)
            return []
        typed = burst.typed(self._rolled.typed(self._typed))
        keys = self._rolled.keys() + burst.keys()
        typed_at = burst.tokens[-1][1] if typed != self._typed else self._typed_at
        self._forget()
        self._typed, self._typed_at = typed[-self._framing.max_len :], typed_at
        return [Keys(key) for key in keys]

    def _release(self, at: float) -> list[Item]:
        """Hand on the repeated keys that have waited long enough for characters to join them."""
        keys = self._rolled.keys() + self._burst.ripe(at)
        self._rolled = Burst(self._framing.suffixes)
        return [Keys(key) for key in keys]

    def _paste(self, token: Token, at: float) -> list[Item]:
        self._at = at
        if token.kind is TokenKind.PASTE:
            return self._reads(self._framer.feed(token.data, at), at)
        self._pasting = token.kind is TokenKind.PASTE_START
        if not self._pasting:
            return self._reads(self._framer.complete(at), at)
        items = self._read(at) if self._burst or self._rolled else []
        items += self._reads(self._framer.break_off(FrameKind.RESTART, at), at)
        self._forget()
        self._in_read, self._doubt = True, None
        return items

    def _reads(self, frames: list[Frame], at: float) -> list[Item]:
        items: list[Item] = []
        for frame in frames:
            if self._doubt:
                kind, before = self._doubt
                frame = Frame(kind, before + frame.data, frame.at)  # noqa: PLW2901
                self._doubt = None
            self._read_until = at + self._idle
            items.append(Read(frame))
        return items

    def _forget(self) -> None:
        self._burst = Burst(self._framing.suffixes)
        self._rolled = Burst(self._framing.suffixes)
        self._typed = b""
