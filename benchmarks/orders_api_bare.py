"""The yardstick: a bare Starlette app that answers given bytes after one indexed SQLite read.

`python -m benchmarks.orders_api_bare DATABASE PATH=FILE…` serves each FILE's bytes at its PATH on a
free port, with the same uvicorn settings as the server, and prints its address.
"""

from __future__ import annotations

import socket
import sqlite3
import sys
from pathlib import Path

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route


def bare_app(database: str, bodies: dict[str, bytes]) -> Starlette:
    """One route per path; each does one read by an index and answers from memory."""
    connection = sqlite3.connect(database)
    (order_number,) = connection.execute("SELECT order_number FROM orders LIMIT 1").fetchone()

    def route(path: str, body: bytes) -> Route:
        async def answer(_: Request) -> Response:
            connection.execute("SELECT status FROM orders WHERE order_number = ?", (order_number,)).fetchone()
            return Response(body, media_type="application/json")

        return Route(path, answer)

    return Starlette(routes=[route(path, body) for path, body in bodies.items()])


def main(arguments: list[str]) -> None:
    """Serves until it is terminated."""
    pairs = [argument.split("=", 1) for argument in arguments[1:]]
    app = bare_app(arguments[0], {path: Path(file).read_bytes() for path, file in pairs})
    config = uvicorn.Config(
        app, http="h11", ws="none", access_log=False, log_level="warning", server_header=False
    )
    # As in the server, naming TCP lets asyncio switch Nagle's delay off.
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP) as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen(2048)
        print(f"http://127.0.0.1:{listener.getsockname()[1]}", flush=True)
        uvicorn.Server(config).run([listener])


if __name__ == "__main__":
    main(sys.argv[1:])
