"""A safe copy of the ledger: whole, checked, and never over something else."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from store import orders
from store.errors import LedgerUnusable, NotCopied
from store.ledger import Ledger, back_up, open_reader, reading
from tests.store.builders import ledger_with, order


def test_a_copy_is_whole_and_leaves_the_secret_out(tmp_path: Path) -> None:
    ledger = ledger_with(tmp_path / "data", order("ORD-1", ("SKU-A", 1)))
    ledger.back_up(tmp_path / "copy.db")
    with ledger.transaction() as db:
        orders.insert(db, [order("ORD-2", ("SKU-A", 1))])
    with open_reader(tmp_path / "data") as reader:
        back_up(reader, tmp_path / "later.db")
    reader.close()
    for name, expected in (("copy.db", 1), ("later.db", 2)):
        copy = sqlite3.connect(tmp_path / name)
        assert copy.execute("SELECT count(*) FROM orders").fetchone() == (expected,)
        copy.close()
    assert ledger.secret.root not in (tmp_path / "later.db").read_bytes()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["copy.db", "data", "later.db"]
    ledger.close()


def test_a_copy_can_be_put_in_the_place_of_its_ledger(tmp_path: Path) -> None:
    ledger = ledger_with(tmp_path / "data", order("ORD-1", ("SKU-A", 1)))
    ledger.back_up(tmp_path / "copy.db")
    ledger.close()
    (tmp_path / "copy.db").replace(tmp_path / "data" / "ledger.db")
    restored = Ledger.open(tmp_path / "data")
    assert orders.by_number(restored.db, "ORD-1")
    restored.close()


def test_a_copy_overwrites_nothing_and_leaves_no_half_of_itself(tmp_path: Path) -> None:
    ledger = ledger_with(tmp_path / "data")
    target = tmp_path / "copy.db"
    target.write_text("precious")
    with pytest.raises(NotCopied, match="exists already; name a new file"):
        ledger.back_up(target)
    assert target.read_text() == "precious"
    with pytest.raises(NotCopied, match="Cannot copy the ledger to"):
        ledger.back_up(tmp_path / "nowhere" / "copy.db")
    ledger.close()
    with reading(tmp_path / "data") as db:
        pass
    with pytest.raises(LedgerUnusable, match="Cannot copy") as caught:
        back_up(db, tmp_path / "closed.db")
    assert not isinstance(caught.value, NotCopied), "it was not the place that failed"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["copy.db", "data"]
