"""Whatever comes, in whatever batches: the log and its projections tell one story."""

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

from store import log, projections
from store.ledger import Ledger
from store.posting import posting
from terminal.reads import Delivery
from terminal.scanners.framing import FrameKind
from tests.terminal.builders import GUN, procedure, read
from tests.terminal.floor import BADGES, GTIN, loaded, made
from verification.codes import Command
from verification.desk import Desk
from verification.events import fold
from verification.meaning import Badge, Ordered, OrderLabel, Person
from verification.policy import Policy

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
        with posting(ledger) as posted:
            for delivery in batch:
                outcome, desk = handling.post(posted, desk, delivery)
                assert outcome.message.isprintable()
    assert desk == handling.refreshed(desk)
    tables = ("events", "orders", "lines", "serials", "codes", "outbox", "rechecks")
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
