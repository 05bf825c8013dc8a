"""Products and inventory over HTTP, read by a station to learn barcodes and locations."""

from __future__ import annotations

from typing import Final

from sqlalchemy import Connection
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from orders_api import intake, openapi, products, readings
from orders_api.access import Caller
from orders_api.cursors import Position, seal
from orders_api.envelope import Refusal, invalid, one, page
from orders_api.service import Service

READ_PRODUCTS: Final = "integrations.products.read"
READ_INVENTORY: Final = "integrations.inventory.read"
_RESOURCE: Final = "products"


def product_routes(service: Service, base_path: str) -> list[Route]:
    """The routes below `/products/` and `/inventory/`."""

    async def list_products(request: Request) -> Response:
        def work(connection: Connection, _: Caller) -> bytes | Refusal:
            return _page(service, request, connection)

        return await service.read(request, READ_PRODUCTS, work)

    async def get_product(request: Request) -> Response:
        sku = intake.identifier(request, "sku")

        def work(connection: Connection, _: Caller) -> bytes | Refusal:
            document = products.find(connection, sku)
            return document if isinstance(document, Refusal) else one(document)

        return await service.read(request, READ_PRODUCTS, work)

    async def get_inventory(request: Request) -> Response:
        sku = intake.identifier(request, "sku")

        def work(connection: Connection, _: Caller) -> bytes | Refusal:
            given = intake.query(request, ("by",))
            if isinstance(given, Refusal):
                return given
            by = given.get("by", readings.INVENTORY_DEFAULT_BY)
            if by != "sku":
                return invalid(f"by: expected sku, got {by[:40]!a}")
            document = products.locations(connection, sku)
            return document if isinstance(document, Refusal) else one(document)

        return await service.read(request, READ_INVENTORY, work)

    return openapi.documented(base_path, (list_products, get_product, get_inventory))


def _page(service: Service, request: Request, connection: Connection) -> bytes | Refusal:
    asked = intake.paging(request, _RESOURCE, service.cursor_secret)
    if isinstance(asked, Refusal):
        return asked
    rows = products.page(connection, asked.after, asked.limit + 1)
    cursor = None
    if len(rows) > asked.limit:
        rows.pop()
        _, created_at, product_id = rows[-1]
        cursor = seal(Position(created_at, product_id), _RESOURCE, service.cursor_secret)
    return page([row[0] for row in rows], asked.limit, cursor)
