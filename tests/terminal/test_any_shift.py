"""Whatever comes, in whatever batches: the log and its projections tell one story."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from store import log, projections
from store.ledger import Ledger
from store.posting import posting
from terminal.reads import Delivery, Outcome
from terminal.scanners.framing import FrameKind
from tests.terminal.builders import GUN, procedure, read
from tests.terminal.floor import BADGES, GTIN, loaded, made
from verification.codes import Command
from verification.desk import Desk
from verification.events import fold
from verification.meaning import Badge, Lesson, Meaning, Ordered, OrderLabel, Person, Quantity
from verification.policy import Entrusted, Expired, Policy

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
POLICIES = st.builds(
    Policy,
    sign_in=st.booleans(),
    alarm_on_wrong_item=st.booleans(),
    teach=st.sampled_from([Entrusted.OPERATOR, Entrusted.SUPERVISOR]),
    quantity_entry=st.sampled_from([Entrusted.OPERATOR, Entrusted.SUPERVISOR]),
    expired=st.sampled_from(Expired),
    blind_recheck_percent=st.sampled_from([0, 100]),
)
SERIALS = [f"]C1010{GTIN}21S{n}" for n in range(3)]


def fitting(desk: Desk, choice: int) -> Delivery:
    """One of the things that go on from where `desk` stands."""
    wishes: list[Meaning] = []
    if desk.alarm is not None:
        texts = [Command.ACKNOWLEDGE.barcode]
    elif desk.order is None:
        texts = [*BADGES, "ORD-1", "ORD-2", "ORD-2"]
    elif desk.order.closed and not desk.recounts:
        texts = [*BADGES, "ORD-1", "ORD-2", Command.UNDO.barcode, Command.DONE.barcode]
    else:
        texts = [line.sku for line in desk.order.lines if line.remaining or desk.recounts] * 5
        texts += [
            *SERIALS,
            *SERIALS,
            "NEW-1",
            Command.UNDO.barcode,
            Command.COUNT.barcode,
            Command.DONE.barcode,
        ]
        wishes += [Quantity(desk.countable, units) for units in (1, 2)] if desk.countable else []
    if desk.untaught is not None:
        lessons = [Lesson(desk.untaught.code, line.sku, 2) for line in desk.untaught.likely]
        wishes += [*lessons, *lessons]
    options = [*map(read, texts), *(Delivery.asked_for(wish, 0.0) for wish in wishes)]
    return options[choice % len(options)]


@dataclass(frozen=True)
class Shift:
    """What comes, each with its time: a delivery, or a choice among what fits then; and where batches end."""

    policy: Policy
    arrivals: list[tuple[Delivery | int, float]]
    cuts: list[int]


@st.composite
def shifts(draw: st.DrawFn) -> Shift:
    """Reads as they come, in the batches in which they are committed."""
    arrivals, at = list[tuple[Delivery | int, float]](), 0.0
    mostly_fitting = st.integers(0, 9).flatmap(lambda n: ANY_READ if n == 7 else st.integers(0, 5039))
    drawn = draw(st.lists(mostly_fitting, min_size=40, max_size=60))
    for each in [read("BADGE-ANA"), read("ORD-1"), *drawn]:
        at += draw(st.sampled_from([0.1, 1.0]))
        arrivals.append((each, at))
    cuts = sorted(draw(st.sets(st.integers(1, len(arrivals) - 1), max_size=8)))
    return Shift(draw(POLICIES), arrivals, [*cuts, len(arrivals)])


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


@dataclass
class Worked:
    """What became of a shift."""

    deliveries: list[Delivery]
    outcomes: list[Outcome]
    desk: Desk
    rows: list[object]
    """Of all tables, with the hashes of the log."""


def one_by_one(ledger: Ledger, shift: Shift) -> Worked:
    """Each read in a transaction of its own."""
    handling = procedure(ledger, shift.policy, windows={GUN: 0.8})
    desk, deliveries, outcomes = Desk(), list[Delivery](), list[Outcome]()
    for each, at in shift.arrivals:
        delivery = fitting(desk, each) if isinstance(each, int) else each
        delivery = replace(delivery, frame=replace(delivery.frame, at=at))
        with posting(ledger) as posted:
            outcome, desk = handling.handle(posted, desk, delivery)
        assert outcome.message.isprintable()
        deliveries.append(delivery)
        outcomes.append(outcome)
    assert desk == handling.refreshed(desk)
    return Worked(deliveries, outcomes, desk, rows(ledger))


def together(ledger: Ledger, shift: Shift, deliveries: list[Delivery]) -> Worked:
    """The same reads, in the shift's batches."""
    handling = procedure(ledger, shift.policy, windows={GUN: 0.8})
    desk, outcomes = Desk(), list[Outcome]()
    for start, end in pairwise([0, *shift.cuts]):
        with posting(ledger) as posted:
            for delivery in deliveries[start:end]:
                outcome, desk = handling.handle(posted, desk, delivery)
                outcomes.append(outcome)
    return Worked(deliveries, outcomes, desk, rows(ledger))


def rows(ledger: Ledger) -> list[object]:
    tables = ("events", "orders", "lines", "serials", "codes", "outbox", "rechecks")
    return [ledger.db.execute(f"SELECT * FROM {table} ORDER BY 1, 2").fetchall() for table in tables]


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(shifts())
def test_any_shift_leaves_a_ledger_that_agrees_with_itself(template: Path, shift: Shift) -> None:
    with copy_of(template) as ledger:
        alone = one_by_one(ledger, shift)
        assert projections.differences(ledger.db) == []
        assert log.first_break(ledger.db, ledger.chain_key) is None
        for number in ("ORD-1", "ORD-2", "ORD-3"):
            kept = loaded(ledger, number)
            counts = fold(log.of_order(ledger.db, kept.id)).counts
            assert {line.id: line.counted for line in kept.lines if line.counted} == {
                line_id: count for line_id, count in counts.items() if count
            }
            assert all(0 <= line.verified <= line.quantity for line in kept.lines)
        assert not any(badge in repr(alone.rows) for badge in BADGES)
    with copy_of(template) as ledger:
        assert together(ledger, shift, alone.deliveries) == alone
