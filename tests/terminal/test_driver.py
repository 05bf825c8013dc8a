"""The real driver, in a real program, on a real pseudo-terminal."""

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
from collections.abc import Iterator
from pathlib import Path

import pytest

from terminal.scanners.burst import KEY_GAP
from tests.terminal.driver_app import PULLED_ON

APP = Path(__file__).with_name("driver_app.py")
PATIENCE = 20.0
"""Seconds until a test gives up; nothing waits as long when all is well."""


class Program:
    """The program, its terminal, and what it has told."""

    def __init__(self) -> None:
        self.told: list[str] = []
        self.screen = b""
        self._rest = b""
        ears, mouth = os.pipe()
        pid, self.terminal = pty.fork()
        if pid == 0:
            os.dup2(mouth, 3)
            os.set_inheritable(3, True)
            environment = {**os.environ, "TERM": "xterm-256color"}
            os.execve(sys.executable, [sys.executable, str(APP)], environment)
        os.close(mouth)
        self.pid, self._ears = pid, ears
        self._open = True

    def types(self, data: bytes) -> None:
        """Write all of it, and read the screen meanwhile so that neither side blocks."""
        os.set_blocking(self.terminal, False)
        while data:
            with contextlib.suppress(BlockingIOError):
                data = data[os.write(self.terminal, data) :]
            self._listen(0.01)

    def pauses(self) -> None:
        """Let pass as much time as parts a key from a read before it."""
        end = time.monotonic() + 2 * KEY_GAP
        while time.monotonic() < end:
            self._listen(KEY_GAP)

    def waits_for(self, line: str, count: int = 1) -> None:
        """Listen until it has told this line so many times."""
        end = time.monotonic() + PATIENCE
        while self.told.count(line) < count:
            assert time.monotonic() < end, (line, self.told[-20:])
            assert self._open, (line, self.told[-20:], self.screen[-2000:])
            self._listen(0.1)

    def hangs_up(self) -> int:
        """Close the terminal; return the exit status."""
        os.close(self.terminal)
        self.terminal = -1
        return self.ends()

    def ends(self) -> int:
        """Listen until it has ended; return its exit status, negative for a signal."""
        end = time.monotonic() + PATIENCE
        while self._open:
            assert time.monotonic() < end, self.told[-20:]
            self._listen(0.1)
        _pid, status = os.waitpid(self.pid, 0)
        self.pid = 0
        return os.waitstatus_to_exitcode(status)

    def frames(self) -> list[str]:
        kinds = ("ok", "no_suffix", "noise", "restart", "overflow", "aborted")
        return [line for line in self.told if line.split()[0] in kinds]

    def close(self) -> None:
        if self.pid:
            os.kill(self.pid, 9)
            os.waitpid(self.pid, 0)
        for descriptor in (self.terminal, self._ears):
            if descriptor >= 0:
                os.close(descriptor)

    def _listen(self, wait: float) -> None:
        with selectors.SelectSelector() as selector:
            selector.register(self._ears, selectors.EVENT_READ)
            if self.terminal >= 0:
                selector.register(self.terminal, selectors.EVENT_READ)
            for key, _mask in selector.select(wait):
                try:
                    data = os.read(key.fd, 65_536)
                except OSError:
                    data = b""
                if key.fd == self.terminal:
                    self.screen += data
                else:
                    self._open = bool(data)
                    *lines, self._rest = (self._rest + data).split(b"\n")
                    self.told += [line.decode().strip() for line in lines]


@pytest.fixture
def program() -> Iterator[Program]:
    program = Program()
    try:
        program.waits_for("ready")
        yield program
    finally:
        program.close()


def test_a_thousand_codes_at_full_speed_arrive_whole_and_in_order(program: Program) -> None:
    codes = [f"{number:020d}" for number in range(1000)]
    program.types("".join(f"{code}\r" for code in codes).encode())
    program.waits_for(f"ok b'{codes[-1]}'")
    assert program.frames() == [f"ok b'{code}'" for code in codes]
    program.pauses()
    program.types(b"\x1bOQ")
    program.waits_for("field ''")


def test_typed_keys_reach_the_field_and_bindings_and_a_read_reaches_neither(program: Program) -> None:
    for key in (b"S", b"k", b"u", b"\r"):
        program.types(key)
        program.pauses()
    program.types(b"\x1bOQ")
    program.waits_for("field 'Sku'")
    program.pauses()
    for key, name in ((b"\x1b", "escape"), (b"\x1b[B", "down")):
        program.types(key)
        program.waits_for(f"key {name}")
    program.types(b"4006381333931\r")
    program.waits_for("ok b'4006381333931'")
    program.pauses()
    program.types(b"\x1bOQ")
    program.waits_for("field 'Sku'", count=2)


def test_control_keys_in_a_read_press_nothing_and_alone_they_do(program: Program) -> None:
    program.types(b"40\x1106\x1b[A\r")
    program.waits_for("ok b'40\\x1106\\x1b[A'")
    program.types(b"\x1b[200~]E05901234123457\r\x1b[201~")
    program.waits_for("ok b']E05901234123457'")
    assert not [line for line in program.told if line.startswith(("key", "paste", "ended"))]
    program.pauses()
    program.types(b"\x11")
    assert program.ends() == 0
    assert "ended" in program.told


def test_hostile_bytes_leave_the_program_alive(program: Program) -> None:
    hostile = (
        b"AB\xe9CD\r",
        b"\x1b[99999999;1u\r",
        b"\x1b]0;x\x07\r",
        b"\x1b[<99999999999;1;1M\r",
        b"\x1b[" + b"1;" * 4000 + b"\r",
        b"\x1b[1:2:3:4;5:6:7;99999999999999u\r",
        b"\x1b[48;1;1;1;1t\r",
        bytes(range(256)) * 20 + b"\r",
        b"\x1b[200~\x1b[200~" + b"\x00\xff" * 50 + b"\x1b[201~\r",
    )
    for number, line in enumerate(hostile):
        program.types(line)
        program.types(b"ALIVE%d\r" % number)
        program.waits_for(f"ok b'ALIVE{number}'")
    assert not [line for line in program.told if line.startswith("key")]
    assert "ended" not in program.told


def test_kitty_reports_are_never_switched_on(program: Program) -> None:
    program.types(b"4006\r")
    program.waits_for("ok b'4006'")
    assert b"\x1b[>0u" in program.screen
    assert b"\x1b[>25u" not in program.screen


def test_the_size_told_last_is_the_size_that_the_window_has(program: Program) -> None:
    fcntl.ioctl(program.terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 10, PULLED_ON, 0, 0))
    program.waits_for("size 100")
    assert [line for line in program.told if line.startswith("size")][-1] == "size 100"


def test_a_terminal_that_hangs_up_ends_the_program_in_order(program: Program) -> None:
    program.types(b"HALF")
    assert program.hangs_up() == 0
    assert "unmounted" in program.told
    assert "ended" in program.told


def test_the_end_of_piped_input_ends_the_program_in_order(tmp_path: Path) -> None:
    told = tmp_path / "told"
    command = ["/bin/sh", "-c", f"exec {sys.executable} {APP} 3>{told}"]
    subprocess.run(command, input=b"4006381333931\r", capture_output=True, timeout=PATIENCE, check=True)
    lines = told.read_text().splitlines()
    assert "ok b'4006381333931'" in lines
    assert lines[-1].strip() == "ended"
