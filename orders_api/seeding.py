"""Believable sample orders: the same ones for the same seed and day."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, timezone
from random import Random
from typing import Any, Final

from sqlalchemy import Connection, func, select

from orders_api import clock, products
from orders_api.catalogue import sample_products
from orders_api.orders import row_of
from orders_api.products import Product
from orders_api.schema import orders

EARLIEST: Final = date(1980, 1, 1)
"""Days around which orders are seeded: the oldest of five million is then created after 1970."""
LATEST: Final = date(9998, 12, 31)
"""Due dates lie some days after it, and the calendar ends a year later."""
_BATCH: Final = 2000
_CUSTOMERS: Final = (
    ("Acme Corporation", "123 Main St, Springfield", "+1-555-0100"),
    ("Harbour & Finch", "8 Quay Road, Bristol", "+44-1632-960123"),
    ("Möbelhaus Lindgren", "Storgatan 14, Göteborg", "+46-31-3900600"),
    ("Casa Aurora", "Calle Mayor 9, Madrid", "+34-910-555-010"),
    ("Oak & Iron", "77 Foundry Lane, Leeds", "+44-1632-960456"),
    ("Atelier Roux", "3 rue des Lilas, Lyon", "+33-4-65-71-00-11"),
    ("Northwind Interiors", "410 Pine Ave, Portland", "+1-555-0142"),
    ("東京リビング", "千代田区丸の内 1-1", "+81-3-5550-0101"),
)
_ORDER_NOTES: Final = (None, None, None, "Rush", "Call before delivery", "Gift: no price on the slip")
_LINE_NOTES: Final = (None, None, None, None, "Fragile", "Check colour batch", "Do not stack")
_CARRIERS: Final = ("DPD", "UPS", "Own van")
_STATUSES: Final = (
    ("pending", 52),
    ("in_progress", 10),
    ("partially_verified", 8),
    ("verified", 8),
    ("shipped", 12),
    ("draft", 6),
    ("cancelled", 4),
)
_REASONS: Final = ("Customer requested cancellation", "Duplicate of another order")


@dataclass(frozen=True, slots=True)
class SeedProblem:
    """Why no orders were added."""

    sentence: str


def seed(connection: Connection, count: int, number: int, today: date) -> SeedProblem | None:
    """Adds the sample products and `count` orders of the last weeks."""
    random = Random(number)  # noqa: S311 - sample data, not secrets
    catalogue = sample_products(random)
    for product in catalogue:
        products.keep(connection, product, _identity(random))
    prefix = f"ORD-{today.year}-"
    first = f"{prefix}{number:02}{1:06}"
    if connection.execute(select(orders.c.id).where(orders.c.order_number == first)).first():
        return SeedProblem(f"Seed {number} is in this database already; choose another --seed.")
    newest = connection.execute(select(func.max(orders.c.created_at))).scalar() or 0
    evening = clock.moment(datetime.combine(today, time(0, 0), UTC))
    start = max(evening - count * 60_000_000, newest + 1)
    batch: list[dict[str, Any]] = []
    for index in range(count):
        created_at = min(start + index * 60_000_000, clock.now())
        created_at = max(created_at, newest + 1)
        newest = created_at
        order_number = f"{prefix}{number:02}{index + 1:06}"
        batch.append(row_of(_order(random, catalogue, order_number, created_at, today), created_at))
        if len(batch) == _BATCH or index == count - 1:
            connection.execute(orders.insert(), batch)
            batch = []
    return None


def _order(
    random: Random,
    catalogue: tuple[Product, ...],
    order_number: str,
    created_at: int,
    today: date,
) -> dict[str, Any]:
    names, weights = zip(*_STATUSES, strict=True)
    status = random.choices(names, weights)[0]
    customer, address, phone = random.choice(_CUSTOMERS)
    hour = time(random.choice((8, 10, 12, 15, 17)), 0)
    zone = random.choice((UTC, _offset(2), _offset(-5)))
    due = datetime.combine(today + timedelta(days=random.randint(-2, 10)), hour, zone)
    document = {
        "id": _identity(random),
        "order_number": order_number,
        "external_order_id": f"ERP-{order_number[4:]}",
        "customer_name": customer,
        "customer_info": {"address": address, "phone": phone},
        "notes": random.choice(_ORDER_NOTES),
        "order_date": clock.text(created_at),
        "due_date": due.isoformat().replace("+00:00", "Z"),
        "metadata": {"source": "sample", "carrier": random.choice(_CARRIERS)},
        "status": status,
        "items": list(_lines(random, catalogue, status)),
        "created_at": clock.text(created_at),
    }
    if status == "cancelled":
        document["cancellation_reason"] = random.choice(_REASONS)
    return document


def _lines(random: Random, catalogue: tuple[Product, ...], status: str) -> Iterator[dict[str, Any]]:
    """Two to five lines whose counts fit the order's status."""
    chosen = random.sample(catalogue, random.randint(2, 5))
    for position, product in enumerate(chosen):
        units = product.custom_fields.get("units_per_case")
        quantity = random.choice((units, units * 2, 7)) if units else random.randint(1, 6)
        verified = _verified(status, position, quantity)
        state = "pending" if not verified else "in_progress"
        yield {
            "id": _identity(random),
            "sku": {"sku": product.sku},
            "quantity": quantity,
            "verified_quantity": verified,
            "verification_status": "verified" if verified == quantity else state,
            "notes": random.choice(_LINE_NOTES),
        }


def _verified(status: str, position: int, quantity: int) -> int:
    """The count of a line: the first line leads, the others wait for it."""
    if status in ("verified", "shipped"):
        return quantity
    if status == "partially_verified" and position == 0:
        return quantity
    if status == "in_progress" and position == 0:
        return quantity // 2
    return 0


def _offset(hours: int) -> timezone:
    return timezone(timedelta(hours=hours))


def _identity(random: Random) -> str:
    return str(uuid.UUID(int=random.getrandbits(128), version=4))
