"""From bytes to frames: where one read ends and the next begins.

| line                                   | frames                                             |
|----------------------------------------|----------------------------------------------------|
| `data suffix`                          | `ok`                                               |
| `suffix` with nothing before it        | nothing: CR LF pairs, doubled suffixes             |
| `data`, then silence for `idle_ms`     | `no_suffix`                                        |
| more than `max_len` bytes              | `overflow`, up to and with the tail before a suffix |
| `prefix data suffix`                   | `ok`, even where `data` is empty                   |
| `data` with no `prefix` before it      | `noise`, where a prefix is configured              |
| `prefix data prefix data suffix`       | `restart`, then `ok`                               |
| the device goes away, or a parity error | `aborted`, `line_error`                           |

Every byte that arrives is in exactly one frame, or is a marker: a prefix, a suffix, or the repetition of
a suffix. How the bytes are cut into chunks changes nothing; only their times do, and only by `idle_ms`.
"""

from __future__ import annotations

from enum import StrEnum

from verification.records import record


class FrameKind(StrEnum):
    """How a read came in. Only `ok` may ever be counted; the others are quarantined and shown."""

    OK = "ok"
    NO_SUFFIX = "no_suffix"
    """The line fell silent before a suffix came."""
    NOISE = "noise"
    """Bytes that belong to no read."""
    RESTART = "restart"
    """Another read began before this one ended."""
    OVERFLOW = "overflow"
    """Longer than `max_len`; what follows up to the next suffix belongs to it."""
    ABORTED = "aborted"
    """The device went away in the middle."""
    LINE_ERROR = "line_error"
    """The line reported a damaged byte in it."""


@record
class Framing:
    """How one scanner marks its reads. Markers are bytes; an empty prefix means there is none."""

    prefix: bytes = b""
    suffixes: tuple[bytes, ...] = (b"\r", b"\n")
    idle_ms: int = 500
    """Silence, in milliseconds, after which a read that has not ended is given up."""
    max_len: int = 512
    """Longest read, in bytes without its markers."""


@record
class Frame:
    """One read's bytes, without its markers."""

    kind: FrameKind
    data: bytes
    at: float
    """Monotonic seconds of its last byte."""


LONGEST_PIECE = 65_536
"""Bytes held of a read that will not end. A longer one comes out in several pieces of the same kind."""


