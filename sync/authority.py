"""A site's own certificate authority: the file that holds it, and how long it is good."""

from __future__ import annotations

import ssl
from datetime import UTC, datetime
from pathlib import Path

from sync.errors import Unsafe


def add_authority(context: ssl.SSLContext, file: Path) -> None:
    """Have `context` trust the certificates in `file`, in PEM form, besides those that it trusts already.

    Raises Unsafe, with a clause about the file, when it cannot be read or holds no certificate.
    """
    try:
        text = file.read_bytes().decode("ascii", "ignore")
    except OSError as error:
        raise Unsafe(f"{file} cannot be read ({error.strerror})") from None
    try:
        context.load_verify_locations(cadata=text)
    except (ValueError, ssl.SSLError):
        raise Unsafe(f"{file} holds no certificates in PEM form (-----BEGIN CERTIFICATE-----)") from None


def good_until(file: Path) -> datetime | None:
    """When the first authority in `file` ends, in UTC; None when it holds none, only other certificates.

    Raises Unsafe as `add_authority` does.
    """
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    add_authority(context, file)
    ends = [
        ssl.cert_time_to_seconds(str(authority["notAfter"]))
        for authority in context.get_ca_certs()
        if "notAfter" in authority
    ]
    return datetime.fromtimestamp(min(ends), UTC) if ends else None
