"""Standard input as a scanner: its bytes are framed as those of the keyboard wedge."""

from __future__ import annotations

import os
import select
import threading
import time
from collections.abc import Callable

from store.moment import STANDARD_INPUT
from terminal.scanners.framing import Frame, FrameKind, Framer, Framing
from terminal.scanners.source import Answer, Deliver, LinkState, Report, SourceState, arrived_at

_CHUNK = 4096
_ROOM = 2048
"""Reads handed in and not yet answered; more wait in the pipe, so that no file is too long."""


class StandardInput:
    """A source that ends: `ended` is called, in its thread, when there is nothing more to read."""

    scanner_id = STANDARD_INPUT

    def __init__(self, framing: Framing, ended: Callable[[], None], descriptor: int = 0) -> None:
        self._framer = Framer(framing)
        self._ended = ended
        self._descriptor = descriptor
        self._room = threading.BoundedSemaphore(_ROOM)
        self._stopping = threading.Event()
        self._wake, self._waker = os.pipe()
        self._thread = threading.Thread(target=self._listen, name="standard input")
        self._deliver: Deliver = lambda _scanner, _frame: None

    def start(self, deliver: Deliver, report: Report) -> None:
        """Begin to read; returns at once."""
        self._deliver = deliver
        report(SourceState(self.scanner_id, LinkState.READY, "Reading from standard input."))
        self._thread.start()

    def stop(self) -> None:
        """End after the bytes read so far."""
        self._stopping.set()
        os.write(self._waker, b"\0")
        if self._thread.ident is not None:
            self._thread.join()
        os.close(self._wake)
        os.close(self._waker)

    def feedback(self, answer: Answer) -> None:  # noqa: ARG002 - a pipe has no lamp; the answer makes room
        """Note that one more read has been answered."""
        self._room.release()

    def _listen(self) -> None:
        while not self._stopping.is_set():
            data, at = self._next_bytes()
            if data is None:
                self._hand_in(self._framer.idle(at))
            elif data:
                self._hand_in(self._framer.feed(data, at))
            else:
                break
        self._hand_in(self._framer.break_off(FrameKind.NO_SUFFIX, time.monotonic()))
        self._ended()

    def _next_bytes(self) -> tuple[bytes | None, float]:
        """The next bytes and when they came; none at the end of the input, None after a silence."""
        deadline = self._framer.deadline
        wait = None if deadline is None else max(0.0, deadline - time.monotonic())
        ready, _, _ = select.select([self._descriptor, self._wake], [], [], wait)
        if not ready:
            return None, time.monotonic()
        if self._wake in ready:
            return b"", time.monotonic()
        try:
            data = os.read(self._descriptor, _CHUNK)
        except OSError:  # the terminal behind it went away
            data = b""
        return data, arrived_at(time.monotonic(), deadline)

    def _hand_in(self, frames: list[Frame]) -> None:
        for frame in frames:
            while not self._room.acquire(timeout=0.1):
                if self._stopping.is_set():  # nobody answers any more
                    return
            self._deliver(self.scanner_id, frame)
