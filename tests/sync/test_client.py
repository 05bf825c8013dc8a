"""The client against a real server on loopback: every operation, every way of failing."""

from __future__ import annotations

import asyncio
import json
import math
import ssl
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import httpx
import pytest

from sync.address import base_address
from sync.client import OrdersClient
from sync.decoding import full_order
from sync.errors import (
    AlreadyExists,
    BrokenAnswer,
    NotAllowed,
    NotFound,
    Offline,
    Rejected,
    SyncError,
    Throttled,
    Unsafe,
)
from sync.transport import connect, trusted
from tests.sync.loopback import KEY, Cut, Loopback, answer, api, failing, many, one, wire_item, wire_order

Call = Callable[[OrdersClient], Awaitable[Any]]


def asked(call: Call, *answers: bytes | None) -> tuple[Any, Loopback]:
    async def run() -> tuple[Any, Loopback]:
        async with api(*answers) as (loopback, client):
            return await call(client), loopback

    return asyncio.run(run())


def refused(call: Call, *answers: bytes | None) -> tuple[SyncError, Loopback]:
    async def run() -> tuple[SyncError, Loopback]:
        async with api(*answers) as (loopback, client):
            with pytest.raises(SyncError) as caught:
                await call(client)
            return caught.value, loopback

    return asyncio.run(run())


def get(client: OrdersClient) -> Awaitable[Any]:
    return client.get_order("A-1")


def put(client: OrdersClient) -> Awaitable[Any]:
    return client.update_order("A-1", {"notes": "x"})


def test_the_page_s_own_order_is_read_without_the_fields_that_it_does_not_show() -> None:
    found, loopback = asked(get, one(wire_order()))
    assert found.order.customer_name == "Acme Corporation"
    assert [(line.sku, line.quantity) for line in found.order.lines] == [("RUG-5X7-BLU", 10)]
    assert not found.shows
    (request,) = loopback.requests
    assert (request.method, request.target) == ("GET", "/api/integrations/v1/orders/A-1/")
    assert request.headers["x-api-key"] == KEY


def test_an_order_with_all_fields_is_read_whole() -> None:
    full = wire_order(
        metadata={"a": [1]},
        customer_info={"b": None},
        notes=None,
        due_date="2026-05-01T00:00:00Z",
        order_date=None,
    )
    found, _ = asked(get, one(full))
    assert found.shows == {"metadata", "customer_info", "notes", "due_date", "order_date"}
    assert found.order.metadata == {"a": [1]}
    assert found.order.due_date == "2026-05-01T00:00:00Z"


def test_the_five_operations_are_what_the_page_says() -> None:
    async def all_five(client: OrdersClient) -> None:
        await client.create_order({"order_number": "A-1"})
        await client.get_order("A-1")
        await client.update_order("A-1", {"notes": "Rush"})
        await client.cancel_order("A-1", "changed mind")
        await client.cancel_order("A-1")

    order = one(wire_order())
    _, loopback = asked(all_five, one(wire_order(), status=201), order)
    seen = [(r.method, r.target.removeprefix("/api/integrations/v1"), r.body) for r in loopback.requests]
    assert seen == [
        ("POST", "/orders/", b'{"order_number": "A-1"}'),
        ("GET", "/orders/A-1/", b""),
        ("PUT", "/orders/A-1/", b'{"notes": "Rush"}'),
        ("DELETE", "/orders/A-1/", b'{"reason": "changed mind"}'),
        ("DELETE", "/orders/A-1/", b""),
    ]


def test_identifiers_are_percent_encoded() -> None:
    _, loopback = asked(lambda client: client.get_order("A/1 ü?#%.."), one(wire_order()))
    assert loopback.requests[0].target.endswith("/orders/A%2F1%20%C3%BC%3F%23%25../")


@pytest.mark.parametrize("name", [".", ".."])
def test_an_identifier_that_no_path_can_carry_is_refused_before_it_is_sent(name: str) -> None:
    error, loopback = refused(lambda client: client.get_order(name), one(wire_order()))
    assert isinstance(error, Rejected)
    assert not loopback.requests


def test_a_body_that_json_cannot_hold_is_refused_before_it_is_sent() -> None:
    error, loopback = refused(lambda client: client.update_order("A-1", {"customer_info": {"a": math.nan}}))
    assert isinstance(error, Rejected)
    assert loopback.requests == []


