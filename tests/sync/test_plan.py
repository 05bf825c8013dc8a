"""What the plan says for one order, on a ledger and in the abstract."""

from __future__ import annotations

import json
import sqlite3
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from store import claims, conflicts, orders, outbox, sightings
from store.ledger import Ledger
from sync import readings
from sync.merge import Slot, tail
from sync.plan import Cancel, Clashes, Fork, Park, Send, Sent, Settle, Stop, TakeIn, plan
from sync.pull import cheapest
from sync.reconcile import bring_in
from sync.shapes import FullOrder
from sync.standing import Counted, Edit, Share, Standing
from tests.store.builders import ledger_with
from verification.orders import Line, Order, OrderStatus, Ruling

ALL = frozenset({"customer_info", "notes", "order_date", "due_date", "metadata"})
ITEM = "item-0123456789abcdef"


def wire(*, quantity: int = 5, counted: int = 0, **more: Any) -> FullOrder:
    lines = (Line(ITEM, "SKU-A", quantity, 0, counted),)
    return FullOrder(Order("id-of-the-order", "A-1", lines, **more), ALL)


def holding(slots: dict[str, Slot], **more: Any) -> FullOrder:
    metadata = {"erp": 1, "tallyman": {"v": 1, "slots": {n: s.to_json() for n, s in slots.items()}}}
    return wire(metadata=metadata, **more)


def share(slot: str, *marks: str, sighted: int = 0) -> Share:
    events = tuple(Counted(n, ITEM, 1, mark, "Ana", "at") for n, mark in enumerate(marks, 1))
    return Share(slot, events, sighted)


def standing(*shares: Share, **more: Any) -> Standing:
    return Standing(wire().order, items={ITEM: ITEM}, shares=shares, waiting=True, **more)


def planned(standing: Standing, answer: FullOrder) -> dict[type, Any]:
    return {type(action): action for action in plan(standing, answer, "dock-1.new")}


MINE = share("dock-1.a", "1111", "2222")
TWO = MINE.published({ITEM: ITEM})


def test_counts_that_the_api_lacks_are_sent_with_the_status_and_foreign_keys() -> None:
    body = planned(standing(MINE), holding({}))[Send].body
    assert body["metadata"]["erp"] == 1
    assert body["metadata"]["tallyman"]["slots"] == {"dock-1.a": TWO.to_json()}
    assert body["status"] == "in_progress"


def test_counts_that_the_api_has_are_settled() -> None:
    found = planned(standing(MINE), _in_progress(holding({"dock-1.a": TWO})))
    assert Settle in found
    assert Send not in found


def _in_progress(answer: FullOrder) -> FullOrder:
    return FullOrder(replace(answer.order, reported=OrderStatus.IN_PROGRESS), answer.shows)


def test_others_are_carried_and_their_counts_shown_as_elsewhere() -> None:
    other = Slot(1, "9999", {ITEM: 1}, "Bo", "at")
    found = planned(standing(MINE, slots={"dock-2.b": other}), holding({}))
    assert set(found[Send].body["metadata"]["tallyman"]["slots"]) == {"dock-1.a", "dock-2.b"}
    (line,) = found[TakeIn].order.lines
    assert (line.counted, line.elsewhere) == (2, 1)


def test_shipped_upstream_stops_and_says_what_was_not_sent() -> None:
    answer = holding({})
    shipped = FullOrder(replace(answer.order, reported=OrderStatus.SHIPPED), answer.shows)
    found = planned(standing(MINE, edits=(Edit("notes", "", "x"),)), shipped)
    assert found[Stop].status is OrderStatus.SHIPPED
    assert Send not in found
    assert {clash.kind for clash in found[Clashes].found} == {"closed_counts", "closed_edits"}


def test_a_word_on_an_order_that_is_shipped_upstream_is_no_count_that_was_not_sent() -> None:
    approved = json.dumps({"ruling": "approved", "ruled": 1, "why": "seen"})
    word = Counted(3, "", 0, "3333", "Sue", "at", approved)
    mine = replace(MINE, events=(*MINE.events, word))
    answer = holding({"dock-1.a": TWO}, reported=OrderStatus.SHIPPED)
    found = planned(standing(mine), answer)
    assert found[Clashes].found == ()
    assert found[TakeIn].order.ruling is Ruling.APPROVED


