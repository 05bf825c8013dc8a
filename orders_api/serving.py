"""Running the server: one process or several, the line that says where, and every way to stop."""

from __future__ import annotations

import os
import signal
import socket
import sys
import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

import uvicorn
from uvicorn.supervisors import Multiprocess

from orders_api.app import Settings
from orders_api.database import DatabaseProblem, open_database
from orders_api.protocol import FaultyProtocol, OrdersProtocol

GRACEFUL_SECONDS: Final = 30
"""How long a stop waits for requests in flight."""
BACKLOG: Final = 2048


@dataclass(frozen=True, slots=True)
class Listening:
    """How to serve."""

    host: str
    port: int
    workers: int
    until_stdin_closes: bool

    @property
    def where(self) -> str:
        """Host and port, for people."""
        return f"{self.host}:{self.port}"


def serve(settings: Settings, listening: Listening) -> str | None:
    """Serves until told to stop; answers why it could not, in one sentence."""
    database = open_database(settings.database_url)
    if isinstance(database, DatabaseProblem):
        return database.sentence
    embedded = database.embedded
    database.close()
    if listening.workers > 1 and embedded:
        return "Several workers need PostgreSQL; SQLite is written by one process (--workers 1)."
    try:
        listener = _listen(listening.host, listening.port)
    except OSError as error:
        return f"Cannot listen on {listening.where}: {error.strerror or error}."
    except (UnicodeError, TypeError):  # of a name that cannot be asked for
        return f"Cannot listen on {listening.where}: that is no name of a host."
    config = _config(settings, listening)
    with listener:
        if listening.workers > 1:
            return _run_workers(config, listener, listening)
        return _run_one(config, listener, listening)


def _config(settings: Settings, listening: Listening) -> uvicorn.Config:
    return uvicorn.Config(
        settings,
        factory=True,
        workers=listening.workers,
        http=FaultyProtocol if settings.faults else OrdersProtocol,
        ws="none",
        lifespan="on",
        access_log=False,
        log_level="warning",
        server_header=False,
        proxy_headers=False,
        backlog=BACKLOG,
        timeout_graceful_shutdown=GRACEFUL_SECONDS,
    )


def _listen(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # The protocol is named because asyncio switches Nagle's delay off only where it reads TCP here.
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((host, port))
        listener.listen(BACKLOG)
        listener.set_inheritable(True)
    except (OSError, UnicodeError, TypeError):
        listener.close()
        raise
    return listener


def _announce(listener: socket.socket) -> None:
    """The one line on standard output: the address that now answers."""
    host, port = listener.getsockname()[:2]
    shown = f"[{host}]" if ":" in host else host
    sys.stdout.write(f"http://{shown}:{port}\n")
    sys.stdout.flush()


class _AnnouncingServer(uvicorn.Server):
    """Says where it listens once it does."""

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if sockets and not self.should_exit:
            _announce(sockets[0])


def _run_one(config: uvicorn.Config, listener: socket.socket, listening: Listening) -> str | None:
    server = _AnnouncingServer(config)

    def stop() -> None:
        server.should_exit = True

    if listening.until_stdin_closes:
        _when_stdin_closes(stop)
    # uvicorn stops gracefully on a signal, then raises it again; by then all is done.
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, lambda *_: None)
    server.run([listener])
    return None if server.started else "The server could not start."


def _run_workers(config: uvicorn.Config, listener: socket.socket, listening: Listening) -> str | None:
    supervisor = Multiprocess(config, [listener])
    if listening.until_stdin_closes:
        _when_stdin_closes(supervisor.should_exit.set)
    _announce(listener)
    supervisor.run()
    return None


def _when_stdin_closes(stop: Callable[[], Any]) -> None:
    """Calls `stop` when standard input ends: a parent that dies closes it, however it dies."""
    descriptor = sys.stdin.fileno()

    def wait() -> None:
        while os.read(descriptor, 4096):
            pass
        stop()

    threading.Thread(target=wait, name="stdin", daemon=True).start()
