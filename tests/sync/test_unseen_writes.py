"""An API that answers a write with success and does not show it: late, or never."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from store import orders, outbox
from sync.reconcile import NOT_SHOWN
from sync.status import Link
from tests.sync.setting import Setting, no_fault


def puts(setting: Setting) -> int:
    return [method for method, _ in setting.asked].count("PUT")


def counted(setting: Setting) -> None:
    setting.order("A-1")
    setting.rounds()
    setting.count("A-1")
    setting.asked.clear()


def passing_over(setting: Setting) -> Callable[[httpx.Request], httpx.Response | None]:
    """Updates are answered with success and come to nothing."""

    def answer(request: httpx.Request) -> httpx.Response | None:
        if request.method != "PUT":
            return None
        told: Any = setting.api.handle("GET", "/orders/A-1/", {}, None)[1]
        told["data"].update(json.loads(request.content))
        return httpx.Response(200, json=told)

    return answer


def test_one_write_in_a_round_and_after_three_it_is_parked(setting: Setting) -> None:
    counted(setting)
    setting.fault = passing_over(setting)
    for number in (1, 2, 3):
        before = len(setting.asked)
        status = setting.rounds()
        assert (puts(setting), status.waiting, status.parked) == (number, 1, 0)
        assert len(setting.asked) - before <= 7
    status = setting.rounds(3)
    assert (status.link, puts(setting), status.waiting, status.parked) == (Link.ONLINE, 3, 0, 1)
    assert outbox.listed(setting.ledger.db)[0].parked == NOT_SHOWN


def test_a_person_tries_it_again_or_the_api_shows_something_else(setting: Setting) -> None:
    counted(setting)
    setting.fault = passing_over(setting)
    setting.rounds(4)
    with setting.ledger.transaction() as db:
        outbox.retry(db, outbox.listed(db)[0].order_id)
    status = setting.rounds(4)
    assert (puts(setting), status.parked) == (6, 1)
    setting.fault = no_fault
    setting.api.orders["A-1"]["notes"] = "by the dock"
    assert setting.rounds().parked == 0
    assert outbox.tallied(setting.ledger.db) == (0, 0)
    assert setting.api.orders["A-1"]["metadata"]["tallyman"]


@pytest.mark.parametrize("late", [1, 2])
def test_a_write_that_is_shown_some_rounds_later_settles(setting: Setting, late: int) -> None:
    counted(setting)
    kept: list[Any] = []

    def lagging(request: httpx.Request) -> httpx.Response | None:
        if request.method == "PUT":
            kept.append(json.loads(request.content))
        return passing_over(setting)(request)

    setting.fault = lagging
    setting.rounds(late)
    setting.fault = no_fault
    setting.api.handle("PUT", "/orders/A-1/", {}, kept[-1])
    setting.rounds()
    assert (puts(setting), outbox.tallied(setting.ledger.db)) == (late, (0, 0))


def test_a_vendor_that_keeps_the_status_and_drops_metadata_is_written_once_in_a_round(
    setting: Setting,
) -> None:
    counted(setting)

    def dropping(request: httpx.Request) -> httpx.Response | None:
        if request.method != "PUT":
            return None
        body = json.loads(request.content)
        body.pop("metadata", None)
        return httpx.Response(200, json=setting.api.handle("PUT", "/orders/A-1/", {}, body)[1])

    setting.fault = dropping
    status = setting.rounds(5)
    assert (puts(setting), status.parked) == (4, 1), "the status was shown, what followed was not"


def counts(setting: Setting) -> None:
    setting.count("A-1")


def edits(setting: Setting) -> None:
    with setting.ledger.transaction() as db:
        changes = {"notes": "by the dock", "due_date": "2031-05-01T12:00:00+02:00"}
        outbox.edit(db, known(setting), changes)


def cancels(setting: Setting) -> None:
    with setting.ledger.transaction() as db:
        outbox.cancel(db, known(setting), "twice")


def known(setting: Setting) -> str:
    order = orders.by_number(setting.ledger.db, "A-1")
    assert order is not None
    return order.id


def failing(
    setting: Setting, *, made: bool, **meanwhile: str
) -> Callable[[httpx.Request], httpx.Response | None]:
    """The next write is answered 503, though it may have been made; somebody else writes `meanwhile`."""

    def answer(request: httpx.Request) -> httpx.Response | None:
        if request.method == "GET":
            return None
        setting.fault = no_fault
        if made:
            body = json.loads(request.content) if request.content else None
            setting.api.handle(request.method, "/orders/A-1/", {}, body)
        setting.api.orders["A-1"].update(meanwhile)
        return httpx.Response(503)

    return answer


@pytest.mark.parametrize("made", [True, False])
@pytest.mark.parametrize("change", [counts, edits, cancels])
def test_a_write_that_was_answered_with_an_error_is_counted_once_when_it_is_seen(
    setting: Setting, change: Callable[[Setting], None], made: bool
) -> None:
    setting.order("A-1")
    setting.rounds()
    change(setting)
    setting.asked.clear()
    setting.fault = failing(setting, made=made)
    setting.rounds(3)
    assert (setting.pushed, outbox.tallied(setting.ledger.db)) == (1, (0, 0))
    assert len([1 for method, _ in setting.asked if method != "GET"]) == (1 if made else 2)


def test_what_was_counted_meanwhile_hides_no_write_that_was_made(setting: Setting) -> None:
    counted(setting)
    lost = failing(setting, made=True)

    def counting(request: httpx.Request) -> httpx.Response | None:
        told = lost(request)
        if told is not None:
            setting.count("A-1")
        return told

    setting.fault = counting
    setting.rounds(3)
    assert (setting.pushed, outbox.tallied(setting.ledger.db)) == (2, (0, 0))


@pytest.mark.parametrize("status", ["pending", "shipped"])
def test_a_change_by_somebody_else_proves_no_write_that_was_not_made(setting: Setting, status: str) -> None:
    counted(setting)
    setting.fault = failing(setting, made=False, notes="by the dock", status=status)
    setting.rounds(3)
    assert setting.pushed == (1 if status == "pending" else 0), "what was sent again was seen"
