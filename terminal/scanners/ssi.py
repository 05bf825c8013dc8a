"""Packets of the Simple Serial Interface that Zebra scanners speak: cutting them out of bytes, making them.

| byte       | holds                                                                       |
|------------|-----------------------------------------------------------------------------|
| 0          | length: all bytes but the checksum, 4 to 255                                |
| 1          | opcode                                                                      |
| 2          | source: 0 scanner, 4 host                                                   |
| 3          | status: bit 0 sent before, bit 1 more packets of this message follow        |
| 4 …        | data; of DECODE_DATA the first byte is the type of the symbol               |
| last two   | checksum: two's complement of the sum of all before it, high byte first     |

Zebra, "Simple Serial Interface Programmer's Guide" (72E-40451), chapters 2 and 3. NUL between packets wakes
a sleeping partner and means nothing. What cannot begin a packet is skipped until something can, so that a
damaged length costs one packet and not the line.
"""

from __future__ import annotations

from enum import IntEnum
from typing import TYPE_CHECKING, NamedTuple

from terminal.scanners.framing import LONGEST_PIECE

if TYPE_CHECKING:
    from collections.abc import Mapping


class Opcode(IntEnum):
    """The packets that the station sends or expects."""

    EVENT = 0xF6
    DECODE_DATA = 0xF3
    CMD_ACK = 0xD0
    CMD_NAK = 0xD1
    BEEP = 0xE6
    LED_ON = 0xE7
    LED_OFF = 0xE8
    REPLY_REVISION = 0xA4
    PARAM_SEND = 0xC6
    CAPABILITIES_REPLY = 0xD4


_FROM_SCANNER = frozenset(Opcode) - {Opcode.BEEP, Opcode.LED_ON, Opcode.LED_OFF}
SENT_BEFORE, MORE_FOLLOW = 1, 2
"""Bits of the status."""
RESEND = b"\x01"
"""The cause in a CMD_NAK that asks for the packet again."""
_SCANNER, _HOST = 0, 4
_HEADER, _CHECKSUM = 4, 2
LONGEST_DATA = 255 - _HEADER
IDENTIFIERS: Mapping[int, bytes] = {
    0x09: b"]E0", 0x0F: b"]C1", 0x30: b"]e0", 0x31: b"]e0", 0x32: b"]e0", 0xC1: b"]d2", 0xC2: b"]Q3",
}  # fmt: skip
"""Symbol types that change what the characters mean (UPC-E, GS1), as the AIM identifier that says so."""


class Packet(NamedTuple):
    """One packet whose checksum is right."""

    opcode: int
    status: int
    data: bytes

    @property
    def sent_before(self) -> bool:
        """Whether the scanner sends this again because it saw no answer."""
        return bool(self.status & SENT_BEFORE)

    @property
    def more_follow(self) -> bool:
        """Whether this is not the last packet of its message."""
        return bool(self.status & MORE_FOLLOW)


class Damaged(NamedTuple):
    """Bytes that are no whole packet."""

    data: bytes
    first_time: bool | None
    """Whether their header says that they were sent for the first time; None where no header can be read."""


def encode(opcode: int, data: bytes = b"", *, status: int = 0, source: int = _HOST) -> bytes:
    """The bytes of one packet; `data` is 251 bytes at most."""
    assert len(data) <= LONGEST_DATA
    content = bytes((_HEADER + len(data), opcode, source, status)) + data
    return content + checksum(content)


def checksum(content: bytes) -> bytes:
    """The two bytes that end a packet."""
    return (-sum(content) & 0xFFFF).to_bytes(2, "big")


class PacketReader:
    """Cuts one scanner's bytes into packets. Each byte is in a packet, in a `Damaged`, or a waking NUL."""

    def __init__(self) -> None:
        self._begun = bytearray()
        self._skipped = bytearray()

    @property
    def open(self) -> bool:
        """Whether bytes wait for more."""
        return bool(self._begun or self._skipped)

    def feed(self, data: bytes) -> list[Packet | Damaged]:
        """The packets that these bytes complete, and what was damaged, in order."""
        self._begun += data
        found: list[Packet | Damaged] = []
        while self._begun:
            if not _may_begin(self._begun):
                found += self._skip()
                continue
            end = self._begun[0] + _CHECKSUM
            if len(self._begun) < end:
                break
            found += self._take_skipped()
            found.append(_judged(bytes(self._begun[:end])))
            del self._begun[:end]
        return found

    def give_up(self) -> list[Damaged]:
        """Wait no longer for the rest of what has begun."""
        self._skipped += self._begun
        self._begun.clear()
        return self._take_skipped()

    def _skip(self) -> list[Damaged]:
        byte = self._begun.pop(0)
        if byte or self._skipped:
            self._skipped.append(byte)
        return self._take_skipped() if len(self._skipped) >= LONGEST_PIECE else []

    def _take_skipped(self) -> list[Damaged]:
        skipped = bytes(self._skipped)
        self._skipped.clear()
        return [_damaged(skipped)] if skipped else []


def _may_begin(data: bytearray) -> bool:
    """Whether a packet of a scanner may begin with these bytes, as many as there are."""
    return (
        data[0] >= _HEADER
        and (len(data) < 2 or data[1] in _FROM_SCANNER)
        and (len(data) < 3 or data[2] == _SCANNER)
    )


def _judged(whole: bytes) -> Packet | Damaged:
    content = whole[:-_CHECKSUM]
    if checksum(content) != whole[-_CHECKSUM:]:
        return _damaged(whole)
    return Packet(content[1], content[3], content[_HEADER:])


def _damaged(data: bytes) -> Damaged:
    header = len(data) >= _HEADER and _may_begin(bytearray(data[:_HEADER]))
    return Damaged(data, first_time=not data[3] & SENT_BEFORE if header else None)


def joined(parts: list[bytes]) -> tuple[int, bytes]:
    """The type of the symbol, and the data of all packets; the type may stand in each or in the first."""
    kind = parts[0][:1]
    data = parts[0][1:] + b"".join(part[1:] if part[:1] == kind else part for part in parts[1:])
    return kind[0] if kind else 0, data
