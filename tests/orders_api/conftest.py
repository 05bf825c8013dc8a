"""Real servers for the tests: children on loopback over real SQLite files and a real PostgreSQL."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import psycopg
import pytest

from orders_api import keys
from orders_api.database import Database, open_database
from tests import preloaded

BASE = "/api/integrations/v1"
ROOT = Path(__file__).resolve().parents[2]
SKUS = ("RUG-5X7-BLU", "RUG-8X10-RED")


def run_tool(*arguments: str, check: bool = True) -> subprocess.CompletedProcess[str]:
    """`python -m orders_api …`, waited for."""
    done = preloaded.run(preloaded.SERVER, *arguments)
    if check:
        done.check_returncode()
    return done


@dataclass
class Server:
    """One running server; `stop` it, or let its fixture do so."""

    url: str
    database: str
    child: subprocess.Popen[str]
    keys: dict[str, str] = field(default_factory=dict, repr=False)

    def key(self, name: str = "full", **options: Any) -> str:
        """A key of the server's workspace, made on first use."""
        if name not in self.keys:
            database = open_database(self.database)
            assert isinstance(database, Database)
            made = database.write_now(lambda c: keys.create(c, name, **options))
            assert isinstance(made, keys.MintedKey), made
            database.close()
            self.keys[name] = made.value
        return self.keys[name]

    def client(self, name: str = "full", **options: Any) -> httpx.Client:
        """A client that presents the key of that name."""
        return httpx.Client(
            base_url=self.url + BASE, headers={"X-API-Key": self.key(name, **options)}, timeout=30
        )

    def stop(self) -> int:
        """Asks it to stop gracefully; answers its exit code."""
        if self.child.stdin and not self.child.stdin.closed:
            self.child.stdin.close()
        code = self.child.wait(timeout=40)
        for stream in (self.child.stdout, self.child.stderr):
            if stream:
                stream.close()
        return code


def start_server(database: str, *options: str) -> Server:
    """Starts a server that ends with this process, and waits until it says where it listens."""
    command = [sys.executable, "-m", "orders_api", "serve", "--port", "0", "--until-stdin-closes"]
    child = subprocess.Popen(
        [*command, "--database", database, *options],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=ROOT,
    )
    assert child.stdout is not None
    url = child.stdout.readline().strip()
    assert url.startswith("http://127.0.0.1:"), "the server did not say where it listens"
    return Server(url, database, child)


def new_order(number: str, **changes: Any) -> dict[str, Any]:
    """A create body in the shape of the page's example."""
    body: dict[str, Any] = {
        "order_number": number,
        "external_order_id": f"ERP-{number}",
        "customer_name": "Acme Corporation",
        "customer_info": {"address": "123 Main St", "phone": "+1-555-0100"},
        "due_date": "2026-05-01T00:00:00Z",
        "items": [
            {"sku_code": SKUS[0], "quantity": 10},
            {"sku_code": SKUS[1], "quantity": 5, "notes": "Fragile"},
        ],
    }
    return {**body, **changes}


@pytest.fixture(scope="session")
def tool() -> Callable[..., subprocess.CompletedProcess[str]]:
    return run_tool


@pytest.fixture(scope="session")
def order() -> Callable[..., dict[str, Any]]:
    return new_order


@pytest.fixture(scope="session")
def serve() -> Iterator[Callable[..., Server]]:
    """Starts servers that stop when the tests end."""
    with ExitStack() as running:

        def start(database: str, *options: str) -> Server:
            server = start_server(database, *options)
            running.callback(server.stop)
            return server

        yield start


@pytest.fixture
def fresh(tmp_path: Path) -> str:
    """The URL of a SQLite file that is not there yet."""
    return f"sqlite:///{tmp_path / 'orders.db'}"


def _stock(database: str, folder: Path) -> None:
    """Puts the products of the page's example in."""
    products = folder / "products.json"
    products.write_text(
        '[{"sku": "RUG-5X7-BLU", "quantity": 40, "cost": "89.00",'
        ' "custom_fields": {"barcode": "9521234000013"}, "locations": {"A-01-1": 30, "B-02-1": 10}},'
        ' {"sku": "RUG-8X10-RED", "quantity": 9, "locations": {"A-02-1": 9}},'
        ' {"sku": "ODD/SKU 1", "is_active": false}]'
    )
    run_tool("seed", "--products", str(products), "--database", database)


@pytest.fixture(scope="session")
def stock() -> Callable[[str, Path], None]:
    return _stock


@pytest.fixture(scope="session", params=["sqlite", "postgresql"])
def server(
    request: pytest.FixtureRequest,
    serve: Callable[..., Server],
    tmp_path_factory: pytest.TempPathFactory,
) -> Server:
    """One stocked server per kind of database; tests keep apart by their order numbers."""
    folder = tmp_path_factory.mktemp(request.param)
    if request.param == "sqlite":
        database = f"sqlite:///{folder / 'orders.db'}"
    else:
        database = request.getfixturevalue("postgresql")("contract")
    _stock(database, folder)
    return serve(database)


@pytest.fixture
def client(server: Server) -> Iterator[httpx.Client]:
    with server.client() as client:
        yield client


@pytest.fixture(scope="session")
def postgresql() -> Iterator[Callable[[str], str]]:
    """Makes databases in a PostgreSQL cluster of the tests' own."""
    binaries = _postgresql_binaries()
    if binaries is None:
        pytest.skip("PostgreSQL's server binaries (initdb, pg_ctl) are not on this machine")
    folder = Path(tempfile.mkdtemp(prefix="orders-pg-"))
    as_user = _as_postgres_user(folder)

    def run(*command: str) -> None:
        subprocess.run([*as_user, *command], check=True, timeout=60, capture_output=True, cwd=folder)

    data, initdb, control = str(folder / "data"), str(binaries / "initdb"), str(binaries / "pg_ctl")
    run(initdb, "-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--no-sync")
    settings = f"-k {folder} -c listen_addresses='' -c fsync=off -c max_connections=200"
    log = str(folder / "log")
    run(control, "-D", data, "-o", settings, "-l", log, "-w", "-t", "30", "start")

    def make(name: str) -> str:
        with psycopg.connect(f"host={folder} user=postgres", autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name}")
        return f"postgresql://postgres@/{name}?host={folder}"

    try:
        yield make
    finally:
        run(control, "-D", data, "-m", "immediate", "-w", "-t", "30", "stop")
        shutil.rmtree(folder, ignore_errors=True)


def _postgresql_binaries() -> Path | None:
    places = sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    found = shutil.which("initdb")
    places += [Path(found).resolve().parent] if found else []
    whole = (place for place in places if (place / "initdb").exists() and (place / "pg_ctl").exists())
    return next(whole, None)


def _as_postgres_user(folder: Path) -> list[str]:
    """PostgreSQL refuses to run as root, so root hands it to the user that its package made."""
    if os.geteuid() != 0:
        return []
    try:
        user = pwd.getpwnam("postgres")
    except KeyError:
        pytest.skip("PostgreSQL does not run as root, and there is no user 'postgres' to run it as")
    os.chown(folder, user.pw_uid, user.pw_gid)
    return ["setpriv", f"--reuid={user.pw_uid}", f"--regid={user.pw_gid}", "--clear-groups"]
