"""The demo's practice API is a child process, and may not outlive the station however that ends."""

from __future__ import annotations

import os
import select
from pathlib import Path

import pytest

from tests.e2e.station.conftest import Shift
from tests.e2e.station.window import PATIENCE

pytestmark = pytest.mark.skipif(not hasattr(os, "pidfd_open"), reason="watches a process by Linux's pidfd")


def servers_of(folder: Path) -> list[int]:
    """The processes that serve the Orders API from a database in `folder`."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            command = (process / "cmdline").read_bytes().split(b"\0")
        except OSError:
            continue
        if b"serve" in command and any(os.fsencode(folder) in part for part in command):
            found.append(int(process.name))
    return found


def test_a_demo_that_is_killed_leaves_no_server_running(shift: Shift, tmp_path: Path) -> None:
    temporary = tmp_path / "tmp"
    temporary.mkdir()
    station = shift.start("demo", columns=120, rows=36, environ={"TMPDIR": str(temporary)})
    station.wait_for("Scan, paste or type:")
    (server,) = servers_of(temporary)
    watched = os.pidfd_open(server)
    try:
        station.process.kill()
        ended, _, _ = select.select([watched], [], [], PATIENCE)
    finally:
        os.close(watched)
    assert ended, "the server outlived the station"
