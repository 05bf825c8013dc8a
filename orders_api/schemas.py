"""JSON Schemas of bodies and answers, as the OpenAPI document shows them.

They describe what `validation` accepts and `orders` answers; the tests send what these schemas
generate and hold the answers against them, so a difference fails a test.
"""

from __future__ import annotations

from typing import Any, Final

from orders_api import readings

Schema = dict[str, Any]

_IDENTIFIER: Final[Schema] = {
    "type": "string",
    "minLength": 1,
    "maxLength": readings.MAX_IDENTIFIER_LENGTH,
    "pattern": r"^(?!\.{1,2}$)[\u0020-\u007e\u00a1-\ud7ff]*[\u0021-\u007e\u00a1-\u0376]"
    r"[\u0020-\u007e\u00a1-\ud7ff]*$",
}
_MOMENT: Final[Schema] = {"type": ["string", "null"], "format": "date-time"}
_TEXT: Final[Schema] = {"type": ["string", "null"], "pattern": r"^[^\u0000]*$"}
_STATUS: Final[Schema] = {"type": "string", "enum": list(readings.STATUSES)}
_FREE: Final[Schema] = {
    "type": ["object", "null"],
    "description": "Free attributes. Integers fit 64 bits; strings hold no NUL.",
    "additionalProperties": {
        "anyOf": [
            {"type": ["boolean", "null", "number"], "minimum": -(2**53), "maximum": 2**53},
            {"type": "string", "pattern": r"^[^\u0000]*$"},
        ]
    },
    "propertyNames": {"pattern": r"^[^\u0000]*$"},
}
_ANY_OBJECT: Final[Schema] = {"type": "object"}


def _closed(properties: Schema, required: tuple[str, ...]) -> Schema:
    return {
        "type": "object",
        "properties": properties,
        "required": list(required),
        "additionalProperties": False,
    }


def _ref(name: str) -> Schema:
    return {"$ref": f"#/components/schemas/{name}"}


NEW_LINE: Final = _closed(
    {
        "sku_code": {**_IDENTIFIER, "description": "Must reference an existing product SKU."},
        "quantity": {"type": "integer", "minimum": 1, "maximum": readings.MAX_QUANTITY},
        "notes": _TEXT,
    },
    ("sku_code", "quantity"),
)
NEW_ORDER: Final = _closed(
    {
        "order_number": {**_IDENTIFIER, "description": "Unique; a repeat answers 400."},
        "external_order_id": {**_IDENTIFIER, "type": ["string", "null"]},
        "customer_name": _TEXT,
        "customer_info": _FREE,
        "notes": _TEXT,
        "order_date": _MOMENT,
        "due_date": _MOMENT,
        "metadata": _FREE,
        "items": {"type": "array", "minItems": 1, "items": _ref("NewLine")},
    },
    ("order_number", "items"),
)
ORDER_UPDATE: Final = _closed(
    {
        "customer_name": _TEXT,
        "customer_info": _FREE,
        "notes": _TEXT,
        "due_date": _MOMENT,
        "metadata": {**_FREE, "description": "Replaced whole. " + _FREE["description"]},
        "status": _STATUS,
    },
    (),
)
CANCELLATION: Final = _closed({"reason": _TEXT}, ())

_TEXT_OUT: Final[Schema] = {"type": ["string", "null"]}
LINE: Final = _closed(
    {
        "id": {"type": "string", "format": "uuid"},
        "sku": _closed({"sku": {"type": "string"}}, ("sku",)),
        "quantity": {"type": "integer", "minimum": 1},
        "verified_quantity": {"type": "integer", "minimum": 0},
        "verification_status": {"type": "string", "enum": ["pending", "in_progress", "verified"]},
        "notes": _TEXT_OUT,
    },
    ("id", "sku", "quantity", "verified_quantity", "verification_status", "notes"),
)
_ORDER_FIELDS: Final[Schema] = {
    "id": {"type": "string", "format": "uuid"},
    "order_number": {"type": "string"},
    "external_order_id": _TEXT_OUT,
    "customer_name": _TEXT_OUT,
    "customer_info": _ANY_OBJECT,
    "notes": _TEXT_OUT,
    "order_date": _TEXT_OUT,
    "due_date": _TEXT_OUT,
    "metadata": _ANY_OBJECT,
    "status": _STATUS,
    "items": {"type": "array", "items": _ref("Line")},
    "created_at": {"type": "string", "format": "date-time"},
}
ORDER: Final = _closed(
    {
        **_ORDER_FIELDS,
        readings.CANCELLATION_REASON_FIELD: {
            "type": "string",
            "description": "Only on a cancelled order whose cancellation gave a reason.",
        },
    },
    tuple(_ORDER_FIELDS),
)
SUMMARY: Final = _closed(
    {
        **{n: _ORDER_FIELDS[n] for n in ("id", "order_number", "status", "customer_name", "created_at")},
        "external_order_id": {
            **_TEXT_OUT,
            "description": "Only for keys of a partner that addresses orders by it.",
        },
    },
    ("id", "order_number", "status", "customer_name", "created_at"),
)
PRODUCT: Final = _closed(
    {
        "id": {"type": "string", "format": "uuid"},
        "sku": {"type": "string"},
        "quantity": {"type": "integer"},
        "is_active": {"type": "boolean"},
        "cost": {**_TEXT_OUT, "description": 'Decimal text such as "12.50".'},
        "custom_fields": {**_ANY_OBJECT, "description": "Barcodes and other free attributes."},
    },
    ("id", "sku", "quantity", "is_active", "cost", "custom_fields"),
)
LOCATION: Final = _closed(
    {
        "location_code": {"type": "string"},
        "sku_code": {"type": "string"},
        "quantity": {"type": "integer"},
    },
    ("location_code", "sku_code", "quantity"),
)
PAGINATION: Final = _closed(
    {
        "limit": {"type": "integer", "minimum": 1, "maximum": 200},
        "next_cursor": {"type": ["string", "null"]},
    },
    ("limit", "next_cursor"),
)
FAILURE: Final = _closed(
    {
        "success": {"const": False},
        "error": _closed(
            {
                "code": {"type": "string", "pattern": "^[A-Z][A-Z_]*$"},
                "message": {"type": "string"},
            },
            ("code", "message"),
        ),
    },
    ("success", "error"),
)
DENIAL: Final = _closed({"detail": {"type": "string"}}, ("detail",))

COMPONENTS: Final = {
    "NewOrder": NEW_ORDER,
    "NewLine": NEW_LINE,
    "OrderUpdate": ORDER_UPDATE,
    "Cancellation": CANCELLATION,
    "Order": ORDER,
    "Line": LINE,
    "OrderSummary": SUMMARY,
    "Product": PRODUCT,
    "Location": LOCATION,
    "Pagination": PAGINATION,
    "Failure": FAILURE,
    "Denial": DENIAL,
}


def success(name: str) -> Schema:
    """The envelope around one thing."""
    return _closed({"success": {"const": True}, "data": _ref(name)}, ("success", "data"))


def success_list(name: str, *, paged: bool) -> Schema:
    """The envelope around a list, with or without pagination."""
    properties = {"success": {"const": True}, "data": {"type": "array", "items": _ref(name)}}
    if paged:
        properties["pagination"] = _ref("Pagination")
    return _closed(properties, tuple(properties))
