"""A real HTTP server on loopback, whose answers a test writes down byte for byte."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from random import Random
from typing import Any

from sync.client import OrdersClient
from sync.pace import Backoff
from sync.transport import connect

KEY = "sk_live_test"


@dataclass(frozen=True)
class Request:
    method: str
    target: str
    headers: dict[str, str]
    body: bytes


class Cut(bytes):
    """An answer after which the server hangs up, though it promised more."""


@dataclass
class Loopback:
    """Answers requests with `answers` in turn, the last one for ever; None hangs up."""

    answers: list[bytes | None]
    url: str = ""
    requests: list[Request] = field(default_factory=list)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while head := await reader.readuntil(b"\r\n\r\n"):
                lines = head.decode().split("\r\n")
                method, target, _ = lines[0].split(" ")
                headers = {k.lower(): v for k, v in (line.split(": ", 1) for line in lines[1:] if line)}
                body = await reader.readexactly(int(headers.get("content-length", "0")))
                self.requests.append(Request(method, target, headers, body))
                answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
                if answer is None:
                    break
                writer.write(answer)
                await writer.drain()
                if isinstance(answer, Cut):
                    break
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()


def answer(status: int, body: Any, *headers: str) -> bytes:
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    head = [f"HTTP/1.1 {status} X", f"Content-Length: {len(content)}", *headers, "", ""]
    return "\r\n".join(head).encode() + content


def one(data: Any, *headers: str, status: int = 200) -> bytes:
    return answer(status, {"success": True, "data": data}, *headers)


def many(data: list[Any], cursor: str | None = None, *headers: str) -> bytes:
    body = {"success": True, "data": data, "pagination": {"limit": 200, "next_cursor": cursor}}
    return answer(200, body, *headers)


def failing(status: int, code: str, message: str, *headers: str) -> bytes:
    return answer(status, {"success": False, "error": {"code": code, "message": message}}, *headers)


def wire_order(number: str = "A-1", **more: Any) -> dict[str, Any]:
    """The page's own create answer, without the fields that it does not show."""
    return {
        "id": f"id-{number}",
        "order_number": number,
        "external_order_id": "ERP-5001",
        "customer_name": "Acme Corporation",
        "status": "pending",
        "items": [wire_item("i-1")],
        "created_at": "2026-04-16T10:00:00Z",
        **more,
    }


def wire_item(
    item_id: str, sku: str = "RUG-5X7-BLU", quantity: int = 10, verified: int = 0
) -> dict[str, Any]:
    return {
        "id": item_id,
        "sku": {"sku": sku},
        "quantity": quantity,
        "verified_quantity": verified,
        "verification_status": "pending",
    }


@asynccontextmanager
async def api(*answers: bytes | None) -> AsyncIterator[tuple[Loopback, OrdersClient]]:
    """A server with these answers and a client of it that does not wait long between tries."""
    loopback = Loopback(list(answers))
    server = await asyncio.start_server(loopback.serve, "127.0.0.1", 0)
    loopback.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    http = connect()
    try:
        yield (
            loopback,
            OrdersClient(http, loopback.url, lambda: KEY, backoff=Backoff(first=0.001), random=Random(1)),
        )
    finally:
        await http.aclose()
        server.close()
        await server.wait_closed()
