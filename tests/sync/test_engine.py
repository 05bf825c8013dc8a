"""The engine against a model of the API that answers as each test wants it to."""

from __future__ import annotations

import json
from typing import Any

import httpx

from store import conflicts, orders, outbox
from sync.status import Link
from tests.sync.setting import Setting, no_fault
from verification.orders import OrderStatus


def test_the_first_page_is_there_before_the_second_is_asked_for(setting: Setting) -> None:
    for n in range(7):
        setting.order(f"A-{n}")

    def second_page_fails(request: httpx.Request) -> httpx.Response | None:
        return httpx.Response(503) if request.url.params.get("cursor") else None

    setting.fault = second_page_fails
    assert setting.rounds().link is Link.OFFLINE
    assert setting.numbers() == ["A-4", "A-5", "A-6"]
    setting.fault = no_fault
    assert setting.rounds().link is Link.ONLINE
    assert len(setting.numbers()) == 7
    assert any(status.progress is not None for status in setting.shown)


def test_an_empty_list_while_orders_are_open_is_not_believed(setting: Setting) -> None:
    setting.order("A-1")
    setting.rounds()
    setting.api.orders.clear()
    status = setting.rounds()
    assert status.link is Link.REFUSED_ANSWER
    assert "not believed" in status.told
    assert setting.numbers() == ["A-1"]


def test_a_key_that_may_not_write_pauses_sending_and_goes_on_reading(setting: Setting) -> None:
    setting.order("A-1")
    setting.rounds()
    setting.count("A-1")
    setting.order("A-2")
    setting.fault = lambda request: httpx.Response(403, json={}) if request.method == "PUT" else None
    status = setting.rounds()
    assert (status.link, status.waiting, status.sending_paused) == (Link.KEY_REFUSED, 1, True)
    assert status.badge() == "Key refused, 1 order waiting"
    assert setting.numbers() == ["A-1", "A-2"]
    setting.fault = no_fault
    assert setting.rounds().waiting == 0


def test_a_new_key_holds_without_a_restart(setting: Setting) -> None:
    setting.order("A-1")

    def refuse_old(request: httpx.Request) -> httpx.Response | None:
        old = request.headers["x-api-key"] == "sk_live_one"
        return httpx.Response(401, json={"detail": "Invalid API key"}) if old else None

    setting.fault = refuse_old

    def rotate(number: int) -> None:
        if number == 1:
            assert setting.shown[-1].link is Link.KEY_REFUSED
            setting.key = "sk_live_two"

    assert setting.rounds(2, rotate).link is Link.ONLINE


def test_one_bad_order_is_parked_and_blocks_no_other(setting: Setting) -> None:
    for number in ("A-1", "A-2"):
        setting.order(number)
    setting.rounds()
    for number in ("A-1", "A-2"):
        setting.count(number)

    def broken(request: httpx.Request) -> httpx.Response | None:
        one = request.url.path.endswith("/orders/A-1/")
        return httpx.Response(200, json={"success": True, "data": {"id": 3}}) if one else None

    setting.fault = broken
    status = setting.rounds(3)
    assert (status.link, status.waiting, status.parked) == (Link.ONLINE, 0, 1)
    (parked,) = outbox.listed(setting.ledger.db)
    assert parked.order_number == "A-1"
    assert "$.data" in (parked.parked or "")
    setting.fault = no_fault
    with setting.ledger.transaction() as db:
        outbox.retry(db, parked.order_id)
    assert (setting.rounds().parked, outbox.tallied(setting.ledger.db)) == (0, (0, 0))


def test_a_put_that_was_made_but_answered_503_is_not_made_again(setting: Setting) -> None:
    setting.order("A-1")
    setting.rounds()
    setting.count("A-1")

    def made_but_503(request: httpx.Request) -> httpx.Response | None:
        if request.method != "PUT":
            return None
        setting.api.handle("PUT", "/orders/A-1/", {}, json.loads(request.content))
        return httpx.Response(503)

    setting.fault = made_but_503
    status = setting.rounds()
    assert status.waiting == 0
    assert [method for method, _ in setting.asked].count("PUT") == 1


def test_shipped_while_scanning_stops_and_keeps_the_counts(setting: Setting) -> None:
    setting.order("A-1")
    setting.rounds()
    setting.count("A-1")
    setting.api.orders["A-1"]["status"] = "shipped"
    assert setting.rounds().waiting == 0
    order = orders.by_number(setting.ledger.db, "A-1")
    assert order is not None
    assert (order.status, order.verified) == (OrderStatus.SHIPPED, 1)
    assert [each.kind for each in conflicts.listed(setting.ledger.db)] == ["closed_counts"]
    assert not [method for method, _ in setting.asked if method == "PUT"]


def test_an_answer_for_another_order_changes_nothing(setting: Setting) -> None:
    setting.order("A-1")

    def other(request: httpx.Request) -> httpx.Response | None:
        if not request.url.path.endswith("/A-1/"):
            return None
        answer: Any = setting.api.handle("GET", "/orders/A-1/", {}, None)[1]
        answer["data"]["order_number"] = "B-9"
        return httpx.Response(200, json=answer)

    setting.fault = other
    setting.rounds()
    assert setting.numbers() == []
