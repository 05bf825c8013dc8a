"""What may happen to a station while it scans, and to its ledger while it does not."""

from __future__ import annotations

import json
import os
import signal
import sqlite3
import subprocess
import threading
from pathlib import Path

import pytest

from tests.e2e.headless.program import PATIENCE, Tallyman, files, objects, order

READS = 6000


def events(data: Path) -> list[tuple[int, str, int]]:
    """Number, code and units of every row of the log."""
    db = sqlite3.connect(f"file:{data / 'ledger.db'}?mode=ro", uri=True)
    try:
        return db.execute("SELECT seq, code, delta FROM events ORDER BY seq").fetchall()
    finally:
        db.close()


@pytest.mark.parametrize("lines", [1, 700, 2500])
def test_killed_in_mid_stream_no_acknowledged_read_is_lost(tallyman: Tallyman, lines: int) -> None:
    tallyman.bring_in(order("ORD-1", A=READS, B=READS))
    codes = ["ORD-1", *(f"SKU-{'AB'[n % 2]}" for n in range(READS))]
    with tallyman.start("scan", "--person", "Ana", "--json") as scanning:
        assert scanning.stdin
        assert scanning.stdout
        feed = "".join(f"{code}\r" for code in codes).encode()
        feeder = threading.Thread(target=_fed, args=(scanning.stdin.fileno(), feed))
        feeder.start()
        printed = b""
        while printed.count(b"\n") < lines:
            printed += os.read(scanning.stdout.fileno(), 65536)
        scanning.kill()
        while more := os.read(scanning.stdout.fileno(), 65536):
            printed += more
        scanning.wait(PATIENCE)
        feeder.join(PATIENCE)
    assert scanning.returncode == -signal.SIGKILL
    acknowledged = objects(printed[: printed.rindex(b"\n")])
    assert len(acknowledged) >= lines
    written = events(tallyman.data)
    assert [(e["seq"], e["raw"], e["units"]) for e in acknowledged] == written[: len(acknowledged)]
    assert [code for _, code, _ in written] == codes[: len(written)]
    assert tallyman.healthy()
    shown = tallyman.order("ORD-1")
    assert sum(item["verified_quantity"] for item in shown["items"]) == len(written) - 1
    assert tallyman.scan("ORD-1")[0]["seq"] == len(written) + 1


def _fed(descriptor: int, feed: bytes) -> None:
    try:
        while feed:
            feed = feed[os.write(descriptor, feed) :]
    except BrokenPipeError:
        pass


# A disk that is full

IN_A_SMALL_DISK = """
set -e
mount -t tmpfs -o size=1m tallyman-test "$1"
shift
exec "$@"
"""


def small_disk_command(data: Path, *command: str) -> list[str]:
    return ["unshare", "--mount", "sh", "-c", IN_A_SMALL_DISK, "sh", str(data), *command]


@pytest.fixture
def may_mount(tmp_path: Path) -> None:
    """Skips where this user may not mount a small disk of the test's own."""
    (tmp_path / "data").mkdir()
    try:
        tried = subprocess.run(
            small_disk_command(tmp_path / "data", "true"), capture_output=True, check=False, timeout=PATIENCE
        )
    except FileNotFoundError:
        pytest.skip("there is no unshare here")
    if tried.returncode:
        pytest.skip("this user may not mount a disk of its own")


FULL_DISK_SCRIPT = """
set -e
tallyman() { "$PYTHON" -m terminal "$@"; }
tallyman orders import orders.json > /dev/null
mkfifo reads
: > told.part
tallyman scan --person Ana --json < reads >> told.part & scanning=$!
exec 3> reads
say() { printf '%s\\r' "$1" >&3; until [ "$(wc -l < told.part)" -ge "$2" ]; do :; done; }
say ORD-1 1
say SKU-A 2
dd if=/dev/zero of="$TALLYMAN_DATA/ballast" bs=4k 2> /dev/null || true
n=2
until tail -n 1 told.part | grep -q not_recorded; do n=$((n + 1)); say SKU-A $n; done
rm "$TALLYMAN_DATA/ballast"
n=$((n + 1)); say SKU-A $n
exec 3>&-
code=0; wait $scanning || code=$?
mv told.part told
tallyman doctor --json > doctor
tallyman orders show ORD-1 --json > shown
exit $code
"""


