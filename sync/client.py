"""The Orders API as a station uses it: five order operations, products and inventory.

Reads are tried again by the rules of `sync.pace`. Writes are sent once: what a failed write did is for a
later read to tell. Redirects are followed for reads only, and never to another host.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from random import Random
from typing import Any, Final
from urllib.parse import quote, urlencode

import httpx
from tenacity import AsyncRetrying, RetryCallState, retry_if_exception

from sync import decoding, readings
from sync.address import base_address
from sync.errors import (
    AlreadyExists,
    BrokenAnswer,
    NotAllowed,
    NotFound,
    Offline,
    Rejected,
    SyncError,
    Throttled,
)
from sync.exchange import TIMEOUT, exchanged
from sync.pace import Backoff, Pace
from sync.shapes import FullOrder, Location, Page, Product, ProductPage
from sync.status import Asked
from verification.printable import printable
from verification.records import record

_NO_PARAMETERS: Final[Mapping[str, str]] = {}


@record
class Tally:
    """What the client saw last and how often it asked."""

    requests: int = 0
    skew: float | None = None
    """Seconds by which the server's clock is ahead of this computer's; shown, decides nothing."""
    last: tuple[Asked, ...] = ()
    """The newest first."""


def segment(identifier: str) -> str:
    """An identifier as one path segment. Contract: "Percent-encode it (`/`, space…)"."""
    encoded = quote(identifier, safe="")
    if encoded in (".", ".."):
        raise Rejected(404, "NOT_ADDRESSABLE", f"an order cannot be addressed as {identifier!r}")
    return encoded


@dataclass
class OrdersClient:
    """One key's view of the API at `url`. Raises the errors of `sync.errors`, nothing else."""

    http: httpx.AsyncClient
    url: str
    key: Callable[[], str | None] = field(repr=False)
    """Asked at each request, so that a new key holds without a restart."""
    pace: Pace = field(default_factory=Pace)
    backoff: Backoff = field(default_factory=Backoff)
    random: Random = field(default_factory=Random, repr=False)
    now: Callable[[], datetime] = lambda: datetime.now(UTC)
    tally: Tally = field(default_factory=Tally)

    def __post_init__(self) -> None:
        self._base = base_address(self.url)
        self._date = ""

    async def list_orders(self, cursor: str | None = None, limit: int = readings.MOST_PER_PAGE) -> Page:
        """A page of summaries, newest first."""
        return decoding.orders_page(await self._read("/orders/", _paging(cursor, limit)))

    async def get_order(self, identifier: str) -> FullOrder:
        """One order. Raises NotFound."""
        return decoding.full_order(await self._read(f"/orders/{segment(identifier)}/"))

    async def create_order(self, body: Mapping[str, Any]) -> FullOrder:
        """Create an order. Raises AlreadyExists when its order_number is taken."""
        return decoding.full_order(await self._once("POST", "/orders/", body))

    async def update_order(self, identifier: str, body: Mapping[str, Any]) -> FullOrder:
        """Replace the header fields that `body` names."""
        return decoding.full_order(await self._once("PUT", f"/orders/{segment(identifier)}/", body))

    async def cancel_order(self, identifier: str, reason: str = "") -> FullOrder:
        """Cancel an order; cancelling it twice changes nothing."""
        body = {"reason": reason} if reason else None
        return decoding.full_order(await self._once("DELETE", f"/orders/{segment(identifier)}/", body))

    async def list_products(
        self, cursor: str | None = None, limit: int = readings.MOST_PER_PAGE
    ) -> ProductPage:
        """A page of products."""
        return decoding.products_page(await self._read("/products/", _paging(cursor, limit)))

    async def get_product(self, sku: str) -> Product:
        """One product. Raises NotFound."""
        return decoding.product(await self._read(f"/products/{segment(sku)}/"))

    async def inventory(self, sku: str) -> tuple[Location, ...]:
        """The locations that hold a SKU. Raises NotFound."""
        return decoding.locations(await self._read(f"/inventory/{segment(sku)}/", {"by": "sku"}))

    async def _read(self, path: str, parameters: Mapping[str, str] = _NO_PARAMETERS) -> bytes:
        """A GET, tried again while its failure speaks of the moment, time is left and the budget allows."""
        start = asyncio.get_running_loop().time()
        try:
            content = await self._asked("GET", path, parameters, None)
        except (Offline, Throttled) as failure:
            content = await self._read_again(path, parameters, start, failure)
        self.pace.budget.earn()
        return content

    async def _read_again(
        self, path: str, parameters: Mapping[str, str], start: float, failure: SyncError
    ) -> bytes:
        """The tries after a first one, which began at `start` and ended in `failure`."""
        first = [failure]

        async def ask() -> bytes:
            if first:
                raise first.pop()
            return await self._asked("GET", path, parameters, None)

        def over(state: RetryCallState) -> bool:
            passed = asyncio.get_running_loop().time() - start + state.upcoming_sleep
            spent = state.attempt_number >= self.backoff.tries or passed > self.backoff.total
            return spent or not self.pace.budget.spend()

        def wait(state: RetryCallState) -> float:
            return max(self.pace.held_back(), self.backoff.wait(state.attempt_number, self.random))

        retrying = AsyncRetrying(
            sleep=asyncio.sleep, stop=over, wait=wait, retry=retry_if_exception(_passes), reraise=True
        )
        content: bytes = await retrying(ask)
        return content

    async def _once(self, method: str, path: str, body: Mapping[str, Any] | None) -> bytes:
        return await self._asked(method, path, _NO_PARAMETERS, body)

    async def _asked(
        self, method: str, path: str, parameters: Mapping[str, str], body: Mapping[str, Any] | None
    ) -> bytes:
        async with self.pace:
            try:
                status, headers, content = await exchanged(
                    self.http, self._request(method, path, parameters, body)
                )
            except SyncError as error:
                self._noted(method, path, type(error).__name__)
                raise
            self._noted(method, path, str(status), headers.get("date", ""))
            waits = self.pace.learn(headers, self.now)
        if status in (200, 201):
            return content
        raise _failed(status, content, waits)

    def _request(
        self, method: str, path: str, parameters: Mapping[str, str], body: Mapping[str, Any] | None
    ) -> httpx.Request:
        key = self.key()
        if not key or not key.isascii() or not key.isprintable():
            raise NotAllowed("There is no usable API key; set TALLYMAN_API_KEY.", 401)
        headers = {"X-API-Key": key, "Accept": "application/json"}
        content = None
        if body is not None:
            content = _encoded(body)
            headers["Content-Type"] = "application/json"
        return self.http.build_request(
            method,
            f"{self._base}{path}?{urlencode(parameters, quote_via=quote)}"
            if parameters
            else self._base + path,
            headers=headers,
            content=content,
            timeout=TIMEOUT,
        )

    def _noted(self, method: str, path: str, outcome: str, date: str = "") -> None:
        from email.utils import parsedate_to_datetime

        skew = self.tally.skew
        if date and date != self._date:
            self._date = date
            try:
                skew = (parsedate_to_datetime(date) - self.now()).total_seconds()
            except (ValueError, TypeError):
                skew = None
        latest = (Asked(method, path, outcome), *self.tally.last[:19])
        self.tally = Tally(self.tally.requests + 1, skew, latest)


