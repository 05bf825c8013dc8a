"""Orders as the server keeps them: create, find, update, cancel and page.

Every function runs in the caller's transaction and answers the order's JSON or a Refusal.
"""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any, Final

import msgspec
from sqlalchemy import Connection, bindparam, func, select, text, tuple_

from orders_api import clock, readings
from orders_api.cursors import Position
from orders_api.envelope import Refusal, encode, invalid, not_found, service_error
from orders_api.prepared import Prepared
from orders_api.schema import orders, products
from orders_api.validation import NewOrder

CREATION_LOCK: Final = 0x7A11_0002
"""The PostgreSQL advisory lock under which orders are numbered in time."""

_SUMMARY_FIELDS: Final = ("id", "order_number", "status", "customer_name", "created_at")
_decode = msgspec.json.Decoder().decode


class _Place(msgspec.Struct):
    id: str
    created_at: str


_decode_place = msgspec.json.Decoder(_Place).decode

_BY_FIELD: Final = {
    "order_number": select(orders.c.document).where(orders.c.order_number == bindparam("value")),
    "id": select(orders.c.document).where(orders.c.id == bindparam("value")),
    "external_order_id": select(orders.c.document)
    .where(orders.c.external_order_id == bindparam("value"))
    .order_by(orders.c.created_at.desc())
    .limit(1),
}
_FIND: Final = {field: Prepared(statement) for field, statement in _BY_FIELD.items()}
_NEWEST_FIRST: Final = (orders.c.created_at.desc(), orders.c.id.desc())
FIRST_PAGE: Final = Prepared(select(orders.c.summary).order_by(*_NEWEST_FIRST).limit(bindparam("rows")))
"""The newest orders."""
LATER_PAGE: Final = Prepared(
    select(orders.c.summary)
    .where(tuple_(orders.c.created_at, orders.c.id) < tuple_(bindparam("created_at"), bindparam("id")))
    .order_by(*_NEWEST_FIRST)
    .limit(bindparam("rows"))
)
"""The orders after a position: a seek in the index, whatever the depth."""


def row_of(document: dict[str, Any], created_at: int) -> dict[str, Any]:
    """The row that keeps an order: its text in full and in summary, and what statements seek by."""
    return {
        "id": document["id"],
        "created_at": created_at,
        "order_number": document["order_number"],
        "external_order_id": document["external_order_id"],
        "status": document["status"],
        "summary": encode({name: document[name] for name in _SUMMARY_FIELDS}),
        "document": encode(document),
    }


def document_of(order: NewOrder, order_id: str, created_at: int) -> dict[str, Any]:
    """The full order that a create request becomes, with status `pending`."""
    header = dict(order.header)
    for name in readings.EMPTY_OBJECT_FIELDS:
        header[name] = header[name] or {}
    items = [
        {
            "id": str(uuid.uuid4()),
            "sku": {"sku": line.sku_code},
            "quantity": line.quantity,
            "verified_quantity": 0,
            "verification_status": "pending",
            "notes": line.notes,
        }
        for line in order.lines
    ]
    return {
        "id": order_id,
        "order_number": order.order_number,
        **header,
        "status": "pending",
        "items": items,
        "created_at": clock.text(created_at),
    }


def create(connection: Connection, order: NewOrder) -> bytes | Refusal:
    """Keeps a new order. A known order_number or an unknown sku_code refuses it whole."""
    created_at = _next_moment(connection)
    known = select(orders.c.id).where(orders.c.order_number == order.order_number)
    if connection.execute(known).first():
        return invalid("order_number already exists")
    unknown = _unknown_skus(connection, {line.sku_code for line in order.lines})
    if unknown:
        return service_error(f"sku_code does not exist: {', '.join(unknown[:5])}")
    document = document_of(order, str(uuid.uuid4()), created_at)
    row = row_of(document, created_at)
    connection.execute(orders.insert(), row)
    return bytes(row["document"])


