"""Bad input: a 4xx in the envelope, never a 500, never a partial write. Raw sockets where an HTTP
library would be too polite to send it."""

from __future__ import annotations

import json
import re
import socket
import uuid
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

PATH = "/api/integrations/v1/orders/"
JSON = {"content-type": "application/json"}
LINE = '"items": [{"sku_code": "RUG-5X7-BLU", "quantity": 1}]'


def assert_envelope(status: int, body: bytes) -> str:
    assert 400 <= status < 500, (status, body[:300])
    failure = json.loads(body)
    if status in (401, 403):
        assert set(failure) == {"detail"}
        return str(failure["detail"])
    assert set(failure) == {"success", "error"}
    assert failure["success"] is False
    assert set(failure["error"]) == {"code", "message"}
    return str(failure["error"]["message"])


def raw(server: Any, request: bytes) -> tuple[int, bytes]:
    """Sends the bytes as they are; answers status and body of what comes back."""
    parts = urlsplit(server.url)
    with socket.create_connection((parts.hostname, parts.port), timeout=20) as connection:
        connection.sendall(request)
        answer = b""
        while b"\r\n\r\n" not in answer:
            answer += received(connection)
        head, _, body = answer.partition(b"\r\n\r\n")
        length = re.search(rb"(?i)content-length: (\d+)", head)
        assert length, head
        while len(body) < int(length[1]):
            body += received(connection)
    return int(head.split()[1]), body


def received(connection: socket.socket) -> bytes:
    data = connection.recv(65536)
    assert data, "the connection ended before the answer did"
    return data


def orders_stored(client: httpx.Client) -> list[Any]:
    data: list[Any] = client.get("/orders/?limit=200").json()["data"]
    return data


BODIES = {
    "malformed": (b'{"order_number": ', "is not JSON"),
    "empty": (b"", "is not JSON"),
    "two values": (b"{} {}", "is not JSON"),
    "array": (b"[]", "body: expected an object, got an array"),
    "null": (b"null", "body: expected an object, got null"),
    "NaN": (f'{{"order_number": "N", {LINE}, "metadata": {{"a": NaN}}}}'.encode(), "NaN"),
    "Infinity": (f'{{"order_number": "N", {LINE}, "metadata": {{"a": -Infinity}}}}'.encode(), "Inf"),
    "overflow": (f'{{"order_number": "N", {LINE}, "metadata": {{"a": 1e999}}}}'.encode(), "range"),
    "65 bits": (f'{{"order_number": "N", {LINE}, "metadata": {{"a": {2**63}}}}}'.encode(), "64 bits"),
    "5000 digits": (b'{"order_number": ' + b"9" * 5000 + b"}", "beyond 64 bits"),
    "deep": (f'{{"order_number": "N", {LINE}, "metadata": {{"a": {"[" * 70 + "]" * 70}}}}}'.encode(),
             "deeper than 64"),
    "very deep": (b'{"a":' * 100_000 + b"1" + b"}" * 100_000, "deeper than 64"),
    "unclosed deep": (b"[" * 200_000, "deeper than 64"),
    "not UTF-8": (b'{"order_number": "\xff\xfe"}', "not UTF-8"),
    "UTF-16": ('{"order_number": "N"}'.encode("utf-16"), "not UTF-8"),
    "byte order mark": (b'\xef\xbb\xbf{"order_number": "N"}', "is not JSON"),
    "NUL": (f'{{"order_number": "a\\u0000b", {LINE}}}'.encode(), "NUL"),
    "NUL in a name": (f'{{"order_number": "N", {LINE}, "metadata": {{"\\u0000": 1}}}}'.encode(), "NUL"),
    "raw NUL": (b'{"order_number": "a\x00b"}', "is not JSON"),
    "lone surrogate": (f'{{"order_number": "\\ud800", {LINE}}}'.encode(), "surrogate"),
    "doubled name": (f'{{"order_number": "N", "order_number": "M", {LINE}}}'.encode(), "twice"),
}  # fmt: skip


@pytest.mark.parametrize("case", BODIES)
def test_a_bad_create_body_is_refused_and_writes_nothing(client: httpx.Client, case: str) -> None:
    body, expected = BODIES[case]
    before = orders_stored(client)
    answer = client.post("/orders/", content=body, headers=JSON)
    assert expected in assert_envelope(answer.status_code, answer.content)
    assert answer.status_code == 400
    assert orders_stored(client) == before


