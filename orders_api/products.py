"""Products and where they lie, as far as the contract names them.

Contract: a product has `id`, `sku`, `quantity`, `is_active`, `cost`, `custom_fields`; an inventory
answer lists the locations that hold a SKU: `location_code`, `sku_code`, `quantity`.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Connection, bindparam, delete, func, select, tuple_

from orders_api import clock
from orders_api.cursors import Position
from orders_api.envelope import Refusal, encode, not_found
from orders_api.prepared import Prepared
from orders_api.schema import inventory, products


@dataclass(frozen=True, slots=True)
class Product:
    """One product of the site's catalogue."""

    sku: str
    quantity: int
    is_active: bool
    cost: str | None
    """Decimal text, such as "12.50"."""
    custom_fields: dict[str, Any]
    """Free attributes; barcodes are kept here."""
    locations: dict[str, int]
    """How many lie where, by location code."""


_NEWEST_FIRST: Final = (products.c.created_at.desc(), products.c.id.desc())
_COLUMNS: Final = select(products.c.document, products.c.created_at, products.c.id)
_FIRST_PAGE: Final = Prepared(_COLUMNS.order_by(*_NEWEST_FIRST).limit(bindparam("rows")))
_LATER_PAGE: Final = Prepared(
    _COLUMNS.where(
        tuple_(products.c.created_at, products.c.id) < tuple_(bindparam("created_at"), bindparam("id"))
    )
    .order_by(*_NEWEST_FIRST)
    .limit(bindparam("rows"))
)
_BY_SKU: Final = Prepared(select(products.c.document).where(products.c.sku == bindparam("sku")))
_LOCATIONS: Final = Prepared(
    select(inventory.c.location_code, inventory.c.quantity)
    .where(inventory.c.sku == bindparam("sku"))
    .order_by(inventory.c.location_code)
)


def page(connection: Connection, after: Position | None, rows: int) -> list[tuple[bytes, int, str]]:
    """Up to `rows` products newest first: (document, created_at, id)."""
    if after is None:
        found = _FIRST_PAGE.rows(connection, rows=rows)
    else:
        found = _LATER_PAGE.rows(connection, created_at=after.created_at, id=after.id, rows=rows)
    return [(document, created_at, product_id) for document, created_at, product_id in found]


def find(connection: Connection, sku: str) -> bytes | Refusal:
    """The product with that SKU."""
    rows = [] if "\0" in sku else _BY_SKU.rows(connection, sku=sku)
    return bytes(rows[0][0]) if rows else not_found(f"No product has the sku {sku[:100]!r}")


def locations(connection: Connection, sku: str) -> bytes | Refusal:
    """Where the SKU lies, by location code."""
    product = find(connection, sku)
    if isinstance(product, Refusal):
        return product
    return encode(
        [
            {"location_code": location_code, "sku_code": sku, "quantity": quantity}
            for location_code, quantity in _LOCATIONS.rows(connection, sku=sku)
        ]
    )


def keep_all(connection: Connection, found: Iterable[Product]) -> None:
    """Keeps each of the products."""
    for product in found:
        keep(connection, product)


def keep(connection: Connection, product: Product, product_id: str | None = None) -> None:
    """Adds the product, or replaces the one with its SKU under the id that it has."""
    held = connection.execute(select(products.c.id).where(products.c.sku == product.sku)).scalar_one_or_none()
    known_id = held or product_id or str(uuid.uuid4())
    document = encode(
        {
            "id": known_id,
            "sku": product.sku,
            "quantity": product.quantity,
            "is_active": product.is_active,
            "cost": product.cost,
            "custom_fields": product.custom_fields,
        }
    )
    if held:
        change = products.update().where(products.c.id == held).values(document=document)
        connection.execute(change)
        connection.execute(delete(inventory).where(inventory.c.sku == product.sku))
    else:
        newest = connection.execute(select(func.max(products.c.created_at))).scalar()
        row = {
            "id": known_id,
            "created_at": max(clock.now(), (newest or 0) + 1),
            "sku": product.sku,
            "document": document,
        }
        connection.execute(products.insert(), row)
    for location_code, quantity in product.locations.items():
        place = {"sku": product.sku, "location_code": location_code, "quantity": quantity}
        connection.execute(inventory.insert(), place)
