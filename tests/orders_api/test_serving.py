"""Starting, stopping, and the command line as a person or a program meets it."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
import psycopg
import pytest

from orders_api.database import Database, open_database


def wait_until(condition: Any, what: str, seconds: float = 20) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, what
        threading.Event().wait(0.02)


def in_flight_then_stop(server: Any, stop: Any, order: Any) -> tuple[Any, int]:
    """Stops the server while a request is held up inside it; answers both outcomes."""
    httpx.post(f"{server.url}/faults/", json={"kind": "delay", "method": "POST", "seconds": 1.5})
    answers: list[httpx.Response] = []
    with server.client() as client:
        sender = threading.Thread(target=lambda: answers.append(client.post("/orders/", json=order)))
        sender.start()
        faults = f"{server.url}/faults/"
        wait_until(lambda: httpx.get(faults).json()["data"] == [], "the request did not arrive")
        stop()
        sender.join(timeout=30)
    code = server.child.wait(timeout=30)
    server.stop()
    return answers[0], code


@pytest.mark.parametrize("how", ["SIGTERM", "SIGINT", "standard input closes"])
def test_a_stop_finishes_what_is_in_flight(
    serve: Any, stock: Any, fresh: str, tmp_path: Path, order: Any, tool: Any, how: str
) -> None:
    stock(fresh, tmp_path)
    server = serve(fresh, "--faults")

    def stop() -> None:
        if how.startswith("SIG"):
            server.child.send_signal(getattr(signal, how))
        else:
            server.child.stdin.close()

    answer, code = in_flight_then_stop(server, stop, order("ORD-1"))
    assert (answer.status_code, code) == (201, 0)
    (record,) = map(json.loads, tool("logs", "--method", "post", "--key", "full", "--json",
                                     "--database", fresh).stdout.splitlines())  # fmt: skip
    assert (record["status"], record["path"]) == (201, "/api/integrations/v1/orders/")


def test_a_parent_that_is_killed_takes_the_server_with_it(fresh: str) -> None:
    program = (
        "import subprocess, sys\n"
        "child = subprocess.Popen([sys.executable, '-m', 'orders_api', 'serve', '--port', '0',\n"
        "    '--until-stdin-closes', '--database', sys.argv[1]],\n"
        "    stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)\n"
        "print(child.stdout.readline().strip(), flush=True)\n"
        "child.wait()\n"
    )
    parent = subprocess.Popen([sys.executable, "-c", program, fresh], stdout=subprocess.PIPE, text=True)
    assert parent.stdout is not None
    url = parent.stdout.readline().strip()
    assert httpx.get(url + "/healthz").json() == {"status": "ok"}
    os.kill(parent.pid, signal.SIGKILL)
    parent.wait(timeout=10)
    parent.stdout.close()
    parts = urlsplit(url)

    def gone() -> bool:
        with socket.socket() as connection:
            return connection.connect_ex((parts.hostname, parts.port)) != 0

    wait_until(gone, "the server outlived its parent")


def test_a_port_in_use_is_told_in_one_sentence(tool: Any, fresh: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        done = tool("serve", "--port", port, "--database", fresh, check=False)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == f"Error: Cannot listen on 127.0.0.1:{port}: Address already in use.\n"


@pytest.mark.parametrize(
    ("arguments", "code", "told"),
    [
        (["serve", "--workers", "2"], 1, "Several workers need PostgreSQL"),
        (["serve", "--workers", "2", "--faults"], 2, "--faults works with one worker only"),
        (["serve", "--port", "99999"], 2, "99999 is not in the range"),
        (["seed"], 2, "Nothing to do"),
        (["seed", "--products", "/nonexistent.json"], 1, "/nonexistent.json: cannot be read"),
        (["keys", "deactivate", "nobody"], 1, "No key is named 'nobody'"),
        (["partners", "load", "/nonexistent.toml"], 1, "/nonexistent.toml: cannot be read"),
        (["no-such-command"], 2, "No such command"),
        (["seed", "--orders", "1", "--today", "9999-12-31"], 2, "not in the range 1980-01-01 to 9998-12-31."),
        (["seed", "--orders", "1", "--today", "0001-01-01"], 2, "0001-01-01 is not in the range 1980-01-01"),
        (["serve", "--host", "ü" * 100, "--port", "0"], 1, ":0: that is no name of a host."),
        (["serve", "--host", "\udcff", "--port", "0"], 1, r"listen on \xdcff:0: that is no name of a host."),
        (["keys", "create", "\udcff"], 2, "An argument holds bytes that are not UTF-8; nothing was done."),
    ],
)
def test_a_failure_is_one_sentence_and_an_exit_code(
    tool: Any, fresh: str, arguments: list[str], code: int, told: str
) -> None:
    done = tool(*arguments, *(["--database", fresh] if code != 2 else []), check=False)
    assert done.returncode == code
    assert told in done.stderr
    assert "Traceback" not in done.stderr


def test_a_host_that_no_address_goes_by_is_told_in_the_resolver_s_words(tool: Any, fresh: str) -> None:
    with socket.socket() as resolving, pytest.raises(socket.gaierror) as caught:
        resolving.bind(("a..b", 0))
    done = tool("serve", "--host", "a..b", "--port", "0", "--database", fresh, check=False)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == f"Error: Cannot listen on a..b:0: {caught.value.strerror}.\n"


@pytest.mark.parametrize("day", ["1980-01-01", "9998-12-31"])
def test_the_first_and_the_last_day_to_seed_around(tool: Any, fresh: str, day: str) -> None:
    tool("seed", "--orders", "30", "--today", day, "--database", fresh)


@pytest.mark.parametrize("levels", [100, 700, 100_000])
@pytest.mark.parametrize("command", [("seed", "--products"), ("partners", "load")], ids=" ".join)
def test_a_file_that_nests_too_deep_is_refused_in_a_sentence(
    tool: Any, fresh: str, tmp_path: Path, command: tuple[str, str], levels: int
) -> None:
    file, deep = tmp_path / "file", "[" * levels + "]" * levels
    if command[0] == "seed":
        file.write_text('[{"sku": "A", "custom_fields": {"a": ' + deep + "}}]")
    else:
        file.write_text(f'[[partner]]\nname = "erp"\n[partner.orders]\nstatic = {{ metadata = {deep} }}\n')
    done = tool(*command, str(file), "--database", fresh, check=False)
    assert done.returncode == 1
    assert done.stderr.startswith(f"Error: {file}: ")
    assert done.stderr.endswith("deeper than 64 levels.\n")


@pytest.mark.parametrize(
    ("command", "content"),
    [
        (("partners", "load"), b'[[partner]]\nname = "erp"\nx = ' + b"9" * 5_000),
        (("partners", "load"), b'[[partner]]\nname = "\xff"'),
        (("seed", "--products"), b'[{"sku": "\xff"}]'),
    ],
    ids=["a number of 5,000 digits", "TOML that is not UTF-8", "JSON that is not UTF-8"],
)
def test_a_file_that_cannot_be_decoded_is_refused_in_a_sentence(
    tool: Any, fresh: str, tmp_path: Path, command: tuple[str, str], content: bytes
) -> None:
    (tmp_path / "file").write_bytes(content)
    done = tool(*command, str(tmp_path / "file"), "--database", fresh, check=False)
    assert (done.returncode, done.stderr.count("\n")) == (1, 1)
    assert done.stderr.startswith(f"Error: {tmp_path / 'file'}: ")


def test_no_name_commands_the_terminal_that_it_is_shown_on(tool: Any, fresh: str, tmp_path: Path) -> None:
    name, shown = "\x1b[31mdock\x9b", r"\x1b[31mdock\x9b"
    (tmp_path / "partners.toml").write_text('[[partner]]\nname = "\\u001b[31mdock\\u009b"\n')
    told = [
        tool(*command, *(["--database", fresh]), check=False)
        for command in (
            ("partners", "load", str(tmp_path / "partners.toml")),
            ("partners", "list"),
            ("keys", "create", name, "--partner", name),
            ("keys", "create", name),
            ("keys", "list"),
            ("keys", "deactivate", name),
            ("keys", "activate", name + "2"),
            ("partners", "remove", name),
        )
    ]
    for done in told:
        assert shown in done.stdout + done.stderr
        assert (done.stdout + done.stderr).replace("\n", "").isprintable()
    (listed,) = json.loads(raw := tool("keys", "list", "--json", "--database", fresh).stdout)
    assert listed["name"] == name
    assert raw.rstrip("\n").isprintable()


@pytest.mark.parametrize(
    ("url", "told"),
    [
        ("nonsense", "cannot be used"),
        ("mysql://x", "cannot be used"),
        ("sqlite://", "SQLite needs a file"),
        ("sqlite:////nonexistent/folder/orders.db", "unable to open database file"),
        ("postgresql://user:s3cret@127.0.0.1:1/x", "cannot be used"),
    ],
)
def test_a_database_that_cannot_be_used_is_told_without_its_password(tool: Any, url: str, told: str) -> None:
    done = tool("keys", "list", "--database", url, check=False)
    assert done.returncode == 1
    assert told in done.stderr
    assert "s3cret" not in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_many_processes_may_migrate_at_once(
    request: pytest.FixtureRequest, tmp_path: Path, kind: str
) -> None:
    url = f"sqlite:///{tmp_path / 'orders.db'}"
    if kind == "postgresql":
        url = request.getfixturevalue("postgresql")("migrations")
    program = (
        "import sys; from orders_api.database import open_database, DatabaseProblem\n"
        "database = open_database(sys.argv[1])\n"
        "sys.exit(database.sentence if isinstance(database, DatabaseProblem) else 0)\n"
    )
    children = [
        subprocess.Popen([sys.executable, "-c", program, url], stderr=subprocess.PIPE, text=True)
        for _ in range(6)
    ]
    told = [child.communicate(timeout=60)[1] for child in children]
    assert [child.returncode for child in children] == [0] * 6, told
    database = open_database(url)
    assert isinstance(database, Database)
    steps = database.read_now(
        lambda c: c.exec_driver_sql("SELECT name FROM schema_steps ORDER BY number").scalars().all()
    )
    secrets = "SELECT count(*) FROM settings WHERE name = 'cursor_secret'"
    assert steps == ["orders", "products and inventory", "keys and partners", "request log"]
    assert database.read_now(lambda c: c.exec_driver_sql(secrets).scalar()) == 1
    database.close()


def test_the_embedded_database_is_durable_and_referential(fresh: str) -> None:
    database = open_database(fresh)
    assert isinstance(database, Database)

    def pragmas(connection: Any) -> list[Any]:
        names = ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
        return [connection.exec_driver_sql(f"PRAGMA {name}").scalar() for name in names]

    assert database.read_now(pragmas) == ["wal", 2, 1, 10_000]
    database.close()


def test_health_docs_and_openapi_are_open(server: Any) -> None:
    assert httpx.get(server.url + "/healthz").json() == {"status": "ok"}
    page = httpx.get(server.url + "/docs")
    assert page.headers["content-type"].startswith("text/html")
    assert "POST /api/integrations/v1/orders/" in page.text
    assert "<script" not in page.text
    assert "http://" not in page.text.replace(server.url, "")
    assert "https://" not in page.text
    assert httpx.get(server.url + "/openapi.json").json()["openapi"] == "3.1.0"


def test_seeding_is_believable_and_the_same_for_the_same_seed(tool: Any, tmp_path: Path) -> None:
    pages = []
    for name, seed in (("a", "7"), ("b", "7"), ("c", "8")):
        url = f"sqlite:///{tmp_path / name}.db"
        tool("seed", "--orders", "120", "--seed", seed, "--today", "2026-03-01", "--database", url)
        database = open_database(url)
        assert isinstance(database, Database)
        documents = "SELECT document FROM orders ORDER BY created_at"
        found = database.read_now(lambda c: c.exec_driver_sql(documents).scalars().all())  # noqa: B023
        pages.append([json.loads(document) for document in found])
        products = [
            json.loads(document)
            for document in database.read_now(
                lambda c: c.exec_driver_sql("SELECT document FROM products").scalars().all()
            )
        ]
        database.close()
    assert pages[0] == pages[1] != pages[2]
    orders = pages[0]
    assert {order["status"] for order in orders} == {
        "draft", "pending", "in_progress", "partially_verified", "verified", "shipped", "cancelled",
    }  # fmt: skip
    assert all(2 <= len(order["items"]) <= 5 for order in orders)
    assert len({order["due_date"][10:] for order in orders}) > 3
    assert any(item["notes"] for order in orders for item in order["items"])
    for product in products:
        digits = [int(digit) for digit in product["custom_fields"]["gtin"]]
        weighed = [digit * (3 if place % 2 == 0 else 1) for place, digit in enumerate(digits)]
        assert sum(weighed) % 10 == 0
    cases = [p["custom_fields"] for p in products if "case_gtin" in p["custom_fields"]]
    assert cases
    assert all(len(case["case_gtin"]) == 14 and case["units_per_case"] > 1 for case in cases)


def test_seeding_twice_with_one_seed_says_so_and_adds_nothing(tool: Any, fresh: str) -> None:
    tool("seed", "--orders", "5", "--database", fresh)
    again = tool("seed", "--orders", "5", "--database", fresh, check=False)
    assert again.returncode == 1
    assert "Seed 1 is in this database already" in again.stderr


def test_a_database_that_goes_away_is_a_503_that_passes(
    serve: Any, stock: Any, postgresql: Any, tmp_path: Path, order: Any
) -> None:
    database = postgresql("outage")
    stock(database, tmp_path)
    server = serve(database)
    with server.client() as client:
        assert client.post("/orders/", json=order("ORD-1")).status_code == 201
        end = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = 'outage'"
        with psycopg.connect(database.replace("/outage", "/postgres"), autocommit=True) as admin:
            admin.execute("ALTER DATABASE outage ALLOW_CONNECTIONS false")
            admin.execute(end)
            for answer in (client.get("/orders/"), client.post("/orders/", json=order("ORD-2"))):
                assert (answer.status_code, answer.headers["retry-after"]) == (503, "2")
                assert answer.json()["error"]["code"] == "SERVICE_UNAVAILABLE"
            assert httpx.get(server.url + "/healthz").status_code == 503
            admin.execute("ALTER DATABASE outage ALLOW_CONNECTIONS true")
        assert client.get("/orders/ORD-1/").status_code == 200
        assert client.get("/orders/ORD-2/").status_code == 404
        assert httpx.get(server.url + "/healthz").json() == {"status": "ok"}
