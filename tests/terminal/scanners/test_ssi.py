"""Zebra's Simple Serial Interface: packets, the conversation, and a scanner that speaks it on a real line."""

from __future__ import annotations

import itertools
import math
import os
import threading
from dataclasses import dataclass, field

import pytest
from hypothesis import given
from hypothesis import strategies as st

from terminal.scanners.framing import Frame, FrameKind, Framing
from terminal.scanners.settings import Feedback, ScannerKind, ScannerSettings
from terminal.scanners.source import Answer, LinkState
from terminal.scanners.sources import source_of
from terminal.scanners.ssi import Damaged, Opcode, Packet, PacketReader, encode
from terminal.scanners.ssi_dialogue import ACK, COMMANDS, NAK, Signal, SsiDialogue
from tests.terminal.scanners.bench import Bench, Cable, heard
from verification.verdicts import Verdict

EAN = bytes.fromhex("12f300000b") + b"4006381333931" + bytes.fromhex("fc54")
WRONG = EAN[:-1] + b"\x55"
CODE = b"4006381333931"
PACKETS = Framing(suffixes=(), max_len=8192)


def decoded(data: bytes, kind: int = 0x0B, *, status: int = 0) -> bytes:
    """What a scanner sends of one symbol."""
    return encode(Opcode.DECODE_DATA, bytes((kind,)) + data, status=status, source=0)


def from_scanner(opcode: int, data: bytes = b"") -> bytes:
    return encode(opcode, data, source=0)


@dataclass
class Talk:
    """A dialogue with a clock that the test turns, and all that came of it."""

    dialogue: SsiDialogue = field(default_factory=lambda: SsiDialogue(PACKETS, Feedback.NONE))
    at: float = 100.0
    frames: list[tuple[str, bytes]] = field(default_factory=list)
    reads: list[float] = field(default_factory=list)

    def hears(self, data: bytes) -> bytes:
        """What the station answers at once."""
        self.at += 0.01
        frames, reply = self.dialogue.feed(data, self.at)
        self._note(frames)
        return reply

    def waits(self, seconds: float) -> bytes:
        self.at += seconds
        frames, reply = self.dialogue.idle(self.at)
        self._note(frames)
        return reply

    def commits(self, verdict: Verdict = Verdict.ACCEPTED, read: int = -1) -> bytes:
        return self.dialogue.answer(Answer(self.reads[read], verdict), self.at)

    def _note(self, frames: list) -> None:  # type: ignore[type-arg]
        self.frames += [(frame.kind.value, frame.data) for frame in frames]
        self.reads += [frame.at for frame in frames]


def test_a_packet_is_length_opcode_source_status_data_and_checksum() -> None:
    assert encode(Opcode.DECODE_DATA, b"\x0b" + CODE, source=0) == EAN
    assert bytes.fromhex("04d00400ff28") == ACK
    assert bytes.fromhex("05d1040001ff25") == NAK


def test_the_packet_is_a_read_and_is_acknowledged_only_after_the_commit() -> None:
    talk = Talk()
    assert talk.hears(EAN) == b""
    assert talk.frames == [("ok", CODE)]
    assert talk.waits(1.9) == b""
    assert talk.commits() == ACK


def test_a_wrong_checksum_asks_for_the_packet_again_and_the_resend_is_one_read() -> None:
    talk = Talk()
    assert talk.hears(WRONG) == NAK
    assert talk.hears(decoded(CODE, status=1)) == b""
    assert talk.frames == [("ok", CODE)]
    assert talk.commits() == ACK
    assert talk.waits(60) == b""
    assert talk.frames == [("ok", CODE)]


def test_a_damaged_read_that_never_comes_again_is_set_aside_and_shown() -> None:
    talk = Talk()
    talk.hears(WRONG)
    talk.waits(4)
    assert talk.frames == [("line_error", WRONG)]


def test_a_new_read_after_a_damaged_one_leaves_the_damaged_one_shown() -> None:
    talk = Talk()
    talk.hears(WRONG)
    talk.hears(decoded(b"NEW"))
    assert talk.frames == [("line_error", WRONG), ("ok", b"NEW")]


def test_a_retransmission_of_a_committed_read_is_acknowledged_again_and_counts_once() -> None:
    talk = Talk()
    talk.hears(EAN)
    assert talk.commits() == ACK
    assert talk.hears(decoded(CODE, status=1)) == ACK
    assert len(talk.frames) == 1


