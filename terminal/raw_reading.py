"""Reads of a scanner with all their bytes, whatever marks them: what calibration looks at."""

from __future__ import annotations

import os
import select
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from queue import Empty, SimpleQueue
from typing import Any

from terminal.scanners.framing import Frame, Framing
from terminal.scanners.settings import Feedback, ScannerSettings
from terminal.scanners.source import LinkState, SourceState
from terminal.scanners.sources import source_of

QUIET = 0.8
"""Seconds of silence after which a read is over."""
_SHORTEST = 16
"""Bytes; what is shorter was pressed by a person, and is passed over."""
_CANCEL = frozenset({b"\x03", b"\x04", b"\x1b"})
"""Ctrl-C, Ctrl-D or Escape, alone."""
_UNMARKED = Framing(suffixes=(), idle_ms=int(QUIET * 1000), max_len=65_536)


class Unreadable(Exception):
    """The scanner's line will not come by itself. The message is a sentence."""


def from_terminal(
    ask: Callable[[], None], pass_over: Callable[[], None], descriptor: int = 0
) -> Iterator[bytes]:
    """The bytes of each read that is typed into this terminal, until somebody gives up.

    `ask` is called once every byte will come as the scanner sends it, `pass_over` for what is no read. The
    terminal is as it was when the iterator is closed.
    """
    import termios

    before = termios.tcgetattr(descriptor)
    try:
        termios.tcsetattr(descriptor, termios.TCSANOW, _untouched(before))
        ask()
        while True:
            data = _burst(descriptor)
            if not data or data in _CANCEL:
                return
            if len(data) >= _SHORTEST:
                yield data
            else:
                pass_over()
    finally:
        termios.tcsetattr(descriptor, termios.TCSAFLUSH, before)


def _untouched(modes: list[Any]) -> list[Any]:
    """The terminal's modes without those that change, hold back or act on what comes in."""
    import termios

    off_in = termios.ICRNL | termios.INLCR | termios.IGNCR | termios.IXON | termios.ISTRIP | termios.PARMRK
    off_local = termios.ICANON | termios.ECHO | termios.ISIG | termios.IEXTEN
    entry, out, control, local, *speeds, characters = modes
    given = list(characters)
    given[termios.VMIN], given[termios.VTIME] = 1, 0
    return [entry & ~off_in, out, control, local & ~off_local, *speeds, given]


def _burst(descriptor: int) -> bytes:
    """What comes until the line is quiet; nothing once the terminal is gone."""
    data = b""
    while select.select([descriptor], [], [], QUIET if data else None)[0]:
        try:
            more = os.read(descriptor, 4096)
        except OSError:
            more = b""
        if not more:
            return data
        data += more
        if data in _CANCEL and not select.select([descriptor], [], [], QUIET)[0]:
            break
    return data


def from_line(scanner: ScannerSettings) -> Iterator[bytes]:
    """The bytes of each read on a scanner's own line, which is held until the iterator is closed.

    Raises `Unreadable`.
    """
    reads: SimpleQueue[Frame | SourceState] = SimpleQueue()
    source = source_of(replace(scanner, framing=_UNMARKED, feedback=Feedback.NONE))
    source.start(lambda _scanner_id, frame: reads.put(frame), reads.put)
    try:
        while True:
            try:
                news = reads.get(timeout=1.0)
            except Empty:
                continue
            if isinstance(news, Frame):
                if len(news.data) >= _SHORTEST:
                    yield news.data
            elif news.link is LinkState.FAILED:
                raise Unreadable(news.detail)
            else:
                sys.stderr.write(f"{news.detail}\n")
    finally:
        source.stop()
