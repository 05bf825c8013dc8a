"""The conversation with a Zebra scanner in SSI: each read is acknowledged once it is committed.

| from the scanner                              | frame              | reply                              |
|-----------------------------------------------|--------------------|------------------------------------|
| DECODE_DATA                                   | `ok`               | ACK after the commit               |
| the same, sent before, read not yet committed | -                  | one more ACK after the commit      |
| the same, sent before, read committed         | -                  | ACK at once                        |
| the same, not sent before                     | `ok`, a new read   | ACK after the commit               |
| the same, sent before, read of an earlier process not answered by it | - | ACK at once         |
| a packet with "more follow"                   | -                  | ACK at once, for nothing is whole  |
| damaged, or half a packet and then silence    | -                  | NAK: send it again                 |
| … and the read before it, sent before         | `line_error`, where the damaged one may have been news  |
| … and nothing came again                      | `line_error`       | -                                  |

A read that the ledger could not take is not acknowledged: the scanner sends it again, or tells the person.
After the ACK come beep and lamp, one command at a time, each when the scanner has answered the one before.
"""

from __future__ import annotations

import math
from collections import deque
from typing import TYPE_CHECKING

from terminal.scanners.dialogue import Turn, without_marks
from terminal.scanners.feedback import Signal, signal
from terminal.scanners.framing import LONGEST_PIECE, Frame, FrameKind, Framing
from terminal.scanners.settings import Feedback
from terminal.scanners.ssi import (
    IDENTIFIERS,
    LONGEST_DATA,
    RESEND,
    Damaged,
    Opcode,
    Packet,
    PacketReader,
    encode,
    joined,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from terminal.scanners.source import Answer

ACK = encode(Opcode.CMD_ACK)
NAK = encode(Opcode.CMD_NAK, RESEND)
_GREEN, _RED = b"\x01", b"\x02"
_ONE_HIGH, _THREE_HIGH, _TWO_LONG_LOW = b"\x00", b"\x02", b"\x10"
_LAMPS_OFF = encode(Opcode.LED_OFF, bytes((_GREEN[0] | _RED[0],)))
COMMANDS: Mapping[Signal, tuple[bytes, ...]] = {
    Signal.GOOD: (encode(Opcode.BEEP, _ONE_HIGH),),
    Signal.DONE: (encode(Opcode.BEEP, _THREE_HIGH), encode(Opcode.LED_ON, _GREEN)),
    Signal.REFUSED: (encode(Opcode.BEEP, _TWO_LONG_LOW), encode(Opcode.LED_ON, _RED)),
    Signal.LOST: (encode(Opcode.BEEP, _TWO_LONG_LOW), encode(Opcode.LED_ON, _RED)),
}
"""What follows the ACK."""
_LAMP_SECONDS = 1.0
_ANSWER_SECONDS = 1.0
"""How long a command waits for the scanner's answer before the next is sent."""
_RESEND_SECONDS = 3.0
"""How long a damaged read waits to be sent again; a scanner gives its host two seconds as it comes."""
_SAME_SECONDS = 10.0
"""A packet "sent before" after a longer silence is of a read whose first packet never came."""
_MOST_COMMANDS = 8


class SsiDialogue:
    """Implements `Dialogue`. Keeps what was read last over unplugging, so that a resend stays one."""

    def __init__(self, framing: Framing, feedback: Feedback = Feedback.SSI, *, identify: bool = True) -> None:
        self._framing = framing
        self._feedback = feedback
        self._identify = identify
        """Whether a missing AIM identifier is put in front where the type of the symbol calls for it."""
        self.unanswered: Frame | None = None
        """A read that an earlier process committed, and died before the scanner was told."""
        self._packets = PacketReader()
        self._heard = 0.0
        self._parts: list[bytes] = []
        """The packets of a long read that have come so far."""
        self._torn = False
        """A packet in the middle of a long read is missing: the rest of it is none."""
        self._damaged = bytearray()
        self._damaged_at = 0.0
        self._missed = False
        """The first sending of a packet was damaged, so the next one "sent before" is news."""
        self._unsure = False
        """What was damaged may have been a first sending, or not."""
        self._last: tuple[bool, bytes] = (False, b"")
        self._last_at = -math.inf
        self._read_at = -math.inf
        """When the last read came: what its answer knows it by."""
        self._stamp = -math.inf
        """The time of the last frame of any kind; each is a moment after the one before."""
        self._owed: dict[float, int] = {}
        """How many ACKs each read that is not yet committed is owed."""
        self._lost = False
        """The last read could not be recorded."""
        self._commands: deque[bytes] = deque(maxlen=_MOST_COMMANDS)
        self._awaited = -math.inf
        self._lamp_off = math.inf

    @property
    def deadline(self) -> float | None:
        """When half a packet is given up."""
        return self._heard + self._framing.idle_ms / 1000 if self._packets.open else None

    def feed(self, data: bytes, at: float) -> Turn:
        """Take bytes that arrived at `at`."""
        frames, reply = self.idle(at)
        self._heard = at
        for found in self._packets.feed(data):
            more = self._damage(found, at) if isinstance(found, Damaged) else self._packet(found, at)
            frames += more.frames
            reply += more.reply
        return Turn(frames, reply + self._next_command(at))

    def idle(self, at: float) -> Turn:
        """Give up half packets and damaged reads that have waited long enough, and switch the lamp off."""
        reply = b""
        frames: list[Frame] = []
        if self.deadline is not None and at >= self.deadline:
            for damaged in self._packets.give_up():
                given_up, reply = self._damage(damaged, at)
                frames += given_up
        if self._waits and at >= max(self._damaged_at, self._heard) + _RESEND_SECONDS:
            frames += self._set_aside(FrameKind.LINE_ERROR)
        if at >= self._lamp_off:
            self._lamp_off = math.inf
            self._commands.append(_LAMPS_OFF)
        return Turn(frames, reply + self._next_command(at))

    def break_off(self, at: float) -> Turn:
        """Set aside what is not whole; nothing is owed to a scanner that is gone until it asks again."""
        frames = [f for damaged in self._packets.give_up() for f in self._damage(damaged, at).frames]
        self._owed = dict.fromkeys(self._owed, 0)
        self._commands.clear()
        self._awaited = -math.inf
        self._lamp_off = math.inf
        return Turn(frames + self._set_aside(FrameKind.ABORTED))

    def answer(self, answer: Answer, at: float) -> bytes:
        """Acknowledge a read that is committed, then let the scanner beep."""
        owed = self._owed.pop(answer.read_at, 0)
        means = signal(answer.verdict)
        if means is Signal.LOST:
            self._lost = self._lost or answer.read_at == self._read_at
            owed = 0
        if self._feedback is Feedback.SSI:
            self._commands += COMMANDS[means]
            if len(COMMANDS[means]) > 1:
                self._lamp_off = at + _LAMP_SECONDS
        return ACK * owed + self._next_command(at)

    @property
    def _waits(self) -> bool:
        """Whether something is waiting for the packets that make it whole."""
        return bool(self._damaged or self._parts)

    def _packet(self, packet: Packet, at: float) -> Turn:
        if packet.opcode == Opcode.DECODE_DATA:
            return self._decoded(packet, at)
        if packet.opcode in (Opcode.CMD_ACK, Opcode.CMD_NAK):
            self._awaited = -math.inf
        return Turn([])

    def _decoded(self, packet: Packet, at: float) -> Turn:
        message = (packet.more_follow, packet.data)
        known = message == self._last and (self._recent(at) or self._read_at in self._owed)
        again = packet.sent_before and known and not self._missed and not self._lost
        again = again or self._left_unanswered(packet, at)
        frames: list[Frame] = []
        if self._damaged and (not packet.sent_before or (again and self._unsure)):
            self._torn = bool(self._parts)
            frames = self._set_aside(FrameKind.LINE_ERROR)
        self._damaged.clear()
        self._missed = self._unsure = False
        self._last, self._last_at = message, at
        if again:
            return Turn(frames, self._acknowledged_again(packet))
        self._lost = False
        self._parts.append(packet.data)
        if packet.more_follow:
            if sum(map(len, self._parts)) >= LONGEST_PIECE:
                frames += self._set_aside(FrameKind.OVERFLOW)
                self._torn = True
            return Turn(frames, ACK)
        frames.append(self._whole(at))
        return Turn(frames)

    def _left_unanswered(self, packet: Packet, at: float) -> bool:
        """Whether the first packet of this process is the end of a read that an earlier one committed."""
        unanswered, self.unanswered = self.unanswered, None
        if unanswered is None or not packet.sent_before or packet.more_follow or self._missed:
            return False
        was_whole = unanswered.data == self._data([packet.data])
        was_end = len(unanswered.data) > LONGEST_DATA - 1 and unanswered.data.endswith(packet.data[1:])
        return (was_whole or was_end) and 0 <= at - unanswered.at <= _SAME_SECONDS

    def _recent(self, at: float) -> bool:
        """Whether what is sent before may be the last packet once more."""
        return at - self._last_at <= _SAME_SECONDS

    def _acknowledged_again(self, packet: Packet) -> bytes:
        """The ACK for a packet that the scanner repeats; nothing yet where its read is not committed."""
        if self._read_at in self._owed and not packet.more_follow:
            self._owed[self._read_at] += 1
            return b""
        return ACK

    def _whole(self, at: float) -> Frame:
        """The read whose last packet came at `at`."""
        data = self._data(self._parts)
        self._parts.clear()
        self._read_at = self._stamped(at)
        self._owed[self._read_at] = 1
        fits = FrameKind.OK if len(data) <= self._framing.max_len else FrameKind.OVERFLOW
        torn, self._torn = self._torn, False
        return Frame(FrameKind.LINE_ERROR if torn else fits, data, self._read_at)

    def _data(self, parts: list[bytes]) -> bytes:
        """What a read's packets hold, without marks, and with the identifier that its symbol calls for."""
        kind, data = joined(parts)
        data = without_marks(data, self._framing)
        if self._identify and not data.startswith(b"]"):
            data = IDENTIFIERS.get(kind, b"") + data
        return data

    def _damage(self, damaged: Damaged, at: float) -> Turn:
        self._damaged += damaged.data
        self._damaged_at = at
        self._missed = self._missed or damaged.first_time is True
        self._unsure = self._unsure or damaged.first_time is None
        if not damaged.first_time and self._recent(at):
            self._last_at = at  # the scanner is still at it
        too_much = len(self._damaged) >= LONGEST_PIECE
        return Turn(self._set_aside(FrameKind.LINE_ERROR) if too_much else [], NAK)

    def _set_aside(self, kind: FrameKind) -> list[Frame]:
        """What will not become whole any more: damaged bytes, and the beginning of a long read."""
        data = b"".join((*self._parts, self._damaged))
        self._torn = self._torn and kind is FrameKind.LINE_ERROR
        self._parts.clear()
        self._damaged.clear()
        if not data:
            return []
        return [Frame(kind, data, self._stamped(self._heard))]

    def _stamped(self, at: float) -> float:
        self._stamp = max(at, math.nextafter(self._stamp, math.inf))
        return self._stamp

    def _next_command(self, at: float) -> bytes:
        if not self._commands or at < self._awaited:
            return b""
        self._awaited = at + _ANSWER_SECONDS
        return self._commands.popleft()
