"""The address of the Orders API: where the key may go, and what a host can be called."""

from __future__ import annotations

import re
from urllib.parse import SplitResult, urlsplit

from sync.errors import Unsafe
from sync.loopback import is_loopback
from sync.readings import BASE_PATH

_LONGEST = 2048
_LONGEST_NAME = 253
"""Characters of a host's whole name (RFC 1035, 2.3.4)."""
_NAME = re.compile(r"[A-Za-z0-9_-]{1,63}(?:\.[A-Za-z0-9_-]{1,63})*\.?")
_NUMBERED = re.compile(r"(?:.*\.)?[0-9]+")
"""What ends in a number is an address (RFC 3696, 2), and no name."""


def base_address(url: str) -> str:
    """The address that paths are added to, without a slash at its end; a bare host gets the API's base path.

    Raises Unsafe for anything but https, except http to this computer, and for what is no address.
    """
    if wrong := wrong_address(url):
        raise Unsafe(f"The Orders API's address cannot be used: {wrong}.")
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}{parts.path.rstrip('/') or BASE_PATH}"


def wrong_address(url: str) -> str | None:
    """Why an address cannot be the API's, as a clause that says what is allowed; None when it can.

    Plain http would show the key to the whole network.
    """
    parts = _split(url)
    host = (parts.hostname or "") if parts else ""
    if parts is None or not host or parts.scheme not in ("http", "https"):
        return "an address such as https://host/api/integrations/v1 is allowed"
    if "@" in parts.netloc or parts.query or parts.fragment:
        return "an address without user, password, ? and # is allowed"
    if not _can_be_called(host):
        return "a host's name of letters, digits and -, at most 63 between two dots, is allowed"
    if parts.scheme == "http" and not is_loopback(host):
        return "http is allowed for this computer only (localhost, 127.0.0.1); use https"
    return None


def _split(url: str) -> SplitResult | None:
    """The parts of an address; None where it is none, or holds blanks, control or non-ASCII characters."""
    if len(url) > _LONGEST or not (url.isascii() and url.isprintable()) or " " in url:
        return None
    try:
        parts = urlsplit(url)
        _ = parts.hostname, parts.port
    except ValueError:
        return None
    return parts


def _can_be_called(host: str) -> bool:
    if ":" in host or _NUMBERED.fullmatch(host):
        from ipaddress import ip_address

        try:
            ip_address(host)
        except ValueError:
            return False
        return True
    return len(host) <= _LONGEST_NAME and _NAME.fullmatch(host) is not None
