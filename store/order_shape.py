"""The API's full-order shape, read strictly: what an order from outside must look like to come in.

The fields are those of the Orders API's create and get answers. Unknown ones are refused by name, since a
misspelt `quantity` must not pass for a missing one.
"""

from __future__ import annotations

import json
import math
import uuid
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from verification.codes import COMMAND_PREFIX
from verification.limits import LONGEST_TEXT, MOST_UNITS
from verification.orders import Line, Order, OrderStatus
from verification.printable import printable

Path = tuple[str | int, ...]
"""Names and indexes from the top of a document to one value."""

_ORDER_FIELDS = frozenset(
    {"id", "order_number", "external_order_id", "customer_name", "customer_info", "notes", "order_date"}
    | {"due_date", "metadata", "status", "items", "created_at", "station"}
)
_ITEM_FIELDS = frozenset(
    {"id", "sku", "sku_code", "quantity", "verified_quantity", "verification_status", "notes"}
)
_LONGEST = 200


class _Missing:
    """Stands for the value of a field that is not there."""

    def __repr__(self) -> str:
        return "missing"


_MISSING = _Missing()


def _shown(value: object) -> str:
    """A value as its writer would recognise it: as JSON says it, a text in the quotes of a sentence."""
    if value is _MISSING or isinstance(value, str):
        return repr(value)
    try:
        return json.dumps(value, ensure_ascii=False)
    except RecursionError:
        return "a value nested too deep"


class Fault(ValueError):
    """One thing in a file that breaks a rule; `str` of it is the sentence for people."""

    def __init__(self, path: Path, value: object, rule: str) -> None:
        self.path = path
        self.value = value
        self.rule = rule
        shown = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in path).lstrip(".")
        self.field = shown or "the file"
        super().__init__(f"{self.field} is {printable(_shown(value), 60)}: {rule}")


def order_from_api(value: Any) -> Order:
    """One order from the API's full-order shape. Raises Fault with the path of what breaks a rule."""
    if not isinstance(value, dict):
        raise Fault((), value, "must be an order, that is an object with order_number and items")
    _only(value, _ORDER_FIELDS, ())
    items = value.get("items", _MISSING)
    if not isinstance(items, list) or not items:
        raise Fault(("items",), items, "must be a list of at least one item")
    return Order(
        id=_text(value, "id", ()) or str(uuid.uuid4()),
        order_number=_label(value, "order_number", ()),
        external_order_id=_text(value, "external_order_id", ()),
        customer_name=_text(value, "customer_name", ()),
        customer_info=_object(value, "customer_info"),
        notes=_text(value, "notes", (), longest=LONGEST_TEXT),
        order_date=_moment(value, "order_date"),
        due_date=_moment(value, "due_date"),
        created_at=_moment(value, "created_at"),
        metadata=_object(value, "metadata"),
        reported=_status(value),
        lines=tuple(_item(item, ("items", index)) for index, item in enumerate(items)),
    )


def checked_header(changes: Mapping[str, Any]) -> None:
    """Look at new values of header fields. Raises Fault with the field that breaks a rule."""
    order_from_api({"order_number": "-", "items": [{"sku_code": "-", "quantity": 1}], **changes})


def order_to_api(order: Order) -> dict[str, Any]:
    """The order in the API's full-order shape, with merged counts."""
    return {
        "id": order.id,
        "order_number": order.order_number,
        "external_order_id": order.external_order_id or None,
        "customer_name": order.customer_name or None,
        "customer_info": dict(order.customer_info) or None,
        "notes": order.notes or None,
        "order_date": order.order_date or None,
        "due_date": order.due_date or None,
        "metadata": dict(order.metadata) or None,
        "status": order.status.value,
        "items": [
            {
                "id": line.id,
                "sku": {"sku": line.sku},
                "quantity": line.quantity,
                "verified_quantity": line.verified,
                "verification_status": line.status.value,
                "notes": line.notes or None,
            }
            for line in order.lines
        ],
        "created_at": order.created_at or None,
    }


