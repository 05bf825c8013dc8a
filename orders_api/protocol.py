"""HTTP on the wire: uvicorn's, with refusals in the envelope and a way to end a connection."""

from __future__ import annotations

import functools
from typing import Any, Final

import h11
from starlette.types import ASGIApp, Receive, Scope, Send
from uvicorn.protocols.http.h11_impl import H11Protocol, RequestResponseCycle

from orders_api.envelope import Refusal
from orders_api.faults import HANG_UP_KEY

MALFORMED: Final = Refusal(400, "VALIDATION_ERROR", "The request is not well-formed HTTP")


LINGER_SECONDS: Final = 1.0
"""How long a refused connection still swallows what its sender had under way: closing at once would
reset it, and the sender might lose the answer."""


class OrdersProtocol(H11Protocol):
    """Answers malformed HTTP with the envelope."""

    _refused = False

    def data_received(self, data: bytes) -> None:
        """Reads on unless the connection was refused."""
        if not self._refused:
            super().data_received(data)

    def send_400_response(self, msg: str) -> None:  # noqa: ARG002 - the name is uvicorn's
        """Says what uvicorn says in plain text, and frees a request that waits for its body."""
        waiting: RequestResponseCycle | None = self.cycle  # None before the first request
        if waiting is not None and not waiting.response_complete:
            self.cycle.disconnected = True
            self.cycle.message_event.set()
        if self.conn.our_state not in (h11.IDLE, h11.SEND_RESPONSE):
            self.transport.close()
            return
        body = MALFORMED.body()
        headers = [
            (b"content-type", b"application/json"),
            (b"content-length", str(len(body)).encode()),
            (b"connection", b"close"),
        ]
        for event in (
            h11.Response(status_code=400, headers=headers, reason=b"Bad Request"),
            h11.Data(data=body),
            h11.EndOfMessage(),
        ):
            self.transport.write(self.conn.send(event) or b"")
        self._refused = True
        self.loop.call_later(LINGER_SECONDS, self.transport.close)


class FaultyProtocol(OrdersProtocol):
    """Lets the fault switches end a connection in the midst of an answer."""

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self.app = functools.partial(self._with_hang_up, self.app)

    async def _with_hang_up(self, app: ASGIApp, scope: Scope, receive: Receive, send: Send) -> None:
        scope[HANG_UP_KEY] = self._hang_up
        await app(scope, receive, send)

    def _hang_up(self, *, flush: bool) -> None:
        self.cycle.disconnected = True
        if flush:
            self.transport.close()
        else:
            self.transport.abort()
