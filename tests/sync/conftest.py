"""What several tests of reconciliation begin with."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from store import projections
from store.ledger import Ledger
from tests.sync.setting import Setting


@pytest.fixture
def setting(tmp_path: Path) -> Iterator[Setting]:
    """A new ledger, whose projections must agree with its log at the end."""
    ledger = Ledger.open(tmp_path / "data", station="dock-1")
    yield Setting(ledger)
    assert projections.differences(ledger.db) == []
    ledger.close()
