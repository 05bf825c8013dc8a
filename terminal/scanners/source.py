"""What every scanner connection offers the station: frames, its state in a sentence, and an answer."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from typing import Protocol, runtime_checkable

from terminal.scanners.framing import Frame
from verification.records import record
from verification.verdicts import Verdict


class LinkState(StrEnum):
    """How the connection to one scanner stands."""

    STARTING = "starting"
    READY = "ready"
    DISCONNECTED = "disconnected"
    """Gone, and looked for again and again without anyone's help."""
    FAILED = "failed"
    """Will not come by itself: someone has to do what `SourceState.detail` says."""


@record
class SourceState:
    """One scanner's connection, as the station shows it."""

    scanner_id: str
    link: LinkState
    detail: str
    """One plain sentence: what is wrong and what to do, or where the scanner is connected."""

    @property
    def trouble(self) -> str:
        """The sentence with the scanner's name, where somebody should do something; else nothing."""
        well = self.link in (LinkState.READY, LinkState.STARTING)
        return "" if well or not self.detail else f"{self.scanner_id}: {self.detail}"


@record
class Answer:
    """What became of one read, for the scanner that delivered it. There is none before the commit."""

    read_at: float
    """`Frame.at` of the read that is answered."""
    verdict: Verdict


Deliver = Callable[[str, Frame], None]
"""Takes the scanner's id and a frame. Called in the source's own thread."""
Report = Callable[[SourceState], None]
"""Takes each change of state. Called in the source's own thread."""


Acknowledged = Callable[[float], None]
"""Takes `Frame.at` of a read once the scanner has been sent its answer. Called in a thread of the source."""


class Source(Protocol):
    """A scanner connection that lives in a thread of its own and reconnects by itself."""

    @property
    def scanner_id(self) -> str:
        """The id that `scanners.toml` gives it."""

    def start(self, deliver: Deliver, report: Report) -> None:
        """Begin to deliver frames; returns at once."""

    def stop(self) -> None:
        """End the connection. When this returns, nothing more is delivered."""

    def feedback(self, answer: Answer) -> None:
        """Tell the person holding the scanner how a read went, if the scanner can. Never waits for it.

        Called after the commit, in the clerk's thread, once for every frame delivered and in their order.
        """


@runtime_checkable
class Resuming(Protocol):
    """A source whose scanner sends a read again until it is acknowledged, even to the next process."""

    @property
    def scanner_id(self) -> str:
        """As `Source.scanner_id`."""

    def resume(self, unanswered: Frame | None, acknowledged: Acknowledged) -> None:
        """Take, before `start`, the read that an earlier process committed and perhaps did not answer."""


def arrived_at(now: float, deadline: float | None) -> float:
    """When bytes arrived that a wait until `deadline` has just returned, in monotonic seconds.

    A wait that returns bytes was not a silence, however late this process got to see them: a station
    that was held up in the middle of a read must not take its second half for a read of its own.
    """
    return now if deadline is None else min(now, deadline - 0.000_001)