def test_a_retransmission_before_the_commit_counts_once_and_both_are_acknowledged_after_it() -> None:
    talk = Talk()
    talk.hears(EAN)
    assert talk.hears(decoded(CODE, status=1)) == b""
    assert len(talk.frames) == 1
    assert talk.commits() == ACK + ACK


def test_the_same_packet_twice_is_two_reads() -> None:
    talk = Talk()
    talk.hears(EAN + EAN)
    assert talk.frames == [("ok", CODE)] * 2
    assert talk.commits(read=0) == ACK
    assert talk.commits(read=1) == ACK
    assert talk.reads[0] < talk.reads[1]


def test_a_second_read_of_the_same_code_that_was_damaged_first_is_counted() -> None:
    talk = Talk()
    talk.hears(EAN)
    talk.commits()
    assert talk.hears(WRONG) == NAK
    talk.hears(decoded(CODE, status=1))
    assert talk.frames == [("ok", CODE)] * 2


def test_a_damaged_retransmission_of_a_committed_read_is_not_counted_again() -> None:
    talk = Talk()
    talk.hears(EAN)
    talk.commits()
    again = decoded(CODE, status=1)
    assert talk.hears(again[:-1] + b"\x00") == NAK
    assert talk.hears(again) == ACK
    assert len(talk.frames) == 1


def test_a_retransmission_whose_first_packet_never_came_is_a_read() -> None:
    talk = Talk()
    assert talk.hears(decoded(CODE, status=1)) == b""
    talk.commits()
    talk.waits(11)
    talk.hears(decoded(CODE, status=1))
    assert talk.frames == [("ok", CODE)] * 2


def test_a_read_that_could_not_be_recorded_is_not_acknowledged_and_its_resend_is_tried_again() -> None:
    talk = Talk()
    talk.hears(EAN)
    assert talk.commits(Verdict.NOT_RECORDED) == b""
    assert talk.hears(decoded(CODE, status=1)) == b""
    assert talk.frames == [("ok", CODE)] * 2
    assert talk.commits() == ACK


def test_half_a_packet_and_silence_asks_for_it_again() -> None:
    talk = Talk()
    assert talk.hears(EAN[:9]) == b""
    assert talk.waits(0.4) == b""
    assert talk.waits(0.2) == NAK
    talk.hears(decoded(CODE, status=1))
    assert talk.frames == [("ok", CODE)]


def test_a_damaged_length_costs_one_packet_and_not_the_next() -> None:
    talk = Talk()
    reply = talk.hears(b"\x03" + EAN[1:] + decoded(b"NEXT"))
    assert NAK in reply
    assert talk.frames == [("line_error", b"\x03" + EAN[1:]), ("ok", b"NEXT")]


def test_unplugging_in_a_packet_sets_it_aside_and_a_resend_after_plugging_in_is_still_one_read() -> None:
    talk = Talk()
    talk.hears(EAN + EAN[:7])
    turn = talk.dialogue.break_off(talk.at)
    assert [(frame.kind.value, frame.data) for frame in turn.frames] == [("aborted", EAN[:7])]
    assert talk.commits() == b""
    assert talk.hears(decoded(b"X")) == b""
    assert talk.frames == [("ok", CODE), ("ok", b"X")]


def test_a_resend_over_a_new_connection_is_acknowledged_and_not_counted_again() -> None:
    talk = Talk()
    talk.hears(EAN)
    talk.dialogue.break_off(talk.at)
    talk.commits()
    assert talk.hears(decoded(CODE, status=1)) == ACK
    assert len(talk.frames) == 1


def test_a_long_code_comes_in_packets_and_is_one_read() -> None:
    talk = Talk()
    long = bytes(32 + n % 90 for n in range(600))
    assert talk.hears(decoded(long[:250], 0x1C, status=2)) == ACK
    assert talk.hears(decoded(long[:250], 0x1C, status=3)) == ACK
    assert talk.hears(decoded(long[250:500], 0x1C, status=2)) == ACK
    assert talk.hears(decoded(long[500:], 0x1C)) == b""
    assert talk.frames == [("ok", long)]
    assert talk.commits() == ACK


