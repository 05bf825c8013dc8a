"""Opening a ledger: what it makes, whom it keeps out, and what it never touches."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
from sqlite_utils import Database

from store import orders, schema
from store.errors import LedgerDamaged, LedgerLocked, LedgerTooNew, LedgerUnusable, WriteFailed
from store.ledger import Fetched, Ledger, open_reader, reading
from store.ledger_file import SCHEMA_VERSION, version
from tests.store.builders import content, ledger_with, order


def snapshot(folder: Path) -> dict[str, bytes]:
    """Every file of a data folder that holds data, with its bytes."""
    transient = {"ledger.lock", "ledger.db-shm"}
    return {
        path.name: data
        for path in folder.iterdir()
        if path.name not in transient and (data := path.read_bytes())
    }


def made(folder: Path) -> Path:
    """The file of a closed ledger that holds enough orders for many pages."""
    ledger_with(folder, *(order(f"ORD-{n}", (f"SKU-{n}", 3)) for n in range(400))).close()
    return folder / "ledger.db"


def test_a_new_ledger_has_an_identity_that_stays(tmp_path: Path) -> None:
    with_station = Ledger.open(tmp_path / "a", station="dock-7")
    first = (with_station.station, with_station.incarnation)
    with_station.close()
    again = Ledger.open(tmp_path / "a", station="dock-8")
    assert (again.station, again.incarnation) == first
    assert first[0] == "dock-7"
    again.close()
    other = Ledger.open(tmp_path / "b")
    assert other.incarnation != first[1]
    other.close()


def test_only_what_can_be_fetched_again_does_not_wait_for_the_disk(tmp_path: Path) -> None:
    ledger = Ledger.open(tmp_path)

    def waits(db: sqlite3.Connection) -> bool:
        db.execute("INSERT OR REPLACE INTO about (name, value) VALUES ('test', 'x')")
        return bool(db.execute("PRAGMA synchronous").fetchone()[0] == 2)

    for _ in range(2):
        assert ledger.write(waits)
        assert not ledger.write(Fetched(waits))
        with ledger.transaction() as db:
            assert waits(db)
    assert not ledger.write(Fetched(waits))
    with pytest.raises(ZeroDivisionError):
        ledger.write(Fetched(lambda db: db.execute("DELETE FROM about") and 1 // 0))
    assert ledger.write(waits), "nor after one that failed"
    ledger.close()
    Ledger.open(tmp_path).close()


def test_a_checkpoint_moves_the_log_into_the_file_once_it_has_grown_by_much(tmp_path: Path) -> None:
    def in_the_file() -> int:
        plain = sqlite3.connect(f"{(tmp_path / 'ledger.db').as_uri()}?mode=ro&immutable=1", uri=True)
        (count,) = plain.execute("SELECT count(*) FROM about WHERE name LIKE 'note.%'").fetchone()
        plain.close()
        return int(count)

    with closing(Ledger.open(tmp_path)) as ledger:
        for number in range(300):
            ledger.checkpoint()
            assert in_the_file() == 0
            ledger.write(
                lambda db, number=number: db.execute(  # type: ignore[misc]
                    "INSERT INTO about (name, value) VALUES (?, '')", (f"note.{number}",)
                )
            )
        ledger.checkpoint()
        assert in_the_file() == 300


def test_every_step_of_the_schema_is_taken_in_a_new_ledger(tmp_path: Path) -> None:
    ledger = Ledger.open(tmp_path)
    assert version(ledger.db) == SCHEMA_VERSION
    assert len(schema.steps.applied(Database(ledger.db))) == SCHEMA_VERSION
    assert not schema.steps.pending(Database(ledger.db))
    ledger.close()


def test_steps_that_were_taken_are_not_taken_again() -> None:
    db = Database(memory=True)
    schema.migrate(db)
    tables = db.table_names()
    schema.migrate(db)
    assert db.table_names() == tables
    assert version(db.conn) == SCHEMA_VERSION
    db.close()


def test_a_reader_of_an_older_schema_says_who_can_bring_it_up_to_date(tmp_path: Path) -> None:
    db = sqlite3.connect(made(tmp_path))
    db.execute(f"PRAGMA user_version = {SCHEMA_VERSION - 1}")
    db.close()
    with pytest.raises(LedgerUnusable, match="older Tallyman; start the station once"):
        open_reader(tmp_path)
    Ledger.open(tmp_path).close()
    open_reader(tmp_path).close()


def test_commits_are_made_durable_one_by_one(tmp_path: Path) -> None:
    ledger = Ledger.open(tmp_path)
    assert ledger.db.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    assert ledger.db.execute("PRAGMA synchronous").fetchone() == (2,)
    ledger.close()


def test_a_second_process_is_kept_out_and_told_who_is_in(tmp_path: Path) -> None:
    ledger = Ledger.open(tmp_path)
    script = (
        f"from pathlib import Path; from store.ledger import Ledger; Ledger.open(Path({str(tmp_path)!r}))"
    )
    second = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert "LedgerLocked: Another Tallyman (process" in second.stderr
    with pytest.raises(LedgerLocked, match=r"close it or use another --data\.$"):
        Ledger.open(tmp_path)
    ledger.close()
    Ledger.open(tmp_path).close()


def test_a_killed_process_leaves_no_lock_behind(tmp_path: Path) -> None:
    script = (
        "import os, signal; from pathlib import Path; from store.ledger import Ledger;"
        f"ledger = Ledger.open(Path({str(tmp_path)!r})); os.kill(os.getpid(), signal.SIGKILL)"
    )
    subprocess.run([sys.executable, "-c", script], check=False)
    Ledger.open(tmp_path).close()


def test_a_newer_ledger_is_left_alone(tmp_path: Path) -> None:
    path = made(tmp_path)
    db = sqlite3.connect(path)
    db.execute(f"PRAGMA user_version = {SCHEMA_VERSION + 1}")
    db.close()
    before = snapshot(tmp_path)
    for attempt in (Ledger.open, open_reader):
        with pytest.raises(LedgerTooNew, match="written by a newer Tallyman; install that version"):
            attempt(tmp_path)
    assert snapshot(tmp_path) == before


def _garbage_in_the_header(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[:100] = b"\xaa" * 100
    path.write_bytes(data)


def _garbage_in_the_middle(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[8192:24576] = b"\x55" * 16384
    path.write_bytes(data)


def _cut_short(path: Path) -> None:
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2 + 100])


def _emptied(path: Path) -> None:
    path.write_bytes(b"")


def _another_database(path: Path) -> None:
    path.unlink()
    db = sqlite3.connect(path)
    db.execute("CREATE TABLE notes (text)")
    db.commit()
    db.close()


DAMAGES = [_garbage_in_the_header, _garbage_in_the_middle, _cut_short, _emptied, _another_database]


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_ledger_is_refused_and_not_a_byte_of_it_changes(tmp_path: Path, damage) -> None:  # type: ignore[no-untyped-def]
    damage(made(tmp_path))
    before = snapshot(tmp_path)
    with pytest.raises(LedgerDamaged, match="nothing was changed: keep the file and restore a backup"):
        Ledger.open(tmp_path)
    assert snapshot(tmp_path) == before


def test_a_missing_ledger_is_no_ledger_to_read(tmp_path: Path) -> None:
    with pytest.raises(LedgerUnusable, match="There is no ledger in"):
        open_reader(tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_a_crash_while_a_ledger_is_made_leaves_none(tmp_path: Path) -> None:
    (tmp_path / "ledger.db.new").write_bytes(b"half of it")
    (tmp_path / "ledger.db.new-wal").write_bytes(b"more of it")
    ledger = ledger_with(tmp_path, order("ORD-1", ("SKU-A", 1)))
    assert orders.by_number(ledger.db, "ORD-1")
    ledger.close()


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(LedgerUnusable, match=r"Cannot use the folder .*file/data"):
        Ledger.open(tmp_path / "file" / "data")


def _change_then(ledger: Ledger, last: str) -> None:
    with ledger.transaction() as db:
        db.execute("UPDATE orders SET notes = 'changed'")
        db.execute(last)


def test_a_transaction_that_fails_leaves_nothing(tmp_path: Path) -> None:
    ledger = ledger_with(tmp_path, order("ORD-1", ("SKU-A", 1)))
    before = content(ledger.db)
    with pytest.raises(WriteFailed, match=r"did not take it .* not recorded"):
        _change_then(ledger, "INSERT INTO nowhere VALUES (1)")
    assert content(ledger.db) == before
    _change_then(ledger, "SELECT 1")
    assert content(ledger.db) != before
    ledger.close()


def test_what_a_transaction_raises_itself_passes_through_and_leaves_nothing(tmp_path: Path) -> None:
    ledger = ledger_with(tmp_path, order("ORD-1", ("SKU-A", 1)))
    before = content(ledger.db)
    with pytest.raises(TypeError):
        _change_then(ledger, None)  # type: ignore[arg-type]
    assert content(ledger.db) == before
    ledger.close()


def test_a_reader_cannot_write(tmp_path: Path) -> None:
    made(tmp_path)
    with pytest.raises(LedgerUnusable, match="readonly"), reading(tmp_path) as db:
        db.execute("UPDATE orders SET notes = 'x'")


def test_a_reader_sees_one_moment_while_the_writer_goes_on(tmp_path: Path) -> None:
    ledger = ledger_with(tmp_path, order("ORD-1", ("SKU-A", 1)))
    with reading(tmp_path) as db:
        assert db.execute("SELECT count(*) FROM orders").fetchone() == (1,)
        with ledger.transaction() as writer:
            orders.insert(writer, [order("ORD-2", ("SKU-A", 1))])
        assert db.execute("SELECT count(*) FROM orders").fetchone() == (1,)
    ledger.close()


def test_check_finds_damage_that_came_while_the_ledger_was_open(tmp_path: Path) -> None:
    made(tmp_path)
    ledger = Ledger.open(tmp_path)
    ledger.check()
    ledger.db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    ledger.db.execute("PRAGMA shrink_memory")
    _garbage_in_the_middle(tmp_path / "ledger.db")
    with pytest.raises(LedgerDamaged):
        ledger.check()
    ledger.close()
