"""How the faults of a file are told: each on a line of its own, at most twenty."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

from terminal.commands.common import Failure
from terminal.order_file import faults_told

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
    return Failure("\n".join(faults_told(name, faults)))
