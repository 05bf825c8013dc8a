"""The real program in a real pseudo-terminal, and its screen as a person in front of it sees it.

Nothing here sleeps: to wait is to read the screen until it shows what is expected, or a deadline passes. Only
hands have a pace, as the station tells keys from reads by it: `press` leaves the line quiet before a key.
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

from terminal.widgets import letters

PATIENCE = 20.0
"""Seconds until a test gives up; nothing waits as long when all is well."""
HAND = 0.06
"""Seconds between two keys of a hand, or between a read and a key."""
IDLE = 0.15
"""`idle_ms` of the stations under test, in seconds."""

KEYS: Mapping[str, bytes] = {
    "F1": b"\x1bOP", "F2": b"\x1bOQ", "F3": b"\x1bOR", "F4": b"\x1bOS", "F5": b"\x1b[15~",
    "F6": b"\x1b[17~", "F8": b"\x1b[19~", "F9": b"\x1b[20~", "F12": b"\x1b[24~",
    "Up": b"\x1b[A", "Down": b"\x1b[B", "Right": b"\x1b[C", "Left": b"\x1b[D",
    "PageUp": b"\x1b[5~", "PageDown": b"\x1b[6~", "Home": b"\x1b[H", "End": b"\x1b[F",
    "Enter": b"\r", "Escape": b"\x1b", "Backspace": b"\x7f", "?": b"?",
}  # fmt: skip

_LAUNCH = (
    "import fcntl, os, sys, termios; os.setsid(); fcntl.ioctl(0, termios.TIOCSCTTY, 0);"
    " os.execv(sys.argv[1], sys.argv[1:])"
)
"""A child that takes the pseudo-terminal for its own, as a shell in a window does."""


class StationTerminal:
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
        self._typed_at = self._pressed_at = self._read_at = self._painted_at = 0.0
        self._master, self._slave = pty.openpty()
        self._set_size(columns, rows)
        self.modes = termios.tcgetattr(self._slave)
        """The terminal's modes as they were before."""
        self.process = subprocess.Popen(
            [sys.executable, "-S", "-E", "-c", _LAUNCH, *command],
            stdin=self._slave,
            stdout=self._slave,
            stderr=self._slave,
            cwd=folder,
            env={**_clean_environment(), "HOME": str(folder), **(environ or {})},
        )

    # What a person does

    def scan(self, *codes: str | bytes, end: bytes = b"\r") -> None:
        """Read codes with a scanner that types: each all at once, with its suffix."""
        self._rest_after(self._pressed_at)
        for code in codes:
            self.feed((code.encode() if isinstance(code, str) else code) + end)
        self._read_at = time.monotonic()

    def feed(self, data: bytes) -> None:
        """Let bytes come to the terminal at once; read the screen meanwhile, so that neither side blocks."""
        os.set_blocking(self._master, False)
        while data:
            try:
                data = data[os.write(self._master, data) :]
            except BlockingIOError:
                self._look(0.01)
        self._typed_at = time.monotonic()

    def press(self, *keys: str) -> None:
        """Press keys by name, or characters, at the pace of a hand."""
        for key in keys:
            self._rest(HAND)
            self.feed(KEYS.get(key) or key.encode())
            self._pressed_at = time.monotonic()

    def enter(self) -> None:
        """Press Enter, and not so soon after a read that it would be taken for the read's end."""
        self._rest_after(self._read_at)
        self.press("Enter")

    def type(self, text: str, *, seen_as: str | None = None) -> None:
        """Type by hand, each character once the one before it is on the screen."""
        for place in range(1, len(text) + 1):
            self.press(text[place - 1])
            self.wait_for(f"{(seen_as or text)[:place]}▏")

    def resize(self, columns: int, rows: int) -> None:
        """Pull the window to another size."""
        self._set_size(columns, rows)
        self.screen.resize(rows, columns)

    def hang_up(self) -> None:
        """Close the terminal's window."""
        os.close(self._master)
        self._master = -1

    # What a person sees

    @property
    def lines(self) -> list[str]:
        """The rows of the screen."""
        return list(self.screen.display)

    @property
    def text(self) -> str:
        """The screen as text."""
        return "\n".join(self.lines)

    def __contains__(self, text: str) -> bool:
        """Whether `text` is on the screen, be it over several rows."""
        return text in self.text or text in " ".join(self.text.split())

    def row(self, text: str) -> str:
        """The first row that holds `text`."""
        found = next((line for line in self.lines if text in line), None)
        assert found is not None, self.text
        return found

    def shows_large(self, text: str) -> bool:
        """Whether `text` stands somewhere in large letters."""
        for scale in (1, 2):
            drawn = [row.rstrip() for row in letters.draw(text, scale)]
            for top in range(len(self.lines) - len(drawn) + 1):
                rows = self.lines[top : top + len(drawn)]
                for left in _places(drawn[0], rows[0]):
                    if all(row[left:].startswith(part) for row, part in zip(rows, drawn, strict=True)):
                        return True
        return False

    def backgrounds(self, row: int) -> set[str]:
        """The background colours in one row, from edge to edge."""
        return {self.screen.buffer[row][column].bg for column in range(self.screen.columns)}

    def wait_for(self, *expected: str | Callable[[], bool]) -> None:
        """Read the screen until it shows all of this."""

        def met() -> bool:
            return all(e in self if isinstance(e, str) else e() for e in expected)

        self.wait_until(met, expected)

    def wait_until(self, met: Callable[[], bool], why: object = "") -> None:
        """Read the screen until `met`."""
        end = time.monotonic() + PATIENCE
        while not met():
            assert time.monotonic() < end, f"{why} never came:\n{self.text}"
            assert self._look(0.05) or self.process.poll() is None, f"{why}: ended:\n{self.written[-2000:]!r}"

    def wait_for_large(self, text: str) -> None:
        """Read the screen until `text` stands there in large letters."""
        self.wait_until(lambda: self.shows_large(text), text)

    # How it ends

    def ends(self) -> int:
        """Wait until the program has ended; return its exit code, negative for a signal."""
        end = time.monotonic() + PATIENCE
        while self.process.poll() is None:
            assert time.monotonic() < end, f"it goes on:\n{self.text}"
            if self._master >= 0:
                self._look(0.02)
            else:
                self._wait_a_moment()
        while self._master >= 0 and self._look(0.0):
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

    def _look(self, wait: float) -> bool:
        """Take in what the program writes; whether there was anything."""
        with selectors.SelectSelector() as selector:
            selector.register(self._master, selectors.EVENT_READ)
            if not selector.select(wait):
                return False
        data = os.read(self._master, 65_536)
        self._painted_at = time.monotonic()
        self.written += data
        self._stream.feed(data)
        return True

    def _rest(self, seconds: float) -> None:
        """Leave the line quiet, as a hand does that follows the screen, and read the screen meanwhile."""
        while (left := max(self._typed_at, self._painted_at) + seconds - time.monotonic()) > 0:
            self._look(left)

    def _rest_after(self, moment: float) -> None:
        """Leave the line quiet until a read begun at `moment` would have been given up."""
        while (left := moment + IDLE + HAND - time.monotonic()) > 0:
            self._look(left)

    def _wait_a_moment(self) -> None:
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.process.wait(0.02)

    def _set_size(self, columns: int, rows: int) -> None:
        fcntl.ioctl(self._slave, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))


def _places(part: str, row: str) -> list[int]:
    lead = len(part) - len(part.lstrip())
    found, place = [], row.find(part.strip())
    while place >= 0:
        if place >= lead:
            found.append(place - lead)
        place = row.find(part.strip(), place + 1)
    return found


def _clean_environment() -> dict[str, str]:
    """This process's environment without what would change how a station looks or where it works."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("TALLYMAN", "TEXTUAL"))}
    return {
        **kept,
        "TERM": "xterm-256color",
        "COLORTERM": "truecolor",
        "PYTHONPATH": str(Path(__file__).parents[3]),
        "TZ": "UTC",
    }
