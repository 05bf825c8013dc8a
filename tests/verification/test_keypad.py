"""Counting by keypad: after which reads, by whom, and what a number may be."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.verification.builders import ANA, SUE, command, desk_with, line, scan
from verification.codes import Code, Command
from verification.decide import decide
from verification.desk import Asked, Desk, settle
from verification.events import Provenance
from verification.keypad import MOST_UNITS, closed, left, objection
from verification.meaning import Goods, Person, Quantity
from verification.policy import Entrusted, Policy
from verification.verdicts import Verdict

NEVER, OPERATOR, SUPERVISOR = (Policy(quantity_entry=who) for who in Entrusted)
OPEN = desk_with(line("L1", "SKU-A", 10), line("L2", "SKU-B", 1), line("L3", "SKU-A", 4))
READ = settle(OPEN, scan(OPEN, "SKU-A"))


def typed(units: int, desk: Desk = READ, policy: Policy = OPERATOR):
    return decide(desk, Asked(Quantity("SKU-A", units)), policy)


def test_a_number_counts_as_one_read_over_all_lines_of_the_goods() -> None:
    decision = typed(12)
    assert [(count.line_id, count.delta) for count in decision.counts] == [("L1", 9), ("L3", 3)]
    assert (decision.verdict, decision.provenance) == (Verdict.ACCEPTED, Provenance.TYPED)
    assert settle(READ, decision).countable is None


def test_a_number_above_what_remains_is_refused_whole_and_latches_the_alarm() -> None:
    decision = typed(14)
    assert (decision.verdict, decision.counts, decision.alarm) == (Verdict.EXCEEDS_REMAINING, (), True)
    assert typed(13).verdict is Verdict.LINE_VERIFIED


@pytest.mark.parametrize("units", [0, -1, MOST_UNITS + 1, 10**30])
def test_what_is_no_count_is_refused_with_the_range(units: int) -> None:
    why = objection(Quantity("SKU-A", units), READ, OPERATOR, serials=False)
    assert why == "a count is a whole number from 1 to 1000000"
    refused = decide(READ, Asked(Quantity("SKU-A", units), objection=why), OPERATOR)
    assert (refused.verdict, refused.counts, refused.problem) == (Verdict.UNREADABLE, (), why)


@pytest.mark.parametrize(
    ("desk", "policy", "serials", "why"),
    [
        (READ, OPERATOR, False, ""),
        (READ, SUPERVISOR, False, ""),
        (READ, NEVER, False, "this station counts by scanning alone"),
        (replace(READ, person=None), OPERATOR, False, "this station counts by scanning alone"),
        (replace(READ, person=None), replace(OPERATOR, sign_in=False), False, ""),
        (OPEN, OPERATOR, False, "scan one of the goods first"),
        (replace(READ, order=None), OPERATOR, False, "scan one of the goods first"),
        (READ, OPERATOR, True, "these goods carry serials, so each is scanned"),
        (replace(READ, countable="SKU-X"), OPERATOR, False, "no more of these goods are missing"),
    ],
)
def test_the_keypad_opens_where_a_number_can_be_meant(
    desk: Desk, policy: Policy, serials: bool, why: str
) -> None:
    assert closed(desk, policy, serials=serials) == why


@pytest.mark.parametrize(
    ("policy", "person", "approved_by", "why"),
    [
        (OPERATOR, ANA, None, ""),
        (SUPERVISOR, SUE, None, ""),
        (SUPERVISOR, ANA, SUE, ""),
        (SUPERVISOR, ANA, None, "a supervisor has to approve it"),
        (SUPERVISOR, ANA, ANA, "a supervisor has to approve it"),
        (NEVER, SUE, SUE, "this station counts by scanning alone"),
    ],
)
def test_who_may_is_the_sites_rule(
    policy: Policy, person: Person, approved_by: Person | None, why: str
) -> None:
    asked = Quantity("SKU-A", 2, approved_by)
    assert objection(asked, replace(READ, person=person), policy, serials=False) == why


def test_a_number_for_other_goods_than_those_read_last_does_not_count() -> None:
    assert objection(Quantity("SKU-B", 1), READ, OPERATOR, serials=False) == "another read came in between"


def test_only_a_read_that_counted_goods_without_a_serial_opens_the_way_and_any_other_closes_it() -> None:
    assert (READ.countable, left(READ)) == ("SKU-A", 13)
    serial = Asked(Goods("SKU-A"), code=Code("X", serial="S1"))
    assert settle(OPEN, decide(OPEN, serial, OPERATOR)).countable is None
    for asked in Command:
        kept = "SKU-A" if asked is Command.QUANTITY else None
        assert settle(READ, command(READ, asked)).countable == kept
    assert settle(READ, scan(READ, "SKU-X")).countable is None
