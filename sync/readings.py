"""Where the Orders API's page is silent or only its errors speak: the readings that the station took.

Each is one name, so that it can change in one place.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Final

from verification.orders import OrderStatus

BASE_PATH: Final = "/api/integrations/v1"
"""Ends the configured address where it is only a host."""


class Identifier(StrEnum):
    """What `{identifier}` in a path of an order is: the API resolves it by its own configuration, so a site
    says which of these its key has. The first is the platform's default for keys without a partner."""

    ORDER_NUMBER = "order_number"
    EXTERNAL_ORDER_ID = "external_order_id"
    """A partner's default, as shipped."""
    ID = "id"


CODE_FIELDS: Final = ("barcode", "gtin", "ean", "upc")
"""Custom fields of a product that hold codes where a site does not say which do: the contract's examples, and
the names that shops give to them."""

INACTIVE_TEACHES: Final = False
"""Whether codes of a product with `is_active` false are taught: its barcode may be another product's by now.
Where an order still has it, its SKU, what was taught before, and what is taught here go on counting."""

MOST_PER_PAGE: Final = 200
"""The highest `limit` that is not clamped."""

ABSENT_METADATA_IS_EMPTY: Final = True
"""A full order without `metadata` has none, as the page's create answer shows it. Once metadata was seen, its
absence is read as "not shown", and nothing is written over it."""

RETRYABLE: Final = frozenset({502, 503, 504})
"""Statuses of a gateway that speak of the moment, not of the request. A write may have happened."""

FINAL: Final = frozenset({OrderStatus.SHIPPED, OrderStatus.CANCELLED})
"""Statuses after which a station writes nothing more to an order, until a human reopens it."""

SCANNED: Final = frozenset(
    {
        OrderStatus.PENDING,
        OrderStatus.IN_PROGRESS,
        OrderStatus.PARTIALLY_VERIFIED,
        OrderStatus.VERIFIED,
    }
)
"""Statuses that a station moves between by PUT. The page names no transitions; these are what counts mean."""

EDITABLE: Final = ("customer_name", "customer_info", "notes", "due_date")
"""Header fields of an update besides `metadata` and `status`."""

MOMENTS: Final = frozenset({"due_date"})
"""Those of them that are a moment: an API may write it in another zone or form than it was sent in."""

REPORTED_COUNTS_ARE_OTHERS: Final = True
"""`verified_quantity` in an answer is the API's own count, not drawn from the slots in metadata."""


OPTIONAL: Final = ("customer_info", "notes", "order_date", "due_date", "metadata")
"""Fields of a full order that the page's create answer does not show: an answer may leave them out."""


def is_taken(status: int, code: str, message: str) -> bool:
    """Whether a refused create says that the order_number is taken: 400 or 409, "… already exists"."""
    return (
        status in (400, 409)
        and "already exists" in message.lower()
        and code in ("VALIDATION_ERROR", "CONFLICT")
    )