def test_a_long_code_that_lost_a_packet_is_no_read() -> None:
    talk = Talk()
    talk.hears(decoded(b"AAA", 0x1C, status=2))
    talk.hears(WRONG)
    talk.hears(decoded(b"CCC", 0x1C))
    assert [kind for kind, _data in talk.frames] == ["line_error", "line_error"]
    talk.hears(decoded(b"GOOD", 0x1C))
    assert talk.frames[-1] == ("ok", b"GOOD")


def test_a_long_code_that_stops_half_way_is_set_aside() -> None:
    talk = Talk()
    talk.hears(decoded(b"AAA", 0x1C, status=2))
    talk.waits(4)
    assert talk.frames == [("line_error", b"\x1cAAA")]


@pytest.mark.parametrize(
    ("kind", "data", "read"),
    [
        (0x0F, b"0109501101530003\x1d10AB", b"]C10109501101530003\x1d10AB"),
        (0x32, b"0109501101530003", b"]e00109501101530003"),
        (0xC1, b"0109501101530003", b"]d20109501101530003"),
        (0xC2, b"0109501101530003", b"]Q30109501101530003"),
        (0x09, b"01234565", b"]E001234565"),
        (0x0F, b"]C10109501101530003", b"]C10109501101530003"),
        (0x03, b"BIN-7", b"BIN-7"),
    ],
)
def test_the_type_of_the_symbol_stands_for_an_identifier_that_is_not_sent(
    kind: int, data: bytes, read: bytes
) -> None:
    talk = Talk()
    talk.hears(decoded(data, kind))
    assert talk.frames == [("ok", read)]


def test_marks_that_the_file_names_are_taken_off() -> None:
    talk = Talk(SsiDialogue(Framing(b"\x02", (b"\r", b"\n")), Feedback.NONE))
    talk.hears(decoded(b"\x02" + CODE + b"\r\n"))
    assert talk.frames == [("ok", CODE)]


def test_a_code_longer_than_max_len_is_an_overflow_and_acknowledged() -> None:
    talk = Talk(SsiDialogue(Framing(suffixes=(), max_len=4), Feedback.NONE))
    talk.hears(decoded(b"ABCDE"))
    assert talk.frames == [("overflow", b"ABCDE")]
    assert talk.commits(Verdict.UNREADABLE) == ACK


def test_a_refused_read_is_acknowledged_then_beeps_then_lights_one_command_at_a_time() -> None:
    talk = Talk(SsiDialogue(PACKETS))
    beep, lamp = COMMANDS[Signal.REFUSED]
    talk.hears(EAN)
    assert talk.commits(Verdict.NOT_ON_ORDER) == ACK + beep
    assert talk.hears(from_scanner(Opcode.CMD_ACK)) == lamp
    assert talk.hears(from_scanner(Opcode.CMD_ACK)) == b""
    off = talk.waits(1.1)
    assert off[1] == Opcode.LED_OFF


def test_a_scanner_that_does_not_answer_a_command_gets_the_next_one_a_second_later() -> None:
    talk = Talk(SsiDialogue(PACKETS))
    talk.hears(EAN)
    talk.commits(Verdict.NOT_ON_ORDER)
    assert talk.waits(0.5) == b""
    assert talk.waits(0.6)[1] == Opcode.LED_ON


@pytest.mark.parametrize("verdict", list(Verdict))
def test_every_verdict_but_one_is_acknowledged(verdict: Verdict) -> None:
    talk = Talk(SsiDialogue(PACKETS))
    talk.hears(EAN)
    acknowledged = talk.commits(verdict).startswith(ACK)
    assert acknowledged is (verdict is not Verdict.NOT_RECORDED)


def test_events_and_wake_ups_are_no_reads() -> None:
    talk = Talk()
    assert talk.hears(b"\x00\x00" + from_scanner(Opcode.EVENT, b"\x06") + b"\x00" + EAN) == b""
    assert talk.frames == [("ok", CODE)]


@given(st.lists(st.binary(max_size=12)))
def test_any_bytes_in_any_chunks_never_raise_and_none_vanishes(chunks: list[bytes]) -> None:
    reader = PacketReader()
    found = [each for chunk in chunks for each in reader.feed(chunk)] + reader.give_up()
    kept = sum(len(f.data) + (6 if isinstance(f, Packet) else 0) for f in found)
    sent = b"".join(chunks)
    assert len(sent) - sent.count(0) <= kept <= len(sent)


