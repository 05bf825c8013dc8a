"""The real program and a Zebra scanner that waits for its ACK: acknowledged means on disk, even if killed."""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from terminal.receipt import Receipt
from terminal.scanners.ssi import Opcode, encode
from terminal.scanners.ssi_dialogue import ACK
from tests.e2e.headless.program import PATIENCE, Tallyman, order
from tests.terminal.scanners.bench import Cable

CODES = ["ORD-1", *["SKU-A"] * 30]


@pytest.fixture
def tallyman(tmp_path: Path) -> Tallyman:
    return Tallyman(tmp_path)


def sends(cable: Cable, code: str, *, again: bool = False) -> None:
    packet = encode(Opcode.DECODE_DATA, b"\x03" + code.encode(), status=int(again), source=0)
    os.write(cable.scanner, packet)


def test_what_was_acknowledged_is_counted_and_a_read_that_was_not_is_repeated_and_counted_once(
    tallyman: Tallyman,
) -> None:
    tallyman.bring_in(order("ORD-1", A=100))
    with Cable() as cable:
        scan = scanner_at(tallyman, cable)
        with running(tallyman, scan):
            for code in CODES:
                sends(cable, code)
                assert cable.heard(len(ACK)) == ACK
        assert tallyman.order("ORD-1")["items"][0]["verified_quantity"] == len(CODES) - 1
        sends(cable, "SKU-A")  # nobody is there to acknowledge it
        with running(tallyman, scan):
            sends(cable, "ORD-1")
            assert cable.heard(len(ACK)) == ACK
            sends(cable, "SKU-A", again=True)
            assert cable.heard(len(ACK)) == ACK
        assert tallyman.order("ORD-1")["items"][0]["verified_quantity"] == len(CODES)
    assert tallyman.healthy()


def scanner_at(tallyman: Tallyman, cable: Cable) -> tuple[str, ...]:
    """Configure a scanner on the cable; the command that reads from it."""
    (tallyman.folder / "scanners.toml").write_text(
        f'[[scanner]]\nid = "zebra"\nkind = "ssi"\nport = "{cable.name}"\nfeedback = "none"\n'
        "duplicate_ms = 0\n"
    )
    return ("scan", "--scanner", "zebra", "--person", "Ana", "--json")


@contextmanager
def running(tallyman: Tallyman, scan: tuple[str, ...]) -> Iterator[subprocess.Popen[bytes]]:
    """The command, listening to its scanner; killed at the end of the block, whatever happens in it."""
    with tallyman.start(*scan) as scanning:
        try:
            until_ready(scanning)
            yield scanning
        finally:
            scanning.kill()


def until_ready(scanning: subprocess.Popen[bytes]) -> None:
    assert scanning.stderr is not None
    while b"ready" not in scanning.stderr.readline():
        pass


def until_noted(tallyman: Tallyman) -> None:
    """Wait until the station has noted that it acknowledged the last read of the ledger."""
    receipt = Receipt(tallyman.data, "zebra")
    end = time.monotonic() + PATIENCE
    with closing(sqlite3.connect(f"file:{tallyman.data}/ledger.db?mode=ro", uri=True)) as db:
        ((last,),) = db.execute("SELECT mono FROM events ORDER BY seq DESC LIMIT 1")
    while receipt.last() != last:
        assert time.monotonic() < end, f"only {receipt.last()} was noted, not {last}"


def counted(tallyman: Tallyman) -> int:
    return int(tallyman.order("ORD-1")["items"][0]["verified_quantity"])


def test_a_read_committed_by_a_process_that_died_before_its_ack_is_acknowledged_and_not_counted_again(
    tallyman: Tallyman,
) -> None:
    tallyman.bring_in(order("ORD-1", A=100))
    with Cable() as cable:
        scan = scanner_at(tallyman, cable)
        with running(tallyman, scan) as scanning:
            for code in ("ORD-1", "SKU-A"):
                sends(cable, code)
                assert cable.heard(len(ACK)) == ACK
            cable.clog()
            sends(cable, "SKU-A")
            assert scanning.stdout is not None
            while json.loads(scanning.stdout.readline())["verified_quantity"] != 2:
                pass
        cable.drain()
        with running(tallyman, scan) as scanning:
            for _ in range(2):  # the scanner may miss an answer more than once
                sends(cable, "SKU-A", again=True)
                assert cable.heard(len(ACK)) == ACK
            for code in ("ORD-1", "SKU-A"):
                sends(cable, code)
                assert cable.heard(len(ACK)) == ACK
            assert scanning.stdout is not None
            assert json.loads(scanning.stdout.readline())["verdict"] == "order_opened"
        assert counted(tallyman) == 3
    assert tallyman.healthy()


def test_a_read_after_one_that_was_acknowledged_is_another_though_its_first_sending_fell_into_the_gap(
    tallyman: Tallyman,
) -> None:
    tallyman.bring_in(order("ORD-1", A=100))
    with Cable() as cable:
        scan = scanner_at(tallyman, cable)
        with running(tallyman, scan) as scanning:
            for code in ("ORD-1", "SKU-A"):
                sends(cable, code)
                assert cable.heard(len(ACK)) == ACK
            until_noted(tallyman)
        with running(tallyman, scan) as scanning:
            sends(cable, "SKU-A", again=True)
            assert cable.heard(len(ACK)) == ACK
            sends(cable, "ORD-1")
            assert scanning.stdout is not None
            assert json.loads(scanning.stdout.readline())["verdict"] == "no_order_open"
    assert tallyman.healthy()
