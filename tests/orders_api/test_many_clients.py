"""Many clients at once: no order lost, none doubled, no update torn."""

from __future__ import annotations

import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx
import pytest


def post_all(server: Any, order: Any, numbers: list[str]) -> Counter[int]:
    """One client posts every number; answers how often each status came."""
    with server.client() as client:
        return Counter(client.post("/orders/", json=order(n)).status_code for n in numbers)


def walked(client: httpx.Client) -> list[str]:
    numbers, cursor = [], None
    while True:
        params: dict[str, Any] = {"limit": 200, **({"cursor": cursor} if cursor else {})}
        page = client.get("/orders/", params=params).json()
        numbers += [row["order_number"] for row in page["data"]]
        cursor = page["pagination"]["next_cursor"]
        if cursor is None:
            return numbers


@pytest.mark.parametrize(("kind", "workers", "count"), [("sqlite", 1, 60), ("postgresql", 4, 200)])
def test_8_clients_that_post_the_same_numbers_make_each_order_once(
    request: pytest.FixtureRequest,
    serve: Any,
    stock: Any,
    order: Any,
    tmp_path: Path,
    kind: str,
    workers: int,
    count: int,
) -> None:
    database = f"sqlite:///{tmp_path / 'orders.db'}"
    if kind == "postgresql":
        database = request.getfixturevalue("postgresql")("race")
    stock(database, tmp_path)
    server = serve(database, "--workers", str(workers))
    server.key()
    numbers = [f"RACE-{number:04}" for number in range(count)]
    with ThreadPoolExecutor(8) as pool:
        counts = list(pool.map(lambda _: post_all(server, order, numbers), range(8)))
    total = sum(counts, Counter())
    assert total == {201: count, 400: 7 * count}
    with server.client() as client:
        found = walked(client)
    assert Counter(found) == dict.fromkeys(numbers, 1)
    server.stop()


def test_updates_of_different_fields_at_once_all_stay(server: Any, order: Any) -> None:
    """A PUT reads and writes in one transaction, so what another client wrote is not undone."""
    with server.client() as client:
        client.post("/orders/", json=order("TOGETHER"))
    changes = [{"notes": "n"}, {"customer_name": "c"}, {"metadata": {"m": 1}}, {"status": "verified"}]
    start = threading.Barrier(len(changes))

    def put(change: dict[str, Any]) -> int:
        with server.client() as client:
            start.wait(timeout=20)
            return client.put("/orders/TOGETHER/", json=change).status_code

    with ThreadPoolExecutor(len(changes)) as pool:
        assert list(pool.map(put, changes)) == [200] * 4
    with server.client() as client:
        after = client.get("/orders/TOGETHER/").json()["data"]
    for change in changes:
        assert change.items() <= after.items()
