"""A record of what nobody foresaw: in a file for whoever mends Tallyman, in a sentence for everybody else."""

from __future__ import annotations

import os
import traceback
from datetime import UTC, datetime
from pathlib import Path

FILE = "faults.log"


def record(fault: BaseException, folder: Path) -> str:
    """Write `fault` to the fault log in `folder` if it can be written; return the sentence to show.

    The log has the fault and the places in the code that led to it, never the values they worked on.
    """
    path = folder / FILE
    when = datetime.now(UTC).isoformat(timespec="seconds")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8", errors="backslashreplace") as log:
            log.write(f"{when}\n{''.join(traceback.format_exception(fault))}\n")
    except OSError:
        where = "the details could not be written down"
    else:
        where = f"the details are in {path}"
    return f"Tallyman stopped on {type(fault).__name__}; this is a fault in Tallyman; {where}."
