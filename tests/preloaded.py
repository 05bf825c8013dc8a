"""Command lines in processes of its own that need not load it anew: forks of one that has loaded it all.

A thousand tests run a command each, and a hundred sit down at a station. What they see is the same as from a
fresh interpreter: its own process, descriptors, folder, environment, lock, signals and exit code. Tests of
the start itself start a fresh one.
"""

from __future__ import annotations

import atexit
import fcntl
import importlib
import json
import os
import pkgutil
import select
import signal
import socket
import subprocess
import sys
import tempfile
import termios
import threading
import time
import traceback
from collections.abc import Mapping
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Any, NoReturn

ROOT = Path(__file__).resolve().parents[1]
_LARGEST = 1_000_000
"""Bytes of a request: its arguments and its environment."""
PATIENCE = 60
"""Seconds until a command is given up."""
_AT_A_TERMINAL = 4
"""Descriptors of a request for a program that goes on."""


STATION = "terminal.cli"
SERVER = "orders_api.commands"


def run(
    program: str,
    *arguments: str | bytes,
    reads: bytes = b"",
    folder: Path = ROOT,
    environ: Mapping[str, str] | None = None,
) -> subprocess.CompletedProcess[str]:
    """Run a program's `main` with these arguments to its end; `reads` is its standard input."""
    with tempfile.TemporaryFile() as stdin, tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        stdin.write(reads)
        stdin.seek(0)
        given = [os.fsdecode(argument) for argument in arguments]
        told = dict(os.environ if environ is None else environ)
        request = [program, given, str(folder), told]
        code = _ask(request, [stream.fileno() for stream in (stdin, out, err)])
        for stream in (out, err):
            stream.seek(0)
        if code == -signal.SIGALRM:
            raise subprocess.TimeoutExpired(given, PATIENCE)
        return subprocess.CompletedProcess(given, code, out.read().decode(), err.read().decode())


class Started:
    """A program that goes on at a terminal of its own, with what `subprocess.Popen` has of it."""

    def __init__(
        self, program: str, *arguments: str, tty: int, folder: Path, environ: Mapping[str, str]
    ) -> None:
        self._keeper, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with theirs:
            _ask([program, arguments, str(folder), dict(environ)], [tty, tty, tty, theirs.fileno()])
        self.pid = int(self._keeper.recv(64))
        self.returncode: int | None = None

    def poll(self) -> int | None:
        """Its exit code, negative for a signal; None while it goes on."""
        with suppress(subprocess.TimeoutExpired):
            self.wait(0.0)
        return self.returncode

    def wait(self, timeout: float = PATIENCE) -> int:
        """Wait for its end, and return its exit code. Raises TimeoutExpired after `timeout` seconds."""
        if self.returncode is None:
            if not select.select([self._keeper], [], [], timeout)[0]:
                raise subprocess.TimeoutExpired(str(self.pid), timeout)
            self.returncode = int(self._keeper.recv(64))
            self._keeper.close()
        return self.returncode

    def send_signal(self, number: int) -> None:
        """Send it a signal, if it still goes on."""
        if self.poll() is None:
            with suppress(ProcessLookupError):
                os.kill(self.pid, number)

    def kill(self) -> None:
        """End it at once."""
        self.send_signal(signal.SIGKILL)

    def terminate(self) -> None:
        """Ask it to end."""
        self.send_signal(signal.SIGTERM)


def _ask(request: list[Any], descriptors: list[int]) -> int:
    """Have a program started with these descriptors; see `_serve` for what is answered."""
    mother = _mother()
    socket.send_fds(mother, [json.dumps(request).encode()], descriptors)
    answer = mother.recv(64)
    assert answer, "the process that has loaded it all is gone"
    return int(answer)


@cache
def _mother() -> socket.socket:
    """Where to ask for a command; the process behind it ends with this one."""
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    with theirs:
        command = [sys.executable, "-W", "error", "-m", "tests.preloaded", str(theirs.fileno())]
        process = subprocess.Popen(command, cwd=ROOT, pass_fds=[theirs.fileno()], stdin=subprocess.DEVNULL)
    atexit.register(lambda: (ours.close(), process.wait()))
    return ours


def _serve(asked: socket.socket) -> None:
    """Fork for each request; the answer is its exit code, negative for a signal, as `subprocess` has it.

    A request with a fourth descriptor goes on in the care of a process of its own, which tells there its
    number and later its exit code.
    """
    _load_everything()
    while True:
        request, descriptors, *_ = socket.recv_fds(asked, _LARGEST, 4)
        if not request:
            return
        child = os.fork()
        if not child:
            asked.close()
            _be(json.loads(request), descriptors)
        for descriptor in descriptors:
            os.close(descriptor)
        _, status = os.waitpid(child, 0)
        asked.send(str(os.waitstatus_to_exitcode(status)).encode())


def _be(request: list[Any], descriptors: list[int]) -> NoReturn:
    if len(descriptors) == _AT_A_TERMINAL:
        _keep(request, descriptors)
    signal.alarm(PATIENCE)
    _carry_out(*request, descriptors)


def _keep(request: list[Any], descriptors: list[int]) -> NoReturn:
    """Start the program at its terminal and tell of it; whoever asked waits for neither."""
    *terminal, told = descriptors
    if os.fork():
        os._exit(0)
    child = os.fork()
    if not child:
        os.close(told)
        os.setsid()
        fcntl.ioctl(terminal[0], termios.TIOCSCTTY, 0)
        _carry_out(*request, terminal)
    for descriptor in terminal:
        os.close(descriptor)
    with socket.socket(fileno=told) as asker:
        asker.send(str(child).encode())
        _, status = os.waitpid(child, 0)
        with suppress(BrokenPipeError):
            asker.send(str(os.waitstatus_to_exitcode(status)).encode())
    os._exit(0)


def _load_everything() -> None:
    for package in ("verification", "store", "sync", "terminal", "orders_api"):
        for module in pkgutil.walk_packages([str(ROOT / package)], f"{package}."):
            if not module.name.endswith("__main__"):
                importlib.import_module(module.name)


def _carry_out(
    program: str, arguments: list[str], folder: str, environ: dict[str, str], descriptors: list[int]
) -> NoReturn:
    """Be the program, and end as it ends."""
    code = 1
    try:
        for number, descriptor in enumerate(descriptors):
            os.dup2(descriptor, number)
            os.close(descriptor)
        _open_standard_streams()
        os.chdir(folder)
        os.environ.clear()
        os.environ.update(environ)
        time.tzset()
        sys.argv = [program, *arguments]
        code = importlib.import_module(program).main()
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else int(end.code is not None)
        if isinstance(end.code, str):
            sys.stderr.write(f"{end.code}\n")
    except BaseException:  # noqa: BLE001 - as an interpreter does
        traceback.print_exc()
    finally:
        threading._shutdown()  # type: ignore[attr-defined]  # as an interpreter does, which waits for threads
        for stream in (sys.stdout, sys.stderr):
            with suppress(OSError):  # where its terminal is gone
                stream.flush()
        os._exit(code)


def _open_standard_streams() -> None:
    """Anew, since a stream keeps from its beginning whether it can be sought in."""
    for number, (name, mode, errors) in enumerate(
        (("stdin", "r", "strict"), ("stdout", "w", "strict"), ("stderr", "w", "backslashreplace"))
    ):
        stream = open(number, mode, errors=errors, closefd=False)  # noqa: SIM115 - as long as the process
        setattr(sys, name, stream)
        setattr(sys, f"__{name}__", stream)


if __name__ == "__main__":
    with socket.socket(fileno=int(sys.argv[1])) as asked:
        _serve(asked)