@pytest.mark.parametrize(
    ("theirs", "keep", "moved"),
    [(("1111", "2222", "3333"), 2, None), (("1111", "4444"), 1, ("2222",)), (("5555",), 0, ("1111", "2222"))],
)
def test_another_history_of_our_slot_forks_it(
    theirs: tuple[str, ...], keep: int, moved: tuple[str, ...] | None
) -> None:
    slot = Slot(len(theirs), tail(theirs), {ITEM: len(theirs)})
    found = planned(standing(MINE), holding({"dock-1.a": slot}))
    fork = found[Fork]
    assert fork.keep == keep
    assert (tuple(fork.moved.marks) if fork.moved else None) == moved
    (line,) = found[TakeIn].order.lines
    assert line.counted == 2
    assert line.verified == len(theirs) + len(moved or ())
    if moved:
        slots = found[Send].body["metadata"]["tallyman"]["slots"]
        assert slots["dock-1.a"] == slot.to_json()
        assert slots["dock-1.new"]["c"] == {ITEM: len(moved)}


def test_an_older_state_of_our_slot_is_not_a_fork() -> None:
    old = replace(MINE, events=MINE.events[:1]).published({ITEM: ITEM})
    found = planned(standing(MINE), holding({"dock-1.a": old}))
    assert Fork not in found
    assert found[Send].body["metadata"]["tallyman"]["slots"]["dock-1.a"]["n"] == 2


def test_counts_that_somebody_changed_under_our_number_are_put_right() -> None:
    changed = replace(TWO, c={ITEM: 9})
    body = planned(standing(MINE), holding({"dock-1.a": changed}))[Send].body
    assert body["metadata"]["tallyman"]["slots"]["dock-1.a"]["c"] == {ITEM: 2}


def test_an_over_count_and_a_line_that_is_gone_are_for_somebody_to_look_at() -> None:
    over = planned(standing(MINE), wire(quantity=1, metadata={}))
    assert [clash.kind for clash in over[Clashes].found] == ["over_verified"]
    assert over[TakeIn].order.status is OrderStatus.IN_PROGRESS
    gone = FullOrder(Order("id-of-the-order", "A-1", (Line("item-fedcba9876543210", "SKU-B", 1),)), ALL)
    found = planned(standing(MINE), gone)
    assert [clash.kind for clash in found[Clashes].found] == ["orphaned"]
    assert [(line.sku, line.quantity, line.counted) for line in found[TakeIn].order.lines] == [
        ("SKU-B", 1, 0),
        ("SKU-A", 0, 2),
    ]


@pytest.mark.parametrize(("others", "elsewhere"), [(True, 3), (False, 0)])
def test_whether_verified_quantity_counts_besides_the_slots_is_one_reading(
    monkeypatch: pytest.MonkeyPatch, *, others: bool, elsewhere: int
) -> None:
    monkeypatch.setattr(readings, "REPORTED_COUNTS_ARE_OTHERS", others)
    (line,) = planned(standing(MINE), wire(counted=3))[TakeIn].order.lines
    assert (line.counted, line.elsewhere) == (2, elsewhere)


def test_an_edit_is_sent_is_there_or_clashes() -> None:
    edit = (Edit("notes", "old", "mine"),)
    assert planned(standing(edits=edit), wire(notes="old"))[Send].body == {"notes": "mine"}
    assert planned(standing(edits=edit), wire(notes="mine"))[Sent].fields == ("notes",)
    clashing = planned(standing(edits=edit), wire(notes="theirs"))
    assert Send not in clashing
    assert [clash.what for clash in clashing[Clashes].found] == ["notes"]
    assert clashing[TakeIn].order.notes == "theirs"


NOON = "2026-05-01T12:00:00Z"
SAME = "2026-05-01T14:00:00.000+02:00"
LATER = "2026-05-02T12:00:00Z"


def test_a_due_date_that_the_api_writes_in_its_own_way_is_the_one_that_was_sent() -> None:
    found = planned(standing(edits=(Edit("due_date", LATER, NOON),)), wire(due_date=SAME))
    assert (found[Sent].fields, found[Clashes].found) == (("due_date",), ())
    assert found[TakeIn].order.due_date == SAME, "the API's text stays"


def test_a_due_date_that_the_api_only_writes_anew_has_not_changed_there() -> None:
    found = planned(standing(edits=(Edit("due_date", NOON, LATER),)), wire(due_date=SAME))
    assert (found[Send].body, found[Clashes].found) == ({"due_date": LATER}, ())
    assert found[TakeIn].order.due_date == LATER


