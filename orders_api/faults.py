"""Fault switches: a server that fails on request, for training and for tests.

Only a process started with `--faults` builds any of this; otherwise the control path does not
exist. `POST /faults/` arms one fault, `GET /faults/` shows what is armed, `DELETE /faults/` disarms
all. A fault names what it applies to and for how many requests:

    {"kind": "error", "method": "PUT", "path": "/orders/", "status": 503,
     "after_commit": true, "skip": 0, "count": 1}
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import Any, Final, Literal

import msgspec
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from orders_api.envelope import JSON_MEDIA_TYPE, Refusal, invalid, respond

CONTROL_PATH: Final = "/faults/"
HANG_UP_KEY: Final = "orders_api.hang_up"
"""Where `protocol` puts the function that ends a connection, in the ASGI scope."""
GARBAGE: Final = b'{"success": tru\xff\xfe<html>\x00'
_LONGEST_SECONDS: Final = 3600.0


class Fault(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """One armed fault."""

    kind: Literal["delay", "error", "drop", "throttle", "truncate", "garbage", "freeze"]
    method: str | None = None
    """Only requests of this method; every method when absent."""
    path: str = ""
    """Only paths that contain this text."""
    skip: int = 0
    """How many matching requests pass unharmed first."""
    count: int = 1
    """How many matching requests it then befalls; 0 for all until disarmed."""
    seconds: float = 0.0
    """How long a delay or a freeze lasts, or what Retry-After says."""
    status: int = 503
    """What an error answers."""
    after_commit: bool = False
    """Whether an error or a drop lets the request take effect first."""


@dataclass
class _Armed:
    fault: Fault
    seen: int = 0

    def applies(self, method: str, path: str) -> bool:
        """Whether the fault befalls this request; counts it."""
        fault = self.fault
        if (fault.method and fault.method != method) or fault.path not in path:
            return False
        self.seen += 1
        return self.seen > fault.skip and not self.is_spent(before=1)

    def is_spent(self, before: int = 0) -> bool:
        """Whether it has befallen as many requests as it should."""
        last = self.fault.skip + self.fault.count
        return self.fault.count > 0 and self.seen - before >= last


@dataclass
class Faults:
    """What is armed in this process."""

    armed: list[_Armed] = field(default_factory=list)
    thaw_at: float = 0.0
    """Until when, on the event loop's clock, no request is answered."""

    def next_for(self, method: str, path: str) -> Fault | None:
        """The fault that befalls this request, the first armed first."""
        for armed in self.armed:
            if armed.applies(method, path):
                self.armed = [kept for kept in self.armed if not kept.is_spent()]
                return armed.fault
        return None


class FaultGate:
    """Stands before the application and lets the armed faults happen."""

    def __init__(self, app: ASGIApp, faults: Faults) -> None:
        self._app = app
        self._faults = faults

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        if scope["path"] == CONTROL_PATH:
            response = await self._control(Request(scope, receive))
            await response(scope, receive, send)
            return
        frozen_for = self._faults.thaw_at - asyncio.get_running_loop().time()
        if frozen_for > 0:
            await asyncio.sleep(frozen_for)
        fault = self._faults.next_for(scope["method"], scope["path"])
        if fault is None:
            await self._app(scope, receive, send)
        else:
            await self._befall(fault, scope, receive, send)

    async def _befall(self, fault: Fault, scope: Scope, receive: Receive, send: Send) -> None:
        if fault.kind in ("delay", "freeze"):
            if fault.kind == "freeze":
                self._faults.thaw_at = asyncio.get_running_loop().time() + fault.seconds
            await asyncio.sleep(fault.seconds)
            await self._app(scope, receive, send)
            return
        answer = _Answer()
        if fault.after_commit or fault.kind in ("truncate", "garbage"):
            await self._app(scope, receive, answer.take)
        if fault.kind == "error":
            sentence = "A fault that was armed for training or tests"
            await respond(Refusal(fault.status, "FAULT", sentence))(scope, receive, send)
        elif fault.kind == "throttle":
            response = respond(Refusal(429, "RATE_LIMITED", "Too many requests; try again later"))
            response.headers["retry-after"] = f"{fault.seconds:g}"
            response.headers["x-ratelimit-remaining"] = "0"
            await response(scope, receive, send)
        elif fault.kind == "garbage":
            await Response(GARBAGE, answer.status, media_type=JSON_MEDIA_TYPE)(scope, receive, send)
        elif fault.kind == "truncate":
            await send({"type": "http.response.start", **answer.start})
            half = answer.body[: len(answer.body) // 2]
            await send({"type": "http.response.body", "body": half, "more_body": True})
            scope[HANG_UP_KEY](flush=True)
        else:
            scope[HANG_UP_KEY](flush=False)

    async def _control(self, request: Request) -> Response:
        if request.method == "DELETE":
            self._faults.armed.clear()
            self._faults.thaw_at = 0.0
        elif request.method == "POST":
            fault = _read(await request.body())
            if isinstance(fault, Refusal):
                return respond(fault)
            self._faults.armed.append(_Armed(fault))
        elif request.method != "GET":
            return respond(Refusal(405, "METHOD_NOT_ALLOWED", "Expected GET, POST or DELETE"))
        shown = [msgspec.to_builtins(armed.fault) for armed in self._faults.armed]
        return respond(msgspec.json.encode({"success": True, "data": shown}))


def _read(body: bytes) -> Fault | Refusal:
    try:
        fault = msgspec.json.decode(body, type=Fault)
    except msgspec.DecodeError as error:
        return invalid(f"The fault cannot be armed: {error}")
    if not 0 <= fault.seconds <= _LONGEST_SECONDS or fault.skip < 0 or fault.count < 0:
        return invalid("The fault cannot be armed: seconds, skip and count must not be negative")
    if not 400 <= fault.status <= 599:
        return invalid("The fault cannot be armed: status must be from 400 to 599")
    return fault


class _Answer:
    """Takes an answer in, so that something else can be sent in its place."""

    def __init__(self) -> None:
        self.start: dict[str, Any] = {}
        self.body = b""

    @property
    def status(self) -> int:
        """The status that the application answered."""
        return int(self.start["status"])

    async def take(self, message: Message) -> None:
        """Stands in for ASGI's send."""
        if message["type"] == "http.response.start":
            self.start = {"status": message["status"], "headers": message["headers"]}
        else:
            self.body += message.get("body", b"")
