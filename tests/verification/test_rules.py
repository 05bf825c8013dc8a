"""The table of rules has an answer for every situation and every meaning."""

from __future__ import annotations

from dataclasses import replace
from typing import get_args

import pytest

from tests.verification.builders import (
    ANA,
    LATCHED,
    NO_SIGN_IN,
    SIGNED_IN,
    SUE,
    command,
    desk_with,
    line,
    order,
    read,
)
from verification.codes import Code, Command
from verification.decide import RULES, Situation, situation
from verification.desk import Desk
from verification.meaning import (
    Ambiguous,
    Badge,
    Goods,
    Lesson,
    Meaning,
    Ordered,
    OrderLabel,
    Quantity,
    Unknown,
    Unreadable,
)
from verification.orders import OrderStatus
from verification.verdicts import Verdict

OPEN = desk_with(line("L1", "SKU-A", 2))
DESKS = {
    Situation.ALARM: replace(OPEN, alarm=LATCHED),
    Situation.SIGNED_OUT: replace(OPEN, person=None),
    Situation.NO_ORDER: Desk(ANA),
    Situation.RECHECK: replace(desk_with(line("L1", "SKU-A", 2, 2)), recounts=True),
    Situation.ORDER_OPEN: OPEN,
}
MEANINGS: dict[type, Meaning] = {
    Unreadable: Unreadable("it is torn"),
    Unknown: Unknown(),
    Ambiguous: Ambiguous(("goods SKU-A", "an order")),
    Goods: Goods("SKU-A"),
    OrderLabel: OrderLabel("order-2"),
    Badge: Badge(SUE),
    Ordered: Ordered(Command.HELP),
    Lesson: Lesson(Code("NOPE"), "SKU-A"),
    Quantity: Quantity("SKU-A", 1),
}
LABELLED = order(line("M1", "SKU-B", 1), order_id="order-2")

V = Verdict
EXPECTED = {
    Situation.ALARM: dict.fromkeys(MEANINGS, V.ALARM_PENDING),
    Situation.SIGNED_OUT: {
        **dict.fromkeys(MEANINGS, V.NOT_SIGNED_IN),
        Unreadable: V.UNREADABLE,
        Badge: V.SIGNED_IN,
        Ordered: V.COMMAND,
    },
    Situation.NO_ORDER: {
        Unreadable: V.UNREADABLE,
        Unknown: V.UNKNOWN_CODE,
        Ambiguous: V.AMBIGUOUS_CODE,
        Goods: V.NO_ORDER_OPEN,
        OrderLabel: V.ORDER_OPENED,
        Badge: V.SIGNED_IN,
        Ordered: V.COMMAND,
        Lesson: V.NO_ORDER_OPEN,
        Quantity: V.NO_ORDER_OPEN,
    },
    Situation.RECHECK: {
        Unreadable: V.UNREADABLE,
        Unknown: V.UNKNOWN_CODE,
        Ambiguous: V.AMBIGUOUS_CODE,
        Goods: V.RECOUNTED,
        OrderLabel: V.ORDER_OPENED,
        Badge: V.SIGNED_IN,
        Ordered: V.COMMAND,
        Lesson: V.UNKNOWN_CODE,
        Quantity: V.UNREADABLE,
    },
    Situation.ORDER_OPEN: {
        Unreadable: V.UNREADABLE,
        Unknown: V.UNKNOWN_CODE,
        Ambiguous: V.AMBIGUOUS_CODE,
        Goods: V.ACCEPTED,
        OrderLabel: V.ORDER_OPENED,
        Badge: V.SIGNED_IN,
        Ordered: V.COMMAND,
        Lesson: V.COMMAND,
        Quantity: V.ACCEPTED,
    },
}


def test_the_examples_here_cover_every_meaning_and_situation():
    assert set(MEANINGS) == set(get_args(Meaning))
    assert set(DESKS) == set(Situation)


@pytest.mark.parametrize("where", Situation, ids=lambda where: where.name)
@pytest.mark.parametrize("kind", get_args(Meaning), ids=lambda kind: kind.__name__)
class TestEachCell:
    def test_exists(self, where, kind):
        assert kind in RULES[where]

    def test_decides_as_the_design_says(self, where, kind):
        assert situation(DESKS[where], SIGNED_IN) is where
        decision = read(DESKS[where], MEANINGS[kind], labelled=LABELLED)
        assert decision.verdict is EXPECTED[where][kind]


@pytest.mark.parametrize("where", Situation, ids=lambda where: where.name)
def test_no_row_answers_what_no_read_can_mean(where):
    assert set(RULES[where]) == set(get_args(Meaning))


