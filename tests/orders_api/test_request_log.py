"""The request log: what was asked and what came of it, and never a key."""

from __future__ import annotations

import json
import time
from typing import Any

import httpx

from orders_api import clock, request_log
from orders_api.database import Database, open_database
from orders_api.request_log import LogFilter, RequestLog, RequestRecord

PATH = "/api/integrations/v1/orders/"


def records(database: str, **wanted: Any) -> list[dict[str, Any]]:
    opened = open_database(database)
    assert isinstance(opened, Database)
    found = opened.read_now(lambda c: list(request_log.read(c, LogFilter(1000, **wanted))))
    opened.close()
    return found


def written(server: Any, marker: str) -> dict[str, Any]:
    """The record whose path holds the marker, once it is written."""
    deadline = time.monotonic() + 20
    while True:
        for record in records(server.database):
            if marker in record["path"]:
                return record
        assert time.monotonic() < deadline, "the request was not logged"


def test_a_request_is_logged_with_its_body_and_the_keys_name(server: Any, order: Any) -> None:
    with server.client() as client:
        client.put("/orders/LOG-1/", json={"notes": "hello"})
    record = written(server, "LOG-1")
    assert clock.text(clock.now())[:10] == record.pop("at")[:10]
    assert record == {
        "method": "PUT", "path": PATH + "LOG-1/", "key_name": "full", "status": 404,
        "raw_body": '{"notes":"hello"}', "mapped_body": None,
    }  # fmt: skip


def test_a_partners_request_is_logged_raw_and_mapped(server: Any, tool: Any) -> None:
    from tests.orders_api.test_mapping import EXAMPLE

    if "partner" not in server.keys:
        tool("partners", "load", str(EXAMPLE), "--database", server.database)
    with server.client("partner", partner="acme-erp") as client:
        client.put("/orders/LOG-2/", json={"Description": {"value": "Rush"}})
    record = written(server, "LOG-2")
    assert json.loads(record["raw_body"]) == {"Description": {"value": "Rush"}}
    assert json.loads(record["mapped_body"]) == {"notes": "Rush"}


def test_no_key_enters_the_log_wherever_a_client_puts_it(server: Any) -> None:
    key = server.key()
    with server.client() as client:
        client.put(f"/orders/LOG-3-{key}/", json={"notes": f"my key is {key}"})
        client.get("/orders/", params={"limit": "LOG-4", "key": key})
    for marker in ("LOG-3", "LOG-4"):
        told = json.dumps(written(server, marker))
        assert key[-20:] not in told
        assert "sk_live_…" in json.loads(told)["path"]
    httpx.get(server.url + PATH + "LOG-5/", headers={"X-API-Key": "sk_live_" + "z" * 55})
    assert written(server, "LOG-5")["key_name"] is None
    assert "zzz" not in json.dumps(records(server.database))


def test_the_log_can_be_read_by_key_method_and_failure(server: Any, tool: Any) -> None:
    with server.client("logged") as client:
        client.get("/orders/LOG-6/")
        client.get("/orders/?limit=1")
    written(server, "LOG-6")
    options = ("--key", "logged", "--failed", "--json", "--database", server.database)
    shown = [json.loads(line) for line in tool("logs", *options).stdout.splitlines()]
    assert [record["path"] for record in shown] == [PATH + "LOG-6/"]
    people = tool("logs", "--key", "logged", "--newest", "5", "--database", server.database).stdout
    assert f"404 GET {PATH}LOG-6/ key=logged" in people


def test_a_long_body_is_cut_with_a_mark() -> None:
    record = RequestRecord(0, "POST", "/", raw_body=b"x" * (request_log.LONGEST_BODY + 7))
    assert record.row()["raw_body"].endswith("x… (7 more bytes)")


def test_records_older_than_the_retention_are_deleted(fresh: str) -> None:
    database = open_database(fresh)
    assert isinstance(database, Database)
    day = 24 * 3600 * 1_000_000
    log = RequestLog(database, retention_days=2)
    for age in (3, 1):
        log.take(RequestRecord(clock.now() - age * day, "GET", f"/{age}-days-old", status=200))
    log.start()
    deadline = time.monotonic() + 20
    while [record["path"] for record in records(fresh)] != ["/1-days-old"]:
        assert time.monotonic() < deadline, "the old record stayed"
    log.close()
    database.close()


def test_closing_writes_what_is_waiting(fresh: str) -> None:
    database = open_database(fresh)
    assert isinstance(database, Database)
    log = RequestLog(database, retention_days=2)
    log.start()
    for number in range(5000):
        log.take(RequestRecord(clock.now(), "GET", f"/{number}", status=200))
    log.close()
    database.close()
    opened = open_database(fresh)
    assert isinstance(opened, Database)
    count = opened.read_now(lambda c: c.exec_driver_sql("SELECT count(*) FROM request_log").scalar())
    assert count == 5000
    opened.close()
