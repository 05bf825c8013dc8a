"""What scanners send at this moment, byte by byte, beside a station that may be running."""

from __future__ import annotations

import os
import select
import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import replace
from queue import SimpleQueue

from terminal.scanners.framing import Frame, FrameKind, Framing
from terminal.scanners.settings import Feedback, ScannerKind, ScannerSettings
from terminal.scanners.source import Source, SourceState
from terminal.scanners.sources import source_of
from terminal.trial.bench import MARKED, Bench, Seen
from terminal.trial.trace import Chunk, Recorder

_PIECE_MS = 30
"""Silence that ends a chunk. Less than any silence that framing goes by, so it changes no frame."""
_UNMARKED = Framing(suffixes=(), idle_ms=_PIECE_MS, max_len=65_536)

News = Chunk | SourceState | tuple[str, Frame] | None
"""What arrives: bytes, how a connection stands, a frame of the scanner's own protocol, or the end of all."""


class Live:
    """Collects what all scanners send; `start` it, take from `news`, `stop` it."""

    def __init__(self, scanners: Iterable[ScannerSettings]) -> None:
        self.news: SimpleQueue[News] = SimpleQueue()
        self._sources: list[tuple[Source, bool]] = [
            (_source(scanner), scanner.kind in MARKED)
            for scanner in scanners
            if scanner.kind is not ScannerKind.WEDGE
        ]

    def start(self) -> None:
        """Begin to listen; returns at once."""
        for source, marked in self._sources:
            source.start(self._bytes if marked else self._frame, self.news.put)

    def stop(self) -> None:
        """End all connections."""
        for source, _marked in self._sources:
            source.stop()

    def _bytes(self, scanner: str, frame: Frame) -> None:
        if frame.data:
            self.news.put(Chunk(frame.at, scanner, frame.data))
        if frame.kind in (FrameKind.ABORTED, FrameKind.LINE_ERROR):
            self.news.put((scanner, Frame(frame.kind, b"", frame.at)))

    def _frame(self, scanner: str, frame: Frame) -> None:
        whole = frame.kind is FrameKind.OK
        self.news.put(Chunk(frame.at, scanner, frame.data) if whole else (scanner, frame))


def _source(scanner: ScannerSettings) -> Source:
    if scanner.kind in MARKED:
        return source_of(replace(scanner, framing=_UNMARKED, feedback=Feedback.NONE))
    return source_of(scanner)


def seen(news: News, bench: Bench, recorder: Recorder | None) -> list[Seen]:
    """What one piece of news ends, recorded on the way."""
    if isinstance(news, Chunk):
        if recorder is not None:
            recorder.note(news)
        return bench.feed(news)
    if isinstance(news, tuple):
        return bench.lost(news[0], news[1].at) if not news[1].data else bench.frame(*news)
    return []


class Typed:
    """Standard input as a wedge, where there is no screen to type at."""

    def __init__(self, scanner_id: str, take: Callable[[News], None], descriptor: int = 0) -> None:
        self._id = scanner_id
        self._take = take
        self._descriptor = descriptor
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._listen, name="standard input")

    def start(self) -> None:
        """Begin to read."""
        self._thread.start()

    def stop(self) -> None:
        """End within a tenth of a second."""
        self._stopping.set()
        self._thread.join()

    def _listen(self) -> None:
        while not self._stopping.is_set():
            if not select.select([self._descriptor], [], [], 0.1)[0]:
                continue
            data = os.read(self._descriptor, 65_536)
            if not data:
                self._take(None)
                return
            self._take(Chunk(time.monotonic(), self._id, data))
