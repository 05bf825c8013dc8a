"""Reports of a HID-POS scanner, understood. Pure; nothing here opens a device.

USB-IF, "HID Point of Sale Usage Tables" 1.02, usage page 0x8C, in the report that scanners of all makes send:

| byte  | holds                                                    |
|-------|----------------------------------------------------------|
| 0     | report id, 2 for scanned data                            |
| 1     | how many bytes of data count, up to 56                   |
| 2-4   | AIM symbology identifier, or zeros                       |
| 5-60  | data                                                     |
| 61-62 | the maker's own name of the symbology                    |
| 63    | bit 0: the data go on in the next report                 |
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from terminal.scanners.dialogue import Turn, without_marks
from terminal.scanners.framing import LONGEST_PIECE, Frame, FrameKind, Framing

if TYPE_CHECKING:
    from terminal.scanners.source import Answer

USAGE_PAGE = 0x8C
REPORT_LENGTH = 64
_SCANNED = 2
_MOST_DATA = 56
_IDENTIFIER, _DATA, _FLAGS = slice(2, 5), 5, 63
_GOES_ON = 1


class ReportsDialogue:
    """Reports in, one at a time, frames out. Implements `Dialogue`."""

    def __init__(self, framing: Framing, *, identify: bool = True) -> None:
        self._framing = framing
        self._identify = identify
        """Whether the AIM identifier stands before the data, as a scanner on a serial line sends it."""
        self._identifier = b""
        self._data = b""
        self._too_long = False
        """The beginning of the read came out already, as an overflow."""
        self._at: float | None = None

    @property
    def deadline(self) -> float | None:
        """When a read whose next report does not come is given up."""
        return None if self._at is None else self._at + self._framing.idle_ms / 1000

    def feed(self, data: bytes, at: float) -> Turn:
        """Take one report that arrived at `at`. Reports of other kinds say nothing about reads."""
        frames = self.idle(at).frames
        if not data or data[0] != _SCANNED:
            return Turn(frames)
        if len(data) < REPORT_LENGTH or data[1] > _MOST_DATA:
            frames += self._end(FrameKind.LINE_ERROR, at)
            return Turn([*frames, Frame(FrameKind.LINE_ERROR, data, at)])
        identifier = data[_IDENTIFIER] if data[_IDENTIFIER].startswith(b"]") else b""
        if self._at is not None and identifier != self._identifier:
            frames += self._end(FrameKind.RESTART, at)
        self._identifier = identifier
        self._data += data[_DATA : _DATA + data[1]]
        self._at = at
        if not data[_FLAGS] & _GOES_ON:
            frames += self._end(FrameKind.OK, at)
        elif len(self._data) >= LONGEST_PIECE:
            frames.append(Frame(FrameKind.OVERFLOW, self._data, at))
            self._data, self._too_long = b"", True
        return Turn(frames)

    def idle(self, at: float) -> Turn:
        """Set aside a read whose next report has not come."""
        overdue = self.deadline is not None and at >= self.deadline
        return Turn(self._end(FrameKind.NO_SUFFIX, at) if overdue else [])

    def break_off(self, at: float) -> Turn:
        """Set the open read aside."""
        return Turn(self._end(FrameKind.ABORTED, at))

    def answer(self, answer: Answer, at: float) -> bytes:  # noqa: ARG002 - the protocol's own signature
        """Nothing: what can be written to a HID-POS scanner differs by maker."""
        return b""

    def _end(self, kind: FrameKind, at: float) -> list[Frame]:
        if self._at is None:
            return []
        data, identifier, too_long = self._data, self._identifier, self._too_long
        self._data, self._identifier, self._too_long, self._at = b"", b"", False, None
        if kind is FrameKind.OK:
            data = without_marks(data, self._framing)
            kind = FrameKind.OVERFLOW if too_long or len(data) > self._framing.max_len else kind
        if self._identify and not data.startswith(b"]"):
            data = identifier + data
        return [Frame(kind, data, at)]
