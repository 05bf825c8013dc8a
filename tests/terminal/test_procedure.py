"""What a read goes through, one thing at a time, on a real ledger."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from store import log
from store.ledger import Ledger
from store.posting import posting
from terminal.reads import Delivery, Outcome
from terminal.scanners.aim_policy import AimPolicy
from terminal.scanners.decoding import decode
from terminal.scanners.framing import FrameKind
from tests.terminal.builders import GUN, NO_ALARM, procedure, read, reads, verdicts
from tests.terminal.floor import GTIN, loaded, made
from verification.desk import Desk
from verification.events import Provenance
from verification.meaning import Person
from verification.policy import Expired, Policy


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    ledger = Ledger.open(made(tmp_path / "data"))
    yield ledger
    ledger.close()


def work(
    ledger: Ledger, deliveries: list[Delivery], policy: Policy = NO_ALARM, **more: object
) -> tuple[list[Outcome], Desk]:
    """Have each read in a transaction of its own."""
    desk, outcomes = Desk(), list[Outcome]()
    handling = procedure(ledger, policy, **more)
    for delivery in deliveries:
        with posting(ledger) as posted:
            outcome, desk = handling.handle(posted, desk, delivery)
        outcomes.append(outcome)
    return outcomes, desk


def test_a_case_over_two_lines_is_one_read_with_an_event_for_each(ledger: Ledger) -> None:
    outcomes, _ = work(ledger, reads("ORD-1", "SKU-A", "CASE-A"))
    assert (outcomes[2].delta, outcomes[2].provenance) == (3, Provenance.CASE)
    events = list(log.of_order(ledger.db, "id-ORD-1"))[-2:]
    assert [(each.read, each.seq, each.line_id, each.delta) for each in events] == [
        (3, 3, "ORD-1.1", 2),
        (3, 4, "ORD-1.3", 1),
    ]
    assert [each.seq for each in log.latest(ledger.db, 10)] == [3, 2, 1]


def test_an_undo_takes_a_whole_case_back(ledger: Ledger) -> None:
    outcomes, _ = work(ledger, reads("ORD-1", "SKU-A", "CASE-A", "TALLYMAN:UNDO"))
    assert outcomes[3].delta == -3
    assert loaded(ledger, "ORD-1").verified == 1
    events = list(log.of_order(ledger.db, "id-ORD-1"))[-2:]
    assert {each.takes_back for each in events} == {3, 4}


def test_a_serial_counts_once_and_again_after_its_undo(ledger: Ledger) -> None:
    item = f"]C1010{GTIN}21S1"
    outcomes, _ = work(ledger, reads("ORD-2", item, item, "TALLYMAN:UNDO", item))
    assert verdicts(outcomes) == ["order_opened", "accepted", "duplicate_serial", "command", "accepted"]


def test_a_badge_is_written_nowhere(ledger: Ledger) -> None:
    policy = Policy(sign_in=True)
    outcomes, desk = work(ledger, reads("BADGE-SUE", "ORD-1"), policy)
    assert verdicts(outcomes) == ["signed_in", "order_opened"]
    assert desk.person == Person("Sue", supervisor=True)
    assert (outcomes[0].raw, outcomes[0].code) == (b"", "a badge")
    assert "BADGE-SUE" not in repr(outcomes)
    ledger.db.execute("PRAGMA wal_checkpoint")
    assert all(b"BADGE-SUE" not in path.read_bytes() for path in ledger.folder.iterdir())


@pytest.mark.parametrize("kind", FrameKind)
@pytest.mark.parametrize("raw", ["BADGE-SUE", "]C0BADGE-SUE"])
def test_a_badge_that_came_in_broken_is_written_nowhere_either(
    ledger: Ledger, kind: FrameKind, raw: str
) -> None:
    outcomes, _ = work(ledger, [read(raw, kind=kind)])
    assert outcomes[0].message.startswith(("Scanned a badge: not counted", "Sue is signed in"))
    assert "BADGE-SUE" not in repr(ledger.db.execute("SELECT * FROM events").fetchall())


def test_the_window_is_each_scanner_s_own(ledger: Ledger) -> None:
    deliveries = [
        read("ORD-1", 0),
        read("SKU-A", 1.0),
        read("SKU-A", 1.5),
        read("SKU-A", 1.6, scanner="gun-2"),
        read("SKU-A", 3.0),
    ]
    outcomes, _ = work(ledger, deliveries, windows={GUN: 0.8, "gun-2": 0.8})
    assert verdicts(outcomes) == ["order_opened", "accepted", "duplicate_read", "accepted", "line_verified"]


def test_a_held_back_read_is_counted_by_command_and_says_so(ledger: Ledger) -> None:
    deliveries = [read("ORD-1", 0), read("SKU-A", 1.0), read("SKU-A", 1.5), read("TALLYMAN:COUNT", 2.0)]
    outcomes, _ = work(ledger, deliveries, windows={GUN: 0.8})
    assert verdicts(outcomes)[2:] == ["duplicate_read", "accepted"]
    assert loaded(ledger, "ORD-1").verified == 2


def test_a_scanner_is_understood_as_it_is_set_up(ledger: Ledger) -> None:
    def strict(data: bytes):  # type: ignore[no-untyped-def]
        return decode(data, aim_id=AimPolicy.REQUIRED)

    outcomes, _ = work(ledger, reads("ORD-1", "]C0SKU-A"), decoders={GUN: strict})
    assert verdicts(outcomes) == ["unreadable", "no_order_open"]
    assert "AIM identifier" in outcomes[0].message


def test_an_order_is_opened_again_where_it_was_left(ledger: Ledger) -> None:
    outcomes, desk = work(ledger, reads("ORD-1", "SKU-A", "ORD-2", "ORD-1"))
    assert outcomes[3].message == "Order ORD-1 is open: scan 2 × SKU-A, 2 × SKU-B, 4 × SKU-A."
    assert desk.order == loaded(ledger, "ORD-1")


@pytest.mark.parametrize(
    ("text", "verdict"),
    [
        ("", "unreadable"),
        ("SKU-A\x1b]0;owned\x07", "unreadable"),
        (b"\xff\xfeSKU-A", "unreadable"),
        (f"{GTIN}{GTIN}", "unreadable"),
        (f"]C1010{GTIN[:-1]}9", "unreadable"),
        ("TALLYMAN:FORMAT", "unreadable"),
        (GTIN[:-1], "ambiguous_code"),
        ("A" * 5000, "unknown_code"),
        ("\u202eSKU-A", "unknown_code"),
        ("'; DROP TABLE events; --", "unknown_code"),
        ("ORD-3", "order_locked"),
        ("SKU-C", "not_on_order"),
    ],
)
def test_a_bad_read_counts_nothing_and_is_kept_with_its_sentence(
    ledger: Ledger, text: str | bytes, verdict: str
) -> None:
    outcomes, _ = work(ledger, [read("ORD-1", 0), read(text, 1)])
    assert verdicts(outcomes)[1] == verdict
    (kept,) = log.latest(ledger.db, 1)
    assert (kept.raw, kept.reason, kept.delta) == (outcomes[1].raw, outcomes[1].message, 0)
    assert outcomes[1].message.isprintable()
    assert "Expected 3 × SKU-A" in outcomes[1].message
    assert loaded(ledger, "ORD-1").verified == 0


@pytest.mark.parametrize(
    ("rule", "verdict"),
    [(Expired.ALARM, "expired"), (Expired.WARN, "expired"), (Expired.ACCEPT, "accepted")],
)
def test_the_day_at_the_station_decides_whether_goods_have_expired(
    ledger: Ledger, rule: Expired, verdict: str
) -> None:
    policy = replace(NO_ALARM, expired=rule)
    late, good = f"]C1010{GTIN}17260430\x1d10AB", f"]C1010{GTIN}17260501\x1d10AB"
    outcomes, desk = work(ledger, reads("ORD-2", good, late), policy)
    assert verdicts(outcomes) == ["order_opened", "accepted", verdict]
    (kept,) = log.latest(ledger.db, 1)
    assert (kept.lot, kept.expiry, kept.delta) == ("AB", "2026-04-30", int(rule is Expired.ACCEPT))
    assert (desk.alarm is not None) is (rule is Expired.ALARM)
