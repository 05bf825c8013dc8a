"""Which read a scanner was last sent its acknowledgement for, kept where a killed process leaves it.

The ledger says what is committed, but not whether the scanner was still told. A process that dies between the
two leaves a scanner that sends its read once more; one that dies later leaves a scanner that is content, and
what it sends then is another read. The eight bytes here tell the two apart. They are written after each
acknowledgement without waiting for the disk: the system has them, whatever becomes of the process.
"""

from __future__ import annotations

import contextlib
import os
import struct
from pathlib import Path
from urllib.parse import quote

_NOTE = struct.Struct("<d")


class Receipt:
    """The note of one scanner in the folder of the ledger. A folder that takes none makes no trouble."""

    def __init__(self, folder: Path, scanner_id: str) -> None:
        self._path = folder / f"acknowledged-{quote(scanner_id, safe='')}"

    def last(self) -> float | None:
        """The monotonic seconds of the last read that was acknowledged; None where nothing says so."""
        try:
            (at,) = _NOTE.unpack(self._path.read_bytes())
        except (OSError, struct.error):
            return None
        return float(at)

    def note(self, read_at: float) -> None:
        """Keep that the read of this time was acknowledged."""
        with contextlib.suppress(OSError):
            descriptor = os.open(self._path, os.O_WRONLY | os.O_CREAT | os.O_CLOEXEC, 0o600)
            try:
                os.write(descriptor, _NOTE.pack(read_at))
            finally:
                os.close(descriptor)
