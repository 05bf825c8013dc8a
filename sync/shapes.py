"""What the API's answers look like on the wire, and the frozen values that the station makes of them.

Unknown fields are passed over: the contract may grow. A full order is accepted with and without the fields
that the page's create answer does not show.
"""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

import msgspec
from msgspec import UNSET, Meta, Struct, UnsetType

from store import unreadable
from sync.errors import BrokenAnswer
from verification.limits import LONGEST_TEXT, MOST_UNITS
from verification.orders import Order, OrderStatus
from verification.records import record

_Id = Annotated[str, Meta(min_length=1, max_length=255)]
_Text = Annotated[str, Meta(max_length=LONGEST_TEXT)]
_Units = Annotated[int, Meta(ge=1, le=MOST_UNITS)]
_Counted = Annotated[int, Meta(ge=0, le=MOST_UNITS)]


class WireSku(Struct, frozen=True):
    """The SKU of an item, nested as the page shows it."""

    sku: _Id


class WireItem(Struct, frozen=True):
    """One item of a full order."""

    id: _Id
    sku: WireSku
    quantity: _Units
    verified_quantity: _Counted
    verification_status: str | None = None
    notes: _Text | None = None


class WireOrder(Struct, frozen=True):
    """A full order."""

    id: _Id
    order_number: _Id
    status: OrderStatus
    items: Annotated[tuple[WireItem, ...], Meta(min_length=1)]
    external_order_id: _Text | None = None
    customer_name: _Text | None = None
    created_at: str | None = None
    customer_info: dict[str, Any] | UnsetType | None = UNSET
    notes: _Text | UnsetType | None = UNSET
    order_date: str | UnsetType | None = UNSET
    due_date: str | UnsetType | None = UNSET
    metadata: dict[str, Any] | UnsetType | None = UNSET


class WireSummary(Struct, frozen=True):
    """An order in the list."""

    id: _Id
    order_number: _Id
    status: OrderStatus
    created_at: str
    customer_name: _Text | None = None
    external_order_id: _Text | UnsetType | None = UNSET


class Named(Struct, frozen=True):
    """What an entry of the list that cannot be read is called by, if anything."""

    order_number: Any = None
    sku: Any = None
    id: Any = None


class WireProduct(Struct, frozen=True):
    """A product, as far as the station reads it."""

    sku: _Id
    is_active: bool = True
    custom_fields: dict[str, Any] | None = None


class WireLocation(Struct, frozen=True):
    """A place that holds a SKU."""

    location_code: _Id
    sku_code: _Id
    quantity: int | float | str


class Pagination(Struct, frozen=True):
    """How a list goes on."""

    next_cursor: str | None


class One(Struct, frozen=True):
    """The envelope of one value."""

    success: bool
    data: msgspec.Raw


class Many(Struct, frozen=True):
    """The envelope of a list; its entries are read one by one."""

    success: bool
    data: list[msgspec.Raw]
    pagination: Pagination


class Reason(Struct, frozen=True):
    """Why a request was refused."""

    code: str = ""
    message: str = ""


class Failure(Struct, frozen=True):
    """A failure's body; authentication failures say `detail` instead."""

    error: Reason | None = None
    detail: str = ""


@record
class FullOrder:
    """An order as create, get, update and cancel answer it."""

    order: Order
    """`elsewhere` of its lines is the `verified_quantity` that the API reports; ids are the API's."""
    shows: frozenset[str]
    """Which of the fields that may be left out the answer has."""


@record
class Summary:
    """An order as the list answers it."""

    id: str
    order_number: str
    status: OrderStatus
    customer_name: str
    created_at: datetime
    """The server's own time: it orders the list and is compared with nothing else."""
    external_order_id: str | None = None
    """None where the list does not show it: the page's own list does not."""

    def told(self) -> str:
        """What it says of the order, to be compared."""
        return unreadable.summary(self.status.value, self.customer_name)


@record
class Product:
    """A product with the free attributes among which a site keeps barcodes."""

    sku: str
    is_active: bool
    custom_fields: dict[str, Any]


@record
class Location:
    """Where a SKU lies."""

    location_code: str
    sku: str


@record
class Page:
    """One page of a list; `broken` are the entries that could not be read, the others stand."""

    entries: tuple[Summary, ...]
    next_cursor: str | None
    broken: tuple[BrokenAnswer, ...] = ()


@record
class ProductPage:
    """One page of products."""

    entries: tuple[Product, ...]
    next_cursor: str | None
    broken: tuple[BrokenAnswer, ...] = ()
