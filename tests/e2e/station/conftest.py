"""Stations to test: a ledger filled by the real command line, copied for each test."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests import preloaded
from tests.e2e.station.station_pty import StationTerminal
from tests.e2e.station.window import STATION

CONFIG = """
[policy]
sign_in = {sign_in}
{policy}
[[scanner]]
id = "keyboard"
kind = "wedge"
framing = {{ suffix = ["\\r", "\\n", "\\t"], idle_ms = 150, max_len = 512 }}
duplicate_ms = {duplicate_ms}
"""

ORDERS = [
    {
        "order_number": "ORD-1",
        "customer_name": "Acme Corporation",
        "due_date": "2031-03-01T10:00:00Z",
        "items": [
            {"sku": {"sku": "SKU-A"}, "quantity": 3, "notes": ""},
            {"sku": {"sku": "SKU-B"}, "quantity": 1, "notes": "Fragile"},
        ],
    },
    {
        "order_number": "ORD-2",
        "customer_name": "Borealis [/] Clinics",
        "due_date": "2031-01-01T10:00:00Z",
        "items": [{"sku": {"sku": "SKU-A"}, "quantity": 2}, {"sku": {"sku": "SKU-C"}, "quantity": 30}],
    },
    {
        "order_number": "ORD-3",
        "customer_name": "Corner Bookshop",
        "due_date": "2031-02-01T10:00:00Z",
        "items": [{"sku": {"sku": "SKU-C"}, "quantity": 1}],
    },
]

SUPERVISORS_PIN = "271828"

CODES = """code,sku_code,units
4006381333931,SKU-A,1
14006381333938,SKU-A,10
036000291452,SKU-B,1
LAMP,LAMP-LED,1
"""


class Shift:
    """A folder with a ledger and a `scanners.toml`, the command line on it, and stations opened on it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.data = folder / "data"
        self.config = folder / "scanners.toml"
        self.stations: list[StationTerminal] = []
        self.configure()

    def configure(
        self, *, sign_in: bool = False, duplicate_ms: int = 0, policy: str = "", more: str = ""
    ) -> None:
        """Write the station's file."""
        text = CONFIG.format(sign_in=str(sign_in).lower(), duplicate_ms=duplicate_ms, policy=policy)
        self.config.write_text(text + more)

    def tallyman(self, *arguments: str, given: str = "") -> str:
        """What a command prints; it has to succeed."""
        done = self.attempt(*arguments, given=given)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def attempt(self, *arguments: str, given: str = "") -> subprocess.CompletedProcess[str]:
        """Run a command to its end."""
        where = ("--config", str(self.config), "--data", str(self.data))
        return preloaded.run(preloaded.STATION, *arguments, *where, reads=given.encode())

    def start(self, *arguments: str, **how: Any) -> StationTerminal:
        """Start a station, without waiting for its screen."""
        given = arguments or ("run", "--config", str(self.config), "--data", str(self.data))
        how.setdefault("folder", self.folder)
        program = how.pop("program", STATION)
        station = StationTerminal([*program, *given], **how)
        self.stations.append(station)
        return station

    def station(self, **how: Any) -> StationTerminal:
        """Open a station and wait until it can be worked at."""
        station = self.start(**how)
        station.wait_for(lambda: "Scan your badge" in station or "Scan an order label" in station)
        return station

    def packing(self, order: str = "ORD-1", **how: Any) -> StationTerminal:
        """A station that has an order open."""
        station = self.station(**how)
        station.scan(order)
        station.wait_for(f"Order {order} is open")
        return station

    def order(self, number: str) -> dict[str, Any]:
        """An order as the command line shows it."""
        shown: dict[str, Any] = json.loads(self.tallyman("orders", "show", number, "--json"))
        return shown

    def verified(self, number: str) -> dict[str, int]:
        """Verified quantities of an order by SKU."""
        return {item["sku"]["sku"]: item["verified_quantity"] for item in self.order(number)["items"]}


@pytest.fixture(scope="session")
def stocked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with people, orders and codes."""
    shift = Shift(tmp_path_factory.mktemp("stocked"))
    shift.tallyman("people", "add", "Ana", "--badge", "--pin", given="BADGE-ANA\n4711\n")
    shift.tallyman("people", "add", "Ben", "--badge", given="BADGE-BEN\n")
    orders = shift.folder / "orders.json"
    orders.write_text(json.dumps(ORDERS))
    shift.tallyman("orders", "import", str(orders))
    codes = shift.folder / "codes.csv"
    codes.write_text(CODES)
    shift.tallyman("codes", "import", str(codes))
    return shift.data


@pytest.fixture
def shift(tmp_path: Path, stocked: Path) -> Iterator[Shift]:
    """A fresh copy of the stocked ledger, nobody having to sign in; its stations end with the test."""
    shift = Shift(tmp_path)
    shutil.copytree(stocked, shift.data)
    yield shift
    for station in shift.stations:
        station.close()


@pytest.fixture(scope="session")
def staffed(tmp_path_factory: pytest.TempPathFactory, stocked: Path) -> Path:
    """The same with a supervisor, Sue."""
    shift = Shift(tmp_path_factory.mktemp("staffed"))
    shutil.copytree(stocked, shift.data)
    given = f"BADGE-SUE\n{SUPERVISORS_PIN}\n"
    shift.tallyman("people", "add", "Sue", "--role", "supervisor", "--badge", "--pin", given=given)
    return shift.data


@pytest.fixture
def supervised(tmp_path: Path, staffed: Path) -> Iterator[Shift]:
    """A fresh copy of that ledger, everybody having to sign in."""
    shift = Shift(tmp_path)
    shutil.copytree(staffed, shift.data)
    shift.configure(sign_in=True)
    yield shift
    for station in shift.stations:
        station.close()
