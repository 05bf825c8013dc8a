"""Keys and scopes, and the refusals that the contract gives for each condition."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from orders_api import clock, keys
from orders_api.database import Database, open_database

LIST = "/api/integrations/v1/orders/"


def denied(answer: httpx.Response, status: int) -> str:
    body = answer.json()
    assert (answer.status_code, set(body)) == (status, {"detail"})
    return str(body["detail"])


def test_a_request_without_a_key_is_forbidden(server: Any) -> None:
    assert denied(httpx.get(server.url + LIST), 403) == "The X-API-Key header is missing"


@pytest.mark.parametrize("key", ["", "x", "sk_live_", "sk_live_" + "0" * 55, "sk_live_' OR 1=1 --"])
def test_an_unknown_key_is_invalid(server: Any, key: str) -> None:
    answer = httpx.get(server.url + LIST, headers={"X-API-Key": key})
    assert denied(answer, 401) == "Invalid API key"


def test_a_key_with_one_character_changed_is_invalid(server: Any) -> None:
    key = server.key()
    changed = key[:-1] + ("A" if key[-1] != "A" else "B")
    answer = httpx.get(server.url + LIST, headers={"X-API-Key": changed})
    assert denied(answer, 401) == "Invalid API key"


def test_two_keys_in_one_request_are_invalid(server: Any) -> None:
    headers = [("X-API-Key", server.key()), ("X-API-Key", server.key())]
    assert denied(httpx.get(server.url + LIST, headers=headers), 401) == "Invalid API key"


def test_an_expired_key_says_so(server: Any) -> None:
    with server.client("expired", expires_at=1) as client:
        assert denied(client.get("/orders/"), 401) == "API key has expired"


def test_a_deactivated_key_stops_at_once_and_can_be_activated(server: Any, tool: Any) -> None:
    with server.client("switched") as client:
        assert client.get("/orders/").status_code == 200
        tool("keys", "deactivate", "switched", "--database", server.database)
        assert denied(client.get("/orders/"), 401) == "API key is inactive"
        tool("keys", "activate", "switched", "--database", server.database)
        assert client.get("/orders/").status_code == 200


OPERATIONS = {
    "integrations.orders.read": [("GET", "/orders/"), ("GET", "/orders/none/")],
    "integrations.orders.write": [("POST", "/orders/"), ("PUT", "/orders/none/")],
    "integrations.orders.delete": [("DELETE", "/orders/none/")],
    "integrations.products.read": [("GET", "/products/"), ("GET", "/products/none/")],
    "integrations.inventory.read": [("GET", "/inventory/none/")],
}
WILDCARDS = {
    "integrations.*": set(OPERATIONS),
    "integrations.orders.*": {scope for scope in OPERATIONS if ".orders." in scope},
}


@pytest.mark.parametrize("granted", [*OPERATIONS, *WILDCARDS])
def test_a_scope_opens_its_operations_and_no_others(server: Any, granted: str) -> None:
    opened = WILDCARDS.get(granted, {granted})
    with server.client(f"only {granted}", scopes=(granted,)) as client:
        for needed, operations in OPERATIONS.items():
            for method, path in operations:
                answer = client.request(method, path, json={})
                if needed in opened:
                    assert answer.status_code not in (401, 403), (method, path)
                else:
                    assert denied(answer, 403) == f"API key lacks the scope {needed}"


def test_the_workspace_switch_refuses_every_key(serve: Any, tool: Any, fresh: str) -> None:
    server = serve(fresh)
    with server.client() as client:
        tool("keys", "integration", "off", "--database", fresh)
        detail = denied(client.get("/orders/"), 403)
        assert detail == "The integration is switched off for this workspace"
        assert tool("keys", "integration", "--json", "--database", fresh).stdout == (
            '{"integration": "off"}\n'
        )
        tool("keys", "integration", "on", "--database", fresh)
        assert client.get("/orders/").status_code == 200


def test_a_key_is_refused_before_its_body_is_read(server: Any) -> None:
    with server.client("reader", scopes=("integrations.orders.read",)) as client:
        assert denied(client.post("/orders/", content=b"not json"), 403)


def test_a_key_is_printed_alone_and_kept_only_as_a_hash(tool: Any, fresh: str) -> None:
    made = tool("keys", "create", "dock 1", "--scope", "integrations.orders.*", "--database", fresh)
    key = made.stdout.removesuffix("\n")
    assert keys.lookup_id(key) is not None
    assert key not in made.stderr
    listed = tool("keys", "list", "--json", "--database", fresh).stdout
    assert '"scopes": ["integrations.orders.*"]' in listed
    assert key not in listed
    stored = b"".join(p.read_bytes() for p in Path(fresh.removeprefix("sqlite:///")).parent.iterdir())
    assert keys.lookup_id(key).encode() in stored
    assert key.encode() not in stored
    assert key[-43:].encode() not in stored


def test_two_keys_have_different_salts(tool: Any, fresh: str) -> None:
    for name in ("a", "b"):
        tool("keys", "create", name, "--database", fresh)
    with sqlite3.connect(fresh.removeprefix("sqlite:///")) as connection:
        salts = connection.execute("SELECT DISTINCT salt FROM api_keys").fetchall()
    connection.close()
    assert len(salts) == 2


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--scope", "integrations.order.read"], "The scope 'integrations.order.read' is not known"),
        (["--partner", "nobody"], "No partner is named 'nobody'"),
    ],
)
def test_a_key_that_cannot_be_made_says_why(
    tool: Any, fresh: str, arguments: list[str], sentence: str
) -> None:
    done = tool("keys", "create", "x", *arguments, "--database", fresh, check=False)
    assert (done.returncode, done.stdout) == (1, "")
    assert sentence in done.stderr
    assert "Traceback" not in done.stderr


@given(st.text(alphabet="integraosdw.*-_ ", max_size=40))
def test_only_the_scope_itself_or_a_wildcard_above_it_allows(granted: str) -> None:
    needed = "integrations.orders.read"
    allowed = keys.allows(granted, needed)
    parts = {needed, "integrations.orders.*", "integrations.*"}
    assert allowed == bool(parts & set(granted.split()))


def test_expiry_is_felt_at_its_moment(fresh: str) -> None:
    from orders_api import access

    database = open_database(fresh)
    assert isinstance(database, Database)
    soon = clock.now() + 200_000
    minted = database.write_now(lambda c: keys.create(c, "brief", expires_at=soon))
    assert isinstance(minted, keys.MintedKey)
    check: Callable[[], Any] = lambda: database.read_now(  # noqa: E731
        lambda c: access.check(c, [minted.value], "integrations.orders.read")
    )
    assert isinstance(check(), access.Caller)
    deadline = time.monotonic() + 5
    while isinstance(outcome := check(), access.Caller):
        assert time.monotonic() < deadline, "the key did not expire"
    assert clock.now() >= soon
    assert outcome.refusal.message == "API key has expired"
    database.close()
