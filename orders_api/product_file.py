"""The JSON file by which a site brings its products in: an array of objects.

[{"sku": "RUG-5X7-BLU", "quantity": 40, "cost": "89.00", "is_active": true,
  "custom_fields": {"barcode": "9521234500013"}, "locations": {"A-01-1": 40}}]
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import msgspec

from orders_api.json_text import nests_too_deep
from orders_api.products import Product
from orders_api.readings import MAX_IDENTIFIER_LENGTH, MAX_NESTING

_Sku = Annotated[
    str, msgspec.Meta(min_length=1, max_length=MAX_IDENTIFIER_LENGTH, pattern=r"^[^\x00-\x1f]+$")
]
_Count = Annotated[int, msgspec.Meta(ge=0, le=2**53)]
_Cost = Annotated[str, msgspec.Meta(pattern=r"^\d{1,12}(\.\d{1,4})?$")]


class _Product(msgspec.Struct, forbid_unknown_fields=True):
    sku: _Sku
    quantity: _Count = 0
    is_active: bool = True
    cost: _Cost | None = None
    custom_fields: dict[str, Any] = {}
    locations: dict[_Sku, _Count] = {}


@dataclass(frozen=True, slots=True)
class ProductFileProblem:
    """What is wrong with a file of products, in one sentence."""

    sentence: str


def read_products(path: Path) -> tuple[Product, ...] | ProductFileProblem:
    """Every product in the file, or the first mistake in it."""
    try:
        stated = msgspec.json.decode(path.read_bytes(), type=list[_Product])
    except OSError as error:
        return ProductFileProblem(f"{path}: cannot be read ({error.strerror}).")
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        return ProductFileProblem(f"{path}: {error}.")
    except RecursionError:
        return ProductFileProblem(f"{path}: it nests deeper than {MAX_NESTING} levels.")
    seen: set[str] = set()
    for product in stated:
        if product.sku in seen:
            return ProductFileProblem(f"{path}: the sku '{product.sku}' is there twice.")
        seen.add(product.sku)
        if nests_too_deep(product.custom_fields):
            return ProductFileProblem(
                f"{path}: the custom_fields of '{product.sku}' nest deeper than {MAX_NESTING} levels."
            )
    return tuple(
        Product(p.sku, p.quantity, p.is_active, p.cost, p.custom_fields, p.locations) for p in stated
    )
