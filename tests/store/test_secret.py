"""The station's secret: made once, kept from others, missed when it is gone."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from store.errors import LedgerDamaged, LedgerUnusable
from store.ledger import Ledger
from store.secret import Secret


def test_the_secret_is_for_its_owner_only(tmp_path: Path) -> None:
    Ledger.open(tmp_path).close()
    assert stat.S_IMODE((tmp_path / "station.key").stat().st_mode) == 0o600


def test_it_is_made_once(tmp_path: Path) -> None:
    first = Secret.load(tmp_path / "key", create=True)
    assert Secret.load(tmp_path / "key", create=True) == first
    assert Secret.load(tmp_path / "other", create=True) != first


def test_each_use_has_a_key_of_its_own(tmp_path: Path) -> None:
    secret = Secret.load(tmp_path / "key", create=True)
    assert len({secret.key("chain"), secret.key("badge"), secret.root}) == 3
    assert secret.root.hex() not in repr(secret)


def test_a_ledger_without_its_secret_gets_no_new_one(tmp_path: Path) -> None:
    Ledger.open(tmp_path).close()
    (tmp_path / "station.key").unlink()
    with pytest.raises(LedgerDamaged, match="is missing, which proves this ledger's log; put it back"):
        Ledger.open(tmp_path)
    assert not (tmp_path / "station.key").exists()


def test_a_secret_cut_short_is_refused(tmp_path: Path) -> None:
    Ledger.open(tmp_path).close()
    (tmp_path / "station.key").write_bytes(b"short")
    with pytest.raises(LedgerDamaged, match="is not a station secret of 32 bytes"):
        Ledger.open(tmp_path)
    assert (tmp_path / "station.key").read_bytes() == b"short"


def test_a_secret_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    (tmp_path / "key").mkdir()
    with pytest.raises(LedgerUnusable, match=r"Cannot read .*key: Is a directory"):
        Secret.load(tmp_path / "key", create=False)


def test_the_secret_is_in_no_file_but_its_own(tmp_path: Path) -> None:
    ledger = Ledger.open(tmp_path)
    holders = [path.name for path in tmp_path.iterdir() if ledger.secret.root in path.read_bytes()]
    assert holders == ["station.key"]
    ledger.close()
