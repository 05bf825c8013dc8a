"""The server: a page, and behind each window that opens it a program of its own."""

from __future__ import annotations

import asyncio
import logging
import shlex
import socket
from collections.abc import Awaitable, Callable
from importlib.resources import files

from aiohttp import web
from textual_serve.app_service import AppService
from textual_serve.server import Server

from terminal.browser.admission import COOKIE, Admitted, Asking, admitted

_MOST_WINDOWS = 8
_LONGEST_MESSAGE = 65_536
"""Bytes of one message from a browser."""
_ENDS_WITHIN = 15.0
"""Seconds that a program may take to finish what it took."""
_SIDES = range(10, 500)
"""Columns and rows that a window may have."""
_REFUSED = {
    Admitted.NO_TOKEN: "Open the whole address that `tallyman serve` showed, with its token.",
    Admitted.FOREIGN: "This station answers only to pages of its own address.",
}
_HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": (
        "default-src 'self'; script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline';"
        " img-src 'self' data:; connect-src 'self' ws: wss:; frame-ancestors 'none'"
    ),
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}
_log = logging.getLogger("tallyman.browser")

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class _Program(AppService):
    """The program behind one window. Its end closes the window, however it came, and is waited for."""

    async def run(self) -> None:
        """Carry its screen to the window until it ends."""
        try:
            await super().run()
        finally:
            await self.remote_close()
            await self._ended()

    async def _ended(self) -> None:
        """Wait until the ledger is free again; a program that will not end is made to."""
        process = self._process
        if process is None:
            return
        try:
            async with asyncio.timeout(_ENDS_WITHIN):
                await process.wait()
        except TimeoutError:
            process.kill()
            await process.wait()


class StationServer(Server):
    """Serves the program `command` on a socket that listens already, to whom `admitted` lets in."""

    def __init__(self, command: list[str], *, token: str | None) -> None:
        super().__init__(shlex.join(command), title="Tallyman")
        self._token = token
        self._windows: set[web.WebSocketResponse] = set()

    def run(self, listening: socket.socket, say: Callable[[], None]) -> None:
        """Serve until a signal ends it; `say` is called once windows can be opened."""
        web.run_app(
            self._make_app(),
            sock=listening,
            access_log=None,
            print=lambda _text: say(),
            shutdown_timeout=2 * _ENDS_WITHIN,
        )

    async def _make_app(self) -> web.Application:
        app = await super()._make_app()
        app.middlewares.append(self._guarded)
        return app

    async def on_startup(self, app: web.Application) -> None:
        """Say nothing: `run` says where it is."""

    async def on_shutdown(self, app: web.Application) -> None:  # noqa: ARG002 - textual-serve's own signature
        """Close every window, so that each program ends in order."""
        for window in tuple(self._windows):
            await window.close(code=1001, message=b"The server ends.")

    @web.middleware
    async def _guarded(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """Let a request in or turn it away."""
        found = admitted(
            Asking(
                host=request.host,
                origin=request.headers.get("Origin", ""),
                given=request.query.get("token", ""),
                kept=request.cookies.get(COOKIE, ""),
            ),
            self._token,
        )
        if found in _REFUSED:
            return web.Response(status=403, text=_REFUSED[found], headers=_HEADERS)
        if found is Admitted.WITH_COOKIE:
            return self._with_cookie(request)
        response = await handler(request)
        if not response.prepared:
            response.headers.update(_HEADERS)
        return response

    def _with_cookie(self, request: web.Request) -> web.Response:
        """Have the browser keep the token where no page and no history shows it."""
        response = web.Response(status=303, headers={**_HEADERS, "Location": "/"})
        assert self._token is not None
        response.set_cookie(
            COOKIE, self._token, httponly=True, samesite="Lax", secure=request.scheme == "https"
        )
        return response

    async def handle_index(self, request: web.Request) -> web.Response:  # noqa: ARG002 - as above
        """The page of every window."""
        page = files("terminal.browser").joinpath("page.html").read_text(encoding="utf-8")
        return web.Response(text=page, content_type="text/html")

    async def handle_websocket(self, request: web.Request) -> web.WebSocketResponse:
        """One window: its keys to its program, its program's screen back."""
        window = web.WebSocketResponse(heartbeat=15, max_msg_size=_LONGEST_MESSAGE)
        await window.prepare(request)
        if len(self._windows) >= _MOST_WINDOWS:
            await window.close(code=1013, message=b"Too many windows are open.")
            return window

        async def close() -> None:
            await window.close()

        program = _Program(
            self.command,
            write_bytes=window.send_bytes,
            write_str=window.send_str,
            close=close,
            download_manager=self.download_manager,
        )
        self._windows.add(window)
        try:
            await program.start(_side(request, "width", 80), _side(request, "height", 24))
            await self._process_messages(window, program)
        except (ValueError, LookupError, TypeError, AssertionError):
            _log.warning("A window sent what no window sends, and was closed.")
        finally:
            await program.stop()
            await window.close()
            self._windows.discard(window)
        return window


def _side(request: web.Request, name: str, otherwise: int) -> int:
    text = request.query.get(name, "")
    number = int(text) if text.isascii() and text.isdigit() and len(text) < 6 else otherwise
    return number if number in _SIDES else otherwise
