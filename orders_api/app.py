"""The application: routes, refusals outside them, and what starts and stops with a process."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, Final

from fastapi import APIRouter, FastAPI
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp

from orders_api import docs_page, openapi
from orders_api.database import Database, DatabaseProblem, is_reachable, open_database
from orders_api.envelope import JSON_MEDIA_TYPE, Refusal, not_found, respond
from orders_api.faults import FaultGate, Faults
from orders_api.gate import HEALTH_PATH, UNFORESEEN, Gate
from orders_api.order_routes import order_routes
from orders_api.outage import RETRY_AFTER_SECONDS, UNAVAILABLE, Outage, told_apart
from orders_api.product_routes import product_routes
from orders_api.request_log import DEFAULT_LOG_DAYS, RequestLog
from orders_api.service import Service, cursor_secret

BASE_PATH: Final = "/api/integrations/v1"


_log = logging.getLogger("orders_api")


class StartFailure(RuntimeError):
    """The process cannot serve; the message is one sentence for people."""


@dataclass(frozen=True, slots=True)
class Settings:
    """What a server process is started with; picklable, so that every worker gets the same."""

    database_url: str
    log_days: int = DEFAULT_LOG_DAYS
    faults: bool = False

    def __call__(self) -> ASGIApp:
        """Builds the application; uvicorn calls this in each worker."""
        return create_app(self)


def create_app(settings: Settings) -> ASGIApp:
    """The whole application over an opened and migrated database."""
    database = open_database(settings.database_url)
    if isinstance(database, DatabaseProblem):
        raise StartFailure(database.sentence)
    service = Service(database, database.read_now(cursor_secret))
    log = RequestLog(database, settings.log_days)
    app: ASGIApp = _web(service, log)
    if settings.faults:
        app = FaultGate(app, Faults())
    return Gate(app, log)


def _web(service: Service, log: RequestLog) -> FastAPI:
    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        log.start()
        try:
            yield
        finally:
            log.close()
            service.database.close()

    app = FastAPI(
        title="Orders API",
        version="1",
        description="Create, list, retrieve, update and cancel orders; read products.",
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        lifespan=lifespan,
    )
    routes = [*order_routes(service, BASE_PATH), *product_routes(service, BASE_PATH)]
    app.router.routes[:0] = routes
    app.include_router(_own_routes(app, service.database))

    def document() -> dict[str, Any]:
        return openapi.document(app.title, app.version, app.description, BASE_PATH)

    app.openapi = document  # type: ignore[method-assign]
    _handle_refusals(app, routes)
    return app


def _own_routes(app: FastAPI, database: Database) -> APIRouter:
    router = APIRouter(include_in_schema=False)

    @router.get(HEALTH_PATH)
    async def health() -> Response:
        try:
            with told_apart(database.engine):
                reachable = await database.read(is_reachable)
        except Outage:
            reachable = False
        body = b'{"status":"ok"}' if reachable else b'{"status":"database not reachable"}'
        return Response(body, 200 if reachable else 503, media_type=JSON_MEDIA_TYPE)

    @router.get("/docs")
    async def docs() -> Response:
        policy = "default-src 'none'; style-src 'unsafe-inline'"
        page = docs_page.render(app.openapi())
        return HTMLResponse(page, headers={"content-security-policy": policy})

    return router


def _handle_refusals(app: FastAPI, routes: list[Route]) -> None:
    """Unknown paths, methods and whatever nobody foresaw answer in the envelope too."""

    async def refuse(request: Request, error: Exception) -> Response:
        status = error.status_code if isinstance(error, HTTPException) else 500
        path = request.scope["path"]
        if status == 404:
            return respond(_no_path(path))
        if status == 405:
            methods = ", ".join(_allowed(routes, path) or ("GET",))
            sentence = f"{request.method[:20]} is not a method of this path; expected {methods}"
            response = respond(Refusal(405, "METHOD_NOT_ALLOWED", sentence))
            response.headers["allow"] = methods
            return response
        return respond(UNFORESEEN)

    async def unavailable(_: Request, outage: Exception) -> Response:
        _log.warning("the database did not answer: %s", outage)
        response = respond(UNAVAILABLE)
        response.headers["retry-after"] = str(RETRY_AFTER_SECONDS)
        return response

    app.add_exception_handler(Outage, unavailable)
    app.add_exception_handler(HTTPException, refuse)
    app.add_exception_handler(Exception, refuse)


def _no_path(path: str) -> Refusal:
    if path.endswith("/"):
        return not_found("Nothing answers at this path")
    return not_found("Nothing answers at this path; every path of this API ends in a slash")


def _allowed(routes: list[Route], path: str) -> list[str]:
    matching = [route.methods or set() for route in routes if route.path_regex.match(path)]
    return sorted(set().union(*matching))