@pytest.mark.parametrize("case", BODIES)
@pytest.mark.parametrize("method", ["PUT", "DELETE"])
def test_a_bad_body_changes_no_order(
    client: httpx.Client, order: Callable[..., dict[str, Any]], method: str, case: str
) -> None:
    body = BODIES[case][0] or b" "
    before = client.post("/orders/", json=order(uuid.uuid4().hex)).json()["data"]
    path = f"/orders/{before['order_number']}/"
    answer = client.request(method, path, content=body, headers=JSON)
    assert_envelope(answer.status_code, answer.content)
    assert client.get(path).json()["data"] == before


def big_order(size: int) -> bytes:
    start = f'{{"order_number": "{uuid.uuid4().hex}", {LINE}, "notes": "'.encode()
    return start + b"x" * (size - len(start) - 2) + b'"}'


TEN_MB = 10 * 1024 * 1024


def test_a_body_of_10_mb_is_taken_and_one_byte_more_is_too_large(client: httpx.Client) -> None:
    assert client.post("/orders/", content=big_order(TEN_MB), headers=JSON).status_code == 201
    answer = client.post("/orders/", content=big_order(TEN_MB + 1), headers=JSON)
    assert answer.status_code == 413
    assert assert_envelope(413, answer.content) == "The body is larger than 10 MB"


def test_11_mb_in_chunks_without_a_length_are_too_large(client: httpx.Client) -> None:
    chunks = (b"x" * 65536 for _ in range(176))
    answer = client.post("/orders/", content=chunks, headers=JSON)
    assert "content-length" not in answer.request.headers
    assert answer.status_code == 413


def head(server: Any, *lines: str, method: str = "POST", path: str = PATH) -> bytes:
    fixed = (f"{method} {path} HTTP/1.1", "Host: x", f"X-API-Key: {server.key()}")
    return "\r\n".join((*fixed, *lines, "", "")).encode("latin-1")


def test_a_huge_announced_body_is_refused_before_it_is_sent(server: Any) -> None:
    status, body = raw(server, head(server, "Content-Length: 99999999999"))
    assert (status, assert_envelope(413, body)) == (413, "The body is larger than 10 MB")


def test_a_sender_that_waits_for_leave_is_not_given_it(server: Any) -> None:
    status, _ = raw(server, head(server, "Content-Length: 11534336", "Expect: 100-continue"))
    assert status == 413


TRICKS = {
    "two lengths": ["Content-Length: 5", "Content-Length: 6"],
    "a length of words": ["Content-Length: five"],
    "a negative length": ["Content-Length: -5"],
    "a space before the colon": ["X-Trick : 1"],
    "a folded header before any other": [" folded: 1", "X-Trick: 1"],
    "a NUL in a header": ["X-Trick: a\0b"],
    "a bare carriage return": ["X-Trick: a\rb"],
    "a header of 100 kB": ["X-Trick: " + "x" * 100_000],
    "an unknown transfer coding": ["Transfer-Encoding: gzip, chunked"],
}


@pytest.mark.parametrize("trick", TRICKS)
def test_header_tricks_get_the_envelope(server: Any, trick: str) -> None:
    status, body = raw(server, head(server, *TRICKS[trick]))
    assert_envelope(status, body)


def test_a_broken_chunk_in_the_midst_of_a_body_writes_nothing(server: Any, client: httpx.Client) -> None:
    before = orders_stored(client)
    chunk = b'7\r\n{"order\r\nzz\r\n'
    lines = ("Content-Type: application/json", "Transfer-Encoding: chunked")
    status, body = raw(server, head(server, *lines) + chunk)
    assert_envelope(status, body)
    assert orders_stored(client) == before
    assert httpx.get(server.url + "/healthz").json() == {"status": "ok"}


@pytest.mark.parametrize(
    "request_line",
    [b"GET", b"\x16\x03\x01\x02\x00", b"GET /\xff HTTP/1.1", b"GET / HTTP/9.9", b"G\x00T / HTTP/1.1"],
)
def test_what_is_not_http_gets_the_envelope(server: Any, request_line: bytes) -> None:
    status, body = raw(server, request_line + b"\r\n\r\n")
    assert_envelope(status, body)


