"""From a commit to the start of its sound, against a bare start of the same player.

    python -m benchmarks.feedback [--json]

A clerk commits reads to a real ledger. The clock starts when the clerk tells of a commit, and stops when the
first byte comes from the player, a small program that plays nothing. Another process looks at that clock, so
that no thread of this one has to be free for it. Sounds and bare starts take turns.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.report import Bar, at_most, command, p50
from benchmarks.stock import OPEN_ORDER, reads, stocked
from store.ledger import Ledger
from terminal.clerk import Clerk, News
from terminal.procedure import Procedure
from terminal.reads import Delivery
from terminal.scanners.framing import Frame, FrameKind
from terminal.sounds.loudspeaker import Loudspeaker
from terminal.sounds.players import Player
from verification.desk import Desk
from verification.meaning import Person
from verification.policy import Policy

SOUNDS = 400
_WARM_UP = 20
_STOPWATCH = """
import os, sys, time
while word := os.read(0, 1):
    os.write(1, word + time.monotonic_ns().to_bytes(8))
"""


class Bench:
    """A clerk whose commits are heard, and a player that says when it starts."""

    def __init__(self, folder: Path, ledger: Ledger) -> None:
        self._pipe = _fifo(folder / "starts")
        self._stopwatch = subprocess.Popen(
            [sys.executable, "-I", "-S", "-c", _STOPWATCH],
            stdin=self._pipe,
            stdout=subprocess.PIPE,
            bufsize=0,
        )
        self._player = _player(folder)
        self._told_at = 0
        self._loudspeaker = Loudspeaker(self._no_sound, lambda _why: self._no_sound(), [self._player])
        procedure = Procedure(ledger, Policy(sign_in=True), {"keyboard": 0.0})
        self._clerk = Clerk(ledger, lambda: procedure, self._tell, Desk(Person("Ana")))
        self._loudspeaker.start()
        self._clerk.start()
        self._wait_for_start()  # the loudspeaker tries its player first

    def _no_sound(self) -> None:
        os.write(self._pipe, b"!")

    def _wait_for_start(self) -> int:
        """When the player started, in nanoseconds of the monotonic clock."""
        assert self._stopwatch.stdout is not None
        told = self._stopwatch.stdout.read(9)
        assert told[:1] == b".", "the player failed"
        return int.from_bytes(told[1:])

    def _tell(self, news: News) -> None:
        self._told_at = time.monotonic_ns()
        self._loudspeaker.answer(outcome.verdict for outcome in news.outcomes)

    def sound(self, data: bytes) -> float:
        """Milliseconds from the commit of a read to the start of its sound."""
        self._clerk.take(Delivery("keyboard", Frame(FrameKind.OK, data, time.monotonic())))
        started = self._wait_for_start()
        return (started - self._told_at) / 1_000_000

    def bare(self) -> float:
        """Milliseconds that the same player takes to start by itself."""
        asked = time.monotonic_ns()
        with subprocess.Popen([*self._player.arguments, "good.wav"], stdin=subprocess.DEVNULL):
            return (self._wait_for_start() - asked) / 1_000_000

    def close(self) -> None:
        """End the clerk and the loudspeaker."""
        self._clerk.stop()
        self._loudspeaker.stop()
        with self._stopwatch:
            self._stopwatch.terminate()
        os.close(self._pipe)


def _fifo(path: Path) -> int:
    os.mkfifo(path)
    return os.open(path, os.O_RDWR)


def _player(folder: Path) -> Player:
    path = folder / "player"
    path.write_text(f"#!/bin/sh\nprintf . > '{folder / 'starts'}'\n")
    path.chmod(0o700)
    return Player("player", (str(path),))


def measure(count: int = SOUNDS) -> list[Bar]:
    """The bars."""
    with tempfile.TemporaryDirectory(prefix="tallyman-bench-") as name:
        folder = Path(name)
        ledger = stocked(folder / "station", events=0)
        bench = Bench(folder, ledger)
        goods = reads(10)
        bench.sound(OPEN_ORDER.encode())
        heard, bare = [], []
        for turn in range(count + _WARM_UP):
            heard.append(bench.sound(goods[turn % len(goods)]))
            bare.append(bench.bare())
        bench.close()
        ledger.close()
    heard, bare = heard[_WARM_UP:], bare[_WARM_UP:]
    return [
        at_most("commit to start of the sound, p50", p50(heard), p50(bare), "ms", 1.5),
    ]


if __name__ == "__main__":
    sys.exit(command(__doc__, measure))
