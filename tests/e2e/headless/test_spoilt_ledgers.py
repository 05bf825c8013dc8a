"""A file that is no sound ledger: one sentence, and not a byte of it changes."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from tests.e2e.headless.program import Tallyman, files, objects, order


def _newer(path: Path) -> None:
    db = sqlite3.connect(path)
    db.execute("PRAGMA user_version = 99")
    db.close()


def _garbage_in_the_header(path: Path) -> None:
    path.write_bytes(b"\xaa" * 100 + path.read_bytes()[100:])


def _garbage_in_the_middle(path: Path) -> None:
    data = path.read_bytes()
    path.write_bytes(data[:8192] + b"\x55" * 16384 + data[24576:])


def _cut_short(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:20000])


def _emptied(path: Path) -> None:
    path.write_bytes(b"")


SPOILT = {
    _newer: "was written by a newer Tallyman; install that version to use it.",
    _garbage_in_the_header: "nothing was changed: keep the file and restore a backup.",
    _garbage_in_the_middle: "nothing was changed: keep the file and restore a backup.",
    _cut_short: "nothing was changed: keep the file and restore a backup.",
    _emptied: "nothing was changed: keep the file and restore a backup.",
}


@pytest.mark.parametrize(("spoil", "sentence"), SPOILT.items())
def test_a_file_that_is_no_sound_ledger_stays_as_it_is(
    tallyman: Tallyman, spoil: Callable[[Path], None], sentence: str
) -> None:
    tallyman.bring_in(*(order(f"ORD-{n}", A=3) for n in range(300)))
    spoil(tallyman.data / "ledger.db")
    before = files(tallyman.data)
    for command in (("scan", "--person", "Ana"), ("orders", "import", "-", "--format", "csv"), ("init",)):
        done = tallyman.run(*command, reads="order_number,sku_code,quantity\nX,Y,1\n")
        assert (done.returncode, done.stderr.count("\n")) == (5, 1)
        assert done.stderr.endswith(f"{sentence}\n")
    examined = tallyman.run("doctor", "--json")
    assert examined.returncode == 5
    assert objects(examined.stdout)[0]["healthy"] is False
    assert files(tallyman.data) == before


@pytest.mark.parametrize(
    ("change", "what", "found_by_the_chain"),
    [
        ("UPDATE orders SET reported = 'foo'", "order ORD-0 cannot be read", False),
        ("UPDATE orders SET metadata = '{'", "order ORD-0 cannot be read", False),
        ("UPDATE events SET verdict = 'foo'", "event 1 cannot be read", True),
    ],
)
def test_rows_that_no_station_wrote_are_told_in_one_sentence(
    tallyman: Tallyman, change: str, what: str, *, found_by_the_chain: bool
) -> None:
    tallyman.bring_in(order("ORD-0", A=3))
    tallyman.run("scan", "--person", "Ana", reads="ORD-0\n")
    with closing(sqlite3.connect(tallyman.data / "ledger.db")) as db, db:
        for trigger in db.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            db.execute(f"DROP TRIGGER {trigger[0]}")
        db.execute(change)
    shown = tallyman.run("orders", "show", "ORD-0")
    assert (shown.returncode, shown.stderr.count("\n"), shown.stdout) == (5, 1, "")
    assert f"The ledger was changed by something else: {what}" in shown.stderr
    examined = objects(tallyman.run("doctor", "--json").stdout)
    (report,) = examined
    bad = [finding for finding in report["findings"] if finding["state"] == "bad"]
    assert ("log" in [finding["check"] for finding in bad]) is found_by_the_chain
    assert found_by_the_chain or what in bad[-1]["says"]
