"""A ledger that is a copy or was put back counts in slots of its own."""

from __future__ import annotations

import shutil
from pathlib import Path

from store import lineage, log, slots
from store.ledger import Ledger
from tests.store.builders import event, ledger_with, order


def slot_of(folder: Path) -> str:
    ledger = Ledger.open(folder)
    name = lineage.current(ledger.db)
    ledger.close()
    return name


def scan(folder: Path) -> None:
    ledger = Ledger.open(folder)
    with ledger.transaction() as db:
        log.append(db, ledger.chain_key, event("SKU-A", 1, order_id="id-A-1", line_id="A-1.1"))
    ledger.close()


def test_opening_again_changes_nothing(tmp_path: Path) -> None:
    ledger_with(tmp_path).close()
    assert slot_of(tmp_path) == slot_of(tmp_path)


def test_a_copied_folder_gets_slots_of_its_own_and_the_original_keeps_its(tmp_path: Path) -> None:
    original, copy = tmp_path / "original", tmp_path / "copy"
    ledger_with(original).close()
    name = slot_of(original)
    shutil.copytree(original, copy)
    assert slot_of(copy) != name
    assert slot_of(copy) == slot_of(copy)
    assert slot_of(original) == name


def test_a_ledger_put_back_in_place_gets_a_slot_for_what_comes_after(tmp_path: Path) -> None:
    ledger_with(tmp_path, order("A-1", ("SKU-A", 9))).close()
    scan(tmp_path)
    before = slot_of(tmp_path)
    image = (tmp_path / "ledger.db").read_bytes()
    scan(tmp_path)
    (tmp_path / "ledger.db").write_bytes(image)
    scan(tmp_path)
    ledger = Ledger.open(tmp_path)
    shares = slots.shares(ledger.db, "id-A-1")
    assert {name: len(events) for name, events in shares.items()} == {
        before: 1,
        lineage.current(ledger.db): 1,
    }
    ledger.close()


def test_the_mark_s_loss_costs_a_slot_and_no_count(tmp_path: Path) -> None:
    ledger_with(tmp_path, order("A-1", ("SKU-A", 9))).close()
    scan(tmp_path)
    (tmp_path / lineage.MARK).unlink()
    scan(tmp_path)
    ledger = Ledger.open(tmp_path)
    assert [len(events) for events in slots.shares(ledger.db, "id-A-1").values()] == [1, 1]
    ledger.close()
