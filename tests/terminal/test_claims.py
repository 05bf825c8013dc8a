"""An order that another station counts on says so when it is opened, until it is taken over."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from store import claims, orders, slots
from store.ledger import Ledger
from store.posting import posting
from tests.store.builders import ledger_with, order
from tests.terminal.builders import procedure, read
from verification.desk import Desk
from verification.policy import Policy

BEN_AT_DOCK_2 = {"n": 3, "h": "", "c": {"x": 3}, "who": "Ben", "at": "2031-01-01T10:00:00Z"}


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    ledger = ledger_with(tmp_path / "data", order("ORD-1", ("SKU-A", 3)))
    yield ledger
    ledger.close()


def opening(ledger: Ledger) -> str:
    """What is said when the order is opened."""
    with posting(ledger) as posted:
        outcome, _ = procedure(ledger, Policy(sign_in=False)).handle(posted, Desk(), read("ORD-1"))
    return outcome.message


def test_a_claim_is_said_with_place_and_person_until_it_is_taken_over(ledger: Ledger) -> None:
    found = orders.by_number(ledger.db, "ORD-1")
    assert found is not None
    assert "dock-2" not in opening(ledger)
    with ledger.transaction() as db:
        slots.keep(db, found.id, {"dock-2.9f3a": json.dumps(BEN_AT_DOCK_2)}, {})
    assert opening(ledger).endswith(
        "dock-2 (Ben) counted on it too: ask there, or press Ctrl-T to take it over."
    )
    with ledger.transaction() as db:
        claims.take_over(db, found.id)
    assert "dock-2" not in opening(ledger)
