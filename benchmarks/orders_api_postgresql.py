"""8 clients post the same 1,000 order numbers at once to 4 workers on PostgreSQL.

    python -m benchmarks.orders_api_postgresql --database postgresql://USER@HOST/EMPTY [--json]

The database must be empty. No order may be lost or doubled: each number must be created by exactly
one client and stand in the list exactly once.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx

from benchmarks.orders_api_load import BASE_PATH, child_server, run_tool

CLIENTS = 8
WORKERS = 4


def post_all(address: str, key: str, numbers: list[str], sku: str) -> Counter[int]:
    """One client posts every number; answers how often each status came."""
    statuses: Counter[int] = Counter()
    with httpx.Client(base_url=address + BASE_PATH, headers={"X-API-Key": key}, timeout=60) as client:
        for number in numbers:
            body = {"order_number": number, "items": [{"sku_code": sku, "quantity": 1}]}
            statuses[client.post("/orders/", json=body).status_code] += 1
    return statuses


def walk(client: httpx.Client) -> list[str]:
    """Every order number in the list."""
    numbers: list[str] = []
    params: dict[str, Any] = {"limit": 200}
    while True:
        page = client.get("/orders/", params=params).json()
        numbers += [row["order_number"] for row in page["data"]]
        if page["pagination"]["next_cursor"] is None:
            return numbers
        params["cursor"] = page["pagination"]["next_cursor"]


def measure(database: str, count: int) -> dict[str, Any]:
    """What became of the race."""
    run_tool(["seed", "--orders", "1", "--seed", "99", "--database", database])
    key = run_tool(["keys", "create", f"race {time.time_ns()}", "--database", database])
    numbers = [f"RACE-{time.time_ns()}-{number}" for number in range(count)]
    serve = ["orders_api", "serve", "--port", "0", "--workers", str(WORKERS), "--database", database]
    with child_server(serve) as address:
        headers = {"X-API-Key": key}
        with httpx.Client(base_url=address + BASE_PATH, headers=headers, timeout=60) as client:
            sku = client.get("/products/?limit=1").json()["data"][0]["sku"]
            started = time.perf_counter()
            with ThreadPoolExecutor(CLIENTS) as pool:
                counts = list(pool.map(lambda _: post_all(address, key, numbers, sku), range(CLIENTS)))
            elapsed = time.perf_counter() - started
            found = Counter(walk(client))
    statuses = sum(counts, Counter())
    return {
        "numbers": count,
        "clients": CLIENTS,
        "workers": WORKERS,
        "statuses": {str(status): times for status, times in sorted(statuses.items())},
        "lost": sum(1 for number in numbers if number not in found),
        "doubled": sum(1 for number in numbers if found[number] > 1),
        "posts_per_second": round(CLIENTS * count / elapsed, 1),
    }


def main() -> int:
    """Prints the result; 1 when an order was lost or doubled."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--database", required=True)
    parser.add_argument("--numbers", type=int, default=1000)
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    result = measure(arguments.database, arguments.numbers)
    if arguments.json:
        print(json.dumps(result))
    else:
        print(
            f"{CLIENTS} clients, {result['numbers']} order numbers, {WORKERS} workers: "
            f"{result['lost']} lost, {result['doubled']} doubled, statuses {result['statuses']}, "
            f"{result['posts_per_second']} posts per second"
        )
    created_once = result["statuses"].get("201") == result["numbers"]
    return 0 if created_once and not result["lost"] and not result["doubled"] else 1


if __name__ == "__main__":
    sys.exit(main())
