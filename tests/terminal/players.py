"""A player that makes no sound: a real program that tells when it starts and ends when a test lets it."""

from __future__ import annotations

import contextlib
import os
import select
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from terminal.sounds.players import Player
from tests.terminal.builders import PATIENCE

_GATED = """#!/bin/sh
for file; do :; done
echo "$$ $*" > '{events}'
read -r code < '{gate}'
exit "$code"
"""
_FAILING = """#!/bin/sh
for file; do :; done
echo "$$ $*" > '{events}'
exit 1
"""


@dataclass(frozen=True, slots=True)
class Start:
    """A player that started."""

    process: int
    options: tuple[str, ...]
    file: Path

    @property
    def sound(self) -> str:
        return self.file.stem

    @property
    def alive(self) -> bool:
        try:
            os.kill(self.process, 0)
        except ProcessLookupError:
            return False
        return True


class Stage:
    """Where players start, told by one pipe, and end, let by another."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._pipes = []
        for name in ("events", "gate"):
            os.mkfifo(folder / name)
            self._pipes.append(os.open(folder / name, os.O_RDWR))
        self._unread = b""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for pipe in self._pipes:
            os.close(pipe)

    def player(self, name: str = "paplay", *, fails: bool = False) -> Player:
        """Put a program of this name into the folder."""
        path = self.folder / name
        script = _FAILING if fails else _GATED
        path.write_text(script.format(events=self.folder / "events", gate=self.folder / "gate"))
        path.chmod(0o700)
        return Player(name, (str(path),))

    def started(self) -> Start:
        """The next start that has not been asked for yet."""
        while b"\n" not in self._unread:
            ready, _, _ = select.select([self._pipes[0]], [], [], PATIENCE)
            assert ready, "no player started"
            self._unread += os.read(self._pipes[0], 4096)
        line, _, self._unread = self._unread.partition(b"\n")
        process, *options, file = line.decode().split(" ")
        return Start(int(process), tuple(options), Path(file))

    def nothing_started(self, within: float = 0) -> bool:
        """Whether no start waits to be asked for, or comes within these seconds."""
        return not self._unread and not select.select([self._pipes[0]], [], [], within)[0]

    def let_end(self, start: Start, code: int = 0) -> None:
        """Let this player, the one that plays, end with this exit code, and wait until it has."""
        os.write(self._pipes[1], f"{code}\n".encode())
        with contextlib.suppress(ChildProcessError):  # whoever started it has seen its end already
            os.waitid(os.P_PID, start.process, os.WEXITED | os.WNOWAIT)
