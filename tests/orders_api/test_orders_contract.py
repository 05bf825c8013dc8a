"""The contract of the five operations, over a real socket, on SQLite and on PostgreSQL."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable
from typing import Any
from urllib.parse import quote

import httpx
import pytest

Order = Callable[..., dict[str, Any]]


def number() -> str:
    return f"ORD-{uuid.uuid4().hex[:12]}"


def created(client: httpx.Client, body: dict[str, Any]) -> dict[str, Any]:
    answer = client.post("/orders/", json=body)
    assert answer.status_code == 201, answer.text
    data: dict[str, Any] = answer.json()["data"]
    return data


def refused(answer: httpx.Response, status: int, code: str) -> str:
    """Checks the failure envelope to the letter; answers its message."""
    body = answer.json()
    assert answer.status_code == status, body
    assert body == {"success": False, "error": {"code": code, "message": body["error"]["message"]}}
    return str(body["error"]["message"])


def test_a_created_order_is_answered_in_full_and_pending(client: httpx.Client, order: Order) -> None:
    body = order(number(), notes="Rush", order_date="2026-04-16T12:00:00+02:00", metadata={"a": 1})
    answer = client.post("/orders/", json=body)
    assert answer.status_code == 201
    assert answer.headers["content-type"] == "application/json"
    envelope = answer.json()
    assert set(envelope) == {"success", "data"}
    assert envelope["success"] is True
    data = envelope["data"]
    items = data.pop("items")
    assert uuid.UUID(data.pop("id")).version == 4
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z", data.pop("created_at"))
    assert data == {**{k: v for k, v in body.items() if k != "items"}, "status": "pending"}
    assert [item.pop("notes") for item in items] == [None, "Fragile"]
    assert all(uuid.UUID(item.pop("id")) for item in items)
    untouched = {"verified_quantity": 0, "verification_status": "pending"}
    assert items == [
        {"sku": {"sku": "RUG-5X7-BLU"}, "quantity": 10, **untouched},
        {"sku": {"sku": "RUG-8X10-RED"}, "quantity": 5, **untouched},
    ]


def test_fields_left_out_are_answered_empty(client: httpx.Client) -> None:
    body = {"order_number": number(), "items": [{"sku_code": "RUG-5X7-BLU", "quantity": 1}]}
    data = created(client, body)
    for name in ("external_order_id", "customer_name", "notes", "order_date", "due_date"):
        assert data[name] is None
    assert (data["customer_info"], data["metadata"]) == ({}, {})


def test_get_answers_the_order_that_create_answered(client: httpx.Client, order: Order) -> None:
    data = created(client, order(number()))
    assert client.get(f"/orders/{data['order_number']}/").json() == {"success": True, "data": data}


def test_list_answers_summaries_newest_first(client: httpx.Client, order: Order) -> None:
    older, newer = created(client, order(number())), created(client, order(number()))
    answer = client.get("/orders/", params={"limit": 2}).json()
    fields = ("id", "order_number", "status", "customer_name", "created_at")
    assert answer["data"] == [{name: data[name] for name in fields} for data in (newer, older)]
    assert set(answer) == {"success", "data", "pagination"}
    assert set(answer["pagination"]) == {"limit", "next_cursor"}
    assert answer["pagination"]["limit"] == 2


@pytest.mark.parametrize(
    ("asked", "got"),
    [("", 50), ("1", 1), ("0", 1), ("-3", 1), ("200", 200), ("201", 200), ("9" * 400, 200)],
)
def test_limit_is_50_by_default_and_clamped_to_1_and_200(client: httpx.Client, asked: str, got: int) -> None:
    answer = client.get("/orders/" + (f"?limit={asked}" if asked else ""))
    assert answer.json()["pagination"]["limit"] == got


@pytest.mark.parametrize("query", ["limit=ten", "limit=", "limit=1.5", "limit=1&limit=2", "status=x"])
def test_a_query_that_means_nothing_here_is_refused_by_name(client: httpx.Client, query: str) -> None:
    message = refused(client.get(f"/orders/?{query}"), 400, "VALIDATION_ERROR")
    assert message.startswith(query.partition("=")[0])


@pytest.mark.parametrize("cursor", ["eyJjIjoi", "", "%00", "é" * 20, "A" * 54, "x" * 5000])
def test_a_malformed_cursor_is_named(client: httpx.Client, cursor: str) -> None:
    message = refused(client.get("/orders/", params={"cursor": cursor}), 400, "VALIDATION_ERROR")
    assert message == f"Invalid cursor: '{cursor[:200]}'"


def test_a_cursor_changed_in_any_place_is_refused(client: httpx.Client, order: Order) -> None:
    for _ in range(2):
        created(client, order(number()))
    cursor = client.get("/orders/?limit=1").json()["pagination"]["next_cursor"]
    assert client.get("/orders/", params={"limit": 1, "cursor": cursor}).status_code == 200
    for place in range(len(cursor)):
        other = "B" if cursor[place] == "A" else "A"
        changed = cursor[:place] + other + cursor[place + 1 :]
        answer = client.get("/orders/", params={"cursor": changed})
        assert refused(answer, 400, "VALIDATION_ERROR") == f"Invalid cursor: '{changed}'"


def test_a_cursor_of_another_list_is_refused(client: httpx.Client) -> None:
    cursor = client.get("/products/?limit=1").json()["pagination"]["next_cursor"]
    assert cursor
    refused(client.get("/orders/", params={"cursor": cursor}), 400, "VALIDATION_ERROR")


def test_a_repeated_order_number_says_that_it_exists(client: httpx.Client, order: Order) -> None:
    body = order(number())
    first = created(client, body)
    answer = client.post("/orders/", json=body)
    assert refused(answer, 400, "VALIDATION_ERROR") == "order_number already exists"
    assert client.get(f"/orders/{body['order_number']}/").json()["data"] == first


def test_an_unknown_sku_is_a_service_error_and_creates_nothing(client: httpx.Client, order: Order) -> None:
    body = order(number(), items=[{"sku_code": "NO-SUCH-RUG", "quantity": 1}])
    message = refused(client.post("/orders/", json=body), 400, "SERVICE_ERROR")
    assert message == "sku_code does not exist: NO-SUCH-RUG"
    refused(client.get(f"/orders/{body['order_number']}/"), 404, "NOT_FOUND")


WRONG = [
    ({"order_number": None}, "order_number: expected a string, got null"),
    ({"order_number": "   "}, "order_number: expected a string that is not blank"),
    ({"order_number": "x" * 256}, "order_number: expected at most 255 characters, got 256"),
    ({"order_number": "a\nb"}, "order_number: expected no control characters"),
    ({"order_number": ".."}, "order_number: expected a value that a path can carry, got '..'"),
    ({"items": []}, "items: expected at least one line item"),
    ({"items": {}}, "items: expected an array, got an object"),
    ({"items": [7]}, "items[0]: expected an object, got the number 7"),
    ({"items": [{"sku_code": "X"}]}, "items[0].quantity: this field is required"),
    ({"customer_info": []}, "customer_info: expected an object, got an array"),
    ({"metadata": "x"}, "metadata: expected an object, got a string"),
    ({"status": "shipped"}, "status: this field is not known here"),
    ({"customer_name": True}, "customer_name: expected a string, got a boolean"),
]
MOMENT = "expected an ISO 8601 date and time with an offset, such as 2026-05-01T00:00:00Z"


@pytest.mark.parametrize(("changes", "message"), WRONG)
def test_a_wrong_field_is_named_with_what_was_expected_and_what_came(
    client: httpx.Client, order: Order, changes: dict[str, Any], message: str
) -> None:
    answer = client.post("/orders/", json=order(number(), **changes))
    assert refused(answer, 400, "VALIDATION_ERROR") == message


@pytest.mark.parametrize("quantity", [0, -1, 2.0, 1.5, "10", True, None, [], 2**31])
def test_a_quantity_is_an_integer_of_at_least_1(client: httpx.Client, order: Order, quantity: Any) -> None:
    body = order(number(), items=[{"sku_code": "RUG-5X7-BLU", "quantity": quantity}])
    message = refused(client.post("/orders/", json=body), 400, "VALIDATION_ERROR")
    assert message.startswith("items[0].quantity: expected an integer")


def test_every_missing_field_is_told_at_once(client: httpx.Client) -> None:
    message = refused(client.post("/orders/", json={}), 400, "VALIDATION_ERROR")
    assert message == "order_number: this field is required; items: this field is required"


@pytest.mark.parametrize(
    "moment",
    ["2026-05-01T00:00:00Z", "2026-05-01T09:30:00+02:00", "2026-05-01T09:30:00.125-11:30"],
)
def test_a_due_date_keeps_its_offset(client: httpx.Client, order: Order, moment: str) -> None:
    data = created(client, order(number(), due_date=moment))
    assert data["due_date"] == moment
    assert client.get(f"/orders/{data['order_number']}/").json()["data"]["due_date"] == moment


@pytest.mark.parametrize(
    "moment",
    ["2026-05-01", "2026-05-01T00:00:00", "tomorrow", "2026-02-30T00:00:00Z", "20260501T000000Z",
     "2026-05-01T24:00:01Z", "2026-05-01T00:00:00+25:00", 1777593600, "٢٠٢٦-05-01T00:00:00Z"],
)  # fmt: skip
def test_a_due_date_without_a_moment_in_it_is_refused(
    client: httpx.Client, order: Order, moment: Any
) -> None:
    answer = client.post("/orders/", json=order(number(), due_date=moment))
    assert refused(answer, 400, "VALIDATION_ERROR").startswith(f"due_date: {MOMENT}, got ")


def test_put_replaces_what_it_names_and_keeps_the_rest(client: httpx.Client, order: Order) -> None:
    before = created(client, order(number(), notes="as it was", metadata={"a": 1, "b": {"c": 2}}))
    change = {"customer_name": "Acme Corp (Updated)", "metadata": {"z": 26}}
    answer = client.put(f"/orders/{before['order_number']}/", json=change)
    assert answer.status_code == 200
    assert answer.json() == {"success": True, "data": {**before, **change}}
    assert client.get(f"/orders/{before['order_number']}/").json()["data"] == {**before, **change}


def test_put_of_every_header_field_at_once(client: httpx.Client, order: Order) -> None:
    before = created(client, order(number()))
    change = {
        "customer_name": "Möbelhaus 東京",
        "customer_info": {"deep": {"er": [1, 2.5, None, True]}},
        "notes": "n",
        "due_date": "2027-01-01T00:00:00+01:00",
        "metadata": {"tallyman": {"v": 1, "slots": {"dock-1.9f3a": {"n": 17, "c": {}}}}},
        "status": "in_progress",
    }
    answer = client.put(f"/orders/{before['order_number']}/", json=change)
    assert answer.json()["data"] == {**before, **change}
    summary = client.get("/orders/?limit=200").json()["data"]
    mine = next(row for row in summary if row["id"] == before["id"])
    assert (mine["status"], mine["customer_name"]) == ("in_progress", "Möbelhaus 東京")


def test_put_of_null_clears_a_field_but_not_the_status(client: httpx.Client, order: Order) -> None:
    before = created(client, order(number(), notes="x", metadata={"a": 1}))
    path = f"/orders/{before['order_number']}/"
    cleared = dict.fromkeys(["customer_name", "customer_info", "notes", "due_date", "metadata"])
    after = client.put(path, json=cleared).json()["data"]
    assert after == {**before, **cleared, "customer_info": {}, "metadata": {}}
    message = refused(client.put(path, json={"status": None}), 400, "VALIDATION_ERROR")
    assert message.startswith("status: expected one of draft, pending, in_progress")


def test_put_of_nothing_changes_nothing(client: httpx.Client, order: Order) -> None:
    before = created(client, order(number()))
    assert client.put(f"/orders/{before['order_number']}/", json={}).json()["data"] == before


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"items": []}, "items: line items are immutable through an update"),
        ({"order_number": "X"}, "order_number: this field cannot be updated"),
        ({"external_order_id": "X"}, "external_order_id: this field cannot be updated"),
        ({"colour": "red"}, "colour: this field is not known here"),
        ({"status": "done"}, "status: expected one of draft, pending"),
        ({"due_date": "soon"}, "due_date: expected an ISO 8601"),
    ],
)
def test_put_refuses_by_name_and_then_changes_nothing(
    client: httpx.Client, order: Order, change: dict[str, Any], message: str
) -> None:
    before = created(client, order(number()))
    path = f"/orders/{before['order_number']}/"
    answer = client.put(path, json={"notes": "must not be kept", **change})
    assert refused(answer, 400, "VALIDATION_ERROR").startswith(message)
    assert client.get(path).json()["data"] == before


def test_put_moves_an_active_order_forth_and_back_and_ships_it(client: httpx.Client, order: Order) -> None:
    path = f"/orders/{created(client, order(number()))['order_number']}/"
    for status in ("in_progress", "partially_verified", "verified", "in_progress", "pending"):
        assert client.put(path, json={"status": status}).json()["data"]["status"] == status
    assert client.put(path, json={"status": "shipped"}).json()["data"]["status"] == "shipped"
    message = refused(client.put(path, json={"status": "verified"}), 400, "SERVICE_ERROR")
    assert message == "status cannot change from shipped to verified"
    assert client.put(path, json={"status": "shipped", "notes": "n"}).status_code == 200


def test_put_does_not_cancel_and_does_not_revive(client: httpx.Client, order: Order) -> None:
    path = f"/orders/{created(client, order(number()))['order_number']}/"
    message = refused(client.put(path, json={"status": "cancelled"}), 400, "SERVICE_ERROR")
    assert message == "status cannot change from pending to cancelled; cancel with DELETE"
    client.delete(path)
    refused(client.put(path, json={"status": "pending", "notes": "x"}), 400, "SERVICE_ERROR")
    assert client.get(path).json()["data"]["notes"] is None


def test_cancel_keeps_the_order_and_the_first_reason(client: httpx.Client, order: Order) -> None:
    before = created(client, order(number()))
    path = f"/orders/{before['order_number']}/"
    answer = client.request("DELETE", path, json={"reason": "Customer requested cancellation"})
    assert answer.status_code == 200
    reason = {"cancellation_reason": "Customer requested cancellation"}
    cancelled = {**before, "status": "cancelled", **reason}
    assert answer.json()["data"] == cancelled
    again = client.request("DELETE", path, json={"reason": "another"})
    assert (again.status_code, again.json()["data"]) == (200, cancelled)
    assert client.get(path).json()["data"] == cancelled


def test_cancel_needs_no_body(client: httpx.Client, order: Order) -> None:
    before = created(client, order(number()))
    answer = client.delete(f"/orders/{before['order_number']}/")
    assert answer.json()["data"] == {**before, "status": "cancelled"}


def test_a_shipped_order_cannot_be_cancelled(client: httpx.Client, order: Order) -> None:
    path = f"/orders/{created(client, order(number()))['order_number']}/"
    shipped = client.put(path, json={"status": "shipped"}).json()["data"]
    message = refused(client.delete(path), 400, "SERVICE_ERROR")
    assert message == "the order is already shipped and cannot be cancelled"
    assert client.get(path).json()["data"] == shipped


@pytest.mark.parametrize("body", [{"why": "x"}, {"reason": 7}, [], "x"])
def test_a_cancel_body_that_is_not_a_reason_is_refused(client: httpx.Client, order: Order, body: Any) -> None:
    path = f"/orders/{created(client, order(number()))['order_number']}/"
    refused(client.request("DELETE", path, json=body), 400, "VALIDATION_ERROR")
    assert client.get(path).json()["data"]["status"] == "pending"


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE"])
def test_an_identifier_that_fits_no_order_is_not_found(client: httpx.Client, method: str) -> None:
    answer = client.request(method, "/orders/no-such-order/", json={})
    assert refused(answer, 404, "NOT_FOUND") == "No order has the order_number 'no-such-order'"


@pytest.mark.parametrize("odd", ["A/B {0}", "späti {0}", "100% {0}", "a+b&c=d {0}", "x?y#z {0}"])
def test_an_identifier_may_hold_slashes_spaces_and_more(client: httpx.Client, order: Order, odd: str) -> None:
    odd_number = odd.format(number())
    data = created(client, order(odd_number))
    path = f"/orders/{quote(odd_number, safe='')}/"
    assert client.get(path).json()["data"] == data
    assert client.put(path, json={"notes": "n"}).status_code == 200
    assert client.delete(path).json()["data"]["status"] == "cancelled"


def test_a_plain_slash_does_not_reach_into_an_identifier(client: httpx.Client, order: Order) -> None:
    odd_number = f"A/{number()}"
    created(client, order(odd_number))
    refused(client.get(f"/orders/{odd_number}/"), 404, "NOT_FOUND")


def test_a_path_without_its_last_slash_is_not_found_and_never_redirected(
    client: httpx.Client,
) -> None:
    for path in ("/orders", "/orders/X", "/products", "//evil.example/orders"):
        answer = client.get(path)
        message = refused(answer, 404, "NOT_FOUND")
        assert message.endswith("every path of this API ends in a slash")
        assert "location" not in answer.headers


def test_a_method_that_a_path_does_not_have_is_told_with_those_it_has(client: httpx.Client) -> None:
    answer = client.patch("/orders/", json={})
    refused(answer, 405, "METHOD_NOT_ALLOWED")
    assert answer.headers["allow"] == "GET, HEAD, POST"
    assert client.delete("/products/X/").headers["allow"] == "GET, HEAD"


def test_products_are_listed_and_found_by_sku(client: httpx.Client) -> None:
    page = client.get("/products/?limit=200").json()
    assert page["pagination"] == {"limit": 200, "next_cursor": None}
    rug = next(product for product in page["data"] if product["sku"] == "RUG-5X7-BLU")
    assert uuid.UUID(rug.pop("id"))
    custom = {"barcode": "9521234000013"}
    assert rug == {"sku": "RUG-5X7-BLU", "quantity": 40, "is_active": True, "cost": "89.00",
                   "custom_fields": custom}  # fmt: skip
    assert client.get("/products/ODD%2FSKU%201/").json()["data"]["is_active"] is False
    refused(client.get("/products/NOPE/"), 404, "NOT_FOUND")


def test_inventory_answers_the_locations_of_a_sku(client: httpx.Client) -> None:
    held = [("A-01-1", 30), ("B-02-1", 10)]
    answer = client.get("/inventory/RUG-5X7-BLU/?by=sku")
    assert answer.json() == {
        "success": True,
        "data": [
            {"location_code": place, "sku_code": "RUG-5X7-BLU", "quantity": count} for place, count in held
        ],
    }
    assert client.get("/inventory/ODD%2FSKU%201/").json()["data"] == []
    refused(client.get("/inventory/NOPE/?by=sku"), 404, "NOT_FOUND")
    refused(client.get("/inventory/RUG-5X7-BLU/?by=barcode"), 400, "VALIDATION_ERROR")
