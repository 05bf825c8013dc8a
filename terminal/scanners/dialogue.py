"""What is said on a scanner's line: bytes in, frames out, and replies. Pure: times are given.

How the bytes travel is the business of a `Line`; both meet in `LineSource`. So SSI packets, key events and
plain bytes are all understood, and tested, without a device.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, Protocol

from terminal.scanners.feedback import answer_bytes
from terminal.scanners.framing import Frame, FrameKind, Framer, Framing
from terminal.scanners.settings import Feedback

if TYPE_CHECKING:
    from terminal.scanners.source import Answer


class Turn(NamedTuple):
    """What one step of a dialogue brought."""

    frames: list[Frame]
    reply: bytes = b""
    """To be sent to the scanner at once."""


class Dialogue(Protocol):
    """One scanner's side of the conversation, kept over unplugging. Times are monotonic seconds."""

    @property
    def deadline(self) -> float | None:
        """When a silence will end something; None while nothing is open."""

    def feed(self, data: bytes, at: float) -> Turn:
        """Take what one read of the line returned."""

    def idle(self, at: float) -> Turn:
        """Note that nothing came until `at`."""

    def break_off(self, at: float) -> Turn:
        """Note that the line is gone."""

    def answer(self, answer: Answer, at: float) -> bytes:
        """What to send now that a read is committed."""


class PlainDialogue:
    """Bytes with markers around each read, and an answer of a few bytes. Implements `Dialogue`."""

    def __init__(self, framing: Framing, feedback: Feedback = Feedback.NONE) -> None:
        self._framer = Framer(framing)
        self._feedback = feedback

    @property
    def deadline(self) -> float | None:
        """When the framer gives an unfinished read up."""
        return self._framer.deadline

    def feed(self, data: bytes, at: float) -> Turn:
        """Cut bytes into frames."""
        return Turn(self._framer.feed(data, at))

    def idle(self, at: float) -> Turn:
        """End what has been silent for too long."""
        return Turn(self._framer.idle(at))

    def break_off(self, at: float) -> Turn:
        """Set the open read aside."""
        return Turn(self._framer.break_off(FrameKind.ABORTED, at))

    def answer(self, answer: Answer, at: float) -> bytes:  # noqa: ARG002 - the protocol's own signature
        """The bytes of the scanner's profile."""
        return answer_bytes(self._feedback, answer.verdict)


def without_marks(data: bytes, framing: Framing) -> bytes:
    """A packet's data without the prefix and suffixes that a scanner was set to add all the same."""
    data = data.removeprefix(framing.prefix)
    while suffix := next((s for s in framing.suffixes if data.endswith(s)), b""):
        data = data.removesuffix(suffix)
    return data
