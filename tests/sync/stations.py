"""The real server and stations as processes of their own, for tests that need both."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx

from tests import preloaded

ROOT = Path(__file__).resolve().parents[2]
BASE = "/api/integrations/v1"


def server_tool(*arguments: str) -> str:
    done = preloaded.run(preloaded.SERVER, *arguments)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


@dataclass
class Server:
    """The reference server over one database; may be killed and started again on the same port."""

    database: str
    port: str = "0"
    url: str = ""
    key: str = field(default="", repr=False)
    child: subprocess.Popen[str] | None = None

    def start(self) -> None:
        command = [sys.executable, "-m", "orders_api", "serve", "--port", self.port, "--faults"]
        self.child = subprocess.Popen(
            [*command, "--until-stdin-closes", "--database", self.database],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self.child.stdout is not None
        self.url = self.child.stdout.readline().strip()
        self.port = self.url.rsplit(":", 1)[1].strip("/")
        self.key = self.key or server_tool("keys", "create", "station", "--database", self.database)

    def kill(self) -> None:
        assert self.child is not None
        self.child.kill()
        self.child.wait()
        for stream in (self.child.stdin, self.child.stdout):
            if stream:
                stream.close()

    def ask(self, method: str, path: str, body: Any = None) -> Any:
        headers = {"X-API-Key": self.key}
        answer = httpx.request(method, f"{self.url}{BASE}{path}", json=body, headers=headers, timeout=30)
        assert answer.status_code < 300, answer.text
        return answer.json()["data"]

    def arm(self, **fault: Any) -> None:
        assert httpx.post(f"{self.url}/faults/", json=fault).status_code == 200


@dataclass(frozen=True)
class Station:
    """One ledger and its command line."""

    name: str
    folder: Path
    server: Server
    orders_api: str = ""
    """Lines of its `[orders_api]`."""
    url: str = ""
    """Where it finds the API, when not at the server itself."""

    def run(self, *arguments: str, reads: str = "", expect: int = 0) -> list[Any]:
        done = self.ended(*arguments, reads=reads)
        assert done.returncode == expect, done.stderr
        return [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]

    def ended(self, *arguments: str, reads: str = "") -> subprocess.CompletedProcess[str]:
        config = self.folder / "scanners.toml"
        if not config.exists():
            self.folder.mkdir()
            config.write_text(
                f'[station]\nid = "{self.name}"\n[policy]\nsign_in = false\n[orders_api]\n{self.orders_api}'
            )
        done = preloaded.run(
            preloaded.STATION,
            *arguments,
            "--config",
            str(config),
            reads=reads.encode(),
            environ={
                **os.environ,
                "TALLYMAN_DATA": str(self.folder / "data"),
                "TALLYMAN_API_URL": (self.url or self.server.url) + BASE,
                "TALLYMAN_API_KEY": self.server.key,
            },
        )
        assert self.server.key not in done.stdout + done.stderr
        return done

    def sync(self, expect: int = 0) -> dict[str, int]:
        (result,) = self.run("sync", "--once", "--json", expect=expect)
        return dict(result)

    def scan(self, *reads: str) -> list[str]:
        return [
            each["verdict"]
            for each in self.run("scan", "--person", "Ana", "--json", reads="\n".join(reads) + "\n")
        ]

    def counts(self, number: str) -> dict[str, int]:
        (order,) = self.run("orders", "show", number, "--json")
        return {item["sku"]["sku"]: item["verified_quantity"] for item in order["items"]}


@contextmanager
def running_server(database: Path) -> Iterator[Server]:
    """A server with three sample orders and their products."""
    server = Server(f"sqlite:///{database}")
    server.start()
    server_tool("seed", "--orders", "3", "--database", server.database)
    try:
        yield server
    finally:
        server.kill()


def slots_of(server: Server, number: str) -> dict[str, Any]:
    slots: dict[str, Any] = server.ask("GET", f"/orders/{number}/")["metadata"]["tallyman"]["slots"]
    return slots
