"""Where the log breaks and how: each way of tampering is told by its name."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from store import chain, log, slots, tallies
from store.chain import Finding, Kind
from store.ledger import Ledger, reading
from store.slots import keep
from tests.store.builders import event, ledger_with, order

EVENTS = 9


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    """Nine events, each of which counts one unit of ORD-1."""
    ledger = ledger_with(tmp_path, order("ORD-1", ("SKU-A", EVENTS)))
    with ledger.transaction() as db:
        for _ in range(EVENTS):
            log.append(db, ledger.chain_key, event("SKU-A", 1, order_id="id-ORD-1", line_id="ORD-1.1"))
        db.execute("UPDATE lines SET counted = ?", (EVENTS,))
    yield ledger
    ledger.close()


def after(ledger: Ledger, *statements: str) -> Finding | None:
    with ledger.transaction() as db:
        for statement in statements:
            db.execute(statement)
    with reading(ledger.folder) as db:
        return chain.verify(db, ledger.chain_key).finding


def _renumbered(first: int, by: int) -> tuple[str, str]:
    """Move the numbers of all events from `first` on, by way of numbers that nobody has."""
    return (
        f"UPDATE events SET seq = -1000 - seq WHERE seq >= {first}",
        f"UPDATE events SET seq = -1000 - seq + {by} WHERE seq < -1000",
    )


def _copy(seq: int, into: str) -> str:
    columns = ", ".join((*log.FIELDS, "hash"))
    chosen = columns.replace("seq", into, 1)
    return f"INSERT INTO events ({columns}) SELECT {chosen} FROM events WHERE seq = {seq}"


TAMPERED: dict[str, tuple[tuple[str, ...], Finding]] = {
    "a changed field": (
        ("UPDATE events SET person = 'Ben' WHERE seq = 4",),
        Finding(Kind.EDITED, 4, "event 4 was changed after it was written"),
    ),
    "a changed hash": (
        ("UPDATE events SET hash = zeroblob(32) WHERE seq = 4",),
        Finding(Kind.EDITED, 4, "event 4 was changed after it was written"),
    ),
    "a missing event": (
        ("DELETE FROM events WHERE seq = 4",),
        Finding(Kind.DELETED, 4, "event 4 is missing"),
    ),
    "three missing events": (
        ("DELETE FROM events WHERE seq BETWEEN 1 AND 3",),
        Finding(Kind.DELETED, 1, "3 events from number 1 on are missing"),
    ),
    "a closed gap": (
        ("DELETE FROM events WHERE seq = 4", *_renumbered(5, -1)),
        Finding(Kind.DELETED, 4, "before event 4 an event was taken out and the numbers closed up"),
    ),
    "a closed gap of two": (
        ("DELETE FROM events WHERE seq IN (1, 2)", *_renumbered(3, -2)),
        Finding(Kind.DELETED, 1, "before event 1 2 events were taken out and the numbers closed up"),
    ),
    "an event put in": (
        (*_renumbered(4, 1), _copy(2, "4")),
        Finding(Kind.ADDED, 4, "event 4 was put in later"),
    ),
    "an event put before the first": (
        (_copy(1, "0"),),
        Finding(Kind.ADDED, 0, "event 0 was put in before the first one"),
    ),
    "two events that changed places": (
        (
            "UPDATE events SET seq = -2 WHERE seq = 2",
            "UPDATE events SET seq = 2 WHERE seq = 6",
            "UPDATE events SET seq = 6 WHERE seq = -2",
        ),
        Finding(Kind.REORDERED, 2, "event 2 was written as event 6: events changed places"),
    ),
    "an event added at the end": (
        (_copy(3, "10"),),
        Finding(Kind.REORDERED, 10, "event 10 was written as event 3: events changed places"),
    ),
    "an invented event at the end": (
        (_copy(3, "10"), "UPDATE events SET code = 'NEW', hash = zeroblob(32) WHERE seq = 10"),
        Finding(Kind.ADDED, 10, "event 10 and those behind it were written without the secret"),
    ),
}


@pytest.mark.parametrize("how", TAMPERED)
def test_what_was_done_is_told_by_its_name(ledger: Ledger, how: str) -> None:
    statements, finding = TAMPERED[how]
    assert after(ledger, *statements) == finding


def test_an_untouched_log_holds(ledger: Ledger) -> None:
    with reading(ledger.folder) as db:
        assert chain.verify(db, ledger.chain_key) == chain.Verified(EVENTS, 0, None)


def test_under_another_secret_no_event_follows(ledger: Ledger) -> None:
    found = chain.verify(ledger.db, b"another key").finding
    assert found is not None
    assert found.kind is Kind.OTHER_SECRET


def known_at_the_api(ledger: Ledger) -> None:
    """Let the API have been seen to hold all of this station's counts."""
    (slot, rows), *_ = slots.shares(ledger.db, "id-ORD-1").items()
    head = "".join(row[3] for row in rows)
    body = json.dumps({"n": len(rows), "h": head, "c": {"ORD-1.1": len(rows)}})
    with ledger.transaction() as db:
        keep(db, "id-ORD-1", {slot: body}, {})


