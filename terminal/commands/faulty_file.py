"""How the faults of a file are told: each on a line of its own, at most twenty."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

from terminal.commands.common import Failure

MOST_SHOWN = 20
STANDARD_INPUT = "-"


def content_of(file: str) -> bytes:
    """All bytes of `file`, or of standard input where it is `-`. Raises Failure."""
    try:
        return sys.stdin.buffer.read() if file == STANDARD_INPUT else Path(file).read_bytes()
    except OSError as error:
        raise Failure(f"{file}: it cannot be read ({error.strerror}); nothing was taken.") from error


def rejected(file: str, faults: Sequence[str]) -> Failure:
    """The file as a whole was not taken."""
    name = "standard input" if file == STANDARD_INPUT else file
    lines = [f"{name}: {fault}" for fault in faults[:MOST_SHOWN]]
    if len(faults) > MOST_SHOWN:
        lines.append(f"and {len(faults) - MOST_SHOWN} more")
    return Failure("\n".join([*lines, f"{name}: nothing was taken."]))
