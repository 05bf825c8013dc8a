"""What a read goes through, on a real ledger: whatever comes, the log and its projections tell one story."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from store import catalog, log, orders, people, projections
from store.ledger import Ledger
from terminal.reads import Delivery, Outcome
from terminal.scanners.decoding import AimPolicy, decode
from terminal.scanners.framing import FrameKind
from tests.store.builders import ledger_with, order
from tests.terminal.builders import GUN, NO_ALARM, procedure, read, reads, verdicts
from verification.codes import Command
from verification.desk import Desk
from verification.events import Provenance, fold
from verification.meaning import Badge, Ordered, OrderLabel, Person
from verification.orders import Order, OrderStatus
from verification.policy import Policy

GTIN = "4006381333931"
ORDERS = (
    order("ORD-1", ("SKU-A", 3), ("SKU-B", 2), ("SKU-A", 4)),
    order("ORD-2", ("SKU-B", 1), ("SKU-C", 6)),
    order("ORD-3", ("SKU-A", 1), status=OrderStatus.DRAFT),
)
BADGES = {"BADGE-ANA": Person("Ana"), "BADGE-SUE": Person("Sue", supervisor=True)}


def made(folder: Path) -> Path:
    """A folder with a ledger of these orders, a case code, a GTIN and two people."""
    ledger = ledger_with(folder, *ORDERS)
    with ledger.transaction() as db:
        catalog.teach(db, catalog.Taught("CASE-A", "SKU-A", 3))
        catalog.teach(db, catalog.Taught(GTIN, "SKU-C"))
        for badge, person in BADGES.items():
            role = people.SUPERVISOR if person.supervisor else people.OPERATOR
            people.add(db, ledger.secret, person.name, role, badge=badge, pin=None)
    ledger.close()
    return folder


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
        with ledger.transaction() as db:
            outcome, desk = handling.handle(db, desk, delivery)
        outcomes.append(outcome)
    return outcomes, desk


def loaded(ledger: Ledger, number: str) -> Order:
    found = orders.by_number(ledger.db, number)
    assert found is not None
    return found


# Any shift

TEXTS = [
    "ORD-1", "ORD-2", "ORD-3", "SKU-A", "SKU-A", "SKU-B", "SKU-C", "CASE-A", GTIN, f"0{GTIN}", GTIN[:-1],
    f"]C1010{GTIN}21S1", f"]C1010{GTIN}21S2", f"]C1010{GTIN}37002", "NOPE", "", "SKU-A\x1b[2J", "A" * 600,
    *BADGES, *(command.barcode for command in Command), *[Command.UNDO.barcode] * 4, "TALLYMAN:NONSENSE",
    *[Command.ACKNOWLEDGE.barcode] * 3,
]  # fmt: skip
WISHES = [*map(Ordered, Command), OrderLabel("id-ORD-1"), OrderLabel("id-ORD-2"), Badge(Person("Sue", True))]
ANY_READ = st.one_of(
    st.builds(read, st.sampled_from(TEXTS), scanner=st.sampled_from([GUN, "gun-2"])),
    st.builds(read, st.sampled_from(TEXTS)),
    st.builds(read, st.sampled_from(TEXTS), kind=st.sampled_from(FrameKind)),
    st.builds(read, st.binary(max_size=20)),
    st.builds(Delivery.asked_for, st.sampled_from(WISHES), at=st.just(0.0)),
)
POLICIES = st.builds(Policy, sign_in=st.booleans(), alarm_on_wrong_item=st.booleans())


@st.composite
def shifts(draw: st.DrawFn) -> list[list[Delivery]]:
    """Reads as they come, in the batches in which they are committed."""
    arrivals, at = [], 0.0
    for each in [read("BADGE-ANA"), read("ORD-1"), *draw(st.lists(ANY_READ, max_size=30))]:
        at += draw(st.sampled_from([0.1, 1.0]))
        arrivals.append(replace(each, frame=replace(each.frame, at=at)))
    cuts = sorted(draw(st.sets(st.integers(1, len(arrivals) - 1))))
    return [arrivals[start:end] for start, end in zip([0, *cuts], [*cuts, len(arrivals)], strict=True)]


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return made(tmp_path_factory.mktemp("template") / "data")


@contextmanager
def copy_of(template: Path) -> Iterator[Ledger]:
    with tempfile.TemporaryDirectory() as folder:
        shutil.copytree(template, folder, dirs_exist_ok=True)
        ledger = Ledger.open(Path(folder))
        try:
            yield ledger
        finally:
            ledger.close()


def worked(ledger: Ledger, policy: Policy, batches: list[list[Delivery]]) -> list[object]:
    """Every row of the ledger after these batches, with the hashes of its log."""
    handling = procedure(ledger, policy, windows={GUN: 0.8})
    desk = Desk()
    for batch in batches:
        with ledger.transaction() as db:
            for delivery in batch:
                outcome, desk = handling.handle(db, desk, delivery)
                assert outcome.message.isprintable()
    assert desk == handling.refreshed(desk)
    tables = ("events", "orders", "lines", "serials", "codes")
    return [ledger.db.execute(f"SELECT * FROM {table} ORDER BY 1, 2").fetchall() for table in tables]


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(batches=shifts(), policy=POLICIES)
def test_any_shift_leaves_a_ledger_that_agrees_with_itself(
    template: Path, batches: list[list[Delivery]], policy: Policy
) -> None:
    with copy_of(template) as ledger:
        together = worked(ledger, policy, batches)
        assert projections.differences(ledger.db) == []
        assert log.first_break(ledger.db, ledger.chain_key) is None
        for number in ("ORD-1", "ORD-2", "ORD-3"):
            kept = loaded(ledger, number)
            counts = fold(log.of_order(ledger.db, kept.id)).counts
            assert {line.id: line.counted for line in kept.lines if line.counted} == {
                line_id: count for line_id, count in counts.items() if count
            }
            assert all(0 <= line.verified <= line.quantity for line in kept.lines)
        assert not any(badge in repr(together) for badge in BADGES)
    with copy_of(template) as ledger:
        one_by_one = worked(ledger, policy, [[delivery] for batch in batches for delivery in batch])
    assert together == one_by_one


# One thing at a time


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