def test_a_list_is_read_page_by_page_and_a_broken_entry_spoils_only_itself() -> None:
    summary = {"id": "1", "order_number": "A", "status": "pending", "customer_name": None}
    good = {**summary, "created_at": "2026-04-16T10:00:00Z"}
    page, loopback = asked(
        lambda client: client.list_orders("c=1&x"), many([good, {**good, "status": "lost"}, summary], "next")
    )
    assert [entry.order_number for entry in page.entries] == ["A"]
    assert [error.path for error in page.broken] == ["$.data[1].status", "$.data[2]"]
    assert page.next_cursor == "next"
    assert loopback.requests[0].target.endswith("/orders/?limit=200&cursor=c%3D1%26x")


def test_products_and_inventory_are_read() -> None:
    product = {
        "id": "1",
        "sku": "X",
        "quantity": 3,
        "is_active": True,
        "cost": "1",
        "custom_fields": {"gtin": "4"},
    }

    async def both(client: OrdersClient) -> tuple[Any, ...]:
        return (
            await client.list_products(),
            await client.get_product("X"),
            await client.inventory("X/1"),
        )

    place = {"location_code": "A-01", "sku_code": "X/1", "quantity": 2}
    (page, alone, places), loopback = asked(both, many([product]), one(product), one([place]))
    assert page.entries[0].custom_fields == {"gtin": "4"}
    assert alone.sku == "X"
    assert places[0].location_code == "A-01"
    assert loopback.requests[2].target.endswith("/inventory/X%2F1/?by=sku")


@pytest.mark.parametrize(
    ("change", "path"),
    [
        (
            {"items": [wire_item("1"), wire_item("2"), wire_item("3"), wire_item("4", quantity=0)]},
            "$.data.items[3].quantity",
        ),
        ({"items": [wire_item("1", quantity="3")]}, "$.data.items[0].quantity"),  # type: ignore[arg-type]
        ({"items": [wire_item("1"), wire_item("1")]}, "$.data.items[1].id"),
        ({"items": []}, "$.data.items"),
        ({"status": "on hold"}, "$.data.status"),
        ({"order_number": None}, "$.data.order_number"),
        ({"due_date": "soon"}, "$.data.due_date"),
        ({"metadata": 3}, "$.data.metadata"),
    ],
)
def test_what_breaks_the_contract_is_named_with_its_path(change: dict[str, Any], path: str) -> None:
    error, _ = refused(get, one(wire_order(**change)))
    assert isinstance(error, BrokenAnswer)
    assert error.path == path
    assert path in str(error)


def test_ten_times_the_lines_take_about_ten_times_as_long_to_read() -> None:
    def seconds(lines: int) -> float:
        content = one(wire_order(items=[wire_item(f"item-{number}") for number in range(lines)]))
        _, _, body = content.partition(b"\r\n\r\n")
        taken = []
        for _ in range(3):
            start = time.thread_time()
            full_order(body)
            taken.append(time.thread_time() - start)
        return min(taken)

    assert seconds(10_000) < 40 * seconds(1_000), "each id was compared with all before it"


@pytest.mark.parametrize(
    "body", [b"", b"<html>", b"[]", b'{"success": true}', b'{"success": false, "data": {}}']
)
def test_an_answer_that_is_no_envelope_is_broken(body: bytes) -> None:
    error, _ = refused(get, answer(200, body))
    assert isinstance(error, BrokenAnswer)


@pytest.mark.parametrize("levels", [65, 5_000, 200_000])
def test_nesting_is_capped(levels: int) -> None:
    deep = b'{"a":' * levels + b"1" + b"}" * levels
    content = json.dumps({"success": True, "data": wire_order(metadata={})}).encode()
    error, _ = refused(get, answer(200, content.replace(b'"metadata": {}', b'"metadata": ' + deep)))
    assert isinstance(error, BrokenAnswer)


def test_size_is_capped_whether_declared_or_not() -> None:
    declared = b"HTTP/1.1 200 X\r\nContent-Length: 99999999999\r\n\r\n"
    assert isinstance(refused(get, declared)[0], BrokenAnswer)
    piece = b"ffff0\r\n" + b" " * 0xFFFF0 + b"\r\n"
    endless = b"HTTP/1.1 200 X\r\nTransfer-Encoding: chunked\r\n\r\n" + piece * 17
    assert isinstance(refused(get, endless)[0], BrokenAnswer)


