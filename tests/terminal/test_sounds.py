"""The station's sounds: told apart by rhythm or pitch alone, played one at a time, and never waited for."""

from __future__ import annotations

import os
import threading
import time
import wave
from collections.abc import Iterator
from pathlib import Path

import pytest

from terminal.sounds import players
from terminal.sounds.choice import SOUND, Sound, heard
from terminal.sounds.loudspeaker import Loudspeaker
from terminal.sounds.players import Player
from tests.terminal.builders import PATIENCE
from tests.terminal.players import Stage, Start
from verification.verdicts import WRONG_ITEM, Verdict

V = Verdict


class Ear:
    """What a loudspeaker says of itself, and its bell."""

    def __init__(self) -> None:
        self.sentences: list[str] = []
        self.rings = 0
        self._heard = threading.Condition()

    def ring(self) -> None:
        with self._heard:
            self.rings += 1
            self._heard.notify_all()

    def hear(self, sentence: str) -> None:
        with self._heard:
            self.sentences.append(sentence)
            self._heard.notify_all()

    def rings_within(self, seconds: float) -> bool:
        with self._heard:
            return self._heard.wait_for(lambda: self.rings > 0, seconds)

    def wait_for_ring(self, count: int = 1) -> None:
        with self._heard:
            assert self._heard.wait_for(lambda: self.rings >= count, PATIENCE)

    def wait_for_sentence(self) -> str:
        with self._heard:
            assert self._heard.wait_for(lambda: bool(self.sentences), PATIENCE)
        return self.sentences[-1]


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Stage]:
    with Stage(tmp_path) as stage:
        yield stage


@pytest.fixture
def ear() -> Ear:
    return Ear()


@pytest.fixture
def loudspeaker(stage: Stage, ear: Ear) -> Iterator[Loudspeaker]:
    """One that has tried its player and found it good."""
    loudspeaker = Loudspeaker(ear.ring, ear.hear, [stage.player()], patience=PATIENCE)
    loudspeaker.start()
    assert performed(stage).sound == "silence"
    yield loudspeaker
    loudspeaker.stop()
    assert ear.sentences == []


def performed(stage: Stage) -> Start:
    """The next sound, played to its end."""
    start = stage.started()
    stage.let_end(start)
    return start


def test_every_verdict_has_a_sound_and_only_welcome_ones_sound_welcome() -> None:
    assert set(SOUND) == set(Verdict)
    assert {verdict for verdict in Verdict if SOUND[verdict].rank} == {v for v in Verdict if v.refused}
    assert {verdict for verdict in Verdict if SOUND[verdict].rank == 2} == {*WRONG_ITEM, V.ALARM_PENDING}


@pytest.mark.parametrize(
    ("verdicts", "sound"),
    [
        ([], None),
        ([V.ACCEPTED, V.LINE_VERIFIED], Sound.LINE_DONE),
        ([V.UNKNOWN_CODE, V.ACCEPTED], Sound.ATTENTION),
        ([V.UNKNOWN_CODE, V.DUPLICATE_READ, V.COMMAND], Sound.TWICE),
        ([V.NOT_ON_ORDER, V.UNKNOWN_CODE, V.ACCEPTED], Sound.ALARM),
        ([V.NOT_ON_ORDER, V.LINE_ALREADY_VERIFIED], Sound.OVER),
    ],
)
def test_of_reads_committed_together_the_newest_of_the_worst_is_heard(
    verdicts: list[Verdict], sound: Sound | None
) -> None:
    assert heard(verdicts) is sound


def test_a_player_gets_the_sound_as_a_wave_file_that_goes_when_the_station_closes(
    stage: Stage, loudspeaker: Loudspeaker
) -> None:
    loudspeaker.play(Sound.GOOD)
    start = stage.started()
    with wave.open(str(start.file)) as sheet:
        assert (sheet.getnchannels(), sheet.getsampwidth()) == (1, 2)
        assert 0.05 < sheet.getnframes() / sheet.getframerate() <= 0.3
    assert start.file.parent.stat().st_mode & 0o077 == 0
    loudspeaker.stop()
    assert not start.file.parent.exists()
    assert not start.alive


def test_the_newest_sound_cuts_off_the_one_that_plays(stage: Stage, loudspeaker: Loudspeaker) -> None:
    starts = []
    for sound in (Sound.GOOD, Sound.LINE_DONE, Sound.ATTENTION, Sound.TWICE):
        loudspeaker.play(sound)
        starts.append(stage.started())
        assert [start.alive for start in starts] == [False] * (len(starts) - 1) + [True]
    assert [start.sound for start in starts] == ["good", "line_done", "attention", "twice"]


def test_a_burst_starts_no_more_players_than_can_be_heard(stage: Stage, loudspeaker: Loudspeaker) -> None:
    loudspeaker.play(Sound.ALARM)
    alarm = stage.started()
    for _ in range(1000):
        loudspeaker.play(Sound.GOOD)
    loudspeaker.play(Sound.ORDER_DONE)
    assert stage.nothing_started(within=0.1)
    assert alarm.alive
    stage.let_end(alarm)
    assert performed(stage).sound == "order_done"
    loudspeaker.play(Sound.COMMAND)
    assert performed(stage).sound == "command"


