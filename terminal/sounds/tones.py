"""The sounds themselves, made from sums of sines: nothing is shipped and nothing is fetched.

They differ in rhythm and in pitch, so that either alone tells them apart. Every note carries partials below
1.6 kHz and above 2 kHz: age and noise take the high range first and a forklift takes the low one, and what is
left still has the rhythm (compare ISO 7731, which asks of danger signals that they hold several ranges).
"""

from __future__ import annotations

import math
import sys
import wave
from array import array
from collections.abc import Mapping
from pathlib import Path

from terminal.sounds.choice import Sound
from verification.records import record

RATE = 22_050
"""Samples a second; 16 bits each, one channel."""
_RAMP = 0.004
"""Seconds in which a note swells and fades, so that it does not click."""
_PEAK = 30_000
_HIGHEST = 4_500
"""Hz. Partials above it are left out: small loudspeakers only rattle there."""


@record
class Note:
    """One note and the pause behind it."""

    pitch: float
    """Hz; 0 is silence."""
    seconds: float
    pause: float = 0.0


SCORE: Mapping[Sound, tuple[Note, ...]] = {
    Sound.SILENCE: (Note(0, 0.05),),
    Sound.GOOD: (Note(1047, 0.09),),
    Sound.LINE_DONE: (Note(784, 0.05, 0.03), Note(1175, 0.15)),
    Sound.ORDER_DONE: (Note(698, 0.05, 0.02), Note(880, 0.05, 0.02), Note(1397, 0.16)),
    Sound.COMMAND: (Note(932, 0.12, 0.04), Note(622, 0.04)),
    Sound.TWICE: tuple(Note(1319, 0.025, 0.035) for _ in range(4)),
    Sound.ATTENTION: (Note(330, 0.28),),
    Sound.OVER: tuple(Note(466, 0.07, 0.03) for _ in range(3)),
    Sound.ALARM: (Note(988, 0.11, 0.03), Note(554, 0.19, 0.03)) * 3,
}
"""What each sound plays. All but the alarm are over within 300 ms."""


def length(sound: Sound) -> float:
    """Seconds from its first sample to its last."""
    return sum(note.seconds + note.pause for note in SCORE[sound])


def samples(sound: Sound) -> array[int]:
    """The sound as signed 16-bit samples."""
    wave_form = array("h")
    for note in SCORE[sound]:
        wave_form.extend(_note(note))
        wave_form.extend([0] * round(note.pause * RATE))
    return wave_form


def _note(note: Note) -> list[int]:
    count = round(note.seconds * RATE)
    if not note.pitch:
        return [0] * count
    orders = [order for order in (1, 2, 3, 4, 5, 7, 9) if order * note.pitch <= _HIGHEST]
    weights = [1 / math.sqrt(order) for order in orders]
    partials = [(w / sum(weights) * _PEAK, math.tau * note.pitch * k / RATE)
                for w, k in zip(weights, orders, strict=True)]  # fmt: skip
    ramp = _RAMP * RATE
    sine = math.sin
    return [
        round(min(1.0, at / ramp, (count - at) / ramp) * sum(w * sine(step * at) for w, step in partials))
        for at in range(count)
    ]


def write(sound: Sound, folder: Path) -> Path:
    """Write the sound into `folder` as a WAV file and return its path. Raises OSError."""
    path = folder / f"{sound.value}.wav"
    content = samples(sound)
    if sys.byteorder == "big":  # WAV is little-endian
        content.byteswap()
    with path.open("wb") as file, wave.open(file) as sheet:
        sheet.setnchannels(1)
        sheet.setsampwidth(2)
        sheet.setframerate(RATE)
        sheet.writeframes(content.tobytes())
    return path