def test_what_the_api_was_told_of_is_looked_for(ledger: Ledger) -> None:
    known_at_the_api(ledger)
    assert chain.verify(ledger.db, ledger.chain_key) == chain.Verified(EVENTS, 1, None)


def test_newest_events_that_were_cut_off_are_missed_where_the_api_was_told_of_them(ledger: Ledger) -> None:
    recounted = "UPDATE lines SET counted = 8"
    assert after(ledger, "DELETE FROM events WHERE seq = 9", recounted) is None  # nothing here can show it
    known_at_the_api(ledger)
    found = after(ledger, "DELETE FROM events WHERE seq > 6")
    assert found == Finding(
        Kind.TRUNCATED,
        6,
        "the API holds 8 counting events of order ORD-1 from this station, the log has 6: the newest events"
        " were cut off, or an older copy was put back",
    )


def test_events_written_in_the_place_of_others_are_not_those_that_the_api_was_told_of(ledger: Ledger) -> None:
    known_at_the_api(ledger)
    with ledger.transaction() as db:
        db.execute("DELETE FROM events WHERE seq > 7")
        for code in ("SKU-B", "SKU-C", "SKU-D"):
            log.append(db, ledger.chain_key, event(code, 1, order_id="id-ORD-1", line_id="ORD-1.1"))
    found = after(ledger)
    assert found is not None
    assert (found.kind, found.seq) == (Kind.TRUNCATED, 9)


def test_summaries_of_events_that_are_gone_tell_of_them(ledger: Ledger) -> None:
    with ledger.transaction() as db:
        tallies.advance(db)
    found = after(ledger, "DELETE FROM events WHERE seq > 7")
    assert found == Finding(
        Kind.TRUNCATED,
        7,
        "the log has 7 events, and its summaries were drawn from 9: the newest events were cut off",
    )


MAY_BE = "the newest events may have been cut off, or somebody changed the counts"
LEFT_BEHIND = {
    "DELETE FROM events WHERE seq = 9": (
        8,
        f"it ends with event 8, but line SKU-A of order id-ORD-1 says 9, the log says 8: {MAY_BE}",
    ),
    "UPDATE lines SET counted = 8": (  # as when an undo was cut off
        9,
        f"it ends with event 9, but line SKU-A of order id-ORD-1 says 8, the log says 9: {MAY_BE}",
    ),
    "INSERT INTO serials VALUES ('SKU-A', 'S1', 9)": (
        9,
        f"it ends with event 9, but serial S1 of SKU-A says counted, the log says free: {MAY_BE}",
    ),
    "INSERT INTO serials VALUES ('SKU-A', 'S1', 10)": (
        9,
        "the log has 9 events, and a counted serial names event 10: the newest events were cut off",
    ),
    "INSERT INTO shares VALUES ('id-ORD-1', 'dock-1.beef', 8, 12)": (
        9,
        "the log has 9 events, and a slot names event 12: the newest events were cut off",
    ),
    "INSERT INTO incarnations VALUES ('dock-1.beef', 11)": (
        9,
        "the log has 9 events, and an incarnation names event 11: the newest events were cut off",
    ),
    "INSERT INTO order_tallies (order_id, completed) VALUES ('id-ORD-1', 14)": (
        9,
        "the log has 9 events, and a verified order names event 14: the newest events were cut off",
    ),
    "INSERT INTO rechecks VALUES ('id-ORD-1', 'agreed', 'Ben', 8, 10, '{}', '[]')": (
        9,
        "the log has 9 events, and a re-check names event 10: the newest events were cut off",
    ),
}


@pytest.mark.parametrize("statement", LEFT_BEHIND)
def test_what_was_drawn_from_events_that_are_gone_tells_of_them(ledger: Ledger, statement: str) -> None:
    assert after(ledger, statement) == Finding(Kind.TRUNCATED, *LEFT_BEHIND[statement])
