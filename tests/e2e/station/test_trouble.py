"""Power cuts, closed windows, full disks, damaged files."""

from __future__ import annotations

import os
import resource
import signal
import subprocess
import sys
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest

from tests.e2e.station.conftest import Shift
from tests.e2e.station.station_pty import StationTerminal


def test_every_count_that_was_on_the_screen_survives_a_kill(shift: Shift) -> None:
    station = shift.packing("ORD-2", columns=110, rows=30)
    station.feed(b"SKU-C\r" * 30)
    station.wait_until(lambda: seen(station) >= 5, "five counts")
    station.kill()
    on_screen = seen(station)
    counted = shift.verified("ORD-2")["SKU-C"]
    assert counted >= on_screen >= 5
    again = shift.station(columns=160, rows=40)
    again.wait_for("✓ SKU-C +1", f"{counted}/32")
    again.scan("ORD-2")
    again.wait_for(f"{counted}/32 units")
    assert "healthy" in shift.tallyman("doctor", "--json")


def seen(station: StationTerminal) -> int:
    """The highest count of SKU-C that the screen has shown."""
    counts = [line.split("SKU-C ")[1] for line in station.lines if "✓ SKU-C " in line]
    return max((int(count.split("/")[0]) for count in counts), default=0)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_the_station_in_order(shift: Shift, number: int) -> None:
    station = shift.packing()
    station.scan("SKU-A")
    station.wait_for("1/4 units")
    station.process.send_signal(number)
    assert station.ends() == 0
    assert station.left_in_order
    assert "Traceback" not in station.said_last
    assert shift.verified("ORD-1")["SKU-A"] == 1


def test_f12_twice_closes_the_station(shift: Shift) -> None:
    station = shift.station()
    station.press("F12")
    station.wait_for("Press F12 again to close the station.")
    station.press("F12")
    assert station.ends() == 0
    assert station.left_in_order


def test_a_closed_window_ends_the_station_and_gives_the_ledger_up(shift: Shift) -> None:
    station = shift.packing()
    station.scan("SKU-A")
    station.wait_for("1/4 units")
    station.hang_up()
    assert station.ends() == 0
    assert shift.attempt("scan", given="ORD-1\rSKU-A\r").returncode == 0
    assert shift.verified("ORD-1")["SKU-A"] == 2


def test_a_second_station_on_the_same_ledger_is_told_of_the_first(shift: Shift) -> None:
    first = shift.station()
    second = shift.start()
    assert second.ends() == 5
    assert f"Another Tallyman (process {first.process.pid}) is using the ledger" in second.said_last
    assert b"\x1b" not in second.written
    first.scan("ORD-1")
    first.wait_for("Order ORD-1 is open")


def test_a_damaged_ledger_is_a_sentence_and_stays_as_it_is(shift: Shift) -> None:
    ledger = shift.data / "ledger.db"
    content = bytearray(ledger.read_bytes())
    content[4096:12288] = os.urandom(8192)
    ledger.write_bytes(content)
    station = shift.start()
    assert station.ends() == 5
    assert str(ledger) in station.said_last
    assert station.said_last.count("\n") == 1
    assert b"\x1b" not in station.written
    assert ledger.read_bytes() == bytes(content)


def test_a_mistake_in_the_stations_file_is_a_sentence(shift: Shift) -> None:
    shift.configure(more='colour = "red"\n')
    station = shift.start()
    assert station.ends() == 2
    assert "scanners.toml" in station.said_last
    assert "colour" in station.said_last
    assert b"\x1b" not in station.written


def test_a_station_without_a_terminal_says_what_to_use_instead(shift: Shift) -> None:
    done = shift.attempt("run")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == "The station needs a terminal; where there is none, use `tallyman scan`.\n"


def test_the_console_script_opens_the_same_station(shift: Shift) -> None:
    script = Path(sys.executable).with_name("tallyman")
    station = shift.station(program=[str(script)])
    station.scan("ORD-1")
    station.wait_for("Order ORD-1 is open")


