"""What a scan writes to the terminal: a station over SSH feels every byte."""

from __future__ import annotations

import os
from collections.abc import Callable

import pytest

from tests.e2e.station.conftest import Shift
from tests.e2e.station.station_pty import StationTerminal
from tests.terminal.scanners.bench import Cable

MOST_BYTES = 1024
SKUS = ("GLOVES-NITRILE-L", "TAPE-50MM-BROWN", "PEN-BLUE-0.7")
UNITS = 40


@pytest.fixture
def long_order(shift: Shift) -> Shift:
    """An order of three lines that takes many scans."""
    rows = "".join(f"LONG-1,{sku},{UNITS}\n" for sku in SKUS)
    shift.tallyman(
        *("orders", "import", "-", "--format", "csv"), given=f"order_number,sku_code,quantity\n{rows}"
    )
    return shift


@pytest.mark.parametrize(("columns", "rows"), [(80, 24), (120, 30), (160, 45), (240, 67)])
def test_an_ordinary_scan_writes_at_most_a_kilobyte(long_order: Shift, columns: int, rows: int) -> None:
    station = long_order.packing("LONG-1", columns=columns, rows=rows)
    written = [_written_by_scan(station, scan) for scan in range(3 * 20)]
    assert max(written[3:]) <= MOST_BYTES, written


@pytest.mark.parametrize(("columns", "rows"), [(80, 24), (120, 30), (240, 67)])
def test_that_is_so_where_two_scanners_take_turns_too(long_order: Shift, columns: int, rows: int) -> None:
    with Cable() as cable:
        gun = f'[[scanner]]\nid = "gun-1"\nkind = "serial"\nport = "{cable.name}"\nduplicate_ms = 0\n'
        long_order.configure(more=gun)
        station = long_order.packing("LONG-1", columns=columns, rows=rows)
        station.wait_for("2 ● gun-1 ready")
        guns = (station.scan, lambda sku: os.write(cable.scanner, f"{sku}\r".encode()))
        written = [_written_by_scan(station, scan, guns[scan % 2]) for scan in range(3 * 20)]
        station.close()
    assert max(written[3:]) <= MOST_BYTES, written


def _written_by_scan(station: StationTerminal, scan: int, read: Callable[[str], object] | None = None) -> int:
    """Bytes written for the scan with this number, from 0, until the screen rests."""
    on_line, line = divmod(scan, len(SKUS))
    before = len(station.written)
    (read or station.scan)(SKUS[line])
    station.wait_for(f"{SKUS[line]}: {on_line + 1} of {UNITS}.", f" {scan + 1}/{3 * UNITS} units")
    while station.look(0.05):
        pass
    return len(station.written) - before
