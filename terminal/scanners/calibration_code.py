"""The calibration code, which holds every character that a keyboard may get wrong.

One QR code holds it all. Bars cannot hold so much: for scanners that read nothing else there are several.
"""

from __future__ import annotations

import re
from functools import cache

from terminal.scanners.keyboards import DEAD, LAYOUTS, SHIFT, keyboard

GS = "\x1d"
_HEAD = "TALLYMAN:"
"""Begins like a command, so that a station that reads it by mistake refuses it and counts nothing."""
_TAIL = "K"
"""A letter that stands on the same key everywhere, so that what comes behind it is the end mark."""
_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_OTHERS = r"""!"#$%&'()*+,-./;<=>?@[\]^_`{|}~"""


@cache
def calibration_text() -> str:
    """Letters of both cases, GS, digits and all other printable ASCII characters, each at least once.

    A character whose key is dead on some layout has a blank after it, for then every system shows the dead
    key's own sign, whereas before a letter or digit each does something else.
    """
    capitals = "".join(letter for letter in _LETTERS if letter not in _HEAD)
    apart = "".join(f"{each} " if each in _beside_dead_keys() else each for each in _OTHERS)
    return f"{_HEAD}{capitals}{_LETTERS.lower()}{GS}0123456789{apart}{_TAIL}"


_MOST_IN_BARS = 17
"""Characters between head and tail, so that each code is printed with bars that all scanners read."""


@cache
def calibration_texts() -> tuple[str, ...]:
    """The same in several codes, to be read in any order, each with head and tail of its own."""
    rest = calibration_text().removeprefix(_HEAD).removesuffix(_TAIL)
    texts = [""]
    for each in re.findall(r"[^ ] ?", rest):  # a blank stays with its sign
        if len(texts[-1]) + len(each) > _MOST_IN_BARS:
            texts.append("")
        texts[-1] += each
    return tuple(f"{_HEAD}{text}{_TAIL}" for text in texts)


@cache
def _beside_dead_keys() -> frozenset[str]:
    """Characters that some layout has on a key that is dead on the same or another layout."""
    boards = [keyboard(name) for name in LAYOUTS]
    dead = {stroke for board in boards for stroke, character in board.by_stroke.items() if character in DEAD}
    doubtful = {stroke for stroke in dead if stroke.level <= SHIFT} | {
        stroke for board in boards for stroke in board.by_character.values() if stroke.level > SHIFT
    }
    return frozenset(
        each for board in boards for each, stroke in board.by_character.items() if stroke in doubtful
    )
