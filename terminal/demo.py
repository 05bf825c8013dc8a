"""`tallyman demo`: the station on sample orders of a practice API, with codes to scan shown on the screen."""

from __future__ import annotations

import sqlite3
import sys
import tempfile
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

from store import catalog, orders
from store.ledger import Ledger
from terminal import samples
from terminal.config import load
from terminal.reference_api import ReferenceApi
from terminal.run import run_station
from terminal.widgets.practice import Practice
from verification.meaning import Person
from verification.orders import Order

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
            _fill(folder, config.station.id, created)
            practice = Practice(
                orders=tuple(order.order_number for order in created),
                codes=tuple((sku, code) for code, sku, _ in samples.CODES),
                wrong=samples.NOT_ON_FIRST_ORDERS,
            )
            return run_station(config, folder, person=PICKER, practice=practice)


def _fill(folder: Path, station: str, created: list[Order]) -> None:
    """Bring the orders and the codes in, where they are not there yet."""
    ledger = Ledger.open(folder, station=station)
    try:
        with ledger.transaction() as db:
            _bring_in(db, created)
    finally:
        ledger.close()


def _bring_in(db: sqlite3.Connection, created: list[Order]) -> None:
    orders.insert(db, [order for order in created if orders.by_number(db, order.order_number) is None])
    for code, sku, units in samples.CODES:
        catalog.teach(db, catalog.Taught(code, sku, units, "sample"), replace=True)
