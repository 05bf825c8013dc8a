"""Requests of one idle round, by how much history the API holds.

    python -m benchmarks.sync_round [--json]

The API is a model in this process: 5,000 open orders among the newest 10,000, and below them a history of
shipped ones, 10,000 orders in all or 1,000,000. A station pulls once; then the requests of an idle round
are counted. At most 60 are allowed, and the number must not grow with the history.
"""

from __future__ import annotations

import asyncio
import sys
import tempfile
import time
from pathlib import Path

import httpx

from benchmarks.report import Bar, at_most, command
from store.ledger import Ledger
from sync.client import OrdersClient
from sync.engine import Engine
from sync.writer import writing

MOST = 60
NEWEST = 10_000
HISTORIES = (10_000, 1_000_000)


class History(httpx.AsyncBaseTransport):
    """Answers list and get from an order's number alone, so that a million orders cost no memory."""

    def __init__(self, orders: int) -> None:
        self._orders = orders

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        name = request.url.path.rsplit("/orders/", 1)[1].strip("/")
        if name:
            body: object = {"success": True, "data": self._full(int(name.removeprefix("H-")))}
            return httpx.Response(200, json=body, request=request)
        first = int(request.url.params.get("cursor", "0"))
        after = min(first + 200, self._orders)
        data = [self._summary(self._orders - place) for place in range(first, after)]
        cursor = str(after) if after < self._orders else None
        body = {"success": True, "data": data, "pagination": {"limit": 200, "next_cursor": cursor}}
        return httpx.Response(200, json=body, request=request)

    def _summary(self, number: int) -> dict[str, object]:
        is_open = number > self._orders - NEWEST and number % 2 == 0
        day, second = divmod(number, 86_400)
        at = f"2026-01-{day + 1:02d}T{second // 3600:02d}:{second // 60 % 60:02d}:{second % 60:02d}Z"
        return {
            "id": f"00000000-0000-0000-0000-{number:012d}",
            "order_number": f"H-{number}",
            "status": "pending" if is_open else "shipped",
            "customer_name": "Acme",
            "created_at": at,
        }

    def _full(self, number: int) -> dict[str, object]:
        item = {"id": f"item-of-order-{number:012d}", "sku": {"sku": "X"}, "quantity": 1}
        items = [{**item, "verified_quantity": 0, "verification_status": "pending"}]
        return {**self._summary(number), "items": items, "metadata": {}}


async def idle_round(orders: int, folder: Path) -> tuple[int, float]:
    """Requests and seconds of a round in which nothing has changed."""
    ledger = Ledger.open(folder, station="dock-1")
    async with httpx.AsyncClient(transport=History(orders), trust_env=False) as http:
        with writing(ledger) as write:
            engine = Engine(OrdersClient(http, "http://127.0.0.1", lambda: "key"), write, "dock-1")
            if not await engine.round():
                raise SystemExit(engine.status.told)
            before, start = engine.status.requests, time.perf_counter()
            if not await engine.round():
                raise SystemExit(engine.status.told)
            seconds = time.perf_counter() - start
    ledger.close()
    return engine.status.requests - before, seconds


def measure() -> list[Bar]:
    """Requests over the limit, and over those of the short history."""
    counts = []
    with tempfile.TemporaryDirectory() as folder:
        for orders in HISTORIES:
            requests, _ = asyncio.run(idle_round(orders, Path(folder) / str(orders)))
            counts.append(requests)
    short, long = counts
    return [
        at_most(f"idle round, {HISTORIES[1]} orders", long, MOST, "requests", 1.0),
        at_most(f"idle round, {HISTORIES[1]} over {HISTORIES[0]}", long, short, "requests", 1.0),
    ]


if __name__ == "__main__":
    sys.exit(command(__doc__, measure))
