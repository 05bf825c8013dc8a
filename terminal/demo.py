"""`tallyman demo`: the station on sample orders of a practice API, with codes to scan shown on the screen."""

from __future__ import annotations

import asyncio
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from store import catalog, people
from store.ledger import Ledger
from terminal import samples
from terminal.config import OrdersApi, load
from terminal.reference_api import ReferenceApi
from terminal.run import run_station
from terminal.widgets.practice import Practice
from verification.meaning import Person

PICKER = Person("Demo picker")
SUPERVISOR = ("Sam", "246810")
"""Name and PIN, shown on the screen: for a ledger that goes with the demo, never for one that is kept."""


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
            supervisor = SUPERVISOR if data_folder is None else None
            _prepare(folder, config.station.id, api, supervisor)
            practice = Practice(
                orders=tuple(created),
                codes=tuple((sku, code) for code, sku, _ in samples.CODES),
                supervisor=supervisor,
            )
            connected = replace(
                config,
                orders_api=OrdersApi(api.url, api.key),
                policy=replace(config.policy, lock_after_minutes=0),  # the demo's picker has no badge
            )
            return run_station(connected, folder, person=PICKER, practice=practice)


def _prepare(folder: Path, station: str, api: ReferenceApi, supervisor: tuple[str, str] | None) -> None:
    """Teach the sample codes, let a supervisor in, and fetch the orders so that the first screen has them."""
    ledger = Ledger.open(folder, station=station)
    try:
        with ledger.transaction() as db:
            for code, sku, units in samples.CODES:
                catalog.teach(db, ledger.badge_key, catalog.Taught(code, sku, units, "sample"), replace=True)
            if supervisor is not None:
                name, pin = supervisor
                people.add(db, ledger.secret, name, people.SUPERVISOR, badge=None, pin=pin)
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