def test_reads_are_refused_aloud_while_the_disk_is_full_and_count_when_it_has_room(shift: Shift) -> None:
    station = shift.packing("ORD-2", columns=110, rows=30)
    station.scan("SKU-C")
    station.wait_for("1/32 units")
    allow(station, shift.data / "ledger.db-wal")
    station.feed(b"SKU-C\r")
    station.wait_for("× SKU-C", "NOT SAVED")
    station.wait_for_large("NOT SAVED")
    assert "1/32 units" in station
    assert "not counted" in station or "not saved" in station.text.lower()
    resource.prlimit(station.process.pid, resource.RLIMIT_FSIZE, FREE)
    station.scan("SKU-C")
    station.wait_for("2/32 units", "SKU-C: 2 of 30.", "× SKU-C")
    assert shift.verified("ORD-2")["SKU-C"] == 2


FREE = (resource.RLIM_INFINITY, resource.RLIM_INFINITY)


def allow(station: StationTerminal, file: Path) -> None:
    """Let the running station's files grow no longer than `file` is, as a full disk would."""
    size = file.stat().st_size
    resource.prlimit(station.process.pid, resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY))


@pytest.fixture
def small_disk(shift: Shift) -> Iterator[Path]:
    """The shift's ledger on a disk of its own, of four megabytes."""
    disk = shift.folder / "disk"
    disk.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=4m", "tmpfs", disk], check=False)
    if mounted.returncode:
        pytest.skip("a disk can be mounted by root only")
    for file in shift.data.iterdir():
        (disk / file.name).write_bytes(file.read_bytes())
    shift.data = disk
    yield disk
    for station in shift.stations:
        station.close()
    subprocess.run(["umount", disk], check=True)


def test_a_disk_that_fills_up_refuses_reads_until_somebody_makes_room(shift: Shift, small_disk: Path) -> None:
    station = shift.packing("ORD-2", columns=110, rows=30)
    filler = small_disk / "filler"
    with pytest.raises(OSError, match="No space"):
        filler.write_bytes(b"x" * 5_000_000)
    refused = 0
    while "NOT SAVED" not in station:  # the ledger had some room of its own left
        refused += 1
        station.scan("SKU-C" if refused % 2 else "TALLYMAN:UNDO")
        station.wait_until(partial(taped, station, refused + 1), f"read {refused}")
    station.wait_for_large("NOT SAVED")
    filler.unlink()
    station.scan("TALLYMAN:HELP", "SKU-A")
    station.wait_for("SKU-A: 1 of 2.", "× ")
    assert shift.verified("ORD-2")["SKU-A"] == 1


def taped(station: StationTerminal, reads: int) -> bool:
    """Whether so many reads are on the tape, or as many as it shows."""
    on_tape = sum(line.rstrip()[-9:].count(":") == 2 for line in station.lines)
    return "NOT SAVED" in station or on_tape >= min(reads, 15)


def lacks(station: StationTerminal, text: str) -> bool:
    return text not in station


def test_the_demo_shows_codes_to_scan_and_leaves_nothing_behind(shift: Shift, tmp_path: Path) -> None:
    temporary = tmp_path / "tmp"
    temporary.mkdir()
    where = {"TMPDIR": str(temporary)}
    for ending in ("keys", "signal"):
        station = shift.start("demo", columns=120, rows=36, environ=where)
        station.wait_for("Scan, paste or type:", "Open an order: ORD-", "▀", "Demo picker")
        code = station.row("Open an order: ").split("Open an order: ")[1].strip()
        station.scan(code)
        station.wait_for(f"Order {code} is open", "Barcode of PEN-BLUE: 4006381333931")
        station.scan("4006381333931")
        station.wait_for("PEN-BLUE: 1 of")
        assert list(temporary.iterdir())
        if ending == "keys":
            station.press("F9")
            station.wait_until(partial(lacks, station, "Scan, paste or type:"))
            station.press("F9")
            station.wait_for("Barcode of PEN-BLUE")
            station.press("F12", "F12")
            assert station.ends() == 0
        else:
            station.process.terminate()
            assert station.ends() == 0
        assert station.left_in_order
        assert list(temporary.iterdir()) == []
