"""A ledger and the engine against a model of the API that answers as each test wants it to."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from random import Random

import httpx

from store import log, orders
from store.ledger import Ledger
from sync.client import OrdersClient
from sync.engine import Engine
from sync.pace import Backoff
from sync.status import SyncStatus
from sync.writer import writing
from tests.simulation.model import ModelApi
from tests.store.builders import event

Fault = Callable[[httpx.Request], httpx.Response | None]


def no_fault(_request: httpx.Request) -> None:
    return None


class Setting:
    """A ledger, a model of the API, and what befalls requests on their way to it."""

    def __init__(self, ledger: Ledger) -> None:
        self.ledger = ledger
        self.api = ModelApi()
        self.fault: Fault = no_fault
        self.key = "sk_live_one"
        self.asked: list[tuple[str, str]] = []
        self.shown: list[SyncStatus] = []
        self.pushed = 0
        """Writes that looks have proved, and orders created."""

    def order(self, number: str, units: int = 2) -> None:
        items = [{"sku_code": "SKU-A", "quantity": units}]
        self.api.create({"order_number": number, "items": items, "metadata": {"erp": 1}})

    def _answer(self, request: httpx.Request) -> httpx.Response:
        path = request.url.raw_path.decode().split("?")[0]
        self.asked.append((request.method, path.split("/orders/")[1].strip("/")))
        told = self.fault(request)
        if told is not None:
            return told
        body = json.loads(request.content) if request.content else None
        status, answer = self.api.handle(request.method, path, dict(request.url.params), body)
        return httpx.Response(status, json=answer)

    def rounds(self, count: int = 1, prepare: Callable[[int], None] = lambda _: None) -> SyncStatus:
        """So many rounds of one engine; `prepare` is called before each."""

        async def run() -> SyncStatus:
            transport = httpx.MockTransport(self._answer)
            async with httpx.AsyncClient(transport=transport, trust_env=False) as http:
                client = OrdersClient(
                    http,
                    "http://127.0.0.1",
                    lambda: self.key,
                    backoff=Backoff(first=0.0001, tries=2),
                    random=Random(1),
                )
                with writing(self.ledger) as write:
                    engine = Engine(client, write, "dock-1", self.shown.append)
                    for number in range(count):
                        prepare(number)
                        await engine.round()
                    self.pushed += (await engine.result()).pushed
                    return engine.status

        return asyncio.run(run())

    def count(self, number: str, units: int = 1) -> None:
        order = orders.by_number(self.ledger.db, number)
        assert order is not None
        with self.ledger.transaction() as db:
            line = order.lines[0].id
            scanned = event("SKU-A", units, order_id=order.id, line_id=line)
            log.append(db, self.ledger.chain_key, scanned)
            orders.move_counts(db, order, order.plus(line, units))

    def numbers(self) -> list[str]:
        return [n for (n,) in self.ledger.db.execute("SELECT order_number FROM orders ORDER BY 1")]
