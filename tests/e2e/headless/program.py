"""The real program in processes of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests import preloaded

PATIENCE = 60
"""Seconds that a test waits for a process."""


@dataclass(frozen=True)
class Tallyman:
    """The command line, working in a folder of its own with a data folder inside it."""

    folder: Path

    @property
    def data(self) -> Path:
        return self.folder / "data"

    @property
    def environment(self) -> dict[str, str]:
        """Nothing of whoever runs the tests, and warnings are errors."""
        kept = {
            name: value for name, value in os.environ.items() if not name.startswith(("TALLYMAN", "XDG_"))
        }
        return {
            **kept,
            "HOME": str(self.folder),
            "TALLYMAN_DATA": str(self.data),
            "PYTHONWARNINGS": "error",
            "PYTHONPATH": str(Path(__file__).parents[3]),
        }

    def command(self, *arguments: str) -> list[str]:
        return [sys.executable, "-m", "terminal", *arguments]

    def run(self, *arguments: str, reads: str | bytes = b"", **more: Any) -> subprocess.CompletedProcess[str]:
        """Run a command to its end; `reads` is its standard input."""
        given = reads.encode() if isinstance(reads, str) else reads
        changed = more.pop("env", {})
        environ = {**self.environment, **changed}
        if not more and not any(name.startswith("PYTHON") for name in changed):
            return preloaded.run(
                preloaded.STATION, *arguments, reads=given, folder=self.folder, environ=environ
            )
        done = subprocess.run(
            self.command(*arguments),
            input=given,
            capture_output=True,
            check=False,
            cwd=self.folder,
            env=environ,
            timeout=PATIENCE,
            **more,
        )
        return subprocess.CompletedProcess(
            done.args, done.returncode, done.stdout.decode(), done.stderr.decode()
        )

    def start(self, *arguments: str, **more: Any) -> subprocess.Popen[bytes]:
        """Start a command whose standard input and output are pipes without buffers."""
        pipe = subprocess.PIPE
        streams = {"stdin": pipe, "stdout": pipe, "stderr": pipe} | more
        return subprocess.Popen(
            self.command(*arguments), bufsize=0, cwd=self.folder, env=self.environment, **streams
        )

    def bring_in(self, *orders: dict[str, Any]) -> None:
        """Import orders, which must succeed."""
        done = self.run("orders", "import", "-", "--format", "json", reads=json.dumps(orders))
        assert (done.returncode, done.stderr) == (0, "")

    def scan(self, *reads: str, person: str = "Ana", **more: Any) -> list[dict[str, Any]]:
        """Scan, which must succeed, and return what each read did."""
        done = self.run(
            "scan", "--person", person, "--json", reads="".join(f"{read}\r" for read in reads), **more
        )
        assert (done.returncode, done.stderr) == (0, "")
        return objects(done.stdout)

    def order(self, number: str) -> dict[str, Any]:
        """`orders show --json`."""
        done = self.run("orders", "show", number, "--json")
        assert (done.returncode, done.stderr) == (0, "")
        (shown,) = objects(done.stdout)
        return shown

    def healthy(self) -> bool:
        """Whether the doctor finds nothing wrong."""
        done = self.run("doctor", "--json")
        return done.returncode == 0 and bool(objects(done.stdout)[0]["healthy"])


def objects(lines: str | bytes) -> list[dict[str, Any]]:
    return [json.loads(line) for line in lines.splitlines()]


def order(number: str, **wanted: int) -> dict[str, Any]:
    """An order of SKU-A, SKU-B … with the quantities of A, B …."""
    items = [{"sku_code": f"SKU-{name}", "quantity": units} for name, units in wanted.items()]
    return {"order_number": number, "items": items}


def files(data: Path) -> dict[str, bytes]:
    """Every file of a data folder that holds data, with its bytes."""
    transient = {"ledger.lock", "ledger.db-shm"}
    return {
        path.name: found
        for path in data.iterdir()
        if path.name not in transient and (found := path.read_bytes())
    }