PIECES = st.one_of(
    st.binary(max_size=8),
    st.builds(decoded, st.binary(max_size=20), st.integers(0, 255), status=st.integers(0, 3)),
    st.just(WRONG),
    st.builds(from_scanner, st.sampled_from([Opcode.CMD_ACK, Opcode.CMD_NAK, Opcode.EVENT])),
)


@given(st.lists(PIECES, max_size=8), st.lists(st.integers(0, 200), max_size=12))
def test_how_a_line_is_cut_changes_nothing(pieces: list[bytes], cuts: list[int]) -> None:
    line = b"".join(pieces)
    ends = sorted({min(cut, len(line)) for cut in cuts} | {0, len(line)})
    whole, cut = SsiDialogue(PACKETS), SsiDialogue(PACKETS)
    frames = whole.feed(line, 1.0).frames + whole.idle(60.0).frames + whole.idle(90.0).frames
    parts = [f for a, b in itertools.pairwise(ends) for f in cut.feed(line[a:b], 1.0).frames]
    parts += cut.idle(60.0).frames + cut.idle(90.0).frames
    assert [(f.kind, f.data) for f in frames] == [(f.kind, f.data) for f in parts]


@given(st.lists(st.tuples(PIECES, st.floats(0, 5), st.booleans()), max_size=12))
def test_no_conversation_ever_raises(steps: list[tuple[bytes, float, bool]]) -> None:
    talk = Talk(SsiDialogue(PACKETS))
    for data, pause, committed in steps:
        talk.hears(data)
        talk.waits(pause)
        if committed and talk.reads:
            talk.commits()
    assert all(math.isfinite(at) for at in talk.reads)
    assert len(set(talk.reads)) == len(talk.reads)


def test_damage_is_known_to_be_of_a_first_sending_only_where_its_header_says_so() -> None:
    assert PacketReader().feed(WRONG) == [Damaged(WRONG, first_time=True)]
    again = decoded(CODE, status=1)[:-1] + b"\x00"
    assert PacketReader().feed(again) == [Damaged(again, first_time=False)]


class Scanner:
    """A Zebra scanner at the far end of the cable: sends, waits for its ACK, and sends again without one."""

    def __init__(
        self, cable: Cable, codes: list[bytes], *, lose_every: int = 0, spoil_every: int = 0
    ) -> None:
        self._end = cable.scanner
        self._codes = codes
        self._lose_every, self._spoil_every = lose_every, spoil_every
        self.acknowledged: list[bytes] = []
        self.commands: list[bytes] = []
        self._thread = threading.Thread(target=self._scan)

    def scan(self) -> None:
        self._thread.start()

    def done(self) -> None:
        self._thread.join(60)
        assert not self._thread.is_alive()

    def _scan(self) -> None:
        for number, code in enumerate(self._codes, 1):
            packet, again = decoded(code), decoded(code, status=1)
            if self._spoil_every and number % self._spoil_every == 0:
                os.write(self._end, packet[:-1] + bytes((packet[-1] ^ 0xFF,)))
                assert self._answer() == NAK
                packet = again
            half = len(packet) // 2
            os.write(self._end, packet[:half])
            os.write(self._end, packet[half:])
            assert self._answer() == ACK
            if self._lose_every and number % self._lose_every == 0:
                os.write(self._end, again)
                assert self._answer() == ACK
            self.acknowledged.append(code)

    def _answer(self) -> bytes:
        """The next ACK or NAK; beeps and lamps on the way are carried out and answered."""
        while True:
            length = heard(self._end, 1)
            packet = length + heard(self._end, length[0] + 1)
            if packet[1] in (Opcode.CMD_ACK, Opcode.CMD_NAK):
                return packet
            self.commands.append(packet)
            os.write(self._end, from_scanner(Opcode.CMD_ACK))


def ssi_at(port: str, scanner_id: str = "zebra", **changes: object) -> ScannerSettings:
    return ScannerSettings(scanner_id, ScannerKind.SSI, PACKETS, port=port, **changes)  # type: ignore[arg-type]


def test_a_scanner_that_loses_acknowledgements_and_bytes_has_each_read_counted_once() -> None:
    codes = [b"CODE-%04d" % number for number in range(200)]
    with Cable() as cable, Bench(source_of(ssi_at(cable.name, feedback=Feedback.SSI))) as bench:
        bench.until(LinkState.READY)
        scanner = Scanner(cable, codes, lose_every=3, spoil_every=7)
        scanner.scan()
        for code in codes:
            frame = bench.frame()
            assert (frame.kind.value, frame.data) == ("ok", code)
            bench.commit(frame)
        scanner.done()
        assert scanner.acknowledged == codes
        assert scanner.commands
        assert bench.frames.empty()


