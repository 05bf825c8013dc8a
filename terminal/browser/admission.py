"""Whom the server lets in. Pure: what a request says of itself in, a decision out.

On this computer alone, a request must name this computer and come from a page of this server, so that no
other page in the same browser can drive the station, whatever name it gave itself (DNS rebinding). From
elsewhere a token is wanted too: once in the address, from then on in a cookie.
"""

from __future__ import annotations

import hmac
from enum import Enum, auto
from urllib.parse import urlsplit

from sync.loopback import is_loopback
from verification.records import record

COOKIE = "tallyman"
SHORTEST_TOKEN = 16
"""Characters. One that the program makes has 43, of 256 random bits."""


class Admitted(Enum):
    """What to do with a request."""

    YES = auto()
    WITH_COOKIE = auto()
    """The token stands in the address: keep it in a cookie, and show the page without it."""
    NO_TOKEN = auto()
    FOREIGN = auto()
    """It comes from another page, or means another host."""


@record
class Asking:
    """What a request says of itself."""

    host: str
    """The header Host: name or number, and port."""
    origin: str = ""
    """The header Origin; browsers send it with each WebSocket."""
    given: str = ""
    """The token in the address."""
    kept: str = ""
    """The token in the cookie."""


def admitted(asking: Asking, token: str | None) -> Admitted:
    """Whether a request comes in; `token` is None where only this computer is served."""
    if token is None and not is_loopback(urlsplit(f"//{asking.host}").hostname or ""):
        return Admitted.FOREIGN
    if asking.origin and urlsplit(asking.origin).netloc.lower() != asking.host.lower():
        return Admitted.FOREIGN
    if token is None or _same(asking.kept, token):
        return Admitted.YES
    return Admitted.WITH_COOKIE if _same(asking.given, token) else Admitted.NO_TOKEN


def _same(given: str, token: str) -> bool:
    """Compared in constant time, so that no answer tells how much of it was right."""
    return hmac.compare_digest(given.encode("utf-8", "surrogatepass"), token.encode())
