"""Plays sounds, one at a time, without anybody waiting for it.

`play` only leaves a note; a thread of its own starts the player and watches it. A newer sound cuts off the
one that plays, unless that one matters more; an alarm is always played to its end. So there is never more
than one player, however fast reads come. A player that fails twice in a row, or hangs, is given up for the
next one; when none is left, refusals ring the terminal's bell and `fell_silent` is told why.
"""

from __future__ import annotations

import os
import signal
import subprocess
import tempfile
import threading
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import ExitStack, suppress
from enum import Enum, auto
from pathlib import Path

from terminal.sounds import players as installed
from terminal.sounds.choice import ALARMING, Sound, heard, louder
from terminal.sounds.players import Player
from terminal.sounds.tones import length, write
from verification.verdicts import Verdict

_DRAIN = 0.5
"""Seconds that a player may take beyond its sound before nothing newer cuts it off: it may be hanging."""
_PATIENCE = 3.0
"""Seconds beyond its sound after which a player hangs."""
_FAILURES = 2
"""In a row, after which a player is given up."""

_BELL = "Refusals ring the terminal's bell."


class _Ending(Enum):
    """How a player's process ended."""

    PLAYED = auto()
    CUT_OFF = auto()
    FAILED = auto()
    HUNG = auto()


class Loudspeaker:
    """`start` it, `play` from any thread, `stop` it. `bell` and `fell_silent` are called in its own thread.

    `players` defaults to those of this computer.
    """

    def __init__(
        self,
        bell: Callable[[], object],
        fell_silent: Callable[[str], object],
        players: Sequence[Player] | None = None,
        *,
        patience: float = _PATIENCE,
    ) -> None:
        self._bell = bell
        self._fell_silent = fell_silent
        self._players = list(installed.found() if players is None else players)
        self._patience = patience
        self._failures = 0
        self._given_up: list[str] = []
        self._changed = threading.Condition()
        self._waiting: Sound | None = Sound.SILENCE
        self._stopping = False
        self._thread = threading.Thread(target=self._serve, name="loudspeaker", daemon=True)

    def start(self) -> None:
        """Begin to play. Returns at once."""
        self._thread.start()

    def play(self, sound: Sound) -> None:
        """Have `sound` played as soon as may be. Returns at once."""
        with self._changed:
            self._waiting = louder(self._waiting, sound)
            self._changed.notify_all()

    def answer(self, verdicts: Iterable[Verdict]) -> None:
        """Have the one sound played that reads committed together have. Returns at once."""
        sound = heard(verdicts)
        if sound is not None:
            self.play(sound)

    def stop(self) -> None:
        """Cut off what plays, and end."""
        with self._changed:
            self._stopping = True
            self._changed.notify_all()
        if self._thread.ident is not None:
            self._thread.join(_DRAIN * 2)

    def _serve(self) -> None:
        if not self._players:
            names = ", ".join(installed.candidates())
            self._fell_silent(f"No sound: this computer has none of the players {names}. {_BELL}")
        with ExitStack() as stack:
            self._serve_from(self._written(stack) if self._players else {})

    def _written(self, stack: ExitStack) -> Mapping[Sound, Path]:
        """The sounds as files in a private folder, which goes when `stack` closes."""
        try:
            name = tempfile.TemporaryDirectory(prefix="tallyman-sounds-", ignore_cleanup_errors=True)
            folder = Path(stack.enter_context(name))
            return {sound: write(sound, folder) for sound in Sound}
        except OSError as error:
            self._players.clear()
            self._fell_silent(f"No sound: its files cannot be written ({error.strerror}). {_BELL}")
            return {}

    def _serve_from(self, files: Mapping[Sound, Path]) -> None:
        while (sound := self._next()) is not None:
            if not self._played(sound, files) and sound.rank:
                self._bell()

    def _next(self) -> Sound | None:
        """The sound to play now, as soon as there is one; None when it is time to end."""
        with self._changed:
            self._changed.wait_for(lambda: self._stopping or self._waiting is not None)
            sound, self._waiting = self._waiting, None
            return None if self._stopping else sound

    def _played(self, sound: Sound, files: Mapping[Sound, Path]) -> bool:
        """Play `sound`, by the next player where one fails. False when nobody heard it."""
        while self._players:
            player = self._players[0]
            ending = self._perform(player, sound, files[sound])
            if ending in (_Ending.PLAYED, _Ending.CUT_OFF):
                self._failures = 0 if ending is _Ending.PLAYED else self._failures
                return True
            self._failures += 1
            if ending is _Ending.HUNG:  # by another player it would come too late to be understood
                self._give_up(player, "hangs")
                return False
            if self._failures >= _FAILURES:
                self._give_up(player, "fails")
        return False

    def _give_up(self, player: Player, why: str) -> None:
        self._players.remove(player)
        self._failures = 0
        self._given_up.append(f"{player.name} {why}")
        if not self._players:
            self._fell_silent(f"No sound: {', '.join(self._given_up)}. {_BELL}")

    def _perform(self, player: Player, sound: Sound, file: Path) -> _Ending:
        try:
            process = subprocess.Popen(  # noqa: S603 - a path that was looked up, and a file of our own
                [*player.arguments, str(file)],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                start_new_session=True,
            )
        except OSError:
            return _Ending.FAILED
        watch = threading.Thread(target=self._watch, args=(process,), name="player", daemon=True)
        watch.start()
        early = self._early_end(process, sound)
        if early is not None:
            _end(process)
        watch.join(_DRAIN)
        if process.returncode is None:  # some drivers keep even a killed player
            return _Ending.HUNG
        return (early or _Ending.FAILED) if process.returncode else _Ending.PLAYED

    def _watch(self, process: subprocess.Popen[bytes]) -> None:
        process.wait()
        with self._changed:
            self._changed.notify_all()

    def _early_end(self, process: subprocess.Popen[bytes], sound: Sound) -> _Ending | None:
        """Wait until the process has ended, or is to be ended, and say why: CUT_OFF or HUNG."""
        latest_cut = time.monotonic() + length(sound) + _DRAIN

        def cut_off() -> bool:
            if self._stopping or self._waiting is None:
                return self._stopping
            return (
                sound.rank < ALARMING and self._waiting.rank >= sound.rank and time.monotonic() < latest_cut
            )

        with self._changed:
            in_time = self._changed.wait_for(
                lambda: process.returncode is not None or cut_off(), length(sound) + self._patience
            )
        if process.returncode is not None:
            return None
        return _Ending.CUT_OFF if in_time else _Ending.HUNG


def _end(process: subprocess.Popen[bytes]) -> None:
    """End a player at once, and whatever it started."""
    if os.name == "posix":
        with suppress(ProcessLookupError, PermissionError):  # it has ended already
            os.killpg(process.pid, signal.SIGKILL)
    else:
        process.kill()