def _next_moment(connection: Connection) -> int:
    """A created_at later than every other, also when several workers create at once."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": CREATION_LOCK})
    newest = connection.execute(select(func.max(orders.c.created_at))).scalar()
    return max(clock.now(), (newest or 0) + 1)


def _unknown_skus(connection: Connection, skus: set[str]) -> list[str]:
    wanted = sorted(skus)
    found: set[str] = set()
    for start in range(0, len(wanted), 500):
        known = select(products.c.sku).where(products.c.sku.in_(wanted[start : start + 500]))
        found.update(connection.execute(known).scalars())
    return [sku for sku in wanted if sku not in found]


def shown(document: bytes) -> bytes:
    """A stored order as it is answered."""
    if readings.FULL_ORDER_HAS_ALL_FIELDS:
        return document
    whole = _decode(document)
    for name in readings.FIELDS_NOT_ON_THE_PAGE:
        if not whole[name]:
            del whole[name]
    return encode(whole)


def find(connection: Connection, field: str, value: str) -> bytes | Refusal:
    """The full order that the identifier means."""
    if "\0" in value:
        return _no_order(field, value)
    rows = _FIND[field].rows(connection, value=value)
    return bytes(rows[0][0]) if rows else _no_order(field, value)


def update(connection: Connection, field: str, value: str, changes: dict[str, Any]) -> bytes | Refusal:
    """Replaces the header fields that `changes` names; the others stay, and the lines always."""
    document = _held(connection, field, value)
    if isinstance(document, Refusal):
        return document
    before, after = document["status"], changes.get("status", document["status"])
    if after not in readings.PUT_TRANSITIONS[before]:
        hint = "; cancel with DELETE" if after == "cancelled" else ""
        return service_error(f"status cannot change from {before} to {after}{hint}")
    return _keep(connection, {**document, **_replacements(document, changes)})


def _replacements(document: dict[str, Any], changes: dict[str, Any]) -> dict[str, Any]:
    """What a PUT of `changes` puts in place, by the readings of it."""
    named = dict(changes)
    if not readings.PUT_KEEPS_UNNAMED_FIELDS:
        named = {**dict.fromkeys(readings.PUT_NULL_CLEARS), **named}
    for name in readings.EMPTY_OBJECT_FIELDS:
        if name in named and named[name] is None:
            named[name] = {}
    if "metadata" in changes and not readings.METADATA_IS_REPLACED_WHOLE:
        named["metadata"] = {**document["metadata"], **named["metadata"]}
    return named


def cancel(connection: Connection, field: str, value: str, reason: str | None) -> bytes | Refusal:
    """Moves the order to `cancelled` and keeps the reason; repeating it changes nothing."""
    document = _held(connection, field, value)
    if isinstance(document, Refusal):
        return document
    if document["status"] == "cancelled":
        return encode(document)
    if document["status"] == "shipped":
        return service_error("the order is already shipped and cannot be cancelled")
    document["status"] = "cancelled"
    if reason is not None:
        document[readings.CANCELLATION_REASON_FIELD] = reason
    return _keep(connection, document)


def _held(connection: Connection, field: str, value: str) -> dict[str, Any] | Refusal:
    """The order, locked until the transaction ends so that two writers cannot interleave."""
    if "\0" in value:
        return _no_order(field, value)
    statement = _BY_FIELD[field].with_for_update()
    document = connection.execute(statement, {"value": value}).scalar()
    return _no_order(field, value) if document is None else dict(_decode(document))


def _keep(connection: Connection, document: dict[str, Any]) -> bytes:
    row = row_of(document, 0)
    kept = {name: row[name] for name in ("status", "summary", "document")}
    connection.execute(orders.update().where(orders.c.id == document["id"]).values(kept))
    return bytes(row["document"])


def page(connection: Connection, after: Position | None, rows: int) -> list[bytes]:
    """The summaries of up to `rows` orders, newest first."""
    if after is None:
        found = FIRST_PAGE.rows(connection, rows=rows)
    else:
        found = LATER_PAGE.rows(connection, created_at=after.created_at, id=after.id, rows=rows)
    return [row[0] for row in found]


def with_external_ids(connection: Connection, summaries: list[bytes]) -> list[bytes]:
    """The summaries with each order's external_order_id, for a key that addresses orders by it."""
    documents = [_decode(summary) for summary in summaries]
    ids = [document["id"] for document in documents]
    found = connection.execute(select(orders.c.id, orders.c.external_order_id).where(orders.c.id.in_(ids)))
    external = {row.id: row.external_order_id for row in found}
    return [encode({**each, "external_order_id": external[each["id"]]}) for each in documents]


def position_of(summary: bytes) -> Position:
    """Where an order stands in the list, read from its own summary."""
    place = _decode_place(summary)
    return Position(clock.moment(datetime.fromisoformat(place.created_at)), place.id)


def _no_order(field: str, value: str) -> Refusal:
    return not_found(f"No order has the {field} {value[:100]!r}")