@pytest.mark.usefixtures("may_mount")
def test_reads_are_refused_while_the_disk_is_full_and_counted_after(tallyman: Tallyman) -> None:
    import sys

    (tallyman.folder / "orders.json").write_text(json.dumps(order("ORD-1", A=5000)))
    done = subprocess.run(
        small_disk_command(tallyman.data, "sh", "-c", FULL_DISK_SCRIPT),
        capture_output=True,
        check=False,
        cwd=tallyman.folder,
        env={**tallyman.environment, "PYTHON": sys.executable},
        timeout=PATIENCE,
    )
    assert (done.returncode, done.stderr) == (5, b"1 of the reads could not be recorded: scan them again.\n")
    told = objects((tallyman.folder / "told").read_text())
    *counted, refused, last = told
    assert all(e["counted"] for e in counted[1:])
    assert (refused["verdict"], refused["seq"], refused["counted"]) == ("not_recorded", None, False)
    assert refused["message"] == (
        "Scanned SKU-A. The disk is full: not recorded; free some space, then scan again."
    )
    assert (last["verdict"], last["seq"]) == ("accepted", len(counted) + 1)
    assert json.loads((tallyman.folder / "doctor").read_text())["healthy"]
    shown = json.loads((tallyman.folder / "shown").read_text())
    assert shown["items"][0]["verified_quantity"] == len(counted)


@pytest.mark.usefixtures("may_mount")
def test_a_ledger_that_can_only_be_read_is_not_scanned_into(tallyman: Tallyman) -> None:
    tallyman.bring_in(order("ORD-1", A=1))
    before = files(tallyman.data)
    script = 'mount --bind "$1" "$1"; mount -o remount,bind,ro "$1"; shift; exec "$@"'
    done = subprocess.run(
        [
            *("unshare", "--mount", "sh", "-ec", script, "sh", str(tallyman.data)),
            *tallyman.command("scan", "--person", "Ana"),
        ],
        input=b"ORD-1\r",
        capture_output=True,
        check=False,
        cwd=tallyman.folder,
        env=tallyman.environment,
        timeout=PATIENCE,
    )
    assert (done.returncode, done.stdout) == (5, b"")
    assert done.stderr.count(b"\n") == 1
    assert b"Read-only file system" in done.stderr
    assert files(tallyman.data) == before


# Another station


def test_a_second_station_is_kept_out_while_readers_are_let_in(tallyman: Tallyman) -> None:
    tallyman.bring_in(order("ORD-1", A=3))
    with tallyman.start("scan", "--person", "Ana", "--json") as scanning:
        assert scanning.stdin
        assert scanning.stdout
        scanning.stdin.write(b"ORD-1\rSKU-A\r")
        for _ in range(2):
            scanning.stdout.readline()
        for command in (
            ("scan", "--person", "Bob"),
            ("codes", "teach", "X", "SKU-A"),
            ("doctor", "--rebuild"),
        ):
            second = tallyman.run(*command, reads="ORD-1\r")
            assert (second.returncode, second.stdout) == (5, "")
            assert second.stderr == (
                f"Another Tallyman (process {scanning.pid}) is using the ledger in {tallyman.data};"
                " close it or use another --data.\n"
            )
        assert tallyman.order("ORD-1")["items"][0]["verified_quantity"] == 1
        examined = tallyman.run("doctor")
        assert examined.returncode == 0
        assert f"a station runs on this ledger (process {scanning.pid})" in examined.stdout
        copied = tallyman.run("backup", "copy.db")
        assert copied.returncode == 0
        scanning.stdin.write(b"SKU-A\r")
        assert json.loads(scanning.stdout.readline())["verified_quantity"] == 2
        scanning.communicate(timeout=PATIENCE)
    assert len(events(tallyman.data)) == 3
    copy = sqlite3.connect(tallyman.folder / "copy.db")
    assert copy.execute("SELECT count(*) FROM events").fetchone() == (2,)
    copy.close()