@pytest.mark.parametrize(
    ("reply", "kind"),
    [
        (answer(401, {"detail": "Invalid API key"}), NotAllowed),
        (failing(403, "FORBIDDEN", "no scope"), NotAllowed),
        (failing(404, "NOT_FOUND", "none"), NotFound),
        (failing(400, "VALIDATION_ERROR", "order_number already exists"), AlreadyExists),
        (failing(400, "VALIDATION_ERROR", "quantity"), Rejected),
        (failing(422, "MAPPING_ERROR", "mapping"), Rejected),
        (failing(500, "SERVER_ERROR", "oops"), Rejected),
        (failing(413, "TOO_LARGE", "10 MB"), Rejected),
        (answer(503, b"busy"), Offline),
        (answer(204, b""), BrokenAnswer),
        (None, Offline),
    ],
)
def test_each_failure_is_one_of_the_tree_and_a_write_is_sent_once(reply: bytes | None, kind: type) -> None:
    error, loopback = refused(put, reply)
    assert type(error) is kind
    assert len(loopback.requests) == 1
    assert KEY not in str(error)


def test_the_message_of_a_refused_key_is_handed_on() -> None:
    error, _ = refused(get, answer(401, {"detail": "API key has expired"}))
    assert "API key has expired" in str(error)


def test_a_refusal_without_words_is_a_whole_sentence_and_a_long_code_is_cut() -> None:
    assert str(refused(put, answer(500, b""))[0]) == "The API refused it (500): it gives no reason"
    long = {"success": False, "error": {"code": "C" * 5_000, "message": "no"}}
    assert len(str(refused(put, answer(400, long))[0])) < 120
    assert str(refused(put, answer(429, b""))[0]) == "The API asks for fewer requests."


def test_a_read_is_tried_again_and_an_answer_cut_short_is_none() -> None:
    cut = Cut(one(wire_order())[:-10])
    found, loopback = asked(get, answer(503, b""), cut, one(wire_order()))
    assert found.order.order_number == "A-1"
    assert len(loopback.requests) == 3
    assert isinstance(refused(put, cut)[0], Offline)


@pytest.mark.parametrize(
    "reply",
    [
        b"garbage\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
    ],
)
def test_an_answer_that_is_not_http_is_no_answer(reply: bytes) -> None:
    for call in (get, put):
        error, _ = refused(call, reply)
        assert isinstance(error, Offline)
        assert "\n" not in str(error)


def test_a_read_that_keeps_failing_ends_after_its_tries() -> None:
    error, loopback = refused(get, answer(502, b""))
    assert isinstance(error, Offline)
    assert len(loopback.requests) == 4


def test_a_spent_budget_allows_no_retry() -> None:
    async def spent(client: OrdersClient) -> Any:
        client.pace.budget.left = 0.0
        return await client.get_order("A-1")

    _, loopback = refused(spent, answer(502, b""))
    assert len(loopback.requests) == 1


def test_throttling_says_how_long() -> None:
    error, _ = refused(put, answer(429, b"", "Retry-After: 7"))
    assert isinstance(error, Throttled)
    assert error.retry_after == 7


def test_few_requests_remaining_lower_the_workers() -> None:
    async def workers(client: OrdersClient) -> int:
        await client.get_order("A-1")
        return client.pace.workers

    assert asked(workers, one(wire_order(), "X-RateLimit-Remaining: 2"))[0] == 2
    assert asked(workers, one(wire_order(), "X-RateLimit-Remaining: 0"))[0] == 1
    assert asked(workers, one(wire_order()))[0] == 8


@pytest.mark.parametrize("call", [get, put])
@pytest.mark.parametrize(
    "header",
    [
        *["X-RateLimit-Remaining: ²", "X-RateLimit-Remaining: 3²", "X-RateLimit-Remaining: ٣"],
        *["X-RateLimit-Remaining: -1", "Retry-After: ²"],
        f"Retry-After: Mon, 01 Jan {'9' * 20} 00:00:00 GMT",
    ],
)
def test_a_header_that_holds_no_number_slows_nothing_and_ends_nothing(call: Call, header: str) -> None:
    async def paced(client: OrdersClient) -> tuple[str, int, float]:
        found = await call(client)
        return found.order.order_number, client.pace.workers, client.pace.not_before

    assert asked(paced, one(wire_order(), header))[0] == ("A-1", 8, 0.0)


