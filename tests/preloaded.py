"""Command lines in processes of its own that need not load it anew: forks of one that has loaded it all.

A thousand tests run a command each. What they see is the same as from a fresh interpreter: its own process,
descriptors, folder, environment, lock and exit code. Tests of the start itself, of signals and of screens
start a fresh one.
"""

from __future__ import annotations

import atexit
import importlib
import json
import os
import pkgutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import NoReturn

ROOT = Path(__file__).resolve().parents[1]
_LARGEST = 1_000_000
"""Bytes of a request: its arguments and its environment."""
PATIENCE = 60
"""Seconds until a command is given up."""


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
        request = json.dumps([program, given, str(folder), told]).encode()
        mother = _mother()
        socket.send_fds(mother, [request], [stream.fileno() for stream in (stdin, out, err)])
        answer = mother.recv(64)
        assert answer, "the process that has loaded it all is gone"
        for stream in (out, err):
            stream.seek(0)
        code = int(answer)
        if code == -signal.SIGALRM:
            raise subprocess.TimeoutExpired(given, PATIENCE)
        return subprocess.CompletedProcess(given, code, out.read().decode(), err.read().decode())


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
    """Fork for each request; the answer is its exit code, negative for a signal, as `subprocess` has it."""
    _load_everything()
    while True:
        request, descriptors, *_ = socket.recv_fds(asked, _LARGEST, 3)
        if not request:
            return
        child = os.fork()
        if not child:
            asked.close()
            _carry_out(*json.loads(request), descriptors)
        for descriptor in descriptors:
            os.close(descriptor)
        _, status = os.waitpid(child, 0)
        asked.send(str(os.waitstatus_to_exitcode(status)).encode())


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
        signal.alarm(PATIENCE)
        for number, descriptor in enumerate(descriptors):
            os.dup2(descriptor, number)
            os.close(descriptor)
        os.chdir(folder)
        os.environ.clear()
        os.environ.update(environ)
        time.tzset()
        sys.argv = [program, *arguments]
        code = importlib.import_module(program).main()
        sys.stdout.flush()
        sys.stderr.flush()
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else 1
    finally:
        os._exit(code)


if __name__ == "__main__":
    with socket.socket(fileno=int(sys.argv[1])) as asked:
        _serve(asked)
