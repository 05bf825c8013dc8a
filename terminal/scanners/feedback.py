"""What a scanner is told about its read, in the bytes that scanners of its make understand.

| signal    | honeywell            | datalogic                  | bel   |
|-----------|----------------------|----------------------------|-------|
| `good`    | as a good decode     | ACK, good-read tone        | BEL   |
| `done`    | low, medium, high    | ACK, good-read tone twice  | BEL   |
| `refused` | the razz, twice      | ACK, not on file, enable   | -     |
| `lost`    | the razz, twice      | not on file, enable        | -     |

Honeywell: "Host Command Acknowledgment" in the Xenon and Granit guides; each command is ESC, a letter or
digit, and a comma. Datalogic: "ACK NAK options" and "Host commands" in the Gryphon and Magellan guides. A
refused read is acknowledged too, for NAK asks the scanner to send it again; `F` ends reading until `E`.
"""

from __future__ import annotations

from enum import Enum, auto
from typing import TYPE_CHECKING

from terminal.scanners.settings import Feedback
from verification.verdicts import Verdict

if TYPE_CHECKING:
    from collections.abc import Mapping


class Signal(Enum):
    """What a scanner can say with a beep."""

    GOOD = auto()
    """The read did what it should."""
    DONE = auto()
    """It was the last of a line or of the order."""
    REFUSED = auto()
    """It is recorded, and counted nothing."""
    LOST = auto()
    """It could not be recorded: it must not be acknowledged."""


_DONE = frozenset({Verdict.LINE_VERIFIED, Verdict.ORDER_VERIFIED})

_ACK, _BEL, _GOOD_TONE = b"\x06", b"\a", b"\x01"
_NOT_ON_FILE = b"FE"
_RAZZ = b"\x1b8,\x1b8,"
BYTES: Mapping[Feedback, Mapping[Signal, bytes]] = {
    Feedback.BEL: {Signal.GOOD: _BEL, Signal.DONE: _BEL},
    Feedback.HONEYWELL: {
        Signal.GOOD: b"\x1b7,",
        Signal.DONE: b"\x1b4,\x1b5,\x1b6,",
        Signal.REFUSED: _RAZZ,
        Signal.LOST: _RAZZ,
    },
    Feedback.DATALOGIC: {
        Signal.GOOD: _ACK + _GOOD_TONE,
        Signal.DONE: _ACK + _GOOD_TONE + _GOOD_TONE,
        Signal.REFUSED: _ACK + _NOT_ON_FILE,
        Signal.LOST: _NOT_ON_FILE,
    },
}
"""What is sent for each signal; nothing where a signal is missing."""


def signal(verdict: Verdict) -> Signal:
    """How a verdict sounds at the scanner."""
    if verdict is Verdict.NOT_RECORDED:
        return Signal.LOST
    if verdict.refused:
        return Signal.REFUSED
    return Signal.DONE if verdict in _DONE else Signal.GOOD


def answer_bytes(feedback: Feedback, verdict: Verdict) -> bytes:
    """What a scanner of this profile is sent after a read with this verdict."""
    return BYTES.get(feedback, {}).get(signal(verdict), b"")
