"""Small real ledgers to test with."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from store import orders
from store.ledger import Ledger
from verification.events import Event, Provenance
from verification.orders import Line, Order, OrderStatus
from verification.verdicts import Verdict


def order(
    number: str, *wanted: tuple[str, int], status: OrderStatus = OrderStatus.PENDING, **more: str
) -> Order:
    """An order of SKUs and quantities; its ids can be told from its number."""
    lines = tuple(Line(f"{number}.{n}", sku, units) for n, (sku, units) in enumerate(wanted, 1))
    return Order(f"id-{number}", number, lines, status, **more)  # type: ignore[arg-type]


def ledger_with(folder: Path, *found: Order) -> Ledger:
    """A new ledger in `folder` that holds these orders."""
    ledger = Ledger.open(folder)
    if found:
        with ledger.transaction() as db:
            orders.insert(db, found)
    return ledger


def event(code: str, delta: int = 0, *, order_id: str | None = None, line_id: str | None = None) -> Event:
    return Event(
        read=0,
        at="2026-01-02T03:04:05.678Z",
        mono=1.5,
        person="Ana",
        scanner="gun-1",
        raw=code.encode(),
        code=code,
        verdict=Verdict.ACCEPTED if delta else Verdict.UNKNOWN_CODE,
        provenance=Provenance.SCANNED,
        order_id=order_id,
        line_id=line_id,
        delta=delta,
        reason=f"Scanned {code}.",
    )


def content(db: sqlite3.Connection) -> dict[str, list[tuple[object, ...]]]:
    """Every row of every table, but for the tables and columns that tell when."""
    tables = ("orders", "lines", "codes", "people", "serials")
    found = {name: sorted(db.execute(f"SELECT * FROM {name}"), key=repr) for name in tables}
    found["events"] = db.execute(
        "SELECT seq, read, person, scanner, raw, code, verdict, provenance, order_id, line_id, sku, delta,"
        " reason, takes_back, lot, serial, expiry FROM events ORDER BY seq"
    ).fetchall()
    return found
