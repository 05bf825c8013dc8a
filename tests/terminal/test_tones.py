"""The sounds as an ear has them: measured from their samples, in a low and in a high range."""

from __future__ import annotations

import cmath
import itertools
import math

import pytest

from terminal.sounds.choice import Sound
from terminal.sounds.tones import RATE, SCORE, length, samples

FRAME = RATE // 100
"""Samples in a frame of 10 ms."""
WHOLE = range(200, 5001, 100)
LOW = range(200, 1601, 100)
HIGH = range(2000, 5001, 100)
AUDIBLE = [sound for sound in Sound if sound is not Sound.SILENCE]
TURNS = {hertz: [cmath.exp(-2j * math.pi * hertz * at / RATE) for at in range(FRAME)] for hertz in WHOLE}


def spectra(sound: Sound) -> list[dict[int, float]]:
    """The strength of each 100 Hz in each frame."""
    wave_form = samples(sound)
    frames = [wave_form[at : at + FRAME] for at in range(0, len(wave_form) - FRAME + 1, FRAME)]
    return [
        {hertz: abs(sum(map(complex.__mul__, turns, map(complex, frame)))) for hertz, turns in TURNS.items()}
        for frame in frames
    ]


def rhythm(spectra: list[dict[int, float]], band: range) -> list[int]:
    """Milliseconds of sound, silence, sound and so on, in one range of frequencies."""
    strengths = [sum(spectrum[hertz] for hertz in band) for spectrum in spectra]
    limit = max(strengths) / 4
    runs = [(on, len(list(run)) * 10) for on, run in itertools.groupby(s > limit for s in strengths)]
    return [milliseconds for _, milliseconds in (runs if runs[-1][0] else runs[:-1])]


def alike(one: list[int], other: list[int]) -> bool:
    """Whether two rhythms could be taken for each other: as many notes, none clearly longer."""
    return len(one) == len(other) and all(
        max(a, b) <= 1.8 * min(a, b) for a, b in zip(one[::2], other[::2], strict=True)
    )


HEARD = {sound: spectra(sound) for sound in AUDIBLE}


@pytest.mark.parametrize("band", [WHOLE, LOW, HIGH], ids=["all of it", "the low range", "the high range"])
def test_rhythm_alone_tells_all_sounds_apart(band: range) -> None:
    rhythms = {sound: rhythm(spectra, band) for sound, spectra in HEARD.items()}
    confused = [
        (one, rhythms[one], other, rhythms[other])
        for one, other in itertools.combinations(AUDIBLE, 2)
        if alike(rhythms[one], rhythms[other])
    ]
    assert confused == []


def test_pitch_alone_tells_all_sounds_apart() -> None:
    melodies = [tuple(dict.fromkeys(note.pitch for note in SCORE[sound])) for sound in AUDIBLE]
    for one, other in itertools.combinations(melodies, 2):
        assert len(one) != len(other) or any(
            max(a, b) / min(a, b) > 1.1 for a, b in zip(one, other, strict=True)
        ), (one, other)


@pytest.mark.parametrize("sound", AUDIBLE)
def test_every_note_can_be_heard_in_a_low_and_in_a_high_range(sound: Sound) -> None:
    for spectrum in HEARD[sound]:
        whole = sum(spectrum.values())
        if whole > max(sum(each.values()) for each in HEARD[sound]) / 2:
            assert sum(spectrum[hertz] for hertz in LOW) > whole / 6
            assert sum(spectrum[hertz] for hertz in HIGH) > whole / 6


@pytest.mark.parametrize("sound", AUDIBLE)
def test_a_sound_is_loud_short_and_does_not_click(sound: Sound) -> None:
    wave_form = samples(sound)
    assert 16_000 < max(map(abs, wave_form)) <= 32_767
    assert max(map(abs, (*wave_form[:5], *wave_form[-5:]))) < 4_000
    assert len(wave_form) / RATE == pytest.approx(length(sound), abs=0.001)
    assert length(sound) <= (1.2 if sound is Sound.ALARM else 0.3001)


def test_silence_is_silent() -> None:
    assert not any(samples(Sound.SILENCE))
