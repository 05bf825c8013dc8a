"""Opaque page cursors: where a walk stands, signed so that a changed one is noticed.

Contract: `cursor` is opaque; a malformed one answers 400 VALIDATION_ERROR "Invalid cursor: '…'".
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import struct
import uuid
from dataclasses import dataclass
from typing import Final

_BODY: Final = struct.Struct(">q16s")
_SIGNATURE_BYTES: Final = 16


@dataclass(frozen=True, slots=True)
class Position:
    """The last row of a page; the next page starts with the row after it, newest first."""

    created_at: int
    """Microseconds since 1970 in UTC."""
    id: str


def seal(position: Position, resource: str, secret: bytes) -> str:
    """The cursor for `position` in the list of `resource`; 54 URL-safe characters."""
    body = _BODY.pack(position.created_at, uuid.UUID(position.id).bytes)
    signature = _sign(body, resource, secret)
    return base64.urlsafe_b64encode(signature + body).decode().rstrip("=")


def unseal(cursor: str, resource: str, secret: bytes) -> Position | None:
    """The position in `cursor`, or None when this server did not make it for this resource."""
    try:
        raw = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))
        signature, body = raw[:_SIGNATURE_BYTES], raw[_SIGNATURE_BYTES:]
        created_at, order_id = _BODY.unpack(body)
    except (binascii.Error, ValueError, struct.error):
        return None
    if not hmac.compare_digest(signature, _sign(body, resource, secret)):
        return None
    position = Position(created_at, str(uuid.UUID(bytes=order_id)))
    return position if seal(position, resource, secret) == cursor else None


def _sign(body: bytes, resource: str, secret: bytes) -> bytes:
    message = resource.encode() + b"\0" + body
    return hmac.digest(secret, message, hashlib.sha256)[:_SIGNATURE_BYTES]
