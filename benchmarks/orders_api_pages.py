"""Latency of a page of 200 at 1,000 and at 1,000,000 orders, at the head and half way down.

    python -m benchmarks.orders_api_pages [--many 1000000] [--rounds 300] [--json]

Both servers run in the same run and are asked in turns. The list is keyset-paged, so the ratio of
the median latencies must stay at or below 1.3. Each turn asks for another page, so that none is
answered from the pages that the server keeps while nothing changes.
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
import tempfile
import time
import uuid
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from benchmarks.orders_api_load import BASE_PATH, Target, child_server, run_tool
from orders_api import clock, orders
from orders_api.cursors import Position, seal
from orders_api.database import Database, open_database
from orders_api.service import cursor_secret

MUST_REACH = 1.3
FEW = 1_000
START = 1_700_000_000_000_000
BATCH = 20_000


def rows(count: int) -> Iterator[dict[str, Any]]:
    """Orders of one line each, a second apart."""
    for number in range(count):
        created_at = START + number * 1_000_000
        document = {
            "id": str(uuid.UUID(int=number + (4 << 76))),
            "order_number": f"ORD-{number:08}",
            "external_order_id": f"ERP-{number:08}",
            "customer_name": "Acme Corporation",
            "status": "pending",
            "items": [],
            "created_at": clock.text(created_at),
        }
        yield orders.row_of(document, created_at)


def build(url: str, count: int) -> bytes:
    """Fills a new database; answers the secret that signs its cursors."""
    database = open_database(url)
    assert isinstance(database, Database)
    waiting: list[dict[str, Any]] = []
    insert = orders.orders.insert()

    def keep(connection: Any) -> None:
        connection.execute(insert, waiting)

    for row in rows(count):
        waiting.append(row)
        if len(waiting) == BATCH:
            database.write_now(keep)
            waiting.clear()
    if waiting:
        database.write_now(keep)
    secret = database.read_now(cursor_secret)
    database.close()
    return secret


def target(address: str, key: str, secret: bytes, number: int | None) -> Target:
    """The page after order `number`, or the first page."""
    path = f"{BASE_PATH}/orders/?limit=200"
    if number is not None:
        position = Position(START + number * 1_000_000, str(uuid.UUID(int=number + (4 << 76))))
        path += f"&cursor={seal(position, 'orders', secret)}"
    return Target(address, path, key)


def seconds(page: Target) -> float:
    """How long one page takes, connection included."""
    started = time.perf_counter()
    answer = page.once()
    elapsed = time.perf_counter() - started
    assert answer.startswith(b"HTTP/1.1 200")
    return elapsed


def measure(many: int, rounds: int) -> list[dict[str, Any]]:
    """One result for the head of the list and one for half way down."""
    with tempfile.TemporaryDirectory() as folder, ExitStack() as running:
        sites = []
        for count in (FEW, many):
            url = f"sqlite:///{Path(folder) / str(count)}.db"
            secret = build(url, count)
            key = run_tool(["keys", "create", "benchmark", "--database", url])
            serve = ["orders_api", "serve", "--port", "0", "--database", url]
            sites.append((running.enter_context(child_server(serve)), key, secret, count))
        results = []
        for place, depth in (("head", 0.0), ("half way down", 0.5)):
            taken: tuple[list[float], list[float]] = ([], [])
            for turn in range(rounds):
                for times, (address, key, secret, count) in zip(taken, sites, strict=True):
                    # Each turn asks for another page, so that no answer is a kept one.
                    number = count - 1 - turn % 400 if depth == 0 else int(count * depth) + turn % 400
                    times.append(seconds(target(address, key, secret, number)))
            medians = [statistics.median(times) for times in taken]
            results.append(
                {
                    "place": place,
                    "orders": [FEW, many],
                    "milliseconds": [round(median * 1000, 3) for median in medians],
                    "ratio": round(medians[1] / medians[0], 3),
                    "must_reach": MUST_REACH,
                }
            )
    return results


def main() -> int:
    """Prints the results; 1 when a ratio is above what must be reached."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--many", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=300)
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    results = measure(arguments.many, arguments.rounds)
    if arguments.json:
        print(json.dumps(results))
    else:
        for result in results:
            few, many = result["milliseconds"]
            print(
                f"A page of 200, {result['place']}: {many} ms at {arguments.many} orders, {few} ms at "
                f"{FEW}, ratio {result['ratio']} (must stay at or below {MUST_REACH})"
            )
    return 0 if all(result["ratio"] <= MUST_REACH for result in results) else 1


if __name__ == "__main__":
    sys.exit(main())
