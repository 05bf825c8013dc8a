"""The OpenAPI document: operations, their parameters and answers, by the name of their route."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from orders_api import readings, schemas
from orders_api.schemas import Schema, success, success_list

SECURITY_SCHEME: Final = {"type": "apiKey", "in": "header", "name": "X-API-Key"}


def _path_parameter(name: str, description: str) -> Schema:
    return {
        "name": name,
        "in": "path",
        "required": True,
        "description": description,
        "schema": {"type": "string", "minLength": 1},
    }


_IDENTIFIER: Final = _path_parameter(
    "identifier",
    "The order, by the field that the key's identifier configuration names: `order_number` for "
    "keys without a partner. Percent-encoded, slashes and spaces included.",
)
_SKU: Final = _path_parameter("sku", "The product's SKU, percent-encoded.")
_PAGING: Final = [
    {
        "name": "limit",
        "in": "query",
        "description": "Rows of a page: 1 to 200, default 50; values out of range are clamped.",
        "schema": {"type": "integer", "default": 50},
    },
    {
        "name": "cursor",
        "in": "query",
        "description": "Opaque: the previous page's `pagination.next_cursor`.",
        "schema": {"type": "string"},
    },
]


def _body(schema: str, *, required: bool) -> Schema:
    reference = {"$ref": f"#/components/schemas/{schema}"}
    return {"required": required, "content": {"application/json": {"schema": reference}}}


ROUTES: Final = {
    "list_orders": ("GET", "/orders/", "Orders"),
    "create_order": ("POST", "/orders/", "Orders"),
    "get_order": ("GET", "/orders/{identifier}/", "Orders"),
    "update_order": ("PUT", "/orders/{identifier}/", "Orders"),
    "cancel_order": ("DELETE", "/orders/{identifier}/", "Orders"),
    "list_products": ("GET", "/products/", "Products"),
    "get_product": ("GET", "/products/{sku}/", "Products"),
    "get_inventory": ("GET", "/inventory/{sku}/", "Inventory"),
}
"""Method, path and tag of each operation, by the name of the function that answers it."""

OPERATIONS: Final[dict[str, dict[str, Any]]] = {
    "list_orders": {
        "summary": "List orders, newest first",
        "parameters": _PAGING,
    },
    "create_order": {
        "summary": "Create an order",
        "requestBody": _body("NewOrder", required=True),
    },
    "get_order": {
        "summary": "Retrieve an order",
        "parameters": [_IDENTIFIER],
    },
    "update_order": {
        "summary": "Update header fields of an order",
        "parameters": [_IDENTIFIER],
        "requestBody": _body("OrderUpdate", required=True),
    },
    "cancel_order": {
        "summary": "Cancel an order; it is kept with status `cancelled`",
        "parameters": [_IDENTIFIER],
        "requestBody": _body("Cancellation", required=False),
    },
    "list_products": {
        "summary": "List products, newest first",
        "parameters": _PAGING,
    },
    "get_product": {
        "summary": "Retrieve a product",
        "parameters": [_SKU],
    },
    "get_inventory": {
        "summary": "The locations that hold a SKU",
        "parameters": [
            _SKU,
            {
                "name": "by",
                "in": "query",
                "description": "What the path names; `sku` is the only choice.",
                "schema": {"type": "string", "enum": ["sku"]},
            },
        ],
    },
}

_SUCCESSES: Final[dict[str, tuple[int, Schema]]] = {
    "list_orders": (200, success_list("OrderSummary", paged=True)),
    "create_order": (201, success("Order")),
    "get_order": (200, success("Order")),
    "update_order": (200, success("Order")),
    "cancel_order": (readings.DELETE_STATUS, success("Order")),
    "list_products": (200, success_list("Product", paged=True)),
    "get_product": (200, success("Product")),
    "get_inventory": (200, success_list("Location", paged=False)),
}
_LINKS: Final = {
    name: {
        "operationId": name,
        "parameters": {"identifier": "$response.body#/data/order_number"},
        "description": "For keys without a partner.",
    }
    for name in ("get_order", "update_order", "cancel_order")
}
_DENIALS: Final = {
    401: "The key is unknown, expired or inactive",
    403: "The key is missing or lacks the scope, or the integration is switched off",
}
_FAILURES: Final = {
    400: "VALIDATION_ERROR or SERVICE_ERROR",
    404: "NOT_FOUND",
    413: "PAYLOAD_TOO_LARGE: the body is larger than 10 MB",
    415: "UNSUPPORTED_MEDIA_TYPE: the body is declared as something other than JSON",
    503: "SERVICE_UNAVAILABLE: the database cannot be reached",
    422: "MAPPING_ERROR: the partner's field mapping failed on the payload",
}


def responses_of(operation: str) -> dict[str, dict[str, Any]]:
    """Every answer that the operation can give."""
    status, schema = _SUCCESSES[operation]
    answers: dict[str, dict[str, Any]] = {str(status): _json("Done", schema)}
    if operation == "create_order":
        answers[str(status)]["links"] = _LINKS
    for code, description in _DENIALS.items():
        answers[str(code)] = _json(description, {"$ref": "#/components/schemas/Denial"})
    for code in (*_failures_of(operation), 503):
        answers[str(code)] = _json(_FAILURES[code], {"$ref": "#/components/schemas/Failure"})
    return answers


def _failures_of(operation: str) -> tuple[int, ...]:
    if operation.startswith("list_"):
        return (400,)
    if operation in ("get_order", "get_product"):
        return (404,)
    if operation == "get_inventory":
        return (400, 404)
    if operation == "create_order":
        return (400, 413, 415, 422)
    return (400, 404, 413, 415, 422)


def _json(description: str, schema: Schema) -> dict[str, Any]:
    return {"description": description, "content": {"application/json": {"schema": schema}}}


def document(title: str, version: str, description: str, base_path: str) -> dict[str, Any]:
    """The OpenAPI 3.1 document of the API below `base_path`."""
    paths: dict[str, dict[str, Any]] = {}
    for name, (method, path, tag) in ROUTES.items():
        operation = {
            "operationId": name,
            "tags": [tag],
            "security": [{"ApiKey": []}],
            **OPERATIONS[name],
            "responses": responses_of(name),
        }
        paths.setdefault(base_path + path, {})[method.lower()] = operation
    return {
        "openapi": "3.1.0",
        "info": {"title": title, "version": version, "description": description},
        "paths": paths,
        "components": {
            "schemas": schemas.COMPONENTS,
            "securitySchemes": {"ApiKey": SECURITY_SCHEME},
        },
    }


Endpoint = Callable[[Request], Awaitable[Response]]


def documented(base_path: str, endpoints: Iterable[Endpoint]) -> list[Route]:
    """The routes of the endpoints, each by the entry of its name in `ROUTES`.

    They are Starlette's own: stored JSON goes out as it is, so FastAPI's reading of parameters and
    rendering of models would only cost time.
    """
    routes = []
    for endpoint in endpoints:
        method, path, _ = ROUTES[getattr(endpoint, "__name__", "")]
        routes.append(Route(base_path + path, endpoint, methods=[method]))
    return routes
