"""The fault switches: absent unless asked for, and each of them as a client meets it."""

from __future__ import annotations

import time
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest


@pytest.fixture(scope="module")
def faulty(serve: Any, stock: Any, tmp_path_factory: pytest.TempPathFactory) -> Any:
    folder: Path = tmp_path_factory.mktemp("faults")
    database = f"sqlite:///{folder / 'orders.db'}"
    stock(database, folder)
    return serve(database, "--faults")


@pytest.fixture
def api(faulty: Any) -> Iterator[httpx.Client]:
    with faulty.client() as client:
        yield client
    httpx.delete(faulty.url + "/faults/")


def arm(server: Any, **fault: Any) -> None:
    answer = httpx.post(server.url + "/faults/", json=fault)
    assert answer.json()["data"][-1]["kind"] == fault["kind"]


def test_without_the_flag_there_are_no_faults(server: Any) -> None:
    for method in ("GET", "POST", "DELETE"):
        assert httpx.request(method, server.url + "/faults/").status_code == 404


def test_an_error_after_commit_answers_503_though_the_order_is_there(
    faulty: Any, api: httpx.Client, order: Any
) -> None:
    number = uuid.uuid4().hex
    arm(faulty, kind="error", method="POST", after_commit=True)
    assert api.post("/orders/", json=order(number)).status_code == 503
    assert api.get(f"/orders/{number}/").status_code == 200
    assert "already exists" in api.post("/orders/", json=order(number)).text


def test_an_error_before_commit_leaves_no_order(faulty: Any, api: httpx.Client, order: Any) -> None:
    number = uuid.uuid4().hex
    arm(faulty, kind="error", method="POST", status=502)
    assert api.post("/orders/", json=order(number)).status_code == 502
    assert api.get(f"/orders/{number}/").status_code == 404


def test_a_dropped_connection_may_drop_before_or_after_the_commit(
    faulty: Any, api: httpx.Client, order: Any
) -> None:
    for after_commit, found in ((False, 404), (True, 200)):
        number = uuid.uuid4().hex
        arm(faulty, kind="drop", method="POST", after_commit=after_commit)
        with pytest.raises(httpx.TransportError):
            api.post("/orders/", json=order(number))
        assert api.get(f"/orders/{number}/").status_code == found


def test_throttling_says_how_long_to_wait(faulty: Any, api: httpx.Client) -> None:
    arm(faulty, kind="throttle", seconds=3)
    answer = api.get("/orders/")
    assert (answer.status_code, answer.headers["retry-after"]) == (429, "3")
    assert answer.headers["x-ratelimit-remaining"] == "0"
    assert api.get("/orders/").status_code == 200


def test_a_truncated_body_ends_before_its_length(faulty: Any, api: httpx.Client) -> None:
    arm(faulty, kind="truncate")
    with pytest.raises(httpx.RemoteProtocolError, match="without sending complete message body"):
        api.get("/orders/")


def test_a_garbage_body_is_no_json(faulty: Any, api: httpx.Client) -> None:
    arm(faulty, kind="garbage")
    answer = api.get("/orders/")
    assert answer.status_code == 200
    with pytest.raises(ValueError, match=r"."):
        answer.json()


def test_a_delay_holds_one_request_up(faulty: Any, api: httpx.Client) -> None:
    arm(faulty, kind="delay", seconds=0.4)
    started = time.monotonic()
    assert api.get("/orders/").status_code == 200
    assert time.monotonic() - started >= 0.4


def test_a_freeze_holds_every_request_up(faulty: Any, api: httpx.Client) -> None:
    arm(faulty, kind="freeze", path="/products/", seconds=0.6)
    with pytest.raises(httpx.ReadTimeout):
        api.get("/products/", timeout=0.1)
    started = time.monotonic()
    assert api.get("/orders/").status_code == 200
    assert time.monotonic() - started >= 0.3


def test_a_fault_befalls_only_what_it_names_and_only_so_often(faulty: Any, api: httpx.Client) -> None:
    arm(faulty, kind="error", method="GET", path="/orders/X", skip=1, count=2)
    seen = [api.get("/orders/X/").status_code for _ in range(4)]
    assert api.get("/orders/").status_code == 200
    assert seen == [404, 503, 503, 404]
    assert httpx.get(faulty.url + "/faults/").json() == {"success": True, "data": []}


@pytest.mark.parametrize(
    "fault", [{}, {"kind": "fire"}, {"kind": "error", "status": 200}, {"kind": "delay", "seconds": -1}]
)
def test_a_fault_that_means_nothing_is_refused(faulty: Any, fault: Any) -> None:
    answer = httpx.post(faulty.url + "/faults/", json=fault)
    assert answer.status_code == 400
    assert answer.json()["error"]["message"].startswith("The fault cannot be armed: ")
