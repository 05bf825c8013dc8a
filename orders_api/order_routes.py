"""The five operations on orders, over HTTP.

Contract: POST answers 201 with the full order, GET lists summaries or one full order, PUT updates
header fields, DELETE cancels softly with an optional reason.
"""

from __future__ import annotations

from typing import Any, Final

import msgspec
from sqlalchemy import Connection
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from orders_api import intake, openapi, orders, readings, wording
from orders_api.access import Caller
from orders_api.cursors import seal
from orders_api.envelope import Refusal, encode, invalid, mapping_error, one, page
from orders_api.mapping import MappingFailure, Steps, partner_name, to_partner, to_platform
from orders_api.request_log import RequestRecord
from orders_api.service import Service
from orders_api.validation import NewOrder, Problem, read_cancel, read_create, read_update

READ: Final = "integrations.orders.read"
WRITE: Final = "integrations.orders.write"
DELETE: Final = "integrations.orders.delete"
_RESOURCE: Final = "orders"
_decode = msgspec.json.Decoder().decode


def order_routes(service: Service, base_path: str) -> list[Route]:
    """The five routes below `orders/`."""

    async def list_orders(request: Request) -> Response:
        return await service.read(
            request, READ, lambda connection, caller: _page(service, request, connection, caller)
        )

    async def get_order(request: Request) -> Response:
        wanted = intake.identifier(request, "identifier")

        def work(connection: Connection, caller: Caller) -> bytes | Refusal:
            return _answer(orders.find(connection, caller.order_identifier, wanted), caller)

        return await service.read(request, READ, work)

    async def create_order(request: Request) -> Response:
        record = intake.record_of(request)

        def work(connection: Connection, caller: Caller, body: bytes) -> bytes | Refusal:
            return _answer(_create(connection, caller, body, record), caller)

        return await service.write(request, WRITE, work, 201)

    async def update_order(request: Request) -> Response:
        wanted, record = intake.identifier(request, "identifier"), intake.record_of(request)

        def work(connection: Connection, caller: Caller, body: bytes) -> bytes | Refusal:
            return _answer(_update(connection, caller, wanted, body, record), caller)

        return await service.write(request, WRITE, work)

    async def cancel_order(request: Request) -> Response:
        wanted = intake.identifier(request, "identifier")

        def work(connection: Connection, caller: Caller, body: bytes) -> bytes | Refusal:
            return _answer(_cancel(connection, caller, wanted, body), caller)

        return await service.write(request, DELETE, work, readings.DELETE_STATUS)

    return openapi.documented(base_path, (list_orders, create_order, get_order, update_order, cancel_order))


def _page(service: Service, request: Request, connection: Connection, caller: Caller) -> bytes | Refusal:
    asked = intake.paging(request, _RESOURCE, service.cursor_secret)
    if isinstance(asked, Refusal):
        return asked
    mapping = caller.partner.mapping if caller.partner else None
    plain = mapping is None and not _identifies_externally(caller)
    kept = service.pages.find(connection, (asked.after, asked.limit)) if plain else None
    if kept is not None:
        return kept
    summaries = orders.page(connection, asked.after, asked.limit + 1)
    cursor = None
    if len(summaries) > asked.limit:
        summaries.pop()
        cursor = seal(orders.position_of(summaries[-1]), _RESOURCE, service.cursor_secret)
    if _identifies_externally(caller):
        summaries = orders.with_external_ids(connection, summaries)
    if mapping is not None:
        summaries = [encode(to_partner(mapping, _decode(summary))) for summary in summaries]
    body = page(summaries, asked.limit, cursor)
    if plain:
        service.pages.keep((asked.after, asked.limit), body)
    return body


def _identifies_externally(caller: Caller) -> bool:
    shown = readings.SUMMARIES_SHOW_EXTERNAL_ID_WHERE_IT_IDENTIFIES
    return shown and caller.order_identifier == "external_order_id"


def _create(connection: Connection, caller: Caller, body: bytes, record: RequestRecord) -> bytes | Refusal:
    payload = _in_platform_names(caller, body, record, whole=True)
    if isinstance(payload, Refusal):
        return payload
    order = read_create(payload)
    if not isinstance(order, NewOrder):
        return _told(order, caller)
    return _renamed(orders.create(connection, order), caller)


def _update(
    connection: Connection, caller: Caller, wanted: str, body: bytes, record: RequestRecord
) -> bytes | Refusal:
    payload = _in_platform_names(caller, body, record, whole=False)
    if isinstance(payload, Refusal):
        return payload
    changes = read_update(payload)
    if isinstance(changes, tuple):
        return _told(changes, caller)
    return orders.update(connection, caller.order_identifier, wanted, changes)


def _cancel(connection: Connection, caller: Caller, wanted: str, body: bytes) -> bytes | Refusal:
    reason = None
    if body:
        payload = intake.parsed(body)
        if isinstance(payload, Refusal):
            return payload
        told = read_cancel(payload)
        if isinstance(told, tuple):
            return _told(told, caller)
        reason = told
    return orders.cancel(connection, caller.order_identifier, wanted, reason)


def _in_platform_names(caller: Caller, body: bytes, record: RequestRecord, *, whole: bool) -> Any | Refusal:
    """The body's value, through the partner's mapping where the caller has one."""
    payload = intake.parsed(body)
    if isinstance(payload, Refusal) or not (caller.partner and caller.partner.mapping):
        return payload
    mapped = to_platform(caller.partner.mapping, payload, whole=whole)
    if isinstance(mapped, MappingFailure):
        return mapping_error(str(mapped))
    record.mapped_body = encode(mapped)
    return mapped


def _told(problems: tuple[Problem, ...], caller: Caller) -> Refusal:
    return invalid(wording.sentence(problems, _naming(caller)))


def _naming(caller: Caller) -> Any:
    def naming(steps: Steps) -> Steps:
        mapping = caller.partner.mapping if caller.partner else None
        return partner_name(mapping, steps) if mapping else steps

    return naming


def _renamed(outcome: bytes | Refusal, caller: Caller) -> bytes | Refusal:
    """A refusal of the order's number, which names the field, in the partner's name for it."""
    if not isinstance(outcome, Refusal) or not outcome.message.startswith("order_number "):
        return outcome
    name = wording.field_path(_naming(caller)(("order_number",)))
    return invalid(name + outcome.message.removeprefix("order_number"))


def _answer(outcome: bytes | Refusal, caller: Caller) -> bytes | Refusal:
    """The answer's body, in the caller's names."""
    if isinstance(outcome, Refusal):
        return outcome
    mapping = caller.partner.mapping if caller.partner else None
    if mapping is None:
        return one(orders.shown(outcome))
    document = _decode(orders.shown(outcome))
    items = [{**item, "sku_code": item["sku"]["sku"]} for item in document["items"]]
    return one(encode(to_partner(mapping, {**document, "items": items})))
