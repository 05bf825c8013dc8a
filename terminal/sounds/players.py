"""The programs that can play a WAV file, as a computer may have them."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

from verification.records import record

_UNIX = (("paplay",), ("pw-play",), ("aplay", "-q"), ("play", "-q"))
"""PulseAudio, PipeWire, ALSA, SoX: sound servers first, for they let others play at the same time."""
_PATIENCE = 5.0
"""Seconds for a moment of silence."""
_MACOS = (("afplay",), ("play", "-q"))
_WINDOWS = "import sys, winsound; winsound.PlaySound(sys.argv[1], winsound.SND_FILENAME)"


@record
class Player:
    """A program that plays the file which is its last argument, and ends when it has."""

    name: str
    arguments: tuple[str, ...]
    """The program's whole path, then what stands before the file."""


def candidates(platform: str = sys.platform) -> tuple[str, ...]:
    """The names of the players that are looked for."""
    return ("winsound",) if platform == "win32" else tuple(command[0] for command in _commands(platform))


def found(platform: str = sys.platform) -> list[Player]:
    """The players of this computer, the best first. None of them has been tried yet."""
    if platform == "win32":  # Python's own module, in a process of its own, so that it can be ended
        return [Player("winsound", (sys.executable, "-I", "-S", "-c", _WINDOWS))]
    paths = ((command, shutil.which(command[0])) for command in _commands(platform))
    return [Player(command[0], (path, *command[1:])) for command, path in paths if path]


def fault(player: Player, file: Path) -> str:
    """What a player does wrong with `file`, as a word: `fails`, `hangs`, or nothing."""
    try:
        done = subprocess.run(  # noqa: S603 - a path that was looked up, and a file of our own
            [*player.arguments, str(file)],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=_PATIENCE,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return "hangs"
    except OSError:
        return "fails"
    return "fails" if done.returncode else ""


def _commands(platform: str) -> tuple[tuple[str, ...], ...]:
    return _MACOS if platform == "darwin" else _UNIX
