"""What a decision leaves on the desk, and what the desk takes for a double read."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.verification.builders import ANA, LATCHED, SIGNED_IN, SUE, desk_with, line, order, scan
from verification.codes import Command
from verification.decide import decide
from verification.desk import Asked, Decision, Desk, LeftOpen, Recent, settle
from verification.meaning import Goods, Ordered, Person
from verification.verdicts import Verdict

DESK = desk_with(line("L1", "SKU-A", 5, 2), line("L2", "SKU-B", 5))
OTHER = order(line("M1", "SKU-C", 1), order_id="order-2")
HELD = Asked(Goods("SKU-A"))


class TestSettling:
    def test_puts_the_counted_order_in_place_of_the_open_one_and_touches_nothing_else(self):
        decision = scan(DESK, "SKU-A", 2)
        after = settle(DESK, decision)
        assert after.order is not None
        assert [each.counted for each in after.order.lines] == [4, 0]
        assert replace(after, order=DESK.order, countable=None) == DESK

    def test_signs_in(self):
        assert settle(DESK, Decision(Verdict.SIGNED_IN, person=SUE)) == replace(DESK, person=SUE)

    def test_opens(self):
        assert settle(DESK, Decision(Verdict.ORDER_OPENED, opened=OTHER)) == replace(DESK, order=OTHER)

    @pytest.mark.parametrize("opened", [OTHER, None])
    def test_leaves_for_the_next_order_even_if_there_is_none(self, opened):
        after = settle(DESK, Decision(Verdict.COMMAND, command=Command.NEXT, opened=opened))
        assert after == replace(DESK, order=opened)

    def test_leaves_the_order_as_it_stands(self):
        assert settle(DESK, Decision(Verdict.COMMAND, command=Command.DONE)) == replace(DESK, order=None)

    def test_signs_out_and_leaves_the_order(self):
        after = settle(DESK, Decision(Verdict.COMMAND, command=Command.SIGN_OUT))
        assert after == replace(DESK, order=None, person=None, left_open=LeftOpen("Ana", "order-1"))

    def test_what_was_left_open_waits_for_the_next_to_sign_in_alone(self):
        signed_out = settle(DESK, Decision(Verdict.COMMAND, command=Command.SIGN_OUT))
        refused = settle(signed_out, Decision(Verdict.NOT_SIGNED_IN))
        assert refused.left_open == signed_out.left_open
        assert settle(refused, Decision(Verdict.SIGNED_IN, person=Person("Ben"))).left_open is None
        assert settle(refused, Decision(Verdict.ORDER_OPENED, opened=DESK.order)).left_open is None

    def test_a_hand_over_keeps_the_order_on_the_desk(self):
        after = settle(DESK, Decision(Verdict.SIGNED_IN, person=Person("Ben")))
        assert (after.person, after.order) == (Person("Ben"), DESK.order)

    @pytest.mark.parametrize("verdict", [Verdict.NOT_ON_ORDER, Verdict.EXCEEDS_REMAINING])
    def test_latches_an_alarm_by_its_refusal(self, verdict):
        after = settle(DESK, Decision(verdict, alarm=True))
        assert after.alarm is not None
        assert (after.alarm.verdict, after.order, after.person) == (verdict, DESK.order, ANA)

    def test_ends_an_alarm_by_acknowledging_only(self):
        latched = replace(DESK, alarm=LATCHED)
        for decision in (Decision(Verdict.ALARM_PENDING), Decision(Verdict.COMMAND, command=Command.HELP)):
            assert settle(latched, decision).alarm == LATCHED
        assert settle(latched, Decision(Verdict.COMMAND, command=Command.ACKNOWLEDGE)) == DESK

    def test_holds_a_double_read_until_the_next_read(self):
        holding = settle(DESK, Decision(Verdict.DUPLICATE_READ, held=HELD))
        assert holding == replace(DESK, held=HELD)
        assert settle(holding, Decision(Verdict.UNKNOWN_CODE)) == DESK

    def test_remembers_what_each_scanner_read_last(self):
        recent = {"gun-1": Recent("A", 1.0, counted=True)}
        before = {"gun-1": Recent("B", 0.5, counted=False)}
        desk = replace(DESK, recent=before)
        assert settle(desk, Decision(Verdict.ACCEPTED)).recent == before
        assert settle(desk, Decision(Verdict.ACCEPTED), recent).recent == recent
        assert settle(desk, Decision(Verdict.COMMAND), {}).recent == {}

    def test_changes_no_desk_that_it_was_given(self):
        before = replace(DESK)
        settle(DESK, scan(DESK, "SKU-A"))
        assert before == DESK


@pytest.mark.parametrize("due", [OTHER, None])
def test_the_next_order_is_the_one_that_is_due(due):
    decision = decide(DESK, Asked(Ordered(Command.NEXT), labelled=due), SIGNED_IN)
    assert (decision.verdict, decision.command, decision.opened) == (Verdict.COMMAND, Command.NEXT, due)


class TestADoubleRead:
    DESK = Desk(recent={"gun-1": Recent("A", 10.0, counted=True), "gun-2": Recent("B", 10.0, counted=False)})

    @pytest.mark.parametrize(
        ("scanner", "text", "mono", "double"),
        [
            ("gun-1", "A", 10.0, True),
            ("gun-1", "A", 10.79, True),
            ("gun-1", "A", 10.8, False),
            ("gun-1", "A", 99.0, False),
            ("gun-1", "B", 10.1, False),
            ("gun-1", "a", 10.1, False),
            ("gun-2", "A", 10.1, False),
            ("gun-2", "B", 10.1, False),
            ("gun-3", "A", 10.1, False),
        ],
    )
    def test_is_the_same_text_from_the_same_scanner_in_time_if_it_counted(self, scanner, text, mono, double):
        assert self.DESK.is_double(scanner, text, mono, 10.8 - 10.0) is double

    def test_is_never_seen_without_a_window(self):
        assert not self.DESK.is_double("gun-1", "A", 10.0, 0.0)
