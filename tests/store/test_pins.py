"""Wrong PINs are counted before they are looked at, lock the name, and are on the log without a digit."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeVar

import pytest

from store import log, people, pins
from store.ledger import Ledger
from store.moment import Moment
from store.pins import PinRefused
from tests.store.builders import ledger_with
from verification.meaning import Person
from verification.verdicts import Verdict

T = TypeVar("T")

SUE, PIN, WRONG = Person("Sue", supervisor=True), "918273", "918274"
WAIT = "Too many wrong PINs for this name: wait {}, or have it unlocked with `tallyman people unlock`."


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    ledger = ledger_with(tmp_path)
    with ledger.transaction() as db:
        people.add(db, ledger.secret, "Sue", "supervisor", badge=None, pin=PIN)
    yield ledger
    ledger.close()


def check(
    ledger: Ledger, pin: str, *, name: str = "Sue", mono: float = 100.0, at: str = "2026-05-01T12:00:00.000Z"
) -> Person | str:
    found = pins.check(ledger.write, ledger.secret, name, pin, Moment(at, mono, "keys", at[:10]))
    return found.sentence if isinstance(found, PinRefused) else found


def lock(ledger: Ledger, name: str = "Sue") -> list[Person | str]:
    return [check(ledger, WRONG, name=name) for _ in range(5)]


@pytest.mark.parametrize("name", ["Sue", "sue ", "Nobody", "918273", "\udc80"])
def test_the_fifth_wrong_pin_locks_any_name_alike(ledger: Ledger, name: str) -> None:
    assert lock(ledger, name) == ["Name or PIN is wrong: try again."] * 4 + [WAIT.format("a minute")]
    assert check(ledger, PIN, name=name) == WAIT.format("a minute")


def test_the_right_pin_after_the_wait_signs_in_and_forgives(ledger: Ledger) -> None:
    lock(ledger)
    assert check(ledger, PIN, mono=159.0) == WAIT.format("a minute")
    assert check(ledger, PIN, mono=160.0) == SUE
    assert lock(ledger)[:4] == ["Name or PIN is wrong: try again."] * 4


def test_each_wrong_pin_after_a_wait_doubles_it(ledger: Ledger) -> None:
    lock(ledger)
    assert check(ledger, WRONG, mono=160.0) == WAIT.format("2 minutes")
    assert check(ledger, PIN, mono=279.0) == WAIT.format("a minute")
    assert check(ledger, PIN, mono=280.0) == SUE


@pytest.mark.parametrize("at", ["2036-05-01T12:00:00.000Z", "1999-05-01T12:00:00.000Z"])
def test_neither_the_wall_clock_nor_a_restart_shortens_the_wait(tmp_path: Path, at: str) -> None:
    before = ledger_with(tmp_path)
    with before.transaction() as db:
        people.add(db, before.secret, "Sue", "supervisor", badge=None, pin=PIN)
    lock(before)
    before.close()
    again = Ledger.open(tmp_path)
    assert check(again, PIN, mono=101.0, at=at) == WAIT.format("a minute")
    assert check(again, PIN, mono=59.0, at=at) == WAIT.format("a minute")
    assert check(again, PIN, mono=60.0, at=at) == SUE
    again.close()


def test_a_program_ended_before_the_answer_has_used_up_the_try(ledger: Ledger) -> None:
    class PowerCut(Exception):
        pass

    write = ledger.write

    def cut() -> Callable[[Callable[[sqlite3.Connection], T]], T]:
        done = []

        def once(change: Callable[[sqlite3.Connection], T], /) -> T:
            if done:
                raise PowerCut
            done.append(change)
            return write(change)

        return once

    for _ in range(5):
        with pytest.raises(PowerCut):
            pins.check(cut(), ledger.secret, "Sue", PIN, Moment("", 100.0, "keys"))
    assert check(ledger, PIN) == WAIT.format("a minute")


def test_unlocking_and_a_new_pin_each_free_the_name(ledger: Ledger) -> None:
    lock(ledger)
    with ledger.transaction() as db:
        assert pins.waiting(db, ledger.secret, "SUE", Moment("", 100.0, "keys")) == 60.0
        assert pins.unlock(db, ledger.secret, "SUE")
        assert not pins.unlock(db, ledger.secret, "SUE")
    assert check(ledger, PIN) == SUE
    lock(ledger)
    with ledger.transaction() as db:
        assert pins.new_pin(db, ledger.secret, "sue", "424242") == "Sue"
    assert check(ledger, "424242") == SUE


def test_wrong_pins_are_on_the_log_and_what_was_typed_is_nowhere(ledger: Ledger) -> None:
    check(ledger, "135790")
    check(ledger, "135790", name="246801")
    events = ledger.db.execute("SELECT verdict, code, act, scanner FROM events ORDER BY seq DESC").fetchall()
    assert events == [
        (Verdict.NOT_SIGNED_IN, "PIN of a name that nobody has", "pin", "keys"),
        (Verdict.NOT_SIGNED_IN, "PIN of Sue", "pin", "keys"),
    ]
    assert log.first_break(ledger.db, ledger.chain_key) is None
    for path in ledger.folder.iterdir():
        assert not any(typed in path.read_bytes() for typed in (b"135790", b"246801"))


def test_names_of_nobody_do_not_fill_the_ledger_nor_push_a_lock_out(
    ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pins, "_MOST_UNKNOWN", 3)
    lock(ledger)
    for number in range(6):
        check(ledger, WRONG, name=f"Nobody {number}")
    assert ledger.db.execute("SELECT count(*) FROM pin_tries").fetchone() == (4,)
    assert check(ledger, PIN) == WAIT.format("a minute")
