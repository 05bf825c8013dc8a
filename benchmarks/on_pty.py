"""A program on a pseudo-terminal: what it is sent, and what it writes, each piece with its time."""

from __future__ import annotations

import fcntl
import os
import pty
import select
import signal
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pyte

ROOT = Path(__file__).resolve().parent.parent
SIZES = {"80x24": (80, 24), "160x45": (160, 45)}
_PATIENCE = 30.0


@dataclass(frozen=True, slots=True)
class Written:
    """What a program wrote in a while, piece by piece."""

    pieces: list[tuple[float, bytes]] = field(default_factory=list)
    """Monotonic seconds at which a piece was read, and the piece."""

    @property
    def size(self) -> int:
        """Bytes."""
        return sum(len(data) for _, data in self.pieces)


class OnPty:
    """Runs `python -m …` on a terminal of `columns` by `rows` with colours, until `close`."""

    def __init__(self, arguments: Sequence[str], columns: int = 80, rows: int = 24) -> None:
        self._screen = pyte.Screen(columns, rows)
        self._stream = pyte.ByteStream(self._screen)
        self._master, slave = pty.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
        environ = {
            **os.environ, "TERM": "xterm-256color", "COLORTERM": "truecolor",
            "PYTHONPATH": str(ROOT), "PYTHONDONTWRITEBYTECODE": "",
        }  # fmt: skip
        self.started = time.monotonic()
        self._child = subprocess.Popen(
            [sys.executable, *arguments], stdin=slave, stdout=slave, stderr=slave, env=environ,
            start_new_session=True,
        )  # fmt: skip
        os.close(slave)

    @property
    def pid(self) -> int:
        """The program's process."""
        return self._child.pid

    @property
    def text(self) -> str:
        """The screen as it stands after all that `shown_at` and `wait_for` took."""
        return "\n".join(self._screen.display)

    def send(self, data: bytes) -> float:
        """Send bytes as a keyboard would; returns when."""
        at = time.monotonic()
        while data:
            data = data[os.write(self._master, data) :]
        return at

    def pour(self, codes: Sequence[str]) -> None:
        """Send codes, each with its suffix, as fast as the terminal takes them; from any thread."""
        self.send(b"".join(f"{code}\r".encode() for code in codes))

    def read(self, quiet: float, until: Callable[[], bool] = lambda: True) -> Written:
        """What it writes until it has been silent for `quiet` seconds and `until` is true."""
        written = Written()
        end = time.monotonic() + _PATIENCE
        while True:
            ready, _, _ = select.select([self._master], [], [], quiet)
            at = time.monotonic()
            if ready:
                written.pieces.append((at, self._read()))
            elif until():
                return written
            if at > end:
                raise SystemExit(f"It took too long. The screen shows:\n{self.text}")

    def _read(self) -> bytes:
        try:
            return os.read(self._master, 65_536)
        except OSError as error:
            raise SystemExit(f"The program ended. The screen shows:\n{self.text}") from error

    def take(self, written: Written) -> None:
        """Bring what was written to the screen."""
        for _, data in written.pieces:
            self._stream.feed(data)

    def shown_at(self, written: Written, shown: Callable[[str], bool]) -> float:
        """When the screen first was as `shown` says, while `written` came in."""
        moment = None
        for at, data in written.pieces:
            self._stream.feed(data)
            if moment is None and shown(self.text):
                moment = at
        if moment is None:
            raise SystemExit(f"It never showed what was awaited. The screen shows:\n{self.text}")
        return moment

    def wait_for(self, shown: Callable[[str], bool]) -> float:
        """Read until the screen is as `shown` says; returns when that was seen."""
        end = time.monotonic() + _PATIENCE
        while True:
            written = self.read(0.0)
            self.take(written)
            if written.pieces and shown(self.text):
                return written.pieces[-1][0]
            if time.monotonic() > end:
                raise SystemExit(f"It never showed what was awaited. The screen shows:\n{self.text}")
            select.select([self._master], [], [], 0.2)

    def close(self) -> None:
        """End the program."""
        self._child.send_signal(signal.SIGTERM)
        end = time.monotonic() + 5
        while self._child.poll() is None and time.monotonic() < end:
            self.drain()
        if self._child.poll() is None:
            self._child.kill()
            self._child.wait()
        os.close(self._master)

    def drain(self) -> None:
        """Throw away what it writes, so that it never waits for its terminal."""
        if select.select([self._master], [], [], 0.02)[0]:
            try:
                os.read(self._master, 65_536)
            except OSError:
                time.sleep(0.01)
