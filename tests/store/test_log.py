"""The log: numbers without gaps, and a chain that tells when somebody changed a row."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from store import log
from store.ledger import Ledger
from tests.store.builders import event, ledger_with

EVENTS = 6


@pytest.fixture
def ledger(tmp_path: Path):  # type: ignore[no-untyped-def]
    ledger = ledger_with(tmp_path)
    with ledger.transaction() as db:
        for n in range(1, EVENTS + 1):
            log.append(db, chain_key(ledger), event(f"SKU-{n}"))
    yield ledger
    ledger.close()


def chain_key(ledger: Ledger) -> bytes:
    return ledger.secret.key("chain")


def changed(ledger: Ledger, *statements: str) -> log.Break | None:
    with ledger.transaction() as db:
        for statement in statements:
            db.execute(statement)
    return log.first_break(ledger.db, chain_key(ledger))


def test_an_untouched_log_holds(ledger: Ledger) -> None:
    assert log.first_break(ledger.db, chain_key(ledger)) is None
    assert [each.seq for each in log.latest(ledger.db, 3)] == [6, 5, 4]


@pytest.mark.parametrize("column", [name for name in log.FIELDS if name != "seq"])
def test_an_edit_of_any_field_is_found(ledger: Ledger, column: str) -> None:
    numbers = {"read", "mono", "delta", "takes_back"}
    value = "77" if column in numbers else "x'00'" if column == "raw" else "'forged'"
    found = changed(ledger, f"UPDATE events SET {column} = {value} WHERE seq = 3")
    assert found == log.Break(3, "event 3 is not as it was written, or the one before it is not")


def test_a_deleted_row_is_missed(ledger: Ledger) -> None:
    assert changed(ledger, "DELETE FROM events WHERE seq = 4") == log.Break(4, "event 4 is missing")


def test_a_deleted_row_whose_number_is_closed_up_is_missed(ledger: Ledger) -> None:
    found = changed(
        ledger, "DELETE FROM events WHERE seq = 4", "UPDATE events SET seq = seq - 1 WHERE seq > 4"
    )
    assert found is not None
    assert found.seq == 4


def test_two_rows_that_changed_places_are_found(ledger: Ledger) -> None:
    found = changed(
        ledger,
        "UPDATE events SET seq = -2 WHERE seq = 2",
        "UPDATE events SET seq = 2 WHERE seq = 3",
        "UPDATE events SET seq = 3 WHERE seq = -2",
    )
    assert found is not None
    assert found.seq == 2


def test_a_row_put_in_without_the_key_is_found(ledger: Ledger) -> None:
    with ledger.transaction() as db:
        log.append(db, b"another key", event("SKU-7", 1))
    assert log.first_break(ledger.db, chain_key(ledger)) == log.Break(
        7, "event 7 is not as it was written, or the one before it is not"
    )


def test_another_station_s_key_proves_nothing(ledger: Ledger) -> None:
    found = log.first_break(ledger.db, b"another key")
    assert found is not None
    assert found.seq == 1


def test_what_was_written_is_read_back(ledger: Ledger) -> None:
    with ledger.transaction() as db:
        written = event("SKU-\x1b\u202e", 2, order_id="o", line_id="l")
        seq = log.append(db, chain_key(ledger), written)
    (found,) = log.of_order(ledger.db, "o")
    assert seq == EVENTS + 1
    assert (found.seq, found.read, found.code, found.raw) == (seq, seq, written.code, written.raw)


def test_an_undo_takes_back_the_last_read_that_still_stands(ledger: Ledger) -> None:
    from dataclasses import replace

    with ledger.transaction() as db:
        first = log.append(db, chain_key(ledger), event("A", 1, order_id="o", line_id="l1"))
        two_lines = log.append(db, chain_key(ledger), event("B", 2, order_id="o", line_id="l1"))
        more = replace(event("B", 3, order_id="o", line_id="l2"), read=two_lines)
        log.append(db, chain_key(ledger), more)
        log.append(db, chain_key(ledger), event("C", 1, order_id="elsewhere", line_id="l9"))
    last = log.last_counted(ledger.db, "o")
    assert [(each.line_id, each.delta) for each in last] == [("l1", 2), ("l2", 3)]
    with ledger.transaction() as db:
        for each in last:
            undo = replace(each, read=0, delta=-each.delta, takes_back=each.seq, seq=0)
            log.append(db, chain_key(ledger), undo)
    assert [each.seq for each in log.last_counted(ledger.db, "o")] == [first]


def test_the_last_reads_are_no_notes_and_no_acts(ledger: Ledger) -> None:
    with ledger.transaction() as db:
        for act in ("people", "pin", "approve", "complete", "recount"):
            log.append(db, chain_key(ledger), replace(event(act), act=act))
    assert [each.code for each in log.latest(ledger.db, 3)] == ["recount", "complete", "SKU-6"]
