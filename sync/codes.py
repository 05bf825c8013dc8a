"""Barcodes and shelf locations from the API's products and inventory.

A site keeps barcodes among a product's `custom_fields`; which of them, and which hold the units of a case, is
the site's to say. A key may lack the scopes for either: the station then works on SKU codes and taught
barcodes alone.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final

from store import shelves
from store.catalog import Taught, teach
from store.errors import Refused
from sync.client import OrdersClient
from sync.desk import Writer, pooled
from sync.errors import BrokenAnswer, NotAllowed, NotFound
from sync.pace import MOST_WORKERS
from sync.readings import CODE_FIELDS, INACTIVE_TEACHES
from sync.shapes import Product
from sync.walking import Walk
from verification.printable import printable
from verification.records import record

SOURCE: Final = "api"
MOST_TOLD: Final = 20
"""Products of one kind that are told one by one; of the others it is told how many there are."""


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
    """Why codes were not taken, a sentence each; products that could not be read or are inactive among it."""
    located: int | None
    """SKUs whose shelf is known now; None when the key may not read inventory."""


@dataclass
class _LeftOut:
    """Products of which no code is taught."""

    broken: list[BrokenAnswer] = field(default_factory=list)
    inactive: list[str] = field(default_factory=list)
    """SKUs of those that have codes."""

    def told(self) -> list[str]:
        """Why, in a number of sentences that does not grow with the list."""
        sentences = [
            f"{printable(error.of, 60) or 'A product without a name'} could not be read"
            f" ({printable(error.problem, 200)} at {error.path}); its codes were not taught."
            for error in self.broken[:MOST_TOLD]
        ]
        if more := len(self.broken[MOST_TOLD:]):
            sentences.append(f"{more} more could not be read; their codes were not taught.")
        if self.inactive:
            more = len(self.inactive[MOST_TOLD:])
            named = ", ".join(printable(sku, 60) for sku in self.inactive[:MOST_TOLD])
            named += f" and {more} more" if more else ""
            sentences.append(f"Inactive in the API, so their codes were not taught: {named}.")
        return sentences


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
    client: OrdersClient,
    write: Writer,
    badge_key: bytes,
    fields: Fields | None = None,
    understood: Callable[[str], str] = str,
) -> CodesPulled:
    """Fetch all products, teach their codes, and note where the SKUs of open orders lie.

    `understood` gives what a read of a code is looked up as, and raises Refused where no read of it can count
    goods; a badge, known by `badge_key`, is not taught. A code that was taught here for something else stays
    as it was taught. Products that are not active teach nothing, and what they taught before stays. Raises
    NotAllowed when the key may not read products, and BrokenAnswer when their list does not come to an end.
    """
    fields, cursor, walk, left_out = fields or Fields(), None, Walk(), _LeftOut()
    products, taught, refused = 0, 0, list[str]()
    while True:
        page = await client.list_products(cursor)
        wanted = list[Taught]()
        for product in page.entries:
            found, unclear = codes_of(product, fields)
            if product.is_active or INACTIVE_TEACHES:
                wanted += found
                refused += unclear
            elif found or unclear:
                left_out.inactive.append(product.sku)
        left_out.broken += page.broken
        kept, told = await write(lambda db: _teach(db, badge_key, wanted, understood))  # noqa: B023 - awaited before the next page
        products, taught = products + len(page.entries), taught + kept
        refused += told
        walk.took(len(page.entries) + len(page.broken))
        if page.next_cursor is None or page.next_cursor == cursor:
            break
        cursor = walk.onward(page.next_cursor)
    refused += left_out.told()
    return CodesPulled(products, taught, tuple(refused), await _locate(client, write))


def _teach(
    db: sqlite3.Connection, badge_key: bytes, wanted: list[Taught], understood: Callable[[str], str]
) -> tuple[int, list[str]]:
    kept, told = 0, []
    for each in wanted:
        try:
            teach(db, badge_key, replace(each, code=understood(each.code)))
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
