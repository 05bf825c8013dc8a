"""The reference server of the Orders API as a child process: for the demo, with its own database and key.

The server ends itself when its standard input does, so a station that crashes leaves nothing running.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, Self

_STOP_WITHIN = 10.0
"""Seconds that the server has to finish what is in flight."""
_BASE = "/api/integrations/v1"


class ReferenceApiError(Exception):
    """The server did not start, or did not take what it was given. `str` of it is a sentence."""


class ReferenceApi:
    """Starts when entered, on a free loopback port; `url` and `key` then reach it. Ends when left."""

    def __init__(self, folder: Path, products: Iterable[Mapping[str, Any]]) -> None:
        self._folder = folder
        self._products = list(products)
        self._server: subprocess.Popen[str] | None = None
        self.url = ""
        """Base address, without a slash at its end."""
        self.key = ""

    def __enter__(self) -> Self:
        stock = self._folder / "products.json"
        stock.write_text(json.dumps(self._products), encoding="utf-8")
        self._server = subprocess.Popen(  # noqa: S603 - this interpreter, and arguments of our own
            self._command("serve", "--port", "0", "--until-stdin-closes"),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            start_new_session=True,  # Ctrl-C at the terminal is the station's, not the server's
        )
        try:
            self._run("seed", "--products", str(stock))
            self.key = self._run("keys", "create", "demo", "--scope", "integrations.*").strip()
            self.url = self._address()
        except BaseException:
            self._stop(self._server)
            raise
        return self

    def __exit__(
        self, _type: type[BaseException] | None, _value: BaseException | None, _trace: TracebackType | None
    ) -> None:
        if self._server is not None:
            self._stop(self._server)

    def _address(self) -> str:
        """Where the server listens: its first line of output."""
        assert self._server is not None
        assert self._server.stdout is not None
        line = self._server.stdout.readline().strip()
        if not line.startswith("http"):
            raise ReferenceApiError(
                "The practice API did not start; run `python -m orders_api serve` to see why."
            )
        return line + _BASE

    @staticmethod
    def _stop(server: subprocess.Popen[str]) -> None:
        with server:  # closes the pipes, and so ends the server's standard input
            assert server.stdin is not None
            server.stdin.close()
            try:
                server.wait(_STOP_WITHIN)
            except subprocess.TimeoutExpired:
                server.kill()

    def create(self, orders: Iterable[Mapping[str, Any]]) -> list[str]:
        """Create `orders` (create bodies of the contract) and return their numbers."""
        import httpx

        with httpx.Client(headers={"X-API-Key": self.key}, timeout=10) as client:
            answers = [client.post(f"{self.url}/orders/", json=order) for order in orders]
        for answer in answers:
            if answer.status_code != httpx.codes.CREATED:
                raise ReferenceApiError(f"The practice API refused a sample order ({answer.status_code}).")
        return [answer.json()["data"]["order_number"] for answer in answers]

    def _command(self, *arguments: str) -> list[str]:
        return [
            sys.executable,
            "-m",
            "orders_api",
            *arguments,
            "--database",
            f"sqlite:///{self._folder}/orders.db",
        ]

    def _run(self, *arguments: str) -> str:
        done = subprocess.run(  # noqa: S603 - see above
            self._command(*arguments), capture_output=True, text=True, check=False
        )
        if done.returncode:
            raise ReferenceApiError(f"The practice API did not start ({done.stderr.strip()}).")
        return done.stdout
