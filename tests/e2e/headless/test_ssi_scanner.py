"""The real program and a Zebra scanner that waits for its ACK: acknowledged means on disk, even if killed."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from terminal.scanners.ssi import Opcode, encode
from terminal.scanners.ssi_dialogue import ACK
from tests.e2e.headless.program import Tallyman, order
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
        (tallyman.folder / "scanners.toml").write_text(
            f'[[scanner]]\nid = "zebra"\nkind = "ssi"\nport = "{cable.name}"\nfeedback = "none"\n'
            "duplicate_ms = 0\n"
        )
        scan = ("scan", "--scanner", "zebra", "--person", "Ana", "--json")
        with tallyman.start(*scan) as scanning:
            assert scanning.stderr is not None
            while b"ready" not in scanning.stderr.readline():
                pass
            for code in CODES:
                sends(cable, code)
                assert cable.heard(len(ACK)) == ACK
            scanning.kill()
        assert tallyman.order("ORD-1")["items"][0]["verified_quantity"] == len(CODES) - 1
        sends(cable, "SKU-A")  # nobody is there to acknowledge it
        with tallyman.start(*scan) as scanning:
            assert scanning.stderr is not None
            while b"ready" not in scanning.stderr.readline():
                pass
            sends(cable, "ORD-1")
            assert cable.heard(len(ACK)) == ACK
            sends(cable, "SKU-A", again=True)
            assert cable.heard(len(ACK)) == ACK
            scanning.kill()
        assert tallyman.order("ORD-1")["items"][0]["verified_quantity"] == len(CODES)
    assert tallyman.healthy()
