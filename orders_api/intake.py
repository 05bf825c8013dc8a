"""What a request carries, read with distrust: key headers, identifiers, paging, bodies."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import parse_qsl, unquote_to_bytes

from starlette.requests import ClientDisconnect, Request

from orders_api import json_text, readings
from orders_api.cursors import Position, unseal
from orders_api.envelope import Refusal, invalid
from orders_api.request_log import RequestRecord

RECORD_KEY: Final = "orders_api.record"
"""Where the request's record lies in its ASGI scope."""
DRAIN_BYTES: Final = 64 * 1024 * 1024
"""How much of an oversized body is read and thrown away, so that its sender hears the 413."""
DEFAULT_LIMIT: Final = 50
HIGHEST_LIMIT: Final = 200
_LONGEST_CURSOR_TOLD: Final = 200
_INTEGER: Final = re.compile(r"-?\d+", re.ASCII)

TOO_LARGE: Final = Refusal(413, "PAYLOAD_TOO_LARGE", "The body is larger than 10 MB")


@dataclass(frozen=True, slots=True)
class Paging:
    """Which page a list request asks for."""

    limit: int
    after: Position | None


@dataclass(frozen=True, slots=True)
class Gone:
    """The client went away before its request was complete."""


def record_of(request: Request) -> RequestRecord:
    """The log record of this request."""
    record: RequestRecord = request.scope[RECORD_KEY]
    return record


def presented_keys(request: Request) -> list[str]:
    """The value of every `X-API-Key` header."""
    return [value.decode("latin-1") for name, value in request.scope["headers"] if name == b"x-api-key"]


def identifier(request: Request, name: str) -> str:
    """The percent-decoded path segment; bytes that are no UTF-8 turn into text nothing has."""
    raw = unquote_to_bytes(request.path_params[name])
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return "\0"


def paging(request: Request, resource: str, secret: bytes) -> Paging | Refusal:
    """Contract: `limit` 1 to 200, default 50, out-of-range values are clamped; a malformed cursor
    answers 400 "Invalid cursor: '…'"."""
    given = query(request, ("limit", "cursor"))
    if isinstance(given, Refusal):
        return given
    limit = DEFAULT_LIMIT
    if "limit" in given:
        if not _INTEGER.fullmatch(given["limit"]):
            return invalid(f"limit: expected an integer, got {given['limit'][:40]!a}")
        limit = _clamped(given["limit"])
    if "cursor" not in given:
        return Paging(limit, None)
    after = unseal(given["cursor"], resource, secret)
    if after is None:
        return invalid(f"Invalid cursor: '{given['cursor'][:_LONGEST_CURSOR_TOLD]}'")
    return Paging(limit, after)


def _clamped(digits: str) -> int:
    if digits.startswith("-"):
        return 1
    significant = digits.lstrip("0") or "0"
    return HIGHEST_LIMIT if len(significant) > 4 else max(1, min(HIGHEST_LIMIT, int(significant)))


def query(request: Request, known: tuple[str, ...]) -> dict[str, str] | Refusal:
    """The query parameters, each known and given once."""
    raw: bytes = request.scope["query_string"]
    if not raw:
        return {}
    try:
        pairs = parse_qsl(raw.decode("ascii"), keep_blank_values=True, errors="strict", max_num_fields=20)
    except (UnicodeDecodeError, ValueError):
        return invalid("query: expected at most 20 parameters in percent-encoded UTF-8")
    found: dict[str, str] = {}
    for name, value in pairs:
        if name not in known:
            if not readings.UNKNOWN_QUERY_PARAMETERS_ARE_REFUSED:
                continue
            return invalid(f"{name[:80]}: this query parameter is not known here")
        if name in found:
            return invalid(f"{name}: this query parameter is given twice")
        found[name] = value
    return found


async def body(request: Request) -> bytes | Refusal | Gone:
    """The whole body, never more than the limit in memory, whatever Content-Length says."""
    if refusal := _media_refusal(request):
        return refusal
    declared = request.headers.get("content-length", "")
    announced = int(declared) if declared.isdecimal() and len(declared) < 20 else 0
    if announced > readings.MAX_BODY_BYTES and _waits_for_leave(request, announced):
        return TOO_LARGE
    chunks, size = [], 0
    try:
        async for chunk in request.stream():
            size += len(chunk)
            if size > DRAIN_BYTES:
                break
            if size <= readings.MAX_BODY_BYTES:
                chunks.append(chunk)
            else:
                chunks.clear()
    except ClientDisconnect:
        return Gone()
    if size > readings.MAX_BODY_BYTES:
        return TOO_LARGE
    whole = b"".join(chunks)
    if whole:
        record_of(request).raw_body = whole
    return whole


def _waits_for_leave(request: Request, announced: int) -> bool:
    """Whether the 413 can be said before the body: its sender waits, or will send far too much."""
    return request.headers.get("expect", "").lower() == "100-continue" or announced > DRAIN_BYTES


def _media_refusal(request: Request) -> Refusal | None:
    """JSON in, JSON out: another declared type, charset or encoding is refused."""
    declared = request.headers.get("content-type")
    if declared is not None:
        kind, _, parameters = declared.partition(";")
        charset = parameters.replace(" ", "").replace('"', "").lower()
        if kind.strip().lower() != "application/json" or charset not in ("", "charset=utf-8"):
            message = f"Expected Content-Type application/json in UTF-8, got {declared[:80]!a}"
            return Refusal(415, "UNSUPPORTED_MEDIA_TYPE", message)
    encoding = request.headers.get("content-encoding", "identity")
    if encoding.strip().lower() != "identity":
        message = f"Expected a body without Content-Encoding, got {encoding[:80]!a}"
        return Refusal(415, "UNSUPPORTED_MEDIA_TYPE", message)
    return None


def parsed(raw: bytes) -> Any | Refusal:
    """The JSON value of a body."""
    value = json_text.parse(raw)
    return invalid(value.sentence) if isinstance(value, json_text.Unreadable) else value
