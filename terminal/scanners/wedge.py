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

from terminal.scanners.burst import KEY_GAP
from terminal.scanners.control_sequences import Token, TokenKind
from terminal.scanners.framing import Frame, FrameKind, Framer, Framing
from terminal.scanners.keys import Tokenizer
from terminal.scanners.undecided import Doubt, Undecided
from verification.records import record


@record
class Read:
    """A read, good or quarantined."""

    frame: Frame


@record
class Keys:
    """One key or report that may be handed on: valid UTF-8, one character or one known sequence."""

    data: bytes


Item = Read | Keys
_PASTES = {TokenKind.PASTE_START, TokenKind.PASTE, TokenKind.PASTE_END}


class Wedge:
    """Takes what a terminal sends, with monotonic seconds; gives reads and keys, in order. Pure."""

    def __init__(self, framing: Framing) -> None:
        self._suffixes = frozenset(framing.suffixes)
        self._idle = framing.idle_ms / 1000
        self._tokenizer = Tokenizer()
        self._framer = Framer(framing)
        self._undecided = Undecided(framing)
        self._doubt: Doubt | None = None
        self._in_read = False
        """The running burst holds part of a read, so nothing in it is a key."""
        self._pasting = False
        self._read_until = float("-inf")
        """Until then a suffix belongs to the read before."""
        self._bytes_at = self._token_at = 0.0

    @property
    def deadline(self) -> float | None:
        """When `idle` will have something to decide, in monotonic seconds; None on a quiet line."""
        times = [self._framer.deadline]
        if self._tokenizer.begun or self._tokenizer.pasting:
            times.append(self._bytes_at + self._patience)
        if not self._tokenizer.begun:
            times.append(self._undecided.deadline)
        return min((at for at in times if at is not None), default=None)

    def feed(self, data: bytes, at: float) -> list[Item]:
        """Take the bytes that arrived at `at`; return what they decide, oldest first."""
        items = self.idle(at)
        for token in self._tokenizer.feed(data):
            items += self._take(token, at)
        self._bytes_at = at
        if self._tokenizer.begun:
            self._framer.stay_open(at)
        return items

    def idle(self, at: float) -> list[Item]:
        """Decide what the silence until `at` decides."""
        items: list[Item] = []
        waiting = self._tokenizer.begun or self._tokenizer.pasting
        if waiting and at >= self._bytes_at + self._patience:
            for token in self._tokenizer.flush():
                items += self._take(token, self._bytes_at)
            self._pasting = False
        if not self._tokenizer.begun:
            items += [Keys(key) for key in self._undecided.keys(at)]
        if self._undecided.given_up(at):
            items += self._read(at)
        if at >= self._token_at + KEY_GAP:
            self._in_read = False
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
        if token.kind is TokenKind.PASTE_END and not self._pasting:
            token = Token(TokenKind.ANSWER, token.data)
        if token.kind in _PASTES:
            return self._paste(token, at)
        reading = self._framer.deadline is not None
        if token.kind is TokenKind.CLICK and (reading or self._in_read):
            return []
        self._token_at = at
        if not reading and self._says_nothing(token, at):
            return []
        if reading or self._in_read:
            return self._reads(self._framer.feed(token.data, at), at)
        return self._read(at) if self._undecided.add(token, at) else []

    def _says_nothing(self, token: Token, at: float) -> bool:
        """Whether this is a line end after a read, or the second half of one."""
        line_feed = token.data == b"\n"
        if not line_feed and token.data not in self._suffixes:
            return False
        return self._in_read or (self._undecided.quiet and (line_feed or at < self._read_until))

    def _read(self, at: float) -> list[Item]:
        """What has waited to be decided is a read, or part of one."""
        tokens, self._doubt = self._undecided.surrender()
        self._in_read = True
        items: list[Item] = []
        for token, came in tokens:
            if token.kind is not TokenKind.CLICK:
                items += self._reads(self._framer.feed(token.data, came), at)
        if self._framer.deadline is None:
            self._doubt = None
        return items

    def _paste(self, token: Token, at: float) -> list[Item]:
        self._token_at = at
        if token.kind is TokenKind.PASTE:
            return self._reads(self._framer.feed(token.data, at), at)
        self._pasting = token.kind is TokenKind.PASTE_START
        if not self._pasting:
            return self._reads(self._framer.complete(at), at)
        items = self._read(at) if self._undecided else []
        items += self._reads(self._framer.break_off(FrameKind.RESTART, at), at)
        self._undecided.clear()
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
