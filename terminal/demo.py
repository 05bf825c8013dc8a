"""`tallyman demo`: the station on sample orders of a practice API, with codes to scan shown on the screen."""

from __future__ import annotations

import asyncio
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from store import catalog
from store.ledger import Ledger
from terminal import samples
from terminal.config import OrdersApi, load
from terminal.reference_api import ReferenceApi
from terminal.run import run_station
from terminal.widgets.practice import Practice
from verification.meaning import Person

PICKER = Person("Demo picker")


def run_demo(*, config_file: Path | None, data_folder: Path | None, environ: Mapping[str, str]) -> str:
    """Run the station for practice; returns why it had to stop, or nothing.

    Its ledger is a temporary one that goes when the station closes, unless `data_folder` names a place to
    keep it. Raises ConfigError, LedgerError and ReferenceApiError.
    """
    config = load(config_file, environ)
    sys.stderr.write("Starting the practice API …\n")
    with tempfile.TemporaryDirectory(prefix="tallyman-demo-", ignore_cleanup_errors=True) as name:
        temporary = Path(name)
        with ReferenceApi(temporary, samples.sample_products()) as api:
            folder = data_folder or temporary / "station"
            created = api.create(samples.sample_orders(datetime.now(UTC)))
            _prepare(folder, config.station.id, api)
            practice = Practice(
                orders=tuple(created),
                codes=tuple((sku, code) for code, sku, _ in samples.CODES),
                wrong=samples.NOT_ON_FIRST_ORDERS,
            )
            connected = replace(
                config,
                orders_api=OrdersApi(api.url, api.key),
                policy=replace(config.policy, lock_after_minutes=0),  # the demo's picker has no badge
            )
            return run_station(connected, folder, person=PICKER, practice=practice)


def _prepare(folder: Path, station: str, api: ReferenceApi) -> None:
    """Teach the sample codes, and fetch the orders once so that the first screen has them."""
    ledger = Ledger.open(folder, station=station)
    try:
        with ledger.transaction() as db:
            for code, sku, units in samples.CODES:
                catalog.teach(db, catalog.Taught(code, sku, units, "sample"), replace=True)
        asyncio.run(_fetch(ledger, api))
    finally:
        ledger.close()


async def _fetch(ledger: Ledger, api: ReferenceApi) -> None:
    from sync.client import OrdersClient
    from sync.engine import Engine
    from sync.transport import connect
    from sync.writer import writing

    with writing(ledger) as write:
        async with connect() as http:
            await Engine(OrdersClient(http, api.url, lambda: api.key), write, ledger.station).round()
