"""The wire between one station and the model: it loses, delays, repeats, reorders, and watches the rules."""

from __future__ import annotations

import asyncio
import json
from dataclasses import dataclass, field
from random import Random
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

import httpx

from tests.simulation.model import ModelApi

if TYPE_CHECKING:
    from tests.simulation.station import SimStation

FINAL = ("shipped", "cancelled")


class Broken(AssertionError):
    """An invariant does not hold."""


@dataclass
class Wire(httpx.AsyncBaseTransport):
    """One station's way to the API."""

    api: ModelApi
    random: Random
    trouble: float = 0.0
    """How likely a request goes wrong."""
    station: SimStation | None = None
    saw: dict[str, str] = field(default_factory=dict)
    """The last status of each order that was delivered to the station."""
    looked: dict[str, dict[str, Any]] = field(default_factory=dict)
    """The last full answer that was delivered for each order, until a write uses it up."""
    not_before: float = 0.0
    requests: int = 0
    writes: int = 0

    def forget(self) -> None:
        """The station's process ended: what it had seen and not written down is gone."""
        self.saw.clear()
        self.looked.clear()
        self.not_before = 0.0

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        loop = asyncio.get_running_loop()
        self.requests += 1
        self.writes += request.method != "GET"
        if loop.time() < self.not_before - 1e-9:
            raise Broken("asked before Retry-After had passed")
        body = json.loads(request.content) if request.content else None
        self._judge(request, body)
        fate = self.random.random()
        kind = self.random.choice(_FAULTS) if fate < self.trouble else "well"
        if kind == "lost":
            raise httpx.ConnectError("lost")
        if kind == "busy":
            return httpx.Response(503, request=request)
        if kind == "throttled":
            wait = self.random.randint(1, 20)
            self.not_before = max(self.not_before, loop.time() + wait)
            headers = {"Retry-After": str(wait), "X-RateLimit-Remaining": str(self.random.randint(0, 3))}
            return httpx.Response(429, headers=headers, request=request)
        await asyncio.sleep(self.random.random() * (5.0 if kind == "slow" else 0.05))
        if kind == "late":
            loop.call_later(self.random.random() * 40, self._apply, request, body)
            raise httpx.ReadTimeout("late")
        status, answer = self._apply(request, body)
        if kind == "repeated":
            loop.call_later(self.random.random() * 40, self._apply, request, body)
        await asyncio.sleep(self.random.random() * 0.05)
        if kind == "answer lost":
            raise httpx.ReadError("lost")
        if kind == "busy after":
            return httpx.Response(503, request=request)
        self._delivered(request, status, answer)
        return httpx.Response(status, json=answer, request=request)

    def _apply(self, request: httpx.Request, body: Any) -> tuple[int, dict[str, Any]]:
        return self.api.handle(
            request.method, request.url.raw_path.decode().split("?")[0], dict(request.url.params), body
        )

    def _judge(self, request: httpx.Request, body: Any) -> None:
        """What must hold whenever this station writes."""
        number = unquote(request.url.raw_path.decode().split("/orders/")[1].strip("/"))
        seen = None
        if request.method in ("PUT", "DELETE"):
            if self.saw.get(number) in FINAL and request.method == "PUT":
                raise Broken(f"wrote to {number} after it was seen {self.saw[number]}")
            seen = self.looked.pop(number, None)
            if seen is None:
                raise Broken(f"wrote to {number} without a fresh look")
            if body and "metadata" in body:
                kept = {k: v for k, v in body["metadata"].items() if k != "tallyman"}
                if kept != {k: v for k, v in seen.get("metadata", {}).items() if k != "tallyman"}:
                    raise Broken(f"foreign metadata of {number} was touched")
        if request.method != "GET" and self.station is not None:
            self.station.judge_write(request.method, number, body, seen)

    def _delivered(self, request: httpx.Request, status: int, answer: dict[str, Any]) -> None:
        if status not in (200, 201):
            return
        data = answer["data"]
        for order in data if isinstance(data, list) else [data]:
            self.saw[order["order_number"]] = order["status"]
        if request.method == "GET" and isinstance(data, dict):
            self.looked[data["order_number"]] = data


_FAULTS = ("lost", "busy", "throttled", "slow", "late", "repeated", "answer lost", "busy after")