class Framer:
    """Cuts one scanner's bytes into frames. Pure: the times are given, in monotonic seconds."""

    def __init__(self, framing: Framing) -> None:
        self._framing = framing
        self._idle = framing.idle_ms / 1000
        self._last_bytes = frozenset(suffix[-1] for suffix in framing.suffixes)
        self._data = bytearray()
        self._open = not framing.prefix
        """A read may end in `ok` here: its prefix was seen, or there is none to see."""
        self._spoiled: FrameKind | None = None
        """What the bytes up to the next suffix are, once they can no longer be a good read."""
        self._rest_of_suffix: tuple[bytes, ...] = ()
        self._rest_until = 0.0
        self._at: float | None = None

    @property
    def deadline(self) -> float | None:
        """When `idle` will have something to end, in monotonic seconds; None while nothing is open."""
        return None if self._at is None else self._at + self._idle

    def feed(self, data: bytes, at: float) -> list[Frame]:
        """Take the bytes that arrived at `at`; return the frames that they end, oldest first."""
        frames = self.idle(at)
        for byte in data:
            if self._rest_of_suffix and self._continues_suffix(byte, at):
                continue
            self._data.append(byte)
            self._at = at
            self._judge(byte, at, frames)
        return frames

    def idle(self, at: float) -> list[Frame]:
        """End what has been silent for `idle_ms`."""
        if (deadline := self.deadline) is None or at < deadline:
            return []
        kind = self._spoiled or (FrameKind.NO_SUFFIX if self._open else FrameKind.NOISE)
        return self._end(kind)

    def stay_open(self, at: float) -> None:
        """Count no silence before `at`: bytes came that are not yet known to belong here."""
        if self._at is not None:
            self._at = at

    def complete(self, at: float) -> list[Frame]:
        """End the open read as its suffix would: the sender said by other means that it is whole."""
        frames = self.idle(at)
        if self._at is not None:
            frames += self._end(self._spoiled or self._good())
        return frames

    def break_off(self, kind: FrameKind, at: float) -> list[Frame]:
        """End the open read as `kind`: the device went away, or a byte was damaged on the line.

        After a damaged byte the tail up to the next suffix is damaged too, for it is only a tail.
        """
        frames = self.idle(at)
        if self._at is not None:
            frames += self._end(self._spoiled or (kind if self._open else FrameKind.NOISE))
        if kind is FrameKind.LINE_ERROR:
            self._spoiled = kind
            self._at = at
        return frames

    def _judge(self, byte: int, at: float, frames: list[Frame]) -> None:
        """Look for a marker that ends at the byte just taken."""
        prefix = self._framing.prefix
        spoiled = self._spoiled
        if byte in self._last_bytes and (suffix := self._suffix()):
            del self._data[-len(suffix) :]
            frames += self._end(spoiled or self._good())
            self._expect_rest(suffix, at)
        elif prefix and not spoiled and byte == prefix[-1] and self._data.endswith(prefix):
            del self._data[-len(prefix) :]
            if self._open or self._data:
                frames += self._end(FrameKind.RESTART if self._open else FrameKind.NOISE)
            self._open = True
            self._at = at
        elif len(self._data) > self._framing.max_len:
            if self._open and len(self._data) > self._framing.max_len + self._marker_begun():
                self._spoiled = spoiled or FrameKind.OVERFLOW
            if len(self._data) >= LONGEST_PIECE:
                frames.append(Frame(self._spoiled or FrameKind.NOISE, bytes(self._data), at))
                self._data.clear()

    def _good(self) -> FrameKind:
        return FrameKind.OK if self._open else FrameKind.NOISE

    def _suffix(self) -> bytes | None:
        matching = [s for s in self._framing.suffixes if self._data.endswith(s)]
        return max(matching, key=len) if matching else None

    def _marker_begun(self) -> int:
        """How many of the last bytes may turn out to begin a suffix of several bytes."""
        longest = max(map(len, self._framing.suffixes), default=1)
        for length in range(min(longest - 1, len(self._data)), 0, -1):
            tail = bytes(self._data[-length:])
            if any(s.startswith(tail) for s in self._framing.suffixes):
                return length
        return 0

    def _end(self, kind: FrameKind) -> list[Frame]:
        """Close what is open; without a prefix, an empty read is nothing at all."""
        at = self._at or 0.0
        prefixed = bool(self._framing.prefix)
        worth = bool(self._data) or (prefixed and self._open and not self._spoiled)
        frames = [Frame(kind, bytes(self._data), at)] if worth else []
        self._data.clear()
        self._open = not prefixed
        self._spoiled = None
        self._at = None
        return frames

    def _expect_rest(self, suffix: bytes, at: float) -> None:
        """What may follow a suffix and says nothing: the rest of a longer one, LF after CR.

        Where reads have a prefix a line end after them is nothing either, for many scanners send it too.
        """
        longer = {s[len(suffix) :] for s in self._framing.suffixes if s.startswith(suffix)}
        line_ends = {b"\r\n", b"\r", b"\n"} if self._framing.prefix else {b"\n"} if suffix == b"\r" else set()
        self._rest_of_suffix = tuple((longer | line_ends) - {b""})
        self._rest_until = at + self._idle

    def _continues_suffix(self, byte: int, at: float) -> bool:
        rests = self._rest_of_suffix if at < self._rest_until else ()
        begun = [rest[1:] for rest in rests if rest[0] == byte]
        self._rest_of_suffix = tuple(rest for rest in begun if rest)
        return bool(begun)
