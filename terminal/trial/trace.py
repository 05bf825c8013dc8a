"""Traces: what came from scanners and when, as JSON lines that can be sent to somebody and played again."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

from verification.records import record

_LONGEST_LINE = 1_000_000
_FOREVER = 1e9


class TraceError(Exception):
    """A file is no trace. The message is a sentence."""


@record
class Chunk:
    """Bytes as they came."""

    at: float
    """Seconds; in a trace, since its first chunk."""
    scanner: str
    data: bytes


class Recorder:
    """Writes a trace, each chunk at once, so that it is whole however the program ends."""

    def __init__(self, file: IO[str]) -> None:
        self._file = file
        self._began: float | None = None

    def note(self, chunk: Chunk) -> None:
        """Write one chunk."""
        self._began = chunk.at if self._began is None else self._began
        line = {"at": round(chunk.at - self._began, 6), "scanner": chunk.scanner, "hex": chunk.data.hex()}
        self._file.write(json.dumps(line) + "\n")
        self._file.flush()


def read_trace(path: Path) -> Iterator[Chunk]:
    """The chunks of a trace. Raises TraceError with the line that is wrong."""
    try:
        with path.open(encoding="utf-8") as lines:
            last = 0.0
            for number, line in enumerate(lines, 1):
                chunk = _parse(line)
                if chunk is None or chunk.at < last:
                    raise TraceError(
                        f"{path}: line {number} is not a step of a trace, which has at (seconds, never less "
                        "than before), scanner and hex."
                    )
                last = chunk.at
                yield chunk
    except (OSError, UnicodeDecodeError) as error:
        why = error.strerror if isinstance(error, OSError) else "it is not text"
        raise TraceError(f"{path} cannot be read ({why}).") from error


def _parse(line: str) -> Chunk | None:
    try:
        held: Any = json.loads(line) if len(line) <= _LONGEST_LINE else None
        at, scanner, data = held["at"], held["scanner"], bytes.fromhex(held["hex"])
    except (ValueError, KeyError, TypeError, RecursionError):
        return None
    if not isinstance(at, int | float) or isinstance(at, bool) or not isinstance(scanner, str):
        return None
    return Chunk(float(at), scanner, data) if 0 <= at < _FOREVER else None
