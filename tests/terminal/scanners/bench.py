"""A source under test with what comes of it, and a pseudo-terminal that stands for the cable."""

from __future__ import annotations

import contextlib
import os
import queue
import select
import time
import tty
from types import TracebackType
from typing import Self

from terminal.scanners.framing import Frame
from terminal.scanners.source import Answer, LinkState, Source, SourceState
from verification.verdicts import Verdict

PATIENCE = 20.0
"""Seconds until a test gives up."""


class Bench:
    """One source, started and stopped with the block, and the frames and states that it tells."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.frames: queue.Queue[Frame] = queue.Queue()
        self.states: queue.Queue[SourceState] = queue.Queue()
        self.ids: set[str] = set()

    def __enter__(self) -> Self:
        self.source.start(self._take, self.states.put)
        return self

    def __exit__(
        self,
        _type: type[BaseException] | None,
        _value: BaseException | None,
        _traceback: TracebackType | None,
    ) -> None:
        self.source.stop()

    def _take(self, scanner_id: str, frame: Frame) -> None:
        self.ids.add(scanner_id)
        self.frames.put(frame)

    def frame(self) -> Frame:
        return self.frames.get(timeout=PATIENCE)

    def read(self) -> tuple[str, bytes]:
        frame = self.frame()
        return (frame.kind.value, frame.data)

    def until(self, link: LinkState) -> str:
        """Wait for a state; return its sentence."""
        while (state := self.states.get(timeout=PATIENCE)).link is not link:
            pass
        return state.detail

    def commit(self, frame: Frame, verdict: Verdict = Verdict.ACCEPTED) -> None:
        """Do what the station does after the commit."""
        self.source.feedback(Answer(frame.at, verdict))


class Cable:
    """A pseudo-terminal: the scanner's end, and the name of the computer's."""

    def __init__(self) -> None:
        self.scanner, self._computer = os.openpty()
        tty.setraw(self._computer)
        self.name = os.ttyname(self._computer)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        _type: type[BaseException] | None,
        _value: BaseException | None,
        _traceback: TracebackType | None,
    ) -> None:
        self.unplug()

    def unplug(self) -> None:
        for end in (self.scanner, self._computer):
            if end >= 0:
                os.close(end)
        self.scanner = self._computer = -1

    def heard(self, count: int) -> bytes:
        """What the computer sent to the scanner, once it is `count` bytes."""
        return heard(self.scanner, count)

    def clog(self) -> None:
        """Fill the way to the scanner, so that nothing the computer writes gets through."""
        os.set_blocking(self._computer, False)
        while select.select([], [self._computer], [], 0.3)[1]:  # the system may still make room for some
            with contextlib.suppress(BlockingIOError):
                os.write(self._computer, bytes(1024))

    def drain(self) -> None:
        """Take away all that has arrived at the scanner's end."""
        while not self.silent():
            os.read(self.scanner, 65_536)

    def silent(self) -> bool:
        """Whether nothing has arrived at the scanner's end."""
        return select.select([self.scanner], [], [], 0)[0] == []


def heard(descriptor: int, count: int) -> bytes:
    """Wait for `count` bytes."""
    data, end = b"", time.monotonic() + PATIENCE
    while len(data) < count:
        ready, _, _ = select.select([descriptor], [], [], max(0.0, end - time.monotonic()))
        assert ready, f"only {data!r} came"
        data += os.read(descriptor, count - len(data))
    return data
