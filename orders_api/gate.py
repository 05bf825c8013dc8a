"""The outermost part of the server: every request enters and leaves through it.

It keeps percent-encoding apart from path separators, takes the log record, and answers what nobody
foresaw with the envelope instead of a traceback.
"""

from __future__ import annotations

import logging
from typing import Final

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from orders_api import clock
from orders_api.envelope import Refusal, respond
from orders_api.intake import RECORD_KEY
from orders_api.request_log import RequestLog, RequestRecord

UNFORESEEN: Final = Refusal(500, "INTERNAL_ERROR", "The server failed; its own log says why")
HEALTH_PATH: Final = "/healthz"

_log = logging.getLogger("orders_api")


class Gate:
    """Wraps the application; a path reaches its routes still percent-encoded, so that an encoded
    slash is part of an identifier and a plain one is not."""

    def __init__(self, app: ASGIApp, log: RequestLog) -> None:
        self._app = app
        self._log = log

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        path = scope["raw_path"].decode("latin-1")
        query = scope["query_string"]
        shown = f"{path}?{query.decode('latin-1')}" if query else path
        record = RequestRecord(clock.now(), scope["method"], shown)

        async def watched(message: Message) -> None:
            if message["type"] == "http.response.start":
                record.status = message["status"]
            await send(message)

        inner = {**scope, "path": path, RECORD_KEY: record}
        try:
            await self._app(inner, receive, watched)
        except Exception:  # noqa: BLE001 - a warehouse must not stand still for one request
            _log.exception("%s failed", record.method)
            if not record.status:
                await respond(UNFORESEEN)(inner, receive, watched)
        finally:
            if path != HEALTH_PATH:
                self._log.take(record)