@pytest.mark.parametrize("asked", Command)
class TestEachCommand:
    def test_in_an_alarm_only_acknowledging_is_done(self, asked):
        decision = command(DESKS[Situation.ALARM], asked)
        if asked is Command.ACKNOWLEDGE:
            assert (decision.verdict, decision.command) == (V.COMMAND, asked)
        else:
            assert (decision.verdict, decision.command) == (V.ALARM_PENDING, None)

    def test_signed_out_only_help_is_given(self, asked):
        decision = command(DESKS[Situation.SIGNED_OUT], asked)
        if asked is Command.HELP:
            assert (decision.verdict, decision.command) == (V.COMMAND, asked)
        else:
            assert (decision.verdict, decision.command) == (V.NOT_SIGNED_IN, None)

    @pytest.mark.parametrize(
        "where",
        [Situation.NO_ORDER, Situation.RECHECK, Situation.ORDER_OPEN],
        ids=lambda where: where.name,
    )
    def test_at_work_each_is_passed_on_and_counts_nothing_by_itself(self, where, asked):
        decision = command(DESKS[where], asked)
        assert (decision.verdict, decision.command, decision.counts) == (V.COMMAND, asked, ())


class TestTheSituation:
    def test_an_alarm_comes_before_all_else(self):
        assert situation(Desk(alarm=LATCHED), SIGNED_IN) is Situation.ALARM

    def test_signing_in_comes_before_the_order(self):
        assert situation(Desk(), SIGNED_IN) is Situation.SIGNED_OUT

    def test_nobody_signs_in_where_the_site_does_not_ask_for_it(self):
        assert situation(Desk(), NO_SIGN_IN) is Situation.NO_ORDER
        assert situation(replace(OPEN, person=None), NO_SIGN_IN) is Situation.ORDER_OPEN


class TestWhatADecisionTells:
    def test_an_unreadable_read_says_why(self):
        assert read(OPEN, Unreadable("two codes ran together")).problem == "two codes ran together"

    def test_an_ambiguous_read_says_what_it_could_be(self):
        assert read(OPEN, Ambiguous(("goods SKU-A", "an order"))).problem == "goods SKU-A or an order"

    def test_a_badge_that_is_unclear_is_said_to_be_so_to_whom_is_asked_for_one(self):
        unclear = read(Desk(), Ambiguous(("goods SKU-A", "a badge")))
        assert (unclear.verdict, unclear.problem) == (V.AMBIGUOUS_CODE, "goods SKU-A or a badge")

    def test_a_badge_signs_in_its_person(self):
        assert read(Desk(), Badge(SUE)).person == SUE

    def test_a_badge_hands_the_desk_to_the_next_person(self):
        assert read(OPEN, Badge(SUE)).person == SUE


class TestOpeningByLabel:
    @pytest.mark.parametrize(
        "reported", [OrderStatus.PENDING, OrderStatus.IN_PROGRESS, OrderStatus.PARTIALLY_VERIFIED]
    )
    def test_an_order_with_work_left_opens(self, reported):
        labelled = replace(LABELLED, reported=reported)
        decision = read(OPEN, OrderLabel("order-2"), labelled=labelled)
        assert (decision.verdict, decision.opened) == (V.ORDER_OPENED, labelled)

    @pytest.mark.parametrize("reported", [OrderStatus.DRAFT, OrderStatus.SHIPPED, OrderStatus.CANCELLED])
    @pytest.mark.parametrize("order_id", ["order-1", "order-2"])
    def test_an_order_that_is_not_to_be_scanned_stays_shut_even_if_it_was_open(self, reported, order_id):
        labelled = replace(LABELLED, id=order_id, reported=reported)
        decision = read(OPEN, OrderLabel(order_id), labelled=labelled)
        assert (decision.verdict, decision.opened) == (V.ORDER_LOCKED, None)
        assert decision.problem == reported.value

    def test_a_verified_order_is_not_reopened_by_its_label(self):
        done = order(line("M1", "SKU-B", 1, 1), order_id="order-2")
        decision = read(OPEN, OrderLabel("order-2"), labelled=done)
        assert (decision.verdict, decision.opened, decision.problem) == (V.ORDER_LOCKED, None, "verified")

    def test_a_verified_order_that_is_still_open_stays_open(self):
        done = order(line("L1", "SKU-A", 1, 1))
        decision = read(Desk(ANA, done), OrderLabel("order-1"), labelled=done)
        assert (decision.verdict, decision.opened) == (V.ORDER_OPENED, done)
