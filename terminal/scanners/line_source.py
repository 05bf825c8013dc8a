"""A scanner on a line, in a thread of its own.

Its thread waits in a read that returns with the first byte, so nothing is polled and nothing is late.
When the line is lost, the read that had begun is set aside and the line is looked for again until it is
back; that is also how a missing right or a busy port is noticed as mended. Answers are written by another
thread, so that a scanner which does not listen holds up neither the clerk nor the next read.
"""

from __future__ import annotations

import queue
import threading
import time
from typing import TYPE_CHECKING

from terminal.scanners.line import TICK, LineLostError, NoLineError
from terminal.scanners.source import LinkState, SourceState, arrived_at

if TYPE_CHECKING:
    from terminal.scanners.dialogue import Dialogue, Turn
    from terminal.scanners.line import Connector, Line
    from terminal.scanners.source import Acknowledged, Answer, Deliver, Report

_FIRST_RETRY, _LAST_RETRY = 0.2, 1.0
"""Seconds between attempts to connect; doubled each time."""
_MOST_UNSAID = 64
"""Answers that wait for a scanner which does not take them; later ones are dropped, for they are stale."""


class LineSource:
    """One scanner on a line. Implements `Source`."""

    def __init__(self, scanner_id: str, connector: Connector, dialogue: Dialogue) -> None:
        self._id = scanner_id
        self._connector = connector
        self._dialogue = dialogue
        self._talking = threading.Lock()
        """Held for each step of the dialogue: its answers come from the clerk's thread."""
        self._voice: _Voice | None = None
        self._stopping = threading.Event()
        self._thread: threading.Thread | None = None
        self._deliver: Deliver = lambda _scanner_id, _frame: None
        self._report: Report = lambda _state: None
        self._state: SourceState | None = None
        self._answered: Acknowledged = lambda _read_at: None

    @property
    def scanner_id(self) -> str:
        """The id that `scanners.toml` gives it."""
        return self._id

    def start(self, deliver: Deliver, report: Report) -> None:
        """Begin to deliver frames; returns at once."""
        self._deliver, self._report = deliver, report
        self._tell(LinkState.STARTING, "The scanner is being connected.")
        self._thread = threading.Thread(target=self._run, name=f"scanner {self._id}")
        self._thread.start()

    def stop(self) -> None:
        """End the connection, within two tenths of a second. Nothing is delivered after it returns."""
        self._stopping.set()
        if self._thread is not None:
            self._thread.join()

    def feedback(self, answer: Answer) -> None:
        """Answer a read at the scanner. Never waits for the line."""
        with self._talking:
            reply = self._dialogue.answer(answer, time.monotonic())
            if reply and self._voice is not None:
                self._voice.say(reply, answer.read_at)

    def _run(self) -> None:
        try:
            self._keep_connected()
        except Exception as fault:  # noqa: BLE001 - a scanner that falls silent unnoticed loses reads
            kind = type(fault).__name__
            self._tell(LinkState.FAILED, f"The program met a fault ({kind}): start the station again.")
        finally:
            self._connector.close()

    def _keep_connected(self) -> None:
        wait = _FIRST_RETRY
        while not self._stopping.is_set():
            try:
                line = self._connector.connect()
            except NoLineError as trouble:
                if str(trouble):
                    self._tell(trouble.link, str(trouble))
                if not trouble.retry_now:
                    self._stopping.wait(wait)
                    wait = min(wait * 2, _LAST_RETRY)
                continue
            wait = _FIRST_RETRY
            self._serve(line)

    def _serve(self, line: Line) -> None:
        """Deliver frames until the line is lost or the source is stopped."""
        with self._talking:
            voice = self._voice = _Voice(line, self._id, self._answered)
        self._tell(LinkState.READY, f"Connected at {line.name}.")
        try:
            while not self._stopping.is_set():
                self._listen(line)
        except LineLostError:
            self._break_off()
            self._tell(LinkState.DISCONNECTED, line.lost)
            self._stopping.wait(_FIRST_RETRY)
        else:
            self._break_off()
        finally:
            with self._talking:
                self._voice = None
            voice.end()
            line.close()

    def _listen(self, line: Line) -> None:
        """Take what one read of the line brings, or its silence."""
        deadline, started = self._dialogue.deadline, time.monotonic()
        data = line.read()
        now = time.monotonic()
        with self._talking:
            if data:
                turn = self._dialogue.feed(data, arrived_at(now, deadline))
            else:
                turn = self._dialogue.idle(min(now, started + TICK))
            self._say(turn)
        self._hand_on(turn)

    def _break_off(self) -> None:
        with self._talking:
            turn = self._dialogue.break_off(time.monotonic())
        self._hand_on(turn)

    def _say(self, turn: Turn) -> None:
        if turn.reply and self._voice is not None:
            self._voice.say(turn.reply)

    def _hand_on(self, turn: Turn) -> None:
        for frame in turn.frames:
            self._deliver(self._id, frame)

    def _tell(self, link: LinkState, detail: str) -> None:
        """Report a state once, however often it is found again."""
        state = SourceState(self._id, link, detail)
        if state != self._state:
            self._state = state
            self._report(state)


class _Voice:
    """Writes to one open line, in order, in a thread that begins with the first thing to say.

    The thread does not keep the program alive: a port may hold a write for as long as its scanner sleeps.
    """

    def __init__(self, line: Line, scanner_id: str, answered: Acknowledged) -> None:
        self._line = line
        self._answered = answered
        self._unsaid: queue.SimpleQueue[tuple[bytes, float | None] | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._speak, name=f"answers to {scanner_id}", daemon=True)

    def say(self, data: bytes, read_at: float | None = None) -> None:
        """Have `data` written soon, to answer the read of `read_at`. Called under the source's lock."""
        if self._thread.ident is None:
            self._thread.start()
        if self._unsaid.qsize() < _MOST_UNSAID:
            self._unsaid.put((data, read_at))

    def end(self) -> None:
        """Say what waits, unless the line does not take it within a moment."""
        if self._thread.ident is not None:
            self._unsaid.put(None)
            self._thread.join(TICK)

    def _speak(self) -> None:
        try:
            while (unsaid := self._unsaid.get()) is not None:
                data, read_at = unsaid
                if self._line.write(data) and read_at is not None:
                    self._answered(read_at)
        except LineLostError:
            return  # the reading thread notices the same and says so
