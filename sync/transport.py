"""The connection to the API: only where the key may go, with certificates always checked.

Reads go over aiohttp, which answers several times as many requests a second on a core. Writes go over
httpx's own transport: aiohttp sends a PUT again by itself when a kept connection turns out closed, and a body
of an update must never be sent twice.
"""

from __future__ import annotations

import ssl
from pathlib import Path

import httpx
from httpx_aiohttp import AiohttpTransport

from sync.authority import add_authority
from sync.pace import MOST_WORKERS

_LIMITS = httpx.Limits(max_connections=MOST_WORKERS * 2, max_keepalive_connections=MOST_WORKERS)


class _ReadsAndWrites(httpx.AsyncBaseTransport):
    """Sends each request the way that suits its method."""

    def __init__(self, reads: httpx.AsyncBaseTransport, writes: httpx.AsyncBaseTransport) -> None:
        self._reads = reads
        self._writes = writes

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        chosen = self._reads if request.method == "GET" else self._writes
        return await chosen.handle_async_request(request)

    async def aclose(self) -> None:
        await self._reads.aclose()
        await self._writes.aclose()


def trusted(authority: Path | None) -> ssl.SSLContext:
    """What certificates are checked against: the public authorities, or a site's own one besides.

    Raises Unsafe when the file of the site's authority cannot be used. There is no way to check nothing.
    """
    context = httpx.create_ssl_context(trust_env=False)
    if authority is not None:
        add_authority(context, authority)
    return context


def connect(authority: Path | None = None) -> httpx.AsyncClient:
    """An HTTP client for `OrdersClient`; close it after use, in the loop that used it."""
    context = trusted(authority)
    transport = _ReadsAndWrites(
        AiohttpTransport(verify=context, limits=_LIMITS),
        httpx.AsyncHTTPTransport(verify=context, limits=_LIMITS, trust_env=False),
    )
    return httpx.AsyncClient(transport=transport, follow_redirects=False, trust_env=False)