def test_an_alarm_waits_for_the_alarm_before_it_and_for_nothing_else(
    stage: Stage, loudspeaker: Loudspeaker
) -> None:
    loudspeaker.play(Sound.ATTENTION)
    assert stage.started().sound == "attention"
    loudspeaker.play(Sound.ALARM)
    alarm = stage.started()
    assert alarm.sound == "alarm"
    loudspeaker.play(Sound.OVER)
    loudspeaker.play(Sound.ATTENTION)
    loudspeaker.play(Sound.GOOD)
    stage.let_end(alarm)
    assert performed(stage).sound == "over"


def test_good_news_does_not_silence_a_refusal(stage: Stage, loudspeaker: Loudspeaker) -> None:
    loudspeaker.answer([V.UNKNOWN_CODE])
    refusal = stage.started()
    loudspeaker.answer([V.ACCEPTED])
    assert stage.nothing_started(within=0.1)
    assert refusal.alive
    stage.let_end(refusal)
    assert performed(stage).sound == "good"


def test_a_player_that_fails_twice_is_given_up_for_the_next(stage: Stage, ear: Ear) -> None:
    good = stage.player("aplay")
    loudspeaker = Loudspeaker(ear.ring, ear.hear, [stage.player(fails=True), good])
    loudspeaker.start()
    starts = [stage.started() for _ in range(3)]
    assert [start.sound for start in starts] == ["silence"] * 3
    stage.let_end(starts[-1])
    loudspeaker.play(Sound.ALARM)
    assert performed(stage).sound == "alarm"
    loudspeaker.stop()
    assert (ear.sentences, ear.rings) == ([], 0)


def test_one_failure_among_many_sounds_is_tried_again(stage: Stage, loudspeaker: Loudspeaker) -> None:
    for _ in range(3):
        loudspeaker.play(Sound.GOOD)
        stage.let_end(stage.started(), code=1)
        assert performed(stage).sound == "good"


def test_when_every_player_fails_it_says_so_and_refusals_ring_the_bell(stage: Stage, ear: Ear) -> None:
    missing = Player("pw-play", (str(stage.folder / "nowhere"),))
    loudspeaker = Loudspeaker(ear.ring, ear.hear, [stage.player(fails=True), missing])
    loudspeaker.start()
    assert ear.wait_for_sentence() == (
        "No sound: paplay fails, pw-play fails. Refusals ring the terminal's bell."
    )
    loudspeaker.play(Sound.GOOD)
    assert not ear.rings_within(0.1)
    loudspeaker.play(Sound.ALARM)
    ear.wait_for_ring()
    loudspeaker.stop()
    assert (len(ear.sentences), ear.rings) == (1, 1)


def test_a_player_that_hangs_is_ended_and_given_up(stage: Stage, ear: Ear) -> None:
    loudspeaker = Loudspeaker(ear.ring, ear.hear, [stage.player()], patience=0.05)
    loudspeaker.start()
    hanging = stage.started()
    assert ear.wait_for_sentence() == "No sound: paplay hangs. Refusals ring the terminal's bell."
    assert not hanging.alive
    loudspeaker.play(Sound.OVER)
    ear.wait_for_ring()
    loudspeaker.stop()


def test_nobody_waits_for_a_player(stage: Stage, loudspeaker: Loudspeaker) -> None:
    loudspeaker.play(Sound.ALARM)
    alarm = stage.started()
    before = time.process_time()
    for _ in range(10_000):
        loudspeaker.play(Sound.ALARM)
    assert alarm.alive
    assert time.process_time() - before < PATIENCE
    loudspeaker.stop()
    assert not alarm.alive


def test_without_a_player_it_names_those_it_looked_for(ear: Ear) -> None:
    loudspeaker = Loudspeaker(ear.ring, ear.hear, [])
    loudspeaker.start()
    loudspeaker.play(Sound.ATTENTION)
    ear.wait_for_ring()
    loudspeaker.stop()
    (sentence,) = ear.sentences
    assert sentence.startswith("No sound: this computer has none of the players ")


def test_where_no_file_can_be_written_the_bell_is_left(
    stage: Stage, ear: Ear, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(stage.folder / "nowhere"))
    loudspeaker = Loudspeaker(ear.ring, ear.hear, [stage.player()])
    loudspeaker.start()
    assert "its files cannot be written (No such file or directory)" in ear.wait_for_sentence()
    loudspeaker.play(Sound.ALARM)
    ear.wait_for_ring()
    loudspeaker.stop()


def test_it_can_be_stopped_before_it_began_and_played_after_it_ended(ear: Ear) -> None:
    loudspeaker = Loudspeaker(ear.ring, ear.hear, [])
    loudspeaker.stop()
    loudspeaker.play(Sound.GOOD)
    assert (ear.sentences, ear.rings) == ([], 0)


def test_players_are_found_on_the_path_the_best_first(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(stage.folder))
    assert players.found("linux") == []
    for name in ("play", "aplay", "paplay", "afplay"):
        stage.player(name)
    (stage.folder / "pw-play").write_text("not a program")
    at = f"{stage.folder}{os.sep}"
    assert players.found("linux") == [
        Player("paplay", (f"{at}paplay",)),
        Player("aplay", (f"{at}aplay", "-q")),
        Player("play", (f"{at}play", "-q")),
    ]
    assert [player.name for player in players.found("darwin")] == ["afplay", "play"]
    assert players.found("win32")[0].arguments[-1].endswith("winsound.SND_FILENAME)")
    assert players.candidates("win32") == ("winsound",)
