"""Who may sign in: found by badge or PIN, neither of which is anywhere to be read."""

from __future__ import annotations

from pathlib import Path

import pytest

from store import people
from store.errors import Refused
from store.ledger import Ledger
from tests.store.builders import ledger_with, order
from verification.meaning import Person

BADGE, PIN = "BADGE-4711", "918273"


@pytest.fixture
def ledger(tmp_path: Path):  # type: ignore[no-untyped-def]
    ledger = ledger_with(tmp_path, order("ORD-1", ("SKU-A", 1)))
    yield ledger
    ledger.close()


def enter(
    ledger: Ledger, name: str, role: str = "operator", *, badge: str | None = None, pin: str | None = None
) -> None:
    with ledger.transaction() as db:
        people.add(db, ledger.secret, name, role, badge=badge, pin=pin)


def test_a_badge_and_a_pin_each_find_their_person(ledger: Ledger) -> None:
    enter(ledger, " Sue ", "supervisor", badge=BADGE, pin=PIN)
    sue = Person("Sue", supervisor=True)
    key = people.badge_key(ledger.secret)
    assert people.by_badge(ledger.db, key, BADGE) == sue
    assert people.by_pin(ledger.db, ledger.secret, "sue", PIN) == sue
    assert people.by_badge(ledger.db, key, BADGE.lower()) is None
    assert people.by_pin(ledger.db, ledger.secret, "Sue", "918274") is None
    assert people.by_pin(ledger.db, ledger.secret, "Ana", PIN) is None


def test_no_file_of_the_ledger_holds_a_badge_or_a_pin(ledger: Ledger) -> None:
    enter(ledger, "Sue", badge=BADGE, pin=PIN)
    for path in ledger.folder.iterdir():
        assert BADGE.encode() not in path.read_bytes()
        assert PIN.encode() not in path.read_bytes()


def test_a_badge_is_sealed_with_this_station_s_secret(ledger: Ledger, tmp_path: Path) -> None:
    enter(ledger, "Sue", badge=BADGE)
    other = Ledger.open(tmp_path / "other")
    assert people.by_badge(ledger.db, people.badge_key(other.secret), BADGE) is None
    other.close()


def test_who_is_no_longer_active_cannot_sign_in(ledger: Ledger) -> None:
    enter(ledger, "Sue", badge=BADGE, pin=PIN)
    with ledger.transaction() as db:
        db.execute("UPDATE people SET active = 0")
    assert people.by_badge(ledger.db, people.badge_key(ledger.secret), BADGE) is None
    assert people.by_pin(ledger.db, ledger.secret, "Sue", PIN) is None
    assert people.listed(ledger.db) == [people.Entry("Sue", "operator", True, True, False)]


@pytest.mark.parametrize(
    ("name", "role", "badge", "pin", "why"),
    [
        ("", "operator", BADGE, None, "A name needs 1 to 60 printable characters"),
        ("A\x1bB", "operator", BADGE, None, "A name needs 1 to 60 printable characters"),
        ("A" * 61, "operator", BADGE, None, "A name needs 1 to 60 printable characters"),
        ("ANA", "operator", BADGE, None, "ANA is on the list already"),
        ("Bob", "operator", "ANAS-BADGE", None, "That badge is somebody else's already"),
        ("Bob", "operator", "123", None, "A badge code needs at least 4 characters"),
        ("Bob", "operator", "tallyman:ack", None, "That badge code is kept for commands"),
        ("Bob", "operator", "ORD-1", None, "That badge code is an order's number"),
        ("Bob", "operator", None, "123", "A PIN needs 4 to 12 digits for the role operator"),
        ("Bob", "supervisor", None, "12345", "A PIN needs 6 to 12 digits for the role supervisor"),
        ("Bob", "operator", None, "12a4", "needs 4 to 12 digits"),
        ("Bob", "operator", None, "١٢٣٤", "needs 4 to 12 digits"),
    ],
)
def test_a_person_who_would_confuse_is_not_entered(
    ledger: Ledger, name: str, role: str, badge: str | None, pin: str | None, why: str
) -> None:
    enter(ledger, "Ana", badge="ANAS-BADGE")
    with pytest.raises(Refused, match=why) as refused:
        enter(ledger, name, role, badge=badge, pin=pin)
    assert [entry.name for entry in people.listed(ledger.db)] == ["Ana"]
    for secret in (badge, pin):
        assert secret is None or secret not in str(refused.value)
