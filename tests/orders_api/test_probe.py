"""`check`: every reading told against our own server, and nothing left standing anywhere."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from typing import Any

import httpx
import pytest

from orders_api.probe import data_of, told
from orders_api.probe_trials import TRIALS


def statuses(server: Any) -> dict[str, str]:
    with server.client() as client:
        rows = client.get("/orders/?limit=200").json()["data"]
    return {row["order_number"]: row["status"] for row in rows if "CHECK-" in row["order_number"]}


def test_every_reading_holds_on_our_own_server_and_every_order_is_cancelled(server: Any, tool: Any) -> None:
    told = json.loads(tool("check", "--url", server.url, "--key", server.key(), "--json").stdout)
    assert [finding["reading"] for finding in told] == list(TRIALS)
    assert [finding for finding in told if finding["verdict"] != "holds"] == []
    made = statuses(server)
    assert len(made) > 10
    assert set(made.values()) == {"cancelled"}


def test_a_key_that_addresses_otherwise_is_followed(server: Any, tool: Any, tmp_path: Any) -> None:
    file = tmp_path / "partners.toml"
    file.write_text('[[partner]]\nname = "plain"\n')
    tool("partners", "load", str(file), "--database", server.database)
    key = server.key("plain partner", partner="plain")
    done = tool("check", "--url", server.url, "--key", key, "--json")
    first, *others = json.loads(done.stdout)
    assert (first["verdict"], first["seen"]) == ("does not", "orders are addressed by external_order_id")
    assert {finding["verdict"] for finding in others} == {"holds"}
    assert set(statuses(server).values()) == {"cancelled"}


def test_an_answer_that_cannot_be_understood_could_not_be_told(
    serve: Any, stock: Any, fresh: str, tmp_path: Any, tool: Any
) -> None:
    stock(fresh, tmp_path)
    server = serve(fresh, "--faults")
    fault = {"kind": "error", "method": "PUT", "status": 500, "count": 0}
    httpx.post(server.url + "/faults/", json=fault)
    done = tool("check", "--url", server.url, "--key", server.key(), check=False)
    assert done.returncode == 1
    assert "? could not tell: PUT replaces metadata whole (seen: PUT answered 500 FAULT)" in done.stdout
    assert set(statuses(server).values()) == {"cancelled"}


@pytest.mark.parametrize("name", ["SIGINT", "SIGTERM"])
def test_an_interrupted_probe_cancels_what_it_made(
    serve: Any, stock: Any, fresh: str, tmp_path: Any, name: str
) -> None:
    stock(fresh, tmp_path)
    server = serve(fresh, "--faults")
    server.key()
    fault = {"kind": "delay", "method": "PUT", "seconds": 1, "count": 1}
    httpx.post(server.url + "/faults/", json=fault)
    command = [sys.executable, "-m", "orders_api", "check", "--url", server.url]
    with subprocess.Popen(
        [*command, "--key", server.key()], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as child:
        deadline = time.monotonic() + 20
        while httpx.get(server.url + "/faults/").json()["data"]:
            assert time.monotonic() < deadline, "the probe did not come to its first PUT"
        child.send_signal(getattr(signal, name))
        _, errors = child.communicate(timeout=30)
    assert child.returncode == 1
    assert "Traceback" not in errors
    made = statuses(server)
    assert made
    assert set(made.values()) == {"cancelled"}


@pytest.mark.parametrize(
    ("url", "told"),
    [
        ("http://acme.example", "The key would travel in the clear"),
        ("ftp://127.0.0.1", "The key would travel in the clear"),
        ("http://127.0.0.1:1", "The server cannot be reached (ConnectError)"),
    ],
)
def test_a_server_that_cannot_be_asked_is_told_in_a_sentence(tool: Any, url: str, told: str) -> None:
    done = tool("check", "--url", url, "--key", "sk_live_x", check=False)
    assert done.returncode == 1
    assert told in done.stderr
    assert "Traceback" not in done.stderr


def test_an_answer_that_nests_without_end_is_one_that_says_nothing() -> None:
    deep = httpx.Response(200, content=b'{"data":' + b"[" * 100_000 + b"]" * 100_000 + b"}")
    assert (data_of(deep), told(deep)) == ({}, "200")