def _item(value: Any, path: Path) -> Line:
    if not isinstance(value, dict):
        raise Fault(path, value, "must be an object with sku and quantity")
    _only(value, _ITEM_FIELDS, path)
    sku = value.get("sku")
    if isinstance(sku, dict):
        named = _label(sku, "sku", (*path, "sku"))
    else:
        named = _label(value, "sku_code" if "sku_code" in value else "sku", path)
    return Line(
        id=_text(value, "id", path) or str(uuid.uuid4()),
        sku=named,
        quantity=_units(value, "quantity", path, least=1),
        elsewhere=_units(value, "verified_quantity", path, least=0) if "verified_quantity" in value else 0,
        notes=_text(value, "notes", path, longest=LONGEST_TEXT),
    )


def _only(value: Mapping[str, Any], allowed: frozenset[str], path: Path) -> None:
    for name in value:
        if name not in allowed:
            raise Fault(
                (*path, printable(name, 60)),
                value[name],
                f"unknown field; allowed are {', '.join(sorted(allowed))}",
            )


def _text(value: Mapping[str, Any], name: str, path: Path, longest: int = _LONGEST) -> str:
    text = value.get(name)
    if text is None:
        return ""
    if not isinstance(text, str):
        raise Fault((*path, name), text, "must be a text")
    if len(text) > longest:
        raise Fault((*path, name), text, f"must be at most {longest} characters")
    if not _whole(text):
        raise Fault((*path, name), text, "must hold no NUL and no broken characters")
    return text


def _label(value: Mapping[str, Any], name: str, path: Path) -> str:
    """A text that a barcode can hold: an order number or a SKU."""
    text = _text(value, name, path).strip()
    if not text:
        raise Fault((*path, name), value.get(name, _MISSING), "must be given and not empty")
    if not text.isprintable():
        raise Fault((*path, name), text, "must hold printable characters only")
    if text.upper().startswith(COMMAND_PREFIX):
        raise Fault((*path, name), text, f"must not begin with {COMMAND_PREFIX}, which is kept for commands")
    return text


def _units(value: Mapping[str, Any], name: str, path: Path, *, least: int) -> int:
    units = value.get(name, _MISSING)
    if not isinstance(units, int) or isinstance(units, bool) or not least <= units <= MOST_UNITS:
        raise Fault((*path, name), units, f"must be a whole number from {least} to {MOST_UNITS}")
    return units


def _moment(value: Mapping[str, Any], name: str) -> str:
    text = _text(value, name, ())
    if text:
        try:
            datetime.fromisoformat(text)
        except ValueError:
            raise Fault(
                (name,), text, "must be an ISO 8601 date and time, such as 2026-05-01T12:00:00Z"
            ) from None
    return text


def _object(value: Mapping[str, Any], name: str) -> dict[str, Any]:
    found = value.get(name)
    if found is None:
        return {}
    if not isinstance(found, dict):
        raise Fault((name,), found, "must be an object")
    scalars = list(_scalars_in(found))
    if not all(_whole(scalar) for scalar in scalars if isinstance(scalar, str)):
        raise Fault((name,), found, "must hold no NUL and no broken characters")
    if not all(math.isfinite(scalar) for scalar in scalars if isinstance(scalar, float)):
        raise Fault((name,), found, "must hold no number that JSON does not know")
    return found


def _scalars_in(value: Any) -> Iterator[str | float]:
    """Every text and every fraction in a JSON value, names of fields included."""
    waiting = [value]
    while waiting:
        match waiting.pop():
            case str() | float() as scalar:
                yield scalar
            case dict() as fields:
                waiting += [*fields, *fields.values()]
            case list() as elements:
                waiting += elements


def _whole(text: str) -> bool:
    """Whether a text can be kept: no NUL, and no half of a surrogate pair, which UTF-8 cannot write."""
    return "\x00" not in text and not any("\ud800" <= character <= "\udfff" for character in text)


def _status(value: Mapping[str, Any]) -> OrderStatus:
    status = value.get("status", OrderStatus.PENDING.value)
    try:
        return OrderStatus(status)
    except ValueError:
        raise Fault(("status",), status, f"must be one of {', '.join(OrderStatus)}") from None
