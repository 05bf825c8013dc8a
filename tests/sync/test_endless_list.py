"""Lists of which nothing can be read, and lists that never end."""

from __future__ import annotations

from itertools import count

import httpx
import pytest

from sync.errors import BrokenAnswer
from sync.status import Link
from sync.walking import FEW, MOST_PAGES, PATIENCE, Walk
from tests.sync.setting import Setting


def test_a_first_page_of_which_nothing_can_be_read_says_which_order_and_field(setting: Setting) -> None:
    for n in range(6):
        setting.order(f"A-{n}")
    setting.rounds()
    for number in ("A-3", "A-4", "A-5"):
        setting.api.orders[number]["status"] = "lost"
    setting.api.orders["A-1"]["customer_name"] = "Acme"
    status = setting.rounds()
    assert status.link is Link.REFUSED_ANSWER
    assert "$.data[0].status: none of the 3 orders on the list's first page can be read; A-5:" in status.told
    assert "Invalid enum value 'lost'" in status.told
    assert "not believed" not in status.told
    assert status.unreadable == 3
    assert ("GET", "A-1") in setting.asked, "the pages after it are read all the same"


def test_a_list_with_ever_new_cursors_comes_to_an_end(setting: Setting) -> None:
    numbers = count()

    def endless(request: httpx.Request) -> httpx.Response | None:
        if not request.url.path.endswith("/orders/"):
            return None
        n = next(numbers)
        entry = {"id": f"id-{n}", "order_number": f"A-{n}", "status": "shipped", "customer_name": None}
        pagination = {"limit": 200, "next_cursor": f"c-{n}"}
        data = [{**entry, "created_at": "2026-01-01T00:00:00Z"}]
        return httpx.Response(200, json={"success": True, "data": data, "pagination": pagination})

    setting.fault = endless
    status = setting.rounds()
    assert status.link is Link.REFUSED_ANSWER
    assert "a list that does not come to an end: 200 entries on 200 pages" in status.told
    assert len(setting.asked) == PATIENCE


def test_a_million_old_orders_are_walked_to_their_end() -> None:
    walk = Walk()
    for page in range(10_000):
        walk.took(100)
        walk.onward(f"c-{page}")


def test_no_list_is_walked_for_ever() -> None:
    walk = Walk()
    for page in range(MOST_PAGES):
        walk.took(FEW)
        if page < MOST_PAGES - 1:
            walk.onward(f"c-{page}")
    with pytest.raises(BrokenAnswer, match="does not come to an end"):
        walk.onward("c")
