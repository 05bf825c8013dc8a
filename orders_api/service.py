"""What every route needs: the database, the check of the key, and the way to an answer."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from sqlalchemy import Connection, select
from starlette.requests import Request
from starlette.responses import Response

from orders_api import access, intake
from orders_api.access import Caller, Denial
from orders_api.database import Database
from orders_api.envelope import Refusal, respond
from orders_api.outage import told_apart
from orders_api.page_cache import PageCache
from orders_api.schema import settings

CLIENT_CLOSED_REQUEST = 499
"""Logged when the client left before its request was complete; nobody receives it."""

Work = Callable[[Connection, Caller], bytes | Refusal]
BodyWork = Callable[[Connection, Caller, bytes], bytes | Refusal]


@dataclass(frozen=True, slots=True)
class Service:
    """The parts that all routes of one process share."""

    database: Database
    cursor_secret: bytes
    """Signs page cursors; the same in every worker, since it lies in the database."""
    pages: PageCache = field(default_factory=PageCache)

    async def read(self, request: Request, scope: str, work: Work) -> Response:
        """Checks the key and answers what `work` reads, both over one connection."""
        presented, record = intake.presented_keys(request), intake.record_of(request)

        def checked(connection: Connection) -> bytes | Refusal:
            caller = access.check(connection, presented, scope)
            record.key_name = caller.key_name
            if isinstance(caller, Denial):
                return caller.refusal
            return work(connection, caller)

        with told_apart(self.database.engine):
            return respond(await self.database.read(checked))

    async def write(self, request: Request, scope: str, work: BodyWork, status: int = 200) -> Response:
        """Checks the key before it takes the body in, then runs `work` in one transaction."""
        presented, engine = intake.presented_keys(request), self.database.engine
        with told_apart(engine):
            caller = await self.database.read(lambda c: access.check(c, presented, scope))
        intake.record_of(request).key_name = caller.key_name
        if isinstance(caller, Denial):
            return respond(caller.refusal)
        body = await intake.body(request)
        if isinstance(body, intake.Gone):
            return Response(status_code=CLIENT_CLOSED_REQUEST)
        if isinstance(body, Refusal):
            return respond(body)
        with told_apart(engine):
            outcome = await self.database.write(lambda c: work(c, caller, body))
        return respond(outcome, status)


def cursor_secret(connection: Connection) -> bytes:
    """The secret that the migrations made."""
    found = select(settings.c.value).where(settings.c.name == "cursor_secret")
    return bytes.fromhex(connection.execute(found).scalar_one())
