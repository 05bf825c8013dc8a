"""The clerk: nothing is spoken of before it is written, and nothing that was taken is lost."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from store import log, orders, people, tallies
from store.errors import Refused
from store.ledger import Fetched, Ledger, open_reader
from terminal.clerk import Clerk, News
from terminal.scanners.framing import FrameKind
from tests.store.builders import content, event, ledger_with, order
from tests.terminal.builders import ANA, PATIENCE, Ear, procedure, read, reads, verdicts
from verification.codes import Code
from verification.desk import Desk
from verification.meaning import Person
from verification.policy import Policy

Employ = Callable[..., Clerk]


@pytest.fixture
def ledger(tmp_path: Path):  # type: ignore[no-untyped-def]
    ledger = ledger_with(tmp_path, order("ORD-1", ("SKU-A", 5000), ("SKU-B", 2)))
    yield ledger
    ledger.close()


@pytest.fixture
def employ(ledger: Ledger) -> Iterator[Callable[..., Clerk]]:
    """Makes clerks that are stopped with the test, however it ends."""
    employed: list[Clerk] = []

    def employ(tell: Ear, desk: Desk | None = None, **more: object) -> Clerk:
        employed.append(
            Clerk(ledger, lambda: procedure(ledger, **more), tell, desk or Desk(ANA), tell.faults.append)
        )
        return employed[-1]

    yield employ
    for clerk in employed:
        clerk.stop()


def numbers_in(db: sqlite3.Connection) -> list[int]:
    return [seq for (seq,) in db.execute("SELECT seq FROM events ORDER BY seq")]


def test_no_outcome_is_told_before_it_can_be_read_by_others(ledger: Ledger, employ: Employ) -> None:
    reader = open_reader(ledger.folder)
    unseen: list[int | None] = []

    def look(news: News) -> None:
        seen = set(numbers_in(reader))
        unseen.extend(outcome.seq for outcome in news.outcomes if outcome.seq not in seen)

    ear = Ear(also=look)
    clerk = employ(ear)
    clerk.start()
    for delivery in reads("ORD-1", *["SKU-A"] * 300):
        clerk.take(delivery)
    clerk.stop()
    reader.close()
    assert unseen == []
    assert [outcome.seq for outcome in ear.outcomes] == list(range(1, 302))


def test_the_clerk_is_free_only_while_it_has_nothing_to_do(employ: Employ) -> None:
    free: list[bool] = []
    ear = Ear(also=lambda _news: free.append(clerk.free.is_set()))
    clerk = employ(ear)
    assert clerk.free.is_set()
    for delivery in reads("ORD-1", "SKU-A"):
        clerk.take(delivery)
    assert not clerk.free.is_set()
    clerk.start()
    assert clerk.free.wait(PATIENCE)
    assert free
    assert not any(free)
    assert not clerk.write(lambda _db: clerk.free.is_set()).result(PATIENCE)
    assert clerk.free.wait(PATIENCE)


def test_the_clerk_is_free_after_a_change_that_came_with_a_read(employ: Employ) -> None:
    clerk = employ(Ear())
    clerk.take(read("ORD-1"))
    clerk.write(lambda _db: None)
    clerk.start()
    assert clerk.free.wait(PATIENCE)


def test_reads_that_wait_are_committed_together_and_told_in_order(ledger: Ledger, employ: Employ) -> None:
    ear = Ear()
    clerk = employ(ear)
    for delivery in reads("ORD-1", *["SKU-A"] * 999):
        clerk.take(delivery)
    clerk.start()
    clerk.stop()
    assert len(ear.news) < 100
    assert [outcome.seq for outcome in ear.outcomes] == list(range(1, 1001))
    kept = orders.by_number(ledger.db, "ORD-1")
    assert kept is not None
    assert kept.verified == 999
    assert ear.news[-1].desk.order == kept


def test_stopping_finishes_everything_that_was_handed_in(ledger: Ledger, employ: Employ) -> None:
    ear = Ear()
    clerk = employ(ear)
    clerk.start()
    for delivery in reads("ORD-1", *["SKU-A"] * 2000):
        clerk.take(delivery)
    answer = clerk.write(lambda db: db.execute("SELECT count(*) FROM events").fetchone()[0])
    clerk.stop()
    assert len(ear.outcomes) == 2001
    assert answer.result(timeout=0) == 2001


def test_a_read_that_cannot_be_written_is_refused_alone(ledger: Ledger, employ: Employ) -> None:
    ledger.db.execute(
        "CREATE TRIGGER stubborn BEFORE INSERT ON events WHEN new.code = 'SKU-B'"
        " BEGIN SELECT raise(ABORT, 'not this one'); END"
    )
    ear = Ear()
    clerk = employ(ear)
    for delivery in reads("ORD-1", "SKU-A", "SKU-B", "SKU-A", "SKU-B", "SKU-A"):
        clerk.take(delivery)
    clerk.start()
    clerk.stop()
    assert verdicts(ear.outcomes) == [
        "order_opened", "accepted", "not_recorded", "accepted", "not_recorded", "accepted",
    ]  # fmt: skip
    assert [outcome.seq for outcome in ear.outcomes] == [1, 2, None, 3, None, 4]
    assert "SKU-B" in ear.outcomes[2].message
    assert "not recorded" in ear.outcomes[2].message
    assert numbers_in(ledger.db) == [1, 2, 3, 4]
    assert log.first_break(ledger.db, ledger.chain_key) is None


def test_a_refused_write_leaves_the_desk_as_it_was(ledger: Ledger, employ: Employ) -> None:
    ledger.db.execute(
        "CREATE TRIGGER stubborn BEFORE INSERT ON events WHEN new.verdict = 'order_opened'"
        " BEGIN SELECT raise(ABORT, 'not this one'); END"
    )
    ear = Ear()
    clerk = employ(ear)
    for delivery in reads("ORD-1", "SKU-A"):
        clerk.take(delivery)
    clerk.start()
    clerk.stop()
    assert verdicts(ear.outcomes) == ["not_recorded", "no_order_open"]
    assert ear.news[-1].desk.order is None


def test_reads_are_refused_while_no_write_can_begin_and_counted_when_it_can(
    ledger: Ledger, employ: Employ
) -> None:
    ledger.db.execute("PRAGMA busy_timeout = 0")
    ear = Ear()
    clerk = employ(ear)
    clerk.start()
    clerk.take(read("ORD-1"))
    ear.wait_for(1)
    other = sqlite3.connect(ledger.folder / "ledger.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    for delivery in reads("SKU-A", "SKU-A", "SKU-B"):
        clerk.take(delivery)
    ear.wait_for(4)
    other.execute("ROLLBACK")
    other.close()
    clerk.take(read("SKU-A"))
    outcomes = ear.wait_for(5)
    clerk.stop()
    assert verdicts(outcomes) == ["order_opened", *["not_recorded"] * 3, "accepted"]
    assert numbers_in(ledger.db) == [1, 2]


def test_a_badge_that_could_not_be_recorded_is_not_shown(ledger: Ledger, employ: Employ) -> None:
    ledger.db.execute(
        "CREATE TRIGGER stubborn BEFORE INSERT ON events BEGIN SELECT raise(ABORT, 'nothing'); END"
    )
    ear = Ear()
    clerk = employ(ear, Desk(), policy=Policy(sign_in=True))
    clerk.start()
    clerk.take(read("BADGE-4711"))
    clerk.stop()
    (outcome,) = ear.outcomes
    assert outcome.raw == b""
    assert "4711" not in outcome.message + outcome.code


def test_a_badge_for_a_hand_over_that_could_not_be_recorded_is_not_shown(
    ledger: Ledger, employ: Employ
) -> None:
    with ledger.transaction() as db:
        people.add(db, ledger.secret, "Ben", "operator", badge="BADGE-4711", pin=None)
    ledger.db.execute(
        "CREATE TRIGGER stubborn BEFORE INSERT ON events BEGIN SELECT raise(ABORT, 'nothing'); END"
    )
    ear = Ear()
    clerk = employ(ear, Desk(Person("Ana")))
    clerk.start()
    for delivery in reads("BADGE-4711", "SKU-A"):
        clerk.take(delivery)
    clerk.stop()
    badge, goods = ear.outcomes
    assert (badge.raw, goods.raw) == (b"", b"SKU-A")
    assert "4711" not in badge.message + badge.code


def test_changes_and_reads_take_their_turns(ledger: Ledger, employ: Employ) -> None:
    ear = Ear()
    clerk = employ(ear)
    clerk.take(read("ORD-2"))
    brought_in = clerk.write(lambda db: orders.insert(db, [order("ORD-2", ("SKU-Z", 1))]))
    clerk.take(read("ORD-2"))
    clerk.take(read("SKU-Z"))
    clerk.start()
    clerk.stop()
    assert brought_in.result(timeout=0) == 1
    assert verdicts(ear.outcomes) == ["unknown_code", "order_opened", "order_verified"]


def test_a_change_to_the_open_order_is_on_the_desk_with_the_next_news(ledger: Ledger, employ: Employ) -> None:
    ear = Ear()
    clerk = employ(ear)
    clerk.take(read("ORD-1"))
    clerk.write(lambda db: db.execute("UPDATE lines SET elsewhere = 2 WHERE sku = 'SKU-B'").rowcount)
    clerk.take(read("SKU-B"))
    clerk.start()
    clerk.stop()
    assert ear.news[1].outcomes == ()
    assert verdicts(ear.outcomes) == ["order_opened", "line_already_verified"]


def test_reads_overtake_what_was_fetched_and_no_other_change(ledger: Ledger, employ: Employ) -> None:
    made: list[str] = []
    ear = Ear(also=lambda news: made.extend(verdicts(news.outcomes)))
    clerk = employ(ear)
    clerk.write(Fetched(lambda _db: made.append("fetched")))
    clerk.write(lambda _db: made.append("imported"))
    clerk.take(read("ORD-1"))
    clerk.write(Fetched(lambda _db: made.append("fetched again")))
    clerk.start()
    clerk.stop()
    assert made == ["imported", "order_opened", "fetched", "fetched again"]


def test_a_clerk_that_broke_down_answers_also_what_gave_way_to_reads(employ: Employ) -> None:
    def broken(_db: sqlite3.Connection) -> None:
        raise ZeroDivisionError

    ear = Ear()
    clerk = employ(ear)
    answers = [clerk.write(broken), clerk.write(Fetched(lambda _db: None))]
    clerk.start()
    clerk.stop()
    assert [type(answer.exception(PATIENCE)) for answer in answers] == [ZeroDivisionError] * 2
    assert [type(fault) for fault in ear.faults] == [ZeroDivisionError]


def test_what_was_fetched_is_news_only_where_it_moved_the_open_order(ledger: Ledger, employ: Employ) -> None:
    def elsewhere(db: sqlite3.Connection) -> None:
        db.execute("UPDATE lines SET elsewhere = 2 WHERE sku = 'SKU-B'")

    ear = Ear()
    clerk = employ(ear)
    clerk.start()
    clerk.take(read("ORD-1"))
    ear.wait_for(1)
    clerk.write(Fetched(lambda db: orders.insert(db, [order("ORD-2", ("SKU-A", 1))]))).result(PATIENCE)
    clerk.write(Fetched(elsewhere)).result(PATIENCE)
    clerk.write(lambda db: orders.insert(db, [order("ORD-3", ("SKU-A", 1))])).result(PATIENCE)
    clerk.stop()
    _, moved, imported = ear.news
    assert moved.desk.order is not None
    assert [line.elsewhere for line in moved.desk.order.lines] == [0, 2]
    assert imported.desk == moved.desk


def test_the_log_is_moved_into_the_file_after_a_rest_and_not_between_reads(
    ledger: Ledger, employ: Employ, monkeypatch: pytest.MonkeyPatch
) -> None:
    moved: list[int] = []
    monkeypatch.setattr(ledger, "checkpoint", lambda: moved.append(len(ear.outcomes)))
    monkeypatch.setattr("terminal.clerk._REST", 3600.0)
    ear = Ear()
    clerk = employ(ear)
    clerk.start()
    for count, delivery in enumerate(reads("ORD-1", *["SKU-A"] * 9), 1):
        clerk.take(delivery)
        ear.wait_for(count)
        clerk.write(lambda _db: None).result(PATIENCE)
    assert moved == []
    monkeypatch.setattr("terminal.clerk._REST", 0.0)
    clerk.write(lambda _db: None)
    clerk.stop()
    assert set(moved) == {10}


def test_a_read_that_comes_while_the_log_is_moved_is_given_way_to(
    ledger: Ledger, employ: Employ, monkeypatch: pytest.MonkeyPatch
) -> None:
    free: list[bool] = []
    ear = Ear(also=lambda news: free.append(clerk.free.is_set()) if news.outcomes else None)
    clerk = employ(ear)
    coming = reads("ORD-1")
    monkeypatch.setattr(ledger, "checkpoint", lambda: clerk.take(coming.pop()) if coming else None)
    clerk.start()
    clerk.write(lambda _db: None)
    ear.wait_for(1)
    assert free == [False]


def test_a_change_that_is_refused_keeps_nothing_and_says_why(ledger: Ledger, employ: Employ) -> None:
    before = content(ledger.db)
    clerk = employ(Ear())
    clerk.start()
    two = [order("ORD-2", ("SKU-Z", 1)), order("ORD-1", ("SKU-Z", 1))]
    answer = clerk.write(lambda db: orders.insert(db, two))
    with pytest.raises(Refused, match="ORD-1 is in the ledger already"):
        answer.result(timeout=PATIENCE)
    clerk.stop()
    assert content(ledger.db) == before


def test_stopping_a_clerk_that_never_started_is_no_trouble(ledger: Ledger, employ: Employ) -> None:
    employ(Ear()).stop()


def test_a_clerk_that_meets_a_fault_says_so_and_lets_nobody_wait(ledger: Ledger, employ: Employ) -> None:
    def broken(_data: bytes) -> Code:
        raise ZeroDivisionError

    ear = Ear()
    clerk = employ(ear, decoders={"broken": broken})
    clerk.take(read("ORD-1"))
    clerk.take(read("anything", scanner="broken"))
    before = clerk.write(lambda _db: 1)
    clerk.start()
    with pytest.raises(ZeroDivisionError):
        before.result(timeout=PATIENCE)
    after = clerk.write(lambda _db: 1)
    with pytest.raises(ZeroDivisionError):
        after.result(timeout=PATIENCE)
    clerk.stop()
    assert [type(fault) for fault in ear.faults] == [ZeroDivisionError]
    assert ear.outcomes == []
    assert numbers_in(ledger.db) == []


def test_a_change_that_meets_a_fault_is_answered_with_it(ledger: Ledger, employ: Employ) -> None:
    def broken(_db: sqlite3.Connection) -> None:
        raise ZeroDivisionError

    ear = Ear()
    clerk = employ(ear)
    clerk.start()
    answer = clerk.write(broken)
    with pytest.raises(ZeroDivisionError):
        answer.result(timeout=PATIENCE)
    clerk.stop()
    assert [type(fault) for fault in ear.faults] == [ZeroDivisionError]


@pytest.mark.parametrize("kind", [kind for kind in FrameKind if kind is not FrameKind.OK])
def test_a_broken_frame_is_kept_and_never_counted(ledger: Ledger, employ: Employ, kind: FrameKind) -> None:
    ear = Ear()
    clerk = employ(ear)
    clerk.take(read("ORD-1"))
    clerk.take(read("SKU-A", kind=kind))
    clerk.start()
    clerk.stop()
    assert verdicts(ear.outcomes) == ["order_opened", "unreadable"]
    assert log.latest(ledger.db, 1)[0].raw == b"SKU-A"


def test_what_reports_are_drawn_from_is_brought_forward_while_nothing_is_read(
    ledger: Ledger, employ: Employ
) -> None:
    with ledger.transaction() as db:
        for n in range(4_500):
            log.append(db, ledger.chain_key, event(f"SKU-{n}"))
    ear = Ear()
    clerk = employ(ear)
    clerk.start()
    reader = open_reader(ledger.folder)
    end = time.monotonic() + PATIENCE
    while tallies.lag(reader) >= 1_000:  # the rest is not worth a transaction
        assert time.monotonic() < end
    reader.close()
    clerk.take(read("ORD-1"))
    assert verdicts(ear.wait_for(1)) == ["order_opened"]
