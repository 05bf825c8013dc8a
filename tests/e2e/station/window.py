"""A program in a pseudo-terminal of its own, as a window on a screen runs it, and what it shows there.

Nothing here sleeps: to wait is to read what the program writes until it shows what is expected, or a deadline
passes.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import pty
import selectors
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Callable, Mapping
from pathlib import Path

import pyte

from tests import preloaded

PATIENCE = 20.0
"""Seconds until a test gives up; nothing waits as long when all is well."""

STATION = [sys.executable, "-m", "terminal"]
"""The program that most windows run: it is loaded already."""
_AT_IMPORT = ("PYTHON", "TEXTUAL")
"""Begin the names of what is read from the environment while a program loads."""
_LAUNCH = (
    "import fcntl, os, sys, termios; os.setsid(); fcntl.ioctl(0, termios.TIOCSCTTY, 0);"
    " os.execv(sys.argv[1], sys.argv[1:])"
)
"""A child that takes the pseudo-terminal for its own, as a shell in a window does."""


class Window:
    """One program at one terminal of `columns` by `rows`."""

    def __init__(
        self,
        command: list[str],
        *,
        columns: int = 80,
        rows: int = 24,
        folder: Path,
        environ: Mapping[str, str] | None = None,
    ) -> None:
        self.screen = pyte.Screen(columns, rows)
        self._stream = pyte.ByteStream(self.screen)
        self.written = b""
        """All that the program wrote to its terminal."""
        self.typed_at = self.painted_at = 0.0
        """When bytes last went in and came out, in monotonic seconds."""
        self._master, self._slave = pty.openpty()
        self._set_size(columns, rows)
        self.modes = termios.tcgetattr(self._slave)
        """The terminal's modes as they were before."""
        self.process = self._started(command, folder, environ or {})

    def _started(
        self, command: list[str], folder: Path, changed: Mapping[str, str]
    ) -> subprocess.Popen[bytes] | preloaded.Started:
        environ = {**_clean_environment(), "HOME": str(folder), **changed}
        if command[: len(STATION)] == STATION and not any(name.startswith(_AT_IMPORT) for name in changed):
            arguments = command[len(STATION) :]
            return preloaded.Started(
                preloaded.STATION, *arguments, tty=self._slave, folder=folder, environ=environ
            )
        return subprocess.Popen(
            [sys.executable, "-S", "-E", "-c", _LAUNCH, *command],
            stdin=self._slave,
            stdout=self._slave,
            stderr=self._slave,
            cwd=folder,
            env=environ,
        )

    def feed(self, data: bytes) -> None:
        """Let bytes come to the terminal at once; read the screen meanwhile, so that neither side blocks."""
        os.set_blocking(self._master, False)
        while data:
            try:
                data = data[os.write(self._master, data) :]
            except BlockingIOError:
                self.look(0.01)
        self.typed_at = time.monotonic()

    def resize(self, columns: int, rows: int) -> None:
        """Pull the window to another size."""
        self._set_size(columns, rows)
        self.screen.resize(rows, columns)

    def hang_up(self) -> None:
        """Close the terminal's window."""
        os.close(self._master)
        self._master = -1

    @property
    def lines(self) -> list[str]:
        """The rows of the screen."""
        return list(self.screen.display)

    @property
    def text(self) -> str:
        """The screen as text."""
        return "\n".join(self.lines)

    def wait_until(self, met: Callable[[], bool], why: object = "") -> None:
        """Read the screen until `met`."""
        end = time.monotonic() + PATIENCE
        while not met():
            assert time.monotonic() < end, f"{why} never came:\n{self.text}"
            assert self.look(0.05) or self.process.poll() is None, f"{why}: ended:\n{self.written[-2000:]!r}"

    def ends(self) -> int:
        """Wait until the program has ended; return its exit code, negative for a signal."""
        end = time.monotonic() + PATIENCE
        while self.process.poll() is None:
            assert time.monotonic() < end, f"it goes on:\n{self.text}"
            if self._master >= 0:
                self.look(0.02)
            else:
                self._wait_a_moment()
        while self._master >= 0 and self.look(0.0):
            pass
        return self.process.returncode

    @property
    def said_last(self) -> str:
        """What the program left on the terminal after it had taken its screen away."""
        return self.written.rpartition(b"\x1b[?1049l")[2].decode(errors="replace")

    @property
    def left_in_order(self) -> bool:
        """Whether the terminal is as it was: its modes, its screen, its cursor, its mouse, its pastes."""
        switched_off = (b"\x1b[?1049l", b"\x1b[?25h", b"\x1b[?1000l", b"\x1b[?2004l")
        return termios.tcgetattr(self._slave) == self.modes and all(
            mode in self.written for mode in switched_off
        )

    def kill(self) -> None:
        """End the program as a power cut would."""
        self.process.kill()
        self.process.wait()

    def close(self) -> None:
        """End whatever still runs."""
        if self.process.poll() is None:
            self.kill()
        for descriptor in (self._master, self._slave):
            if descriptor >= 0:
                os.close(descriptor)
        self._master = self._slave = -1

    def look(self, wait: float) -> bool:
        """Take in what the program writes; whether there was anything."""
        with selectors.SelectSelector() as selector:
            selector.register(self._master, selectors.EVENT_READ)
            if not selector.select(wait):
                return False
        data = os.read(self._master, 65_536)
        self.painted_at = time.monotonic()
        self.written += data
        self._stream.feed(data)
        return True

    def _wait_a_moment(self) -> None:
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.process.wait(0.02)

    def _set_size(self, columns: int, rows: int) -> None:
        fcntl.ioctl(self._slave, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))


def _clean_environment() -> dict[str, str]:
    """This process's environment without what would change how a station looks or where it works."""
    foreign = ("TALLYMAN", "TEXTUAL", "COLUMNS", "LINES")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(foreign)}
    return {
        **kept,
        "TERM": "xterm-256color",
        "COLORTERM": "truecolor",
        "PYTHONPATH": str(Path(__file__).parents[3]),
        "PYTHONWARNINGS": "error",
        "TZ": "UTC",
    }