def _encoded(body: Mapping[str, Any]) -> bytes:
    """A body as JSON. Raises Rejected for one that JSON cannot hold, as the API would."""
    try:
        return json.dumps(body, allow_nan=False).encode()
    except (ValueError, RecursionError) as error:
        raise Rejected(400, "NOT_JSON", f"it cannot be written as JSON ({error})") from None


def _paging(cursor: str | None, limit: int) -> dict[str, str]:
    return {"limit": str(limit), **({"cursor": cursor} if cursor else {})}


def _passes(error: BaseException) -> bool:
    return isinstance(error, Offline | Throttled)


def _failed(status: int, content: bytes, waits: float) -> SyncError:
    """The error that an answer without success stands for."""
    code, message = decoding.failure(content)
    said = printable(message, 300) or "it gives no reason"
    if status in (401, 403):
        return NotAllowed(f"The API refused the key ({status}): {said}.", status)
    if status == 429:
        until = f": wait {waits:g} seconds" if waits else ""
        return Throttled(f"The API asks for fewer requests{until}.", waits)
    if status in readings.RETRYABLE:
        return Offline(f"The API is out of order for now ({status}).")
    if status == 404:
        return NotFound(status, code or "NOT_FOUND", said)
    if readings.is_taken(status, code, message):
        return AlreadyExists(status, code, said)
    if 400 <= status < 600:
        return Rejected(status, code, said)
    return BrokenAnswer(f"status {status} is none that the contract names")