@pytest.mark.parametrize("theirs", ["", "2026-05-01T12:00:01Z", "9999-12-31T23:59:59-12:00"])
def test_another_due_date_clashes(theirs: str) -> None:
    found = planned(standing(edits=(Edit("due_date", NOON, LATER),)), wire(due_date=theirs))
    assert [clash.what for clash in found[Clashes].found] == ["due_date"]
    assert found[TakeIn].order.due_date == theirs


def test_notes_are_compared_letter_by_letter() -> None:
    found = planned(standing(edits=(Edit("notes", NOON, SAME),)), wire(notes=NOON))
    assert found[Send].body == {"notes": SAME}


def test_a_cancellation_goes_after_the_counts() -> None:
    waiting = standing(MINE, cancelling=True, reason="gone")
    assert Send in planned(waiting, holding({}))
    found = planned(waiting, _in_progress(holding({"dock-1.a": TWO})))
    assert found[Cancel].reason == "gone"


def test_another_order_under_our_number_is_parked_and_nothing_is_taken_in() -> None:
    found = planned(standing(creating=True), wire(quantity=4))
    assert set(found) == {Clashes, Park}
    assert Park not in planned(standing(creating=True), wire(quantity=5))


def test_metadata_that_is_no_longer_shown_is_not_written_over() -> None:
    had = Standing(replace(wire().order, metadata={"erp": 1}), items={ITEM: ITEM}, shares=(MINE,))
    hidden = FullOrder(wire().order, frozenset())
    assert Park in planned(had, hidden)
    assert Send in planned(standing(MINE), hidden), "metadata that was never seen is taken as none"


@pytest.mark.parametrize(
    ("places", "pages"),
    [
        ([], 0),
        ([0], 0),
        ([0, 1], 1),
        ([0, 1, 900_000], 1),
        ([*range(0, 10_000, 2)], 50),
        ([450, 460, 470], 0),
    ],
)
def test_the_sweep_goes_as_deep_as_is_cheapest(places: list[int], pages: int) -> None:
    assert cheapest(places) == pages


@pytest.fixture
def ledger(tmp_path: Path) -> Any:
    ledger = ledger_with(tmp_path)
    yield ledger
    ledger.close()


def taken_in(ledger: Ledger, answer: FullOrder) -> sqlite3.Connection:
    with ledger.transaction() as db:
        bring_in(db, answer, "dock-1.new", 1)
    return ledger.db


def test_an_order_is_taken_in_once_and_its_changes_after_that(ledger: Ledger) -> None:
    db = taken_in(ledger, wire(counted=2, metadata={"erp": 1}))
    order = orders.by_number(db, "A-1")
    assert order is not None
    assert (order.lines[0].elsewhere, order.metadata) == (2, {"erp": 1})
    before = db.total_changes
    taken_in(ledger, wire(counted=2, metadata={"erp": 1}))
    assert db.total_changes - before <= 2, "what has not changed is hardly written"
    db = taken_in(ledger, wire(quantity=7, metadata={}))
    assert orders.load(db, order.id).quantity == 7  # type: ignore[union-attr]
    assert len(sightings.open_places(db)) == 1


def test_who_else_verifies_an_order_is_told_until_it_is_taken_over(ledger: Ledger) -> None:
    db = taken_in(ledger, holding({"dock-2.b": Slot(2, "11112222", {ITEM: 2}, "Bo", "2026-01-01T00:00:00Z")}))
    (claim,) = claims.of(db, "id-of-the-order")
    assert (claim.station, claim.who, claim.units) == ("dock-2", "Bo", 2)
    with ledger.transaction() as db:
        claims.take_over(db, "id-of-the-order")
    assert claims.of(db, "id-of-the-order") == ()
    db = taken_in(ledger, holding({"dock-2.b": Slot(3, "111122223333", {ITEM: 3}, "Bo", "at")}))
    assert [claim.units for claim in claims.of(db, "id-of-the-order")] == [3]


def test_a_parked_order_is_tried_again_or_settled_by_hand(ledger: Ledger) -> None:
    taken_in(ledger, wire(metadata={}))
    with ledger.transaction() as db:
        outbox.park(db, "id-of-the-order", "why")
        assert outbox.waiting(db) == []
        outbox.retry(db, "id-of-the-order")
        assert len(outbox.waiting(db)) == 1
        conflicts.replace(db, "id-of-the-order", [("header", "notes", "told")])
        conflicts.settle(db, "id-of-the-order", "header", "notes")
        assert conflicts.count(db) == 0
