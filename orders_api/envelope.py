"""Answers and refusals: what every response of this API looks like on the wire.

Contract: success is `{"success": true, "data": …}`; lists add `"pagination"`. Failure is
`{"success": false, "error": {"code": "UPPER_SNAKE", "message": "…"}}`; authentication failures use
`{"detail": "…"}`.

An expected failure is a value, never an exception:

    Refusal                 what the API answers instead of data
    ├── invalid(…)          400 VALIDATION_ERROR
    ├── service_error(…)    400 SERVICE_ERROR
    ├── not_found(…)        404 NOT_FOUND
    ├── mapping_error(…)    422 MAPPING_ERROR
    ├── denied(…)           401 or 403 with `detail`
    └── Refusal(…)          405, 413, 415 and the rest of HTTP
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import msgspec
from starlette.responses import Response

JSON_MEDIA_TYPE: Final = "application/json"
_encode = msgspec.json.Encoder().encode


@dataclass(frozen=True, slots=True)
class Refusal:
    """A failure that the contract foresees."""

    status: int
    code: str
    """Upper snake case; empty for authentication failures, which answer `detail` instead."""
    message: str

    def body(self) -> bytes:
        """The JSON bytes of this failure."""
        if not self.code:
            return _encode({"detail": self.message})
        return _encode({"success": False, "error": {"code": self.code, "message": self.message}})


def invalid(message: str) -> Refusal:
    """400: missing or invalid fields, a malformed cursor, an order number that exists."""
    return Refusal(400, "VALIDATION_ERROR", message)


def service_error(message: str) -> Refusal:
    """400: an unknown `sku_code`; cancelling a shipped order."""
    return Refusal(400, "SERVICE_ERROR", message)


def not_found(message: str) -> Refusal:
    """404: nothing matches the identifier or the path."""
    return Refusal(404, "NOT_FOUND", message)


def mapping_error(message: str) -> Refusal:
    """422: the field mapping cannot turn the payload into an order."""
    return Refusal(422, "MAPPING_ERROR", message)


def denied(status: int, detail: str) -> Refusal:
    """401 or 403: the key, its scopes or the workspace's switch stand in the way."""
    return Refusal(status, "", detail)


def respond(outcome: bytes | Refusal, status: int = 200) -> Response:
    """The HTTP response of an operation: its body, or the refusal that it came to."""
    if isinstance(outcome, Refusal):
        # What an oversized body's sender still sends must not be taken for its next request.
        headers = {"connection": "close"} if outcome.status == 413 else None
        return Response(outcome.body(), outcome.status, headers, JSON_MEDIA_TYPE)
    return Response(outcome, status, media_type=JSON_MEDIA_TYPE)


def encode(value: Any) -> bytes:
    """JSON in the form in which it is stored and sent."""
    return _encode(value)


def one(document: bytes) -> bytes:
    """The body of a success that carries one thing, given as JSON."""
    return b'{"success":true,"data":' + document + b"}"


def page(documents: list[bytes], limit: int, next_cursor: str | None) -> bytes:
    """The body of one page of a list; each document is JSON."""
    cursor = "null" if next_cursor is None else f'"{next_cursor}"'
    pagination = f'],"pagination":{{"limit":{limit},"next_cursor":{cursor}}}}}'
    return b'{"success":true,"data":[' + b",".join(documents) + pagination.encode()
