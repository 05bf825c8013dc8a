"""One request and its answer, within the caps of size and time, and never past another host."""

from __future__ import annotations

import asyncio
import ssl
from typing import Final

import aiohttp
import httpx

from sync.errors import BrokenAnswer, Offline
from sync.pace import number_in
from verification.printable import printable

LARGEST: Final = 16 * 1024 * 1024
"""Bytes of an answer; the contract's bodies end at 10 MB."""
SLOWEST: Final = 30.0
"""Seconds from a request to the end of its answer."""
TIMEOUT: Final = httpx.Timeout(SLOWEST, connect=10.0)
_MOST_REDIRECTS: Final = 3


async def exchanged(http: httpx.AsyncClient, request: httpx.Request) -> tuple[int, httpx.Headers, bytes]:
    """Send `request` and take the answer in: status, headers, body.

    A redirect is followed for reads only, and only to the same scheme, host and port. Raises Offline and
    BrokenAnswer.
    """
    try:
        async with asyncio.timeout(SLOWEST):
            for _ in range(_MOST_REDIRECTS + 1):
                response = await http.send(request, stream=True, follow_redirects=False)
                try:
                    onward = _onward(http, request, response)
                    if onward is None:
                        return response.status_code, response.headers, await _content(response)
                finally:
                    await response.aclose()
                request = onward
    except TimeoutError:
        raise Offline(f"The API gave no whole answer within {SLOWEST:g} seconds.") from None
    except httpx.DecodingError as error:
        raise BrokenAnswer(f"its encoding cannot be undone ({error})") from None
    except aiohttp.ClientResponseError:  # the one error of aiohttp that its transport does not translate
        raise Offline(
            "The API cannot be reached: what answers at its address does not keep to HTTP."
        ) from None
    except (httpx.HTTPError, httpx.StreamError, httpx.InvalidURL, ssl.SSLError, OSError) as error:
        raise Offline(f"The API cannot be reached: {_told(error)}.") from None
    raise BrokenAnswer(f"more than {_MOST_REDIRECTS} redirects")


def _onward(
    http: httpx.AsyncClient, request: httpx.Request, response: httpx.Response
) -> httpx.Request | None:
    """The request that a redirect asks for; None when it is none.

    Raises BrokenAnswer where it leads to another host, scheme or port, or would repeat a write.
    """
    if not response.has_redirect_location:
        return None
    if request.method != "GET":
        raise BrokenAnswer("a redirect of a request that writes; its body is not sent again")
    target, here = request.url.join(response.headers["location"]), request.url
    if (target.scheme, target.host, target.port) != (here.scheme, here.host, here.port):
        raise BrokenAnswer(f"a redirect to another host, {target.host}; the key does not go there")
    return http.build_request("GET", target, headers=request.headers, timeout=TIMEOUT)


async def _content(response: httpx.Response) -> bytes:
    """The body, up to the cap."""
    declared = number_in(response.headers.get("content-length", ""))
    if declared is not None and declared > LARGEST:
        raise BrokenAnswer(f"larger than {LARGEST} bytes")
    taken = bytearray()
    async for piece in response.aiter_bytes():
        taken += piece
        if len(taken) > LARGEST:
            raise BrokenAnswer(f"larger than {LARGEST} bytes")
    return bytes(taken)


def _told(error: BaseException) -> str:
    cause: BaseException | None = error
    while cause is not None:
        if why := getattr(cause, "verify_message", ""):  # of ssl.SSLCertVerificationError
            return (
                f"its certificate was not accepted ({printable(why, 100).rstrip('.')}), so the key was not"
                " sent; a site's own authority is named by ca_file in [orders_api]"
            )
        cause = cause.__cause__ or cause.__context__
    return printable(str(error) or type(error).__name__, 200).rstrip(".")
