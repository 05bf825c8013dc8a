"""Ledgers to measure on: filled fast, but with a chain that holds and counts that agree."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from store import log, orders
from store.ledger import Ledger
from verification.events import Event, Provenance
from verification.orders import Line, Order, OrderStatus
from verification.verdicts import Verdict

READS_PER_ORDER = 20
LINES_PER_ORDER = 4
SKUS = 2_000
OPEN_ORDER = "ORD-OPEN"
"""The number of the order that is never done."""
OPEN_SKUS = tuple(f"SKU-{number:05}" for number in range(5))
"""What `OPEN_ORDER` takes, by SKU; `barcode` gives each a GTIN-13."""
_NEVER_DONE = 10_000_000


def barcode(number: int) -> str:
    """The GTIN-13 of the SKU with this number."""
    body = f"400{number:09}"
    check = -sum(int(digit) * (3 if place % 2 else 1) for place, digit in enumerate(body)) % 10
    return f"{body}{check}"


def stocked(
    folder: Path, *, events: int = 0, done_orders: int | None = None, units: int = _NEVER_DONE
) -> Ledger:
    """A new ledger with `events` reads of verified orders, and an order to scan with `units` on each line.

    `done_orders` says how many orders there are when it is not one for each `READS_PER_ORDER` events.
    """
    ledger = Ledger.open(folder, station="benchmark")
    db = ledger.db
    db.execute("PRAGMA synchronous = OFF")
    db.execute("BEGIN")
    count = events // READS_PER_ORDER if done_orders is None else done_orders
    _insert_orders(ledger, count, done=done_orders is None)
    orders.insert(db, [open_order(units)])
    db.executemany(
        "INSERT INTO codes (code, sku, units, source) VALUES (?, ?, 1, 'taught')",
        ((f"0{barcode(number)}", f"SKU-{number:05}") for number in range(SKUS)),
    )
    columns = ", ".join((*log.FIELDS, "hash"))
    marks = ", ".join("?" * (len(log.FIELDS) + 1))
    db.executemany(f"INSERT INTO events ({columns}) VALUES ({marks})", _chain(ledger.chain_key, events))
    db.execute("COMMIT")
    db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    db.execute("PRAGMA synchronous = FULL")
    return ledger


def open_order(units: int) -> Order:
    """The order to scan: five lines of so many units."""
    lines = tuple(Line(f"open-{place}", sku, units) for place, sku in enumerate(OPEN_SKUS))
    return Order("open", OPEN_ORDER, lines, customer_name="Acme Corporation")


def reads(count: int) -> list[bytes]:
    """Reads that all count on `OPEN_ORDER`: plain SKUs and barcodes in turn, over all of its lines."""
    spoken = [name.encode() for pair in enumerate(OPEN_SKUS) for name in (pair[1], barcode(pair[0]))]
    return [spoken[number % len(spoken)] for number in range(count)]


def _insert_orders(ledger: Ledger, count: int, *, done: bool) -> None:
    each = READS_PER_ORDER // LINES_PER_ORDER
    counted = each if done else 0
    orders.insert(
        ledger.db,
        (
            Order(
                _order_id(number),
                f"ORD-{number:07}",
                tuple(
                    Line(f"{_order_id(number)}-{line}", _sku(number, line), each, counted)
                    for line in range(LINES_PER_ORDER)
                ),
                OrderStatus.PENDING,
                customer_name=f"Customer {number % 5000}",
                due_date=f"2026-02-{1 + number % 28:02}T12:00:00Z",
            )
            for number in range(count)
        ),
    )


def _order_id(number: int) -> str:
    return f"{number:08x}-0000-4000-8000-{number:012x}"


def _at(number: int) -> str:
    """A read every seven seconds, day and night."""
    minutes, seconds = divmod(number * 7, 60)
    hours, minutes = divmod(minutes, 60)
    return f"2026-01-{1 + hours // 24 % 31:02}T{hours % 24:02}:{minutes:02}:{seconds:02}.000Z"


def _sku(order: int, line: int) -> str:
    return f"SKU-{(order * LINES_PER_ORDER + line) % SKUS:05}"


def _chain(key: bytes, count: int) -> Iterator[tuple[object, ...]]:
    """The events' rows with their hashes, an order after the other, a line after the other."""
    previous = log.GENESIS
    for number in range(count):
        order, read = divmod(number, READS_PER_ORDER)
        line, unit = divmod(read, READS_PER_ORDER // LINES_PER_ORDER)
        sku = _sku(order, line)
        code = barcode(int(sku[-5:])) if number % 2 else sku
        event = Event(
            read=0,
            at=_at(number),
            mono=number * 7.0,
            person="Ana",
            scanner="keyboard",
            raw=code.encode(),
            code=code,
            verdict=Verdict.ACCEPTED,
            provenance=Provenance.SCANNED,
            order_id=_order_id(order),
            line_id=f"{_order_id(order)}-{line}",
            sku=sku,
            delta=1,
            reason=f"{sku}: {unit + 1} of {READS_PER_ORDER // LINES_PER_ORDER}.",
        )
        row = log.values(event, number + 1)
        previous = log.chained(key, previous, row)
        yield (*row, previous)
