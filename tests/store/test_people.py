"""Who may sign in: found by badge or PIN, neither of which is anywhere to be read."""

from __future__ import annotations

from pathlib import Path

import pytest

from store import badges, catalog, people
from store.errors import Refused
from store.ledger import Ledger
from store.moment import Moment
from store.pins import PinRefused, check, new_pin
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


def checked(ledger: Ledger, name: str, pin: str, today: str = "2026-05-01") -> Person | PinRefused:
    return check(
        ledger.write, ledger.secret, name, pin, Moment("2026-05-01T12:00:00.000Z", 1.0, "keys", today)
    )


def test_a_badge_and_a_pin_each_find_their_person(ledger: Ledger) -> None:
    enter(ledger, " Sue ", "supervisor", badge=BADGE, pin=PIN)
    sue = Person("Sue", supervisor=True)
    key = people.badge_key(ledger.secret)
    assert badges.by_badge(ledger.db, key, BADGE) == sue
    assert checked(ledger, "sue", PIN) == sue
    assert badges.by_badge(ledger.db, key, BADGE.lower()) is None
    assert checked(ledger, "Sue", "918274") == PinRefused("Name or PIN is wrong: try again.")
    assert checked(ledger, "Ana", PIN) == PinRefused("Name or PIN is wrong: try again.")


def test_no_file_of_the_ledger_holds_a_badge_or_a_pin(ledger: Ledger) -> None:
    enter(ledger, "Sue", badge=BADGE, pin=PIN)
    for path in ledger.folder.iterdir():
        assert BADGE.encode() not in path.read_bytes()
        assert PIN.encode() not in path.read_bytes()


def test_a_badge_is_sealed_with_this_station_s_secret(ledger: Ledger, tmp_path: Path) -> None:
    enter(ledger, "Sue", badge=BADGE)
    other = Ledger.open(tmp_path / "other")
    assert badges.by_badge(ledger.db, people.badge_key(other.secret), BADGE) is None
    other.close()


def test_who_is_disabled_is_told_so_by_the_right_pin_alone_until_enabled_again(ledger: Ledger) -> None:
    enter(ledger, "Sue", badge=BADGE, pin=PIN)
    with ledger.transaction() as db:
        assert people.disable(db, "SUE") == "Sue"
    found = badges.by_badge(ledger.db, people.badge_key(ledger.secret), BADGE)
    assert found is not None
    assert found.barred("2026-05-01") == "Sue may not sign in any longer"
    assert checked(ledger, "Sue", PIN) == PinRefused("Sue may not sign in any longer: ask a supervisor.")
    assert checked(ledger, "Sue", "000000") == PinRefused("Name or PIN is wrong: try again.")
    assert people.listed(ledger.db) == [people.Entry("Sue", "operator", True, True, False)]
    with ledger.transaction() as db:
        people.enable(db, "Sue")
    assert checked(ledger, "Sue", PIN) == Person("Sue")


def test_a_name_is_one_name_however_its_case_and_its_accents_are_written(ledger: Ledger) -> None:
    enter(ledger, "E\u0301mile", badge=BADGE, pin=PIN)
    with pytest.raises(Refused, match="is on the list already"):
        enter(ledger, "\u00e9mile")
    assert checked(ledger, "e\u0301MILE", PIN) == Person("\u00c9mile")
    with ledger.transaction() as db:
        assert people.disable(db, "e\u0301mile") == "\u00c9mile"
    found = badges.by_badge(ledger.db, people.badge_key(ledger.secret), BADGE)
    assert found is not None
    assert found.disabled


def test_a_name_that_an_older_list_has_with_loose_accents_is_found_and_changed(ledger: Ledger) -> None:
    enter(ledger, "Jos\u00e9", badge=BADGE, pin=PIN)
    with ledger.transaction() as db:
        db.execute("UPDATE people SET name = 'Jose\u0301'")
        people.disable(db, "JOS\u00c9")
        new_pin(db, ledger.secret, "jos\u00e9", "123456")
        with pytest.raises(Refused, match="may sign in"):
            people.new_badge(db, ledger.secret, "Jos\u00e9")
    assert checked(ledger, "Jos\u00e9", "123456") == PinRefused(
        "Jose\u0301 may not sign in any longer: ask a supervisor."
    )


def test_a_last_day_is_worked_to_its_end_and_no_longer(ledger: Ledger) -> None:
    with ledger.transaction() as db:
        people.add(db, ledger.secret, "Tom", "supervisor", badge=BADGE, pin=PIN, until="2026-05-01")
    assert checked(ledger, "Tom", PIN, today="2026-05-01") == Person("Tom", True, "2026-05-01")
    assert checked(ledger, "Tom", PIN, today="2026-05-02") == PinRefused(
        "The time of Tom ended on 2026-05-01: ask a supervisor."
    )
    (tom,) = people.listed(ledger.db)
    assert [tom.state(day) for day in ("2026-05-01", "2026-05-02")] == ["active", "expired"]


def test_nobody_of_that_name_and_no_such_day_change_nothing(ledger: Ledger) -> None:
    enter(ledger, "Sue", pin=PIN)
    for change, why in (
        (lambda db: people.disable(db, "Bo\x1bb"), r"Nobody is called Bo\\x1bb"),
        (lambda db: people.enable(db, "Sue", until="31.12.2031"), "31.12.2031 is no day"),
        (lambda db: people.enable(db, "Sue", until="2031-02-30"), "2031-02-30 is no day"),
        (lambda db: new_pin(db, ledger.secret, "Sue", "12"), "needs 4 to 12 digits"),
    ):
        with pytest.raises(Refused, match=why), ledger.transaction() as db:
            change(db)
    assert checked(ledger, "Sue", PIN) == Person("Sue")


def test_a_badge_is_not_a_code_of_goods_too_nor_the_other_way_round(ledger: Ledger) -> None:
    gtin = "4006381333931"
    with ledger.transaction() as db:
        catalog.teach(db, ledger.badge_key, catalog.Taught(gtin, "SKU-A"))
    for taken in (gtin, f"0{gtin}", "SKU-A"):
        with pytest.raises(Refused, match="That badge code stands for goods"):
            enter(ledger, "Bob", badge=taken)
    enter(ledger, "Bob", badge=BADGE)
    with pytest.raises(Refused, match="That is somebody's badge"), ledger.transaction() as db:
        catalog.teach(db, ledger.badge_key, catalog.Taught(BADGE, "SKU-A"))


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
