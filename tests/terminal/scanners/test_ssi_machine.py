"""An SSI scanner and the station over a line that loses and damages: each read is counted exactly once."""

from __future__ import annotations

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from terminal.scanners.framing import FrameKind, Framing
from terminal.scanners.settings import Feedback
from terminal.scanners.source import Answer
from terminal.scanners.ssi import Opcode, encode
from terminal.scanners.ssi_dialogue import ACK, NAK, SsiDialogue
from verification.verdicts import Verdict

RESPONSE_TIME = 2.0
"""Seconds that a scanner waits for its host, as it comes."""
CODES = st.sampled_from([b"A", b"B", b"4006381333931"])


class Line(RuleBasedStateMachine):
    """The scanner sends one code at a time and repeats it until it is acknowledged, as Zebra's do.

    Damage spares the first four bytes: where a header cannot be read, a repetition of the same code is
    rather shown as unsure than counted, which `test_ssi.py` holds.
    """

    def __init__(self) -> None:
        super().__init__()
        self.dialogue = SsiDialogue(Framing(suffixes=()), Feedback.NONE)
        self.at = 100.0
        self.sending: bytes | None = None
        self.sent_before = False
        self.owed: list[float] = []
        """Reads that wait for their commit."""
        self.scanned: list[bytes] = []
        self.counted: list[bytes] = []

    def _packet(self) -> bytes:
        assert self.sending is not None
        packet = encode(Opcode.DECODE_DATA, b"\x03" + self.sending, status=int(self.sent_before), source=0)
        self.sent_before = True
        return packet

    def _arrives(self, data: bytes, *, heard: bool = True) -> None:
        """Bytes reach the station; `heard` says whether its reply reaches the scanner."""
        self.at += 0.01
        turn = self.dialogue.feed(data, self.at)
        self._take(turn.frames, turn.reply, heard=heard)

    def _take(self, frames: list, reply: bytes, *, heard: bool) -> None:  # type: ignore[type-arg]
        for frame in frames:
            if frame.kind is FrameKind.OK:
                self.owed.append(frame.at)
                self.counted.append(frame.data)
        if heard and ACK in reply:
            self.sending = None

    @precondition(lambda self: self.sending is None)
    @rule(code=CODES, pause=st.sampled_from([0.05, 1.0, 20.0]))
    def scans(self, code: bytes, pause: float) -> None:
        """The person pulls the trigger: the packet arrives whole."""
        self.at += pause
        self.sending, self.sent_before = code, False
        self.scanned.append(code)
        self._arrives(self._packet())

    @precondition(lambda self: self.sending is None)
    @rule(code=CODES, place=st.integers(4, 40), mask=st.integers(1, 255))
    def scans_and_the_line_damages_it(self, code: bytes, place: int, mask: int) -> None:
        """One byte arrives wrong. The scanner repeats the packet once it hears NAK."""
        self.sending, self.sent_before = code, False
        self.scanned.append(code)
        damaged = bytearray(self._packet())
        damaged[min(place, len(damaged) - 1)] ^= mask
        self.at += 0.05
        turn = self.dialogue.feed(bytes(damaged), self.at)
        assert NAK in turn.reply
        self._take(turn.frames, turn.reply, heard=True)
        self._arrives(self._packet())

    @precondition(lambda self: self.sending is not None)
    @rule(cut=st.integers(1, 6))
    def repeats_in_two_halves(self, cut: int) -> None:
        """No answer came in time."""
        self.at += RESPONSE_TIME
        packet = self._packet()
        self._arrives(packet[:cut])
        self._arrives(packet[cut:])

    @precondition(lambda self: self.sending is not None)
    @rule()
    def repeats_and_half_of_it_is_lost(self) -> None:
        self.at += RESPONSE_TIME
        self._arrives(self._packet()[:7])
        self.at += 1.0
        turn = self.dialogue.idle(self.at)
        assert turn.reply == NAK
        self._take(turn.frames, turn.reply, heard=True)

    @precondition(lambda self: self.sending is not None)
    @rule()
    def the_line_comes_and_goes(self) -> None:
        """The cable is pulled and put back; the scanner goes on repeating."""
        self.at += 0.1
        self._take(self.dialogue.break_off(self.at).frames, b"", heard=False)

    @precondition(lambda self: bool(self.owed))
    @rule(heard=st.booleans())
    def commits(self, heard: bool) -> None:
        """The oldest read is on disk; its ACK reaches the scanner or is lost."""
        reply = self.dialogue.answer(Answer(self.owed.pop(0), Verdict.ACCEPTED), self.at)
        if heard and ACK in reply:
            self.sending = None

    @rule(seconds=st.sampled_from([0.1, 0.6, 4.0]))
    def time_passes(self, seconds: float) -> None:
        if self.sending is None:  # else the scanner repeats long before
            self.at += seconds
            turn = self.dialogue.idle(self.at)
            self._take(turn.frames, turn.reply, heard=True)

    @invariant()
    def each_read_is_counted_once_and_in_order(self) -> None:
        assert self.counted == self.scanned

    @invariant()
    def nothing_is_acknowledged_before_its_commit(self) -> None:
        if self.sending is None:
            assert not self.owed

    def teardown(self) -> None:
        if self.sending is not None:
            for _ in range(2):
                while self.owed:
                    self.commits(heard=True)
                if self.sending is not None:
                    self.repeats_in_two_halves(3)
        assert self.sending is None


TestLine = Line.TestCase
TestLine.settings = settings(max_examples=200, stateful_step_count=40, deadline=None)
