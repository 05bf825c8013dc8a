"""Every reading that we took where the contract is silent, in one place so that each can change.

The contract is the API's published page and the vendor's further public pages. Where they say
nothing, a server still has to do something; each such decision is one name below. `check` asks any
server which of the observable ones hold there.

Four more are the shape of one function each, which says so:

- `external_order_id` is not unique; an identifier that fits several orders means the newest
  (`orders._BY_FIELD`).
- A path without its last slash answers 404: a redirect could carry the key away to another host
  and would turn a POST into a GET (`app._no_path`).
- A product's cost is decimal text such as "12.50": money in binary fractions does not add up
  (`product_file`).
- Each new order's created_at is later than every stored one, also when the clock goes back, so that
  an order that commits late never appears inside pages that were already read
  (`orders._next_moment`).
"""

from __future__ import annotations

from types import MappingProxyType
from typing import Final

DELETE_STATUS: Final[int] = 200
"""The page names no status for DELETE; we answer 200 with the cancelled order."""

FULL_ORDER_HAS_ALL_FIELDS: Final[bool] = True
"""A full order carries customer_info, notes, order_date, due_date and metadata, empty or not;
otherwise only those that have a value."""

FIELDS_NOT_ON_THE_PAGE: Final = ("customer_info", "notes", "order_date", "due_date", "metadata")
"""What the page's create answer does not show."""

EMPTY_OBJECT_FIELDS: Final = ("customer_info", "metadata")
"""Object fields that were never given, or were cleared with null, answer `{}`; others `null`."""

PUT_KEEPS_UNNAMED_FIELDS: Final[bool] = True
"""A PUT replaces what it names. What it does not name stays, also the status; otherwise a PUT
clears every header field but the status."""

PUT_NULL_CLEARS: Final = frozenset({"customer_name", "customer_info", "notes", "due_date", "metadata"})
"""Header fields that a null in a PUT clears. A null status is refused."""

METADATA_IS_REPLACED_WHOLE: Final[bool] = True
"""A PUT of metadata drops every key of the stored metadata that it does not carry; otherwise its
top-level keys join the stored ones."""

OFFSET_IS_REQUIRED: Final[bool] = True
"""A date without an offset names no moment, so it is refused; the text is answered as it came."""

STATUSES: Final = (
    "draft",
    "pending",
    "in_progress",
    "partially_verified",
    "verified",
    "shipped",
    "cancelled",
)
"""The seven statuses of the page, in the order of an order's life."""

_ACTIVE: Final = frozenset({"pending", "in_progress", "partially_verified", "verified"})

PUT_TRANSITIONS: Final = MappingProxyType(
    {
        "draft": frozenset({"draft", "pending"}),
        "pending": _ACTIVE | {"shipped"},
        "in_progress": _ACTIVE | {"shipped"},
        "partially_verified": _ACTIVE | {"shipped"},
        "verified": _ACTIVE | {"shipped"},
        "shipped": frozenset({"shipped"}),
        "cancelled": frozenset({"cancelled"}),
    }
)
"""Which status a PUT may set from which.

A draft is released to pending; an active order moves freely among the verification statuses, also
back, since counts can be undone; any active order may be shipped. Shipped and cancelled are final.
Cancelling goes through DELETE alone, because that needs the delete scope. Setting the status that
the order already has is never refused: a PUT is state replacement and may be sent twice.
"""

CANCELLATION_REASON_FIELD: Final = "cancellation_reason"
"""A cancelled order with a reason answers it in this field. The first reason stays."""

MAX_IDENTIFIER_LENGTH: Final = 255
"""Longest order_number, external_order_id and sku_code, in characters."""

UNADDRESSABLE_IDENTIFIERS: Final = frozenset({".", ".."})
"""Clients resolve these path segments away, so an order under such a number could not be read."""

MAX_QUANTITY: Final = 2**31 - 1
"""Largest quantity of a line; the page names only the minimum of 1."""

SMALLEST_INTEGER: Final = -(2**63)
LARGEST_INTEGER: Final = 2**63 - 1
"""Integers anywhere in a body, metadata included, must fit 64 bits with a sign."""

MAX_NESTING: Final = 64
"""Objects and arrays may nest this deep in a body."""

MAX_BODY_BYTES: Final = 10 * 1024 * 1024
"""Bodies above 10 MB answer 413."""

UNKNOWN_FIELDS_ARE_REFUSED: Final[bool] = True
"""A field that the operation does not know is named in a VALIDATION_ERROR, not dropped unseen."""

SUMMARIES_SHOW_EXTERNAL_ID_WHERE_IT_IDENTIFIES: Final[bool] = True
"""The page's list has five fields, and external_order_id is none of them. A partner's key that addresses
orders by it could then ask for nothing that the list shows, so for such a key the list shows it too."""

UNKNOWN_QUERY_PARAMETERS_ARE_REFUSED: Final[bool] = True
"""The list has no filters; ignoring `?status=…` would answer orders that nobody asked for."""

INACTIVE_KEY_DETAIL: Final = "API key is inactive"
"""A key that was switched off answers 401 with this detail, after unknown and expired."""

INVENTORY_DEFAULT_BY: Final = "sku"
"""`by` may be left out of an inventory request; `sku` is the only value that the contract names."""
