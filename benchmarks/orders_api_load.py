"""What the Orders API benchmarks share: servers as children, and a load generator on raw sockets."""

from __future__ import annotations

import os
import selectors
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from urllib.parse import urlsplit

BASE_PATH = "/api/integrations/v1"


@contextmanager
def child_server(command: list[str], *, niceness: int | None = None) -> Iterator[str]:
    """A server in a child process; yields the address that it prints, and ends it afterwards."""
    child = subprocess.Popen(
        [sys.executable, "-m", *command], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert child.stdout is not None
    if niceness is not None:
        os.setpriority(os.PRIO_PROCESS, child.pid, niceness)
    try:
        address = child.stdout.readline().strip()
        if not address:
            raise SystemExit(f"The server did not start: {' '.join(command[:2])}")
        yield address
    finally:
        child.terminate()
        child.wait(timeout=30)


def run_tool(arguments: list[str]) -> str:
    """Runs `python -m orders_api …` and answers its standard output."""
    done = subprocess.run(
        [sys.executable, "-m", "orders_api", *arguments], check=True, capture_output=True, text=True
    )
    return done.stdout.strip()


@dataclass(frozen=True)
class Target:
    """What is requested, again and again."""

    address: str
    path: str
    key: str

    def request(self) -> bytes:
        """The bytes of one GET over a connection that stays open."""
        host = urlsplit(self.address).netloc
        return (f"GET {self.path} HTTP/1.1\r\nHost: {host}\r\nX-API-Key: {self.key}\r\n\r\n").encode()

    def connect(self) -> socket.socket:
        """A connection to the server."""
        parts = urlsplit(self.address)
        connection = socket.create_connection((parts.hostname, parts.port or 80), timeout=30)
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return connection

    def once(self) -> bytes:
        """The whole answer to one request, head and body."""
        with self.connect() as connection:
            connection.sendall(self.request())
            return _whole_answer(connection)


def _whole_answer(connection: socket.socket) -> bytes:
    answer = b""
    while b"\r\n\r\n" not in answer:
        answer += _received(connection)
    head, _, body = answer.partition(b"\r\n\r\n")
    size = _content_length(head)
    while len(body) < size:
        body += _received(connection)
    return head + b"\r\n\r\n" + body


def _received(connection: socket.socket) -> bytes:
    data = connection.recv(262_144)
    if not data:
        raise SystemExit("The server closed a connection in the midst of an answer.")
    return data


def _content_length(head: bytes) -> int:
    for line in head.split(b"\r\n"):
        name, _, value = line.partition(b":")
        if name.lower() == b"content-length":
            return int(value)
    raise SystemExit("An answer came without Content-Length.")


def requests_per_second(target: Target, seconds: float, connections: int = 8) -> float:
    """How many answers come back per second while `connections` each wait for one at a time.

    Every answer is as long as the first, so counting bytes is enough to know where one ends; the
    generator spends a few microseconds per request and leaves the server as the bottleneck.
    """
    first = target.once()
    if not first.startswith(b"HTTP/1.1 200"):
        raise SystemExit(f"Expected 200 from {target.path}, got {first[:60]!r}")
    request, size = target.request(), len(first)
    open_connections = [target.connect() for _ in range(connections)]
    missing = dict.fromkeys(open_connections, size)
    answered = 0
    with selectors.DefaultSelector() as selector:
        for connection in open_connections:
            selector.register(connection, selectors.EVENT_READ)
            connection.sendall(request)
        started = time.perf_counter()
        deadline = started + seconds
        while time.perf_counter() < deadline:
            for key, _ in selector.select(timeout=5):
                connection = key.fileobj  # type: ignore[assignment]
                missing[connection] -= len(_received(connection))
                if missing[connection] == 0:
                    answered += 1
                    missing[connection] = size
                    connection.sendall(request)
        elapsed = time.perf_counter() - started
    for connection in open_connections:
        connection.close()
    return answered / elapsed
