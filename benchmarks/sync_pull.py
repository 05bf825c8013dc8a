"""First pull of a station against a loop that only fetches and decodes the same answers.

    python -m benchmarks.sync_pull [--orders 10000] [--json]

Both ask the reference server for the same list and the same orders with eight requests at once. The loop is a
plain `httpx.AsyncClient` and throws the decoded answers away; the station checks them, merges them and keeps
them in a ledger on disk. The station must not be slower.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import httpx

from benchmarks.orders_api_load import BASE_PATH, child_server, run_tool
from benchmarks.report import Bar, at_most, table
from store.ledger import Ledger
from sync.client import OrdersClient
from sync.engine import Engine
from sync.transport import connect
from sync.writer import writing

MUST = 1.0
WORKERS = 8
FINAL = ("shipped", "cancelled")


async def plain(url: str, key: str) -> tuple[float, int]:
    """Seconds of the loop, and how many orders it fetched."""
    start, fetched = time.perf_counter(), 0
    async with httpx.AsyncClient(base_url=url, headers={"X-API-Key": key}, timeout=60) as http:
        cursor: str | None = None
        while True:
            parameters = {"limit": "200", **({"cursor": cursor} if cursor else {})}
            page: dict[str, Any] = (await http.get(f"{BASE_PATH}/orders/", params=parameters)).json()
            numbers = iter([o["order_number"] for o in page["data"] if o["status"] not in FINAL])

            async def worker(numbers: Any = numbers) -> int:
                done = 0
                for number in numbers:
                    (await http.get(f"{BASE_PATH}/orders/{number}/")).json()
                    done += 1
                return done

            fetched += sum(await asyncio.gather(*(worker() for _ in range(WORKERS))))
            cursor = page["pagination"]["next_cursor"]
            if cursor is None:
                return time.perf_counter() - start, fetched


async def station(url: str, key: str, folder: Path) -> tuple[float, int]:
    """Seconds of a station's first round, and how many orders it keeps."""
    ledger = Ledger.open(folder, station="dock-1")
    with writing(ledger) as write:
        async with connect() as http:
            engine = Engine(OrdersClient(http, url + BASE_PATH, lambda: key), write, "dock-1")
            start = time.perf_counter()
            if not await engine.round():
                raise SystemExit(engine.status.told)
            seconds = time.perf_counter() - start
    (kept,) = ledger.db.execute("SELECT count(*) FROM orders").fetchone()
    ledger.close()
    return seconds, kept


def measure(orders: int) -> list[Bar]:
    """The ratio of the two, each in turn and twice; the better run of each counts."""
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{folder}/orders.db"
        run_tool(["seed", "--orders", str(orders), "--today", "2026-01-31", "--database", url])
        key = run_tool(["keys", "create", "benchmark", "--database", url])
        with child_server(["orders_api", "serve", "--port", "0", "--database", url]) as address:
            floors, values = [], []
            for turn in range(2):
                floor, fetched = asyncio.run(plain(address, key))
                value, kept = asyncio.run(station(address, key, Path(folder) / f"data-{turn}"))
                if kept != fetched:
                    raise SystemExit(f"the station keeps {kept} orders, the loop fetched {fetched}")
                floors.append(floor)
                values.append(value)
    return [at_most(f"first pull of {kept} open orders", min(values), min(floors), "s", MUST)]


def main() -> int:
    """Prints the result; 1 when the station is slower."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--orders", type=int, default=10_000)
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    bars = measure(arguments.orders)
    print(json.dumps([bar.as_json() for bar in bars]) if arguments.json else table(bars))
    return 0 if all(bar.reached for bar in bars) else 1


if __name__ == "__main__":
    sys.exit(main())