def test_the_acknowledgement_waits_for_the_commit_on_a_real_line() -> None:
    with Cable() as cable, Bench(source_of(ssi_at(cable.name, feedback=Feedback.NONE))) as bench:
        bench.until(LinkState.READY)
        os.write(cable.scanner, EAN)
        frame = bench.frame()
        assert cable.silent()
        bench.commit(frame)
        assert cable.heard(len(ACK)) == ACK


def test_hardware_handshake_is_asked_of_the_port() -> None:
    with Cable() as cable, Bench(source_of(ssi_at(cable.name, rts_cts=True))) as bench:
        bench.until(LinkState.READY)
        os.write(cable.scanner, EAN)
        assert bench.read() == ("ok", CODE)


def test_a_repetition_after_damage_whose_header_cannot_be_read_is_shown_and_not_counted() -> None:
    talk = Talk()
    talk.hears(EAN)
    talk.commits()
    garbage = b"\x01\x02" + CODE
    assert talk.hears(garbage) == b""
    assert talk.waits(0.6) == NAK
    assert talk.hears(decoded(CODE, status=1)) == ACK
    assert talk.frames == [("ok", CODE), ("line_error", garbage)]


def test_a_repetition_before_the_commit_waits_for_it_even_after_damage() -> None:
    talk = Talk()
    talk.hears(EAN)
    talk.hears(b"\x01\x02\x03")
    talk.waits(0.6)
    assert talk.hears(decoded(CODE, status=1)) == b""
    assert talk.commits(read=0) == ACK + ACK


class TestAfterAnEarlierProcess:
    """What an earlier process committed, and its scanner sends again because nobody told it."""

    def talk(self, data: bytes = CODE, at: float = 98.0) -> Talk:
        talk = Talk()
        talk.dialogue.unanswered = Frame(FrameKind.OK, data, at)
        return talk

    def test_the_repeated_read_is_acknowledged_at_once_as_often_as_it_comes(self) -> None:
        talk = self.talk()
        assert talk.hears(decoded(CODE, status=1)) == ACK
        assert talk.hears(decoded(CODE, status=1)) == ACK
        assert talk.frames == []
        talk.hears(EAN)
        assert talk.frames == [("ok", CODE)]

    @pytest.mark.parametrize(
        "packet",
        [EAN, decoded(b"OTHER", status=1), decoded(b"4006381333930", status=1)],
        ids=["sent for the first time", "another code", "nearly the same"],
    )
    def test_anything_else_is_a_read_and_ends_the_question(self, packet: bytes) -> None:
        talk = self.talk()
        assert talk.hears(packet) == b""
        assert len(talk.frames) == 1
        assert talk.commits() == ACK
        talk.hears(decoded(b"MORE"))
        talk.hears(decoded(CODE, status=1))
        assert talk.frames[-1] == ("ok", CODE)

    @pytest.mark.parametrize("at", [89.9, 100.5], ids=["too long ago", "of another start of the computer"])
    def test_after_too_long_it_is_a_read(self, at: float) -> None:
        talk = self.talk(at=at)
        talk.hears(decoded(CODE, status=1))
        assert talk.frames == [("ok", CODE)]

    def test_a_damaged_first_sending_is_a_read(self) -> None:
        talk = self.talk()
        assert talk.hears(WRONG) == NAK
        talk.hears(decoded(CODE, status=1))
        assert talk.frames == [("ok", CODE)]

    def test_the_identifier_that_the_symbol_calls_for_is_told_as_the_ledger_has_it(self) -> None:
        talk = self.talk(b"]C10109501101530003")
        assert talk.hears(decoded(b"0109501101530003", 0x0F, status=1)) == ACK
        assert talk.frames == []

    def test_the_last_packet_of_a_long_read_is_known_by_its_end(self) -> None:
        talk = self.talk(b"A" * 300 + b"END")
        assert talk.hears(decoded(b"END", status=1)) == ACK
        assert talk.frames == []
        short = self.talk(b"A" * 200 + b"END")
        short.hears(decoded(b"END", status=1))
        assert short.frames == [("ok", b"END")]