@pytest.mark.parametrize(
    "headers",
    [
        {"content-type": "text/plain"},
        {"content-type": "application/json; charset=utf-16"},
        {"content-type": "multipart/form-data; boundary=x"},
        {"content-type": "application/json", "content-encoding": "gzip"},
    ],
)
def test_a_body_that_is_not_plain_json_is_an_unsupported_type(
    client: httpx.Client, headers: dict[str, str]
) -> None:
    answer = client.post("/orders/", content=b"{}", headers=headers)
    assert answer.status_code == 415
    assert_envelope(415, answer.content)


HOSTILE = [
    "' OR '1'='1", "'; DROP TABLE orders; --", '" OR ""="', "1); DELETE FROM orders; --", "%",
    "_", "../../etc/passwd", "..", ".", "a\r\nX-Injected: 1", "\0", "\\", "${7*7}", "{{7*7}}", "東",
]  # fmt: skip


@pytest.mark.parametrize("text", HOSTILE)
@pytest.mark.parametrize("place", ["orders", "products", "inventory"])
def test_a_hostile_identifier_finds_nothing(client: httpx.Client, place: str, text: str) -> None:
    encoded = "".join(f"%{byte:02X}" for byte in text.encode())
    before = client.get("/orders/?limit=1").json()
    answer = client.get(httpx.URL(str(client.base_url).rstrip("/") + f"/{place}/{encoded}/"))
    assert answer.status_code in (400, 404), answer.text
    assert_envelope(answer.status_code, answer.content)
    assert "x-injected" not in answer.headers
    assert client.get("/orders/?limit=1").json() == before


@pytest.mark.parametrize("raw_path", ["%ff%fe", "%zz", "%", "%00", "a%2", "%C0%AF", "%ED%A0%80"])
def test_a_broken_percent_encoding_finds_nothing(server: Any, raw_path: str) -> None:
    for method in ("GET", "PUT", "DELETE"):
        lines = ("Content-Type: application/json", "Content-Length: 2")
        request = head(server, *lines, method=method, path=f"{PATH}{raw_path}/")
        status, body = raw(server, request + b"{}")
        assert status == 404
        assert_envelope(status, body)


@pytest.mark.parametrize(
    "query", ["limit=%ff", "%00=1", "cursor=%", "&" * 2000, "a=1&" * 50, ";x"], ids=range(6)
)
def test_a_hostile_query_is_refused_or_means_nothing(server: Any, query: str) -> None:
    status, body = raw(server, head(server, method="GET", path=f"{PATH}?{query}"))
    if status != 200:
        assert_envelope(status, body)


def test_hostile_text_is_kept_as_it_is(client: httpx.Client) -> None:
    for text in HOSTILE:
        if "\0" in text:
            continue
        body = {"order_number": uuid.uuid4().hex, "notes": text, "metadata": {text: [text]},
                "items": [{"sku_code": "RUG-5X7-BLU", "quantity": 1, "notes": text}]}  # fmt: skip
        data = client.post("/orders/", json=body).json()["data"]
        assert (data["notes"], data["metadata"], data["items"][0]["notes"]) == (
            text, {text: [text]}, text,
        )  # fmt: skip


_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**63), 2**63 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"])),
    lambda inner: st.lists(inner, max_size=4)
    | st.dictionaries(st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"])),
                      inner, max_size=4),
    max_leaves=20,
)  # fmt: skip


@given(metadata=st.dictionaries(st.sampled_from(["a", "b", "é"]), _VALUES, max_size=3))
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_metadata_comes_back_as_it_went_in(client: httpx.Client, metadata: Any) -> None:
    body = {"order_number": uuid.uuid4().hex, "metadata": metadata,
            "items": [{"sku_code": "RUG-5X7-BLU", "quantity": 1}]}  # fmt: skip
    answer = client.post("/orders/", json=body)
    assert answer.status_code == 201, answer.text
    assert answer.json()["data"]["metadata"] == metadata


@given(body=st.binary(max_size=200) | _VALUES.map(lambda value: json.dumps(value).encode()))
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_body_at_all_makes_the_server_fail(client: httpx.Client, body: bytes) -> None:
    answer = client.post("/orders/", content=body, headers=JSON)
    assert_envelope(answer.status_code, answer.content)
