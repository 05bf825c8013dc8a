"""What the story of an order tells: each step, where units came from, who did what."""

from __future__ import annotations

import json
from dataclasses import replace

from tests.verification.builders import event, line, order
from verification.events import Event, Provenance
from verification.orders import OrderStatus, Ruling
from verification.story import Mark, Story
from verification.verdicts import Verdict

HALF = order(line("L1", "SKU-A", 3, 2), line("L2", "SKU-B", 2))


def act(seq: int, name: str, line_id: str | None = None, delta: int = 0, **detail: object) -> Event:
    row = event(seq, line_id, delta, verdict=Verdict.COMMAND)
    return replace(row, act=name, person="Sue", provenance=Provenance.OVERRIDE, detail=json.dumps(detail))


def test_a_read_that_fills_two_lines_is_one_step() -> None:
    both = order(line("L1", "SKU-A", 1, 1), line("L2", "SKU-A", 2, 1))
    story = Story.of(both, [event(1, "L1", 1), event(2, "L2", 1, read=1)])
    assert [step.moved for step in story.steps] == [{"L1": 1, "L2": 1}]
    assert story.after(0).verified == 0
    assert story.after(1) == both


def test_what_was_taken_back_is_marked_and_off_the_kind_it_was_counted_as() -> None:
    typed = replace(event(1, "L1", 1), provenance=Provenance.TYPED)
    story = Story.of(HALF, [typed, event(2, "L1", 2), event(3, "L1", -1, takes_back=1)])
    assert [step.undone for step in story.steps] == [True, False, False]
    assert story.provenance() == {"L1": {Provenance.SCANNED: 2}}
    assert [story.after(n).verified for n in range(4)] == [0, 1, 3, 2]


def test_units_that_a_person_took_off_are_overrides_below_zero() -> None:
    story = Story.of(HALF, [event(1, "L1", 3), act(2, "adjust", "L1", -1)])
    assert story.provenance() == {"L1": {Provenance.SCANNED: 3, Provenance.OVERRIDE: -1}}


def test_lots_serials_and_expiry_are_those_of_reads_that_stand() -> None:
    one = replace(event(1, "L1", 1), lot="L7", expiry="2031-01-01")
    story = Story.of(HALF, [one, replace(one, seq=2, read=2), replace(event(3, "L1", 1), serial="S1"),
                            event(4, "L1", -1, takes_back=3)])  # fmt: skip
    assert story.marks() == {"L1": (Mark("L7", "", "2031-01-01", 2),)}


def test_a_turn_counts_reads_and_refusals_but_no_acts() -> None:
    refused = event(2, verdict=Verdict.NOT_ON_ORDER)
    story = Story.of(HALF, [event(1, "L1", 3), refused, act(3, "adjust", "L1", -1)])
    ana, sue = story.turns()
    assert (ana.person, ana.reads, ana.refused, ana.units) == ("Ana", 2, 1, 3)
    assert (sue.person, sue.reads, sue.refused, sue.units) == ("Sue", 0, 0, -1)
    assert [step.first.act for step in story.acts()] == ["adjust"]


def test_rulings_and_statuses_are_as_the_acts_gave_them() -> None:
    ended = replace(HALF, reported=OrderStatus.CANCELLED, ruling=Ruling.SHORT, ruled=1)
    story = Story.of(
        ended,
        [
            act(1, "release", becomes="pending"),
            event(2, "L1", 2),
            act(3, "close_short", ruling="short", ruled=1),
            act(4, "cancel", becomes="cancelled"),
        ],
    )
    told = [(story.after(n).status.value, story.after(n).closed) for n in range(5)]
    assert told == [
        ("draft", "draft"), ("pending", ""), ("in_progress", ""), ("partially_verified", "short"),
        ("cancelled", "cancelled"),
    ]  # fmt: skip
    assert not story.ended_elsewhere()


def test_what_the_api_did_by_itself_comes_after_the_last_step() -> None:
    story = Story.of(replace(HALF, reported=OrderStatus.SHIPPED), [event(1, "L1", 2)])
    assert story.after(1).status is OrderStatus.IN_PROGRESS
    assert story.ended_elsewhere()
