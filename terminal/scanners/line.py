"""A scanner's line: bytes both ways, until it is lost."""

from __future__ import annotations

from typing import NoReturn, Protocol

from terminal.scanners.source import LinkState

TICK = 0.1
"""Seconds after which a silent read returns, so that its thread can look at the clock and whether to stop.
Bytes never wait for it."""


class LineLostError(OSError):
    """The line is gone: unplugged, closed by the other side, or broken."""


class NoLineError(Exception):
    """There is no line to open now. `str(error)` is the sentence that the station shows; if it is empty,
    what it shows still holds."""

    def __init__(self, link: LinkState, detail: str, *, retry_now: bool = False) -> None:
        super().__init__(detail)
        self.link = link
        self.retry_now = retry_now
        """Waiting was part of the attempt, so the next one may follow at once."""


class Line(Protocol):
    """One open connection. `read` and `write` may be called at the same time from two threads."""

    name: str
    """Where it is connected, for people."""
    lost: str
    """The sentence to show when it is lost."""

    def read(self) -> bytes:
        """Wait up to `TICK` for bytes. Raises LineLostError."""

    def write(self, data: bytes) -> bool:
        """Send, or drop what the other side does not take; whether it took all. Raises LineLostError."""

    def close(self) -> None:
        """Give the connection up."""


class Connector(Protocol):
    """Opens one scanner's line, again and again."""

    def connect(self) -> Line:
        """Open the line; waits for `TICK` at most where it waits for the scanner. Raises NoLineError."""

    def close(self) -> None:
        """Give up what is held between attempts."""


class Unavailable:
    """Stands where this computer cannot open a scanner's line at all. Implements `Connector`."""

    def __init__(self, why: str) -> None:
        self._why = why

    def connect(self) -> NoReturn:
        """Say why. Raises NoLineError."""
        raise NoLineError(LinkState.FAILED, self._why)

    def close(self) -> None:
        """Hold nothing."""