@pytest.mark.parametrize("declared", ["²", "9" * 5_000], ids=["no digit", "too many digits"])
def test_a_declared_size_that_is_no_number_is_passed_over_and_the_body_is_measured(declared: str) -> None:
    async def run() -> str:
        content = json.dumps({"success": True, "data": wire_order()}).encode()
        headers = {"Content-Length": declared.encode()}
        told = httpx.Response(200, headers=headers, stream=httpx.ByteStream(content))
        async with httpx.AsyncClient(transport=httpx.MockTransport(lambda _: told)) as http:
            found = await get(OrdersClient(http, "http://127.0.0.1", lambda: KEY))
            return str(found.order.order_number)

    assert asyncio.run(run()) == "A-1"


def test_the_key_follows_a_redirect_on_the_same_host_only_and_never_with_a_body() -> None:
    here = answer(307, b"", "Location: /api/integrations/v1/orders/B/")
    found, loopback = asked(get, here, one(wire_order()))
    assert found.order.order_number == "A-1"
    assert loopback.requests[1].target.endswith("/orders/B/")
    error, loopback = refused(get, answer(302, b"", "Location: http://localhost:1/orders/"))
    assert isinstance(error, BrokenAnswer)
    assert "another host" in str(error)
    error, loopback = refused(put, here)
    assert isinstance(error, BrokenAnswer)
    assert len(loopback.requests) == 1
    assert isinstance(refused(get, here)[0], BrokenAnswer), "a redirect that leads to itself"


def test_a_key_that_changes_holds_at_the_next_request_and_is_in_no_repr() -> None:
    keys = iter(["sk_live_one", "sk_live_two", "", "line\nbreak"])

    async def four(client: OrdersClient) -> list[str]:
        client.key = lambda: next(keys)
        await client.get_order("A-1")
        await client.get_order("A-1")
        errors = []
        for _ in range(2):
            with pytest.raises(NotAllowed) as caught:
                await client.get_order("A-1")
            errors.append(str(caught.value))
        assert "sk_live" not in repr(client)
        return errors

    errors, loopback = asked(four, one(wire_order()))
    assert [r.headers["x-api-key"] for r in loopback.requests] == ["sk_live_one", "sk_live_two"]
    assert not any("break" in error for error in errors)


def test_the_server_s_clock_is_shown() -> None:
    async def skew(client: OrdersClient) -> float | None:
        await client.get_order("A-1")
        return client.tally.skew

    found, _ = asked(skew, one(wire_order(), "Date: Tue, 15 Nov 1994 08:12:31 GMT"))
    assert found is not None
    assert found < -1e8


def test_nobody_there_is_offline() -> None:
    async def run() -> None:
        async with api(one(wire_order())) as (_, client):
            pass
        http = connect()
        with pytest.raises(Offline):
            await OrdersClient(http, client.url, lambda: KEY).update_order("A", {})
        await http.aclose()

    asyncio.run(run())


@pytest.mark.parametrize(
    "url",
    [
        "http://acme.example/api",
        "ftp://acme.example",
        "https://",
        "https://a:b@acme.example",
        "acme.example",
        "https://acme.example/?k=1",
        "http://127.0.0.1.evil.example/",
        "http://localhost.evil.example",
        "http://127.0.0.1:1/\x1b[31m",
        "https://acme.example/\n",
        f"https://{'a' * 64}.example/",
        f"https://{'a.' * 127}example/",
        "https://acme..example/",
        "https://999.0.0.1/",
        "https://@acme.example/",
        "https://acme.example:99999/",
    ],
)
def test_an_address_that_the_key_must_not_go_to_is_refused(url: str) -> None:
    with pytest.raises(Unsafe):
        base_address(url)


def test_an_address_is_taken_with_or_without_the_base_path() -> None:
    assert base_address("https://acme.example") == "https://acme.example/api/integrations/v1"
    assert base_address("https://acme.example/x/v1/") == "https://acme.example/x/v1"
    assert base_address(f"https://{'a' * 63}.example./v1") == f"https://{'a' * 63}.example./v1"
    assert base_address("http://[::1]:80/v1") == "http://[::1]:80/v1"


def test_certificates_are_checked_always_and_a_site_s_own_authority_must_be_readable(tmp_path: Path) -> None:
    context = trusted(None)
    assert context.verify_mode is ssl.CERT_REQUIRED
    assert context.check_hostname
    (tmp_path / "ca.pem").write_text("nothing")
    with pytest.raises(Unsafe):
        connect(tmp_path / "ca.pem")
