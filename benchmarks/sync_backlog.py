"""Thirty days offline, 100,000 scans: how long until all is reconciled, and in how much memory.

    python -m benchmarks.sync_backlog [--scans 100000] [--json]

A station pulls 5,000 orders, then counts 100,000 units without a network, then reconciles with an API in this
process. Every order must be settled and the API's counts must equal the log. Memory may grow by 100 MB.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import resource
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import httpx

from benchmarks.report import Bar, at_most, table
from store import log, orders
from store.ledger import Ledger
from sync.client import OrdersClient
from sync.engine import Engine
from sync.writer import writing
from verification.events import Event
from verification.verdicts import Verdict

ORDERS = 5_000
SECONDS = 600.0
MEGABYTES = 100.0


class Remembering(httpx.AsyncBaseTransport):
    """An API of orders with one line each, which keeps what is written to it."""

    def __init__(self, units: int) -> None:
        self.orders: dict[str, dict[str, Any]] = {}
        for number in range(ORDERS):
            item = {"id": f"item-of-order-{number:012d}", "sku": {"sku": "X"}, "quantity": units}
            self.orders[f"B-{number}"] = {
                "id": f"id-of-the-order-{number:012d}",
                "order_number": f"B-{number}",
                "status": "pending",
                "customer_name": "Acme",
                "created_at": f"2026-01-01T{number // 3600:02d}:{number // 60 % 60:02d}:{number % 60:02d}Z",
                "items": [{**item, "verified_quantity": 0, "verification_status": "pending"}],
                "metadata": {},
            }
        self._newest = list(reversed(self.orders))

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        name = request.url.path.rsplit("/orders/", 1)[1].strip("/")
        if name:
            if request.method == "PUT":
                self.orders[name].update(json.loads(request.content))
            return httpx.Response(200, json={"success": True, "data": self.orders[name]}, request=request)
        first = int(request.url.params.get("cursor", "0"))
        cursor = str(first + 200) if first + 200 < ORDERS else None
        data = [self.orders[number] for number in self._newest[first : first + 200]]
        body = {"success": True, "data": data, "pagination": {"limit": 200, "next_cursor": cursor}}
        return httpx.Response(200, json=body, request=request)

    def counted(self) -> int:
        """Units in all slots of all orders."""
        return sum(
            units
            for order in self.orders.values()
            for slot in order["metadata"].get("tallyman", {}).get("slots", {}).values()
            for units in slot["c"].values()
        )


def scan(ledger: Ledger, scans: int) -> None:
    """Count that many units, spread over all orders."""
    found = [
        order for number in range(ORDERS) if (order := orders.by_number(ledger.db, f"B-{number}")) is not None
    ]
    with ledger.transaction() as db:
        for number in range(scans):
            order = found[number % ORDERS]
            line = order.lines[0]
            event = Event(
                0, "2026-01-02T00:00:00.000Z", float(number), "Ana", "gun", b"X", "X", Verdict.ACCEPTED,
                order_id=order.id, line_id=line.id, sku="X", delta=1,
            )  # fmt: skip
            log.append(db, ledger.chain_key, event)
            after = order.plus(line.id, 1)
            orders.move_counts(db, order, after)
            found[number % ORDERS] = after


def megabytes() -> float:
    """The most memory that this process has had."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


async def reconverged(folder: Path, scans: int) -> tuple[float, float]:
    """Seconds until nothing waits any more, and by how many megabytes memory grew."""
    ledger = Ledger.open(folder, station="dock-1")
    api = Remembering(scans // ORDERS)
    async with httpx.AsyncClient(transport=api, trust_env=False) as http:
        with writing(ledger) as write:
            engine = Engine(OrdersClient(http, "http://127.0.0.1", lambda: "key"), write, "dock-1")
            await engine.round()
            scan(ledger, scans)
            before, start = megabytes(), time.perf_counter()
            while not await engine.round() or engine.status.waiting:
                pass
            seconds, grown = time.perf_counter() - start, megabytes() - before
    if api.counted() != scans or engine.status.parked or engine.status.conflicts:
        raise SystemExit(f"the API has {api.counted()} of {scans} units: {engine.status}")
    ledger.close()
    return seconds, grown


def measure(scans: int) -> list[Bar]:
    """The two bars."""
    with tempfile.TemporaryDirectory() as folder:
        seconds, grown = asyncio.run(reconverged(Path(folder) / "data", scans))
    return [
        at_most(f"reconciling {scans} scans of {ORDERS} orders", seconds, SECONDS, "s", 1.0),
        at_most("memory that it took besides", grown, MEGABYTES, "MB", 1.0),
    ]


def main() -> int:
    """Prints the results; 1 when one is not reached."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--scans", type=int, default=100_000)
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    bars = measure(arguments.scans)
    print(json.dumps([bar.as_json() for bar in bars]) if arguments.json else table(bars))
    return 0 if all(bar.reached for bar in bars) else 1


if __name__ == "__main__":
    sys.exit(main())
