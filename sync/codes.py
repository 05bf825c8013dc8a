"""Barcodes and shelf locations from the API's products and inventory.

A site keeps barcodes among a product's `custom_fields`; which of them, and which hold the units of a case, is
the site's to say. A key may lack the scopes for either: the station then works on SKU codes and taught
barcodes alone.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Mapping
from dataclasses import field, replace
from typing import Any, Final

from store import shelves
from store.catalog import Taught, teach
from store.errors import Refused
from sync.client import OrdersClient
from sync.desk import Writer, pooled
from sync.errors import NotAllowed, NotFound
from sync.pace import MOST_WORKERS
from sync.readings import CODE_FIELDS
from sync.shapes import Product
from sync.walking import Walk
from verification.printable import printable
from verification.records import record

SOURCE: Final = "api"


@record
class Fields:
    """Where a site keeps codes among a product's custom fields."""

    codes: tuple[str, ...] = CODE_FIELDS
    """Fields with codes of one unit."""
    cases: Mapping[str, str] = field(default_factory=dict)
    """Fields with codes of a case, each with the field that holds its units."""


@record
class CodesPulled:
    """What came of it."""

    products: int
    codes: int
    refused: tuple[str, ...]
    """Why codes were not taken, a sentence each."""
    located: int | None
    """SKUs whose shelf is known now; None when the key may not read inventory."""


def codes_in(fields: Mapping[str, Any], names: Iterable[str]) -> list[str]:
    """The codes among a product's custom fields: texts, numbers, and lists of them."""
    values = [fields.get(name) for name in names]
    flat = [each for value in values for each in (value if isinstance(value, list) else [value])]
    told = [str(each).strip() for each in flat if isinstance(each, str | int) and not isinstance(each, bool)]
    return [code for code in told if code]


def codes_of(product: Product, fields: Fields) -> tuple[list[Taught], list[str]]:
    """What a product's codes stand for, and why some of them are not taken, a sentence each.

    A case whose units nobody knows is not taken: counted as one it would be wrong.
    """
    taught = [Taught(code, product.sku, 1, SOURCE) for code in codes_in(product.custom_fields, fields.codes)]
    refused = []
    for name, units_name in fields.cases.items():
        units = whole(product.custom_fields.get(units_name))
        for code in codes_in(product.custom_fields, (name,)):
            if units is not None:
                taught.append(Taught(code, product.sku, units, SOURCE))
                continue
            shown, sku = printable(code, 60), printable(product.sku, 60)
            told = (
                f"{shown} is a case of {sku}, but {units_name} holds no number of units; it was not taught."
            )
            refused.append(told)
    return taught, refused


def whole(value: object) -> int | None:
    """A number of units as an API may say it: 12, 12.0, "12"; None for anything else."""
    if isinstance(value, str) and value.strip().isascii() and value.strip().isdigit():
        return int(value.strip()[:10])
    if isinstance(value, bool) or not isinstance(value, int | float) or value != value // 1:
        return None
    return int(value)


async def pull_codes(
    client: OrdersClient, write: Writer, fields: Fields | None = None, understood: Callable[[str], str] = str
) -> CodesPulled:
    """Fetch all products, teach their codes, and note where the SKUs of open orders lie.

    `understood` gives what a read of a code is looked up as, and raises Refused where no read of it can count
    goods. A code that was taught here for something else stays as it was taught. Raises NotAllowed when the
    key may not read products, and BrokenAnswer when their list does not come to an end.
    """
    fields, cursor, walk = fields or Fields(), None, Walk()
    products, taught, refused = 0, 0, list[str]()
    while True:
        page = await client.list_products(cursor)
        wanted = list[Taught]()
        for product in page.entries:
            found, unclear = codes_of(product, fields)
            wanted += found
            refused += unclear
        kept, told = await write(lambda db: _teach(db, wanted, understood))  # noqa: B023 - awaited before the next page
        products, taught = products + len(page.entries), taught + kept
        refused += told
        walk.took(len(page.entries) + len(page.broken))
        if page.next_cursor is None or page.next_cursor == cursor:
            break
        cursor = walk.onward(page.next_cursor)
    return CodesPulled(products, taught, tuple(refused), await _locate(client, write))


def _teach(
    db: sqlite3.Connection, wanted: list[Taught], understood: Callable[[str], str]
) -> tuple[int, list[str]]:
    kept, told = 0, []
    for each in wanted:
        try:
            teach(db, replace(each, code=understood(each.code)))
            kept += 1
        except Refused as refusal:
            told.append(str(refusal))
    return kept, told


async def _locate(client: OrdersClient, write: Writer) -> int | None:
    found: dict[str, list[str]] = {}

    async def look(sku: str) -> None:
        try:
            found[sku] = [place.location_code for place in await client.inventory(sku)]
        except NotFound:
            found[sku] = []

    try:
        await pooled(await write(shelves.wanted), look, MOST_WORKERS)
    except NotAllowed:
        return None
    await write(lambda db: shelves.keep(db, found))
    return sum(1 for places in found.values() if places)
