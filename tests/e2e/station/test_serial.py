"""A serial scanner beside the keyboard: it comes, breaks off, goes, and comes back."""

from __future__ import annotations

import os
import sqlite3
import termios
import tty
from contextlib import closing
from pathlib import Path

import pytest

from tests.e2e.station.conftest import Shift


class Gun:
    """A serial scanner made of a pseudo-terminal pair, at a path that stays when it is plugged in again."""

    def __init__(self, port: Path) -> None:
        self.port = port
        self.plug_in()

    def plug_in(self) -> None:
        self._master, self._slave = os.openpty()
        tty.setraw(self._slave, termios.TCSANOW)
        self.port.symlink_to(os.ttyname(self._slave))

    def read(self, data: bytes) -> None:
        os.write(self._master, data)

    def unplug(self) -> None:
        self.port.unlink()
        os.close(self._slave)
        os.close(self._master)


@pytest.fixture
def gun(shift: Shift) -> Gun:
    gun = Gun(shift.folder / "gun")
    shift.configure(
        more=f'[[scanner]]\nid = "gun-1"\nkind = "serial"\nport = "{gun.port}"\nduplicate_ms = 0\n'
    )
    return gun


def test_a_serial_scanner_counts_beside_the_keyboard_and_may_be_unplugged(shift: Shift, gun: Gun) -> None:
    station = shift.station(columns=110, rows=30)
    station.wait_for("● gun-1 ready", "● keyboard ready")
    gun.read(b"ORD-1\r\n4006381333931\r\n")
    station.wait_for("SKU-A: 1 of 3.")
    station.scan("SKU-A")
    station.wait_for("SKU-A: 2 of 3.", "1 ● keyboard", "2 ● gun-1")
    assert station.row("✓ 2 4006381333931 1/3")
    assert station.row("✓ 1 SKU-A 2/3")
    gun.read(b"NOPE\rHALF")
    station.wait_for("? 2 NOPE")
    gun.unplug()
    station.wait_for("○ gun-1 unplugged", "? 2 HALF", "0/2 lines")
    station.scan("SKU-B")
    station.wait_for("3/4 units")
    gun.plug_in()
    station.wait_for("● gun-1 ready")
    gun.read(b"SKU-A\r")
    station.wait_for("Order ORD-1 is complete")
    with closing(sqlite3.connect(f"file:{shift.data}/ledger.db?mode=ro", uri=True)) as db:
        reads = dict(db.execute("SELECT scanner, count(*) FROM events WHERE act IS NULL GROUP BY scanner"))
    assert reads == {"gun-1": 5, "keyboard": 2}
    gun.unplug()


def test_a_scanner_that_is_not_there_shows_and_holds_nobody_up(shift: Shift, gun: Gun) -> None:
    gun.unplug()
    station = shift.packing()
    station.wait_for("○ gun-1 unplugged")
    station.scan("SKU-A")
    station.wait_for("SKU-A: 1 of 3.")
    gun.plug_in()
    station.wait_for("● gun-1 ready")
    gun.unplug()
