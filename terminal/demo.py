"""`tallyman demo`: the station on sample orders, with codes to scan shown on the screen."""

from __future__ import annotations

import shutil
import sqlite3
import tempfile
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

from store import catalog, orders
from store.ledger import Ledger
from store.order_shape import order_from_api
from terminal import samples
from terminal.config import load
from terminal.run import run_station
from terminal.widgets.practice import Practice
from verification.meaning import Person

PICKER = Person("Demo picker")


def run_demo(*, config_file: Path | None, data_folder: Path | None, environ: Mapping[str, str]) -> str:
    """Run the station for practice; returns why it had to stop, or nothing.

    Its ledger is a temporary one that goes when the station closes, unless `data_folder` names a place
    to keep it. Raises ConfigError and LedgerError.
    """
    config = load(config_file, environ)
    folder = data_folder or Path(tempfile.mkdtemp(prefix="tallyman-demo-"))
    try:
        _fill(folder, config.station.id)
        practice = Practice(
            orders=tuple(order["order_number"] for order in samples.sample_orders(datetime.now(UTC))),
            codes=tuple((sku, code) for code, sku, _ in samples.CODES),
            wrong=samples.NOT_ON_FIRST_ORDERS,
        )
        return run_station(config, folder, person=PICKER, practice=practice)
    finally:
        if data_folder is None:
            shutil.rmtree(folder, ignore_errors=True)


def _fill(folder: Path, station: str) -> None:
    """Bring the sample orders and codes in, where they are not there yet."""
    ledger = Ledger.open(folder, station=station)
    try:
        with ledger.transaction() as db:
            _bring_in(db)
    finally:
        ledger.close()


def _bring_in(db: sqlite3.Connection) -> None:
    wanted = map(order_from_api, samples.sample_orders(datetime.now(UTC)))
    orders.insert(db, [order for order in wanted if orders.by_number(db, order.order_number) is None])
    for code, sku, units in samples.CODES:
        catalog.teach(db, catalog.Taught(code, sku, units, "sample"), replace=True)
