"""Blind re-checks: who is picked, who may count again, what is said, and that no count ever moves."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.verification.builders import ANA, SUE, event, line, order, read
from verification.codes import Code, Command
from verification.decide import decide
from verification.desk import Asked, Decision, Desk, settle
from verification.events import Event, fold
from verification.meaning import (
    Ambiguous,
    Badge,
    Goods,
    Lesson,
    Ordered,
    OrderLabel,
    Person,
    Unknown,
    Unreadable,
)
from verification.orders import OrderStatus, Ruling
from verification.policy import Expired, Policy
from verification.recheck import (
    NO_PICKS,
    RECOUNT,
    Difference,
    Picking,
    Recheck,
    Reread,
    Stage,
    State,
    Step,
    compared,
    picked,
    stepped,
)
from verification.recounting import MOVED, NOBODY, SAME_PERSON, completed
from verification.verdicts import Verdict

BEN = Person("Ben")
DONE = order(line("L1", "SKU-A", 2, 2), line("L2", "SKU-B", 1, 1))
DUE = Recheck()
COUNTED_BY_ANA = Asked(OrderLabel("order-1"), labelled=DONE, recheck=DUE, counters=frozenset({"Ana"}))
RECOUNTING = Desk(BEN, DONE, recounts=True)
RIGHT = {"SKU-A": 2, "SKU-B": 1}
POLICY = Policy()
EVERY = Picking(b"key", 100)


def logged(*steps: Step, sku: str = "SKU-A", person: str = "Ben") -> list[Event]:
    return [
        replace(event(seq), person=person, act=step.stage.act, detail=step.detail(), sku=sku)
        for seq, step in enumerate(steps, 1)
    ]


def after(*steps: Step) -> Recheck:
    recheck = None
    for each in logged(*steps):
        recheck = stepped(recheck, each)
    assert recheck is not None
    return recheck


class TestTheShare:
    def test_of_none_picks_nothing_and_of_all_everything(self):
        ids = [f"order-{n}" for n in range(500)]
        assert not any(picked(b"key", each, 0) for each in ids)
        assert all(picked(b"key", each, 100) for each in ids)

    def test_is_about_what_was_asked_for(self):
        found = sum(picked(b"key", f"order-{n}", 20) for n in range(5_000))
        assert 850 <= found <= 1_150

    def test_is_drawn_alike_each_time_and_otherwise_under_another_key(self):
        def drawn(key: bytes) -> list[bool]:
            return [picked(key, f"order-{n}", 50) for n in range(64)]

        assert drawn(b"key") == drawn(b"key")
        assert drawn(b"key") != drawn(b"other")

    def test_grows_without_letting_go_of_an_order(self):
        for n in range(200):
            drawn = [picked(b"key", f"order-{n}", percent) for percent in range(101)]
            assert drawn == sorted(drawn)

    def test_makes_every_order_due_that_becomes_verified_and_no_other(self):
        nearly = DONE.plus("L1", -1)
        over = DONE.plus("L1", 1)
        assert EVERY.falls_due(nearly, DONE)
        assert EVERY.falls_due(over, DONE)
        assert EVERY.falls_due(replace(DONE, reported=OrderStatus.DRAFT), DONE)
        assert not EVERY.falls_due(DONE, DONE)
        assert not EVERY.falls_due(DONE, nearly)
        assert not EVERY.falls_due(DONE.plus("L2", -1), nearly.plus("L2", -1))
        assert not EVERY.falls_due(nearly, replace(DONE, reported=OrderStatus.SHIPPED))
        assert not NO_PICKS.falls_due(nearly, DONE)

    def test_makes_a_read_that_completes_an_order_one_that_makes_it_due(self):
        nearly = DONE.plus("L1", -1)
        last = Decision(Verdict.ORDER_VERIFIED, counted=DONE)
        assert completed(last, nearly, EVERY).recheck == Step(Stage.DUE)
        assert completed(last, nearly, NO_PICKS).recheck is None
        assert completed(last, None, EVERY).recheck is None
        assert completed(Decision(Verdict.ACCEPTED, counted=nearly), order(), EVERY).recheck is None
        undone = Decision(Verdict.COMMAND, counted=DONE)
        assert completed(undone, DONE.plus("L1", 1), EVERY).recheck == Step(Stage.DUE)

    def test_is_another_stations_to_say_where_that_one_completed_it_since(self):
        steps = logged(Step(Stage.DUE), Step(Stage.BEGUN), Step(Stage.ELSEWHERE))
        recheck = None
        for each in steps:
            recheck = stepped(recheck, each)
        assert recheck is None


class TestTheLabelOfAnOwedOrder:
    def test_opens_it_for_somebody_who_did_not_count_it(self):
        decision = decide(Desk(BEN), COUNTED_BY_ANA, POLICY)
        assert (decision.verdict, decision.recheck) == (Verdict.ORDER_OPENED, Step(Stage.BEGUN))
        assert settle(Desk(BEN), decision).recounts

    @pytest.mark.parametrize("name", ["Ana", "ana", "ANA"])
    def test_is_refused_to_whoever_counted_it_however_the_name_is_written(self, name: str):
        decision = decide(Desk(Person(name)), COUNTED_BY_ANA, POLICY)
        assert (decision.verdict, decision.problem) == (Verdict.ORDER_LOCKED, SAME_PERSON)

    def test_is_refused_to_any_of_several_who_counted_it(self):
        asked = replace(COUNTED_BY_ANA, counters=frozenset({"Ana", "Ben"}))
        assert decide(Desk(BEN), asked, POLICY).problem == SAME_PERSON

    def test_is_refused_while_nobody_is_signed_in(self):
        decision = decide(Desk(), COUNTED_BY_ANA, Policy(sign_in=False))
        assert (decision.verdict, decision.problem) == (Verdict.ORDER_LOCKED, NOBODY)

    def test_is_refused_to_the_picker_who_has_just_completed_it(self):
        assert decide(Desk(ANA, DONE), COUNTED_BY_ANA, POLICY).problem == SAME_PERSON

    def test_goes_on_where_the_same_person_left_off(self):
        asked = replace(COUNTED_BY_ANA, recheck=Recheck(State.RUNNING, "Ben", 5, found={"SKU-A": 1}))
        assert decide(Desk(BEN), asked, POLICY).recheck == Step(Stage.RESUMED)
        assert decide(Desk(SUE), asked, POLICY).recheck == Step(Stage.BEGUN)

    @pytest.mark.parametrize("state", [State.AGREED, State.DIFFERS])
    def test_is_refused_as_verified_once_it_was_counted_again(self, state: State):
        asked = replace(COUNTED_BY_ANA, recheck=Recheck(state))
        decision = decide(Desk(BEN), asked, POLICY)
        assert (decision.verdict, decision.problem) == (Verdict.ORDER_LOCKED, "verified")

    def test_opens_it_for_scanning_where_a_supervisor_reopened_it(self):
        asked = replace(COUNTED_BY_ANA, labelled=DONE.ruled_anew(Ruling.REOPENED))
        assert decide(Desk(BEN), asked, POLICY).recheck is None

    @pytest.mark.parametrize("status", [OrderStatus.SHIPPED, OrderStatus.CANCELLED])
    def test_is_refused_once_the_order_has_ended(self, status: OrderStatus):
        asked = replace(COUNTED_BY_ANA, labelled=replace(DONE, reported=status))
        assert decide(Desk(BEN), asked, POLICY).problem == status


class TestGoodsCountedAgain:
    @pytest.mark.parametrize("sku", ["SKU-A", "SKU-B", "SKU-FOREIGN"])
    @pytest.mark.parametrize("counted", [True, False])
    def test_are_taken_alike_whether_they_belong_or_not(self, sku: str, counted: bool):
        asked = Asked(
            Goods(sku, 3, serial_counted=counted), code=Code(sku, expiry="2026-04-30"), today="2026-05-01"
        )
        decision = decide(RECOUNTING, asked, Policy(expired=Expired.ALARM))
        assert decision == Decision(Verdict.RECOUNTED, sku=sku, units=3, recheck=Step(Stage.READ, 3))

    def test_move_nothing(self):
        decision = decide(RECOUNTING, Asked(Goods("SKU-A")), POLICY)
        assert (decision.counts, decision.counted, decision.line_id) == ((), None, None)

    def test_are_held_back_when_they_come_twice_and_counted_by_command(self):
        decision = decide(RECOUNTING, Asked(Goods("SKU-A"), double=True), POLICY)
        assert (decision.verdict, decision.recheck) == (Verdict.DUPLICATE_READ, None)
        held = settle(RECOUNTING, decision)
        assert decide(held, Asked(Ordered(Command.COUNT)), POLICY).recheck == Step(Stage.READ, 1)

    def test_count_a_serial_once_and_raise_no_alarm_over_it(self):
        decision = decide(RECOUNTING, Asked(Goods("SKU-A"), serial_recounted=True), POLICY)
        assert (decision.verdict, decision.alarm) == (Verdict.DUPLICATE_SERIAL, False)

    @pytest.mark.parametrize("moved", [replace(DONE, reported=OrderStatus.CANCELLED), DONE.plus("L1", -1)])
    def test_count_no_more_once_the_order_is_not_verified(self, moved):
        decision = decide(replace(RECOUNTING, order=moved), Asked(Goods("SKU-A")), POLICY)
        assert (decision.verdict, decision.problem) == (Verdict.ORDER_LOCKED, MOVED)

    def test_are_taken_back_by_undo_in_the_recheck_alone(self):
        asked = Asked(Ordered(Command.UNDO), reread=Reread(7, "SKU-A", 3))
        decision = decide(RECOUNTING, asked, POLICY)
        assert (decision.recheck, decision.counts) == (Step(Stage.UNDONE, -3, 7), ())
        nothing = decide(RECOUNTING, Asked(Ordered(Command.UNDO)), POLICY)
        assert (nothing.verdict, nothing.recheck) == (Verdict.COMMAND, None)

    @pytest.mark.parametrize(
        ("means", "verdict"),
        [
            (Unreadable("it is torn"), Verdict.UNREADABLE),
            (Unknown(), Verdict.UNKNOWN_CODE),
            (Ambiguous(("goods A", "an order")), Verdict.AMBIGUOUS_CODE),
            (Lesson(Code("X"), "SKU-A"), Verdict.UNKNOWN_CODE),
        ],
    )
    def test_are_refused_where_nobody_can_know_what_they_are(self, means, verdict):
        assert read(RECOUNTING, means).verdict is verdict


class TestTheEnd:
    @pytest.mark.parametrize("by", [Ordered(Command.DONE), OrderLabel("order-1")])
    def test_comes_by_command_and_by_the_label_and_agrees_or_differs(self, by):
        def end(found: dict[str, int]) -> Decision:
            recheck = Recheck(State.RUNNING, "Ben", 1, found=found)
            return decide(RECOUNTING, Asked(by, labelled=DONE, recheck=recheck), POLICY)

        assert end(RIGHT).recheck == Step(Stage.AGREED)
        assert end({"SKU-A": 3, "SKU-X": 1}).recheck == Step(
            Stage.DIFFERS,
            differences=(
                Difference("SKU-A", 2, 3),
                Difference("SKU-B", 1, 0),
                Difference("SKU-X", 0, 1),
            ),
        )
        assert settle(RECOUNTING, end(RIGHT)) == Desk(BEN)

    def test_adds_up_the_lines_of_one_sku(self):
        twice = order(line("L1", "SKU-A", 2, 2), line("L2", "SKU-A", 1, 1))
        assert compared(twice, {"SKU-A": 3}) == ()

    def test_does_not_come_before_anything_is_counted(self):
        begun = Recheck(State.RUNNING, "Ben", 1, found={"SKU-A": 0})
        left = decide(RECOUNTING, Asked(Ordered(Command.DONE), recheck=begun), POLICY)
        assert (left.recheck, settle(RECOUNTING, left)) == (None, Desk(BEN))
        again = decide(RECOUNTING, Asked(OrderLabel("order-1"), labelled=DONE, recheck=begun), POLICY)
        assert settle(RECOUNTING, again).recounts

    def test_does_not_compare_with_an_order_that_moved_meanwhile(self):
        moved = replace(RECOUNTING, order=DONE.plus("L1", -1))
        recheck = Recheck(State.RUNNING, "Ben", 1, found=RIGHT)
        assert decide(moved, Asked(Ordered(Command.DONE), recheck=recheck), POLICY).recheck is None

    def test_is_not_undone_by_the_label_bouncing(self):
        asked = replace(COUNTED_BY_ANA, double=True)
        assert decide(Desk(BEN), asked, POLICY).verdict is Verdict.DUPLICATE_READ

    @pytest.mark.parametrize(
        "means", [Ordered(Command.SIGN_OUT), Ordered(Command.NEXT), Badge(ANA), OrderLabel("order-2")]
    )
    def test_stays_away_when_somebody_leaves_half_way(self, means):
        other = order(line("M1", "SKU-C", 1), order_id="order-2")
        labelled = other if isinstance(means, OrderLabel) else None
        decision = read(RECOUNTING, means, labelled=labelled)
        desk = settle(RECOUNTING, decision)
        assert decision.recheck is None
        assert not desk.recounts
        assert desk.order in (None, other)

    def test_stays_away_when_the_counters_own_badge_is_read(self):
        assert settle(RECOUNTING, read(RECOUNTING, Badge(BEN))).recounts


class TestTheLog:
    def test_tells_the_whole_recheck(self):
        begun = (Step(Stage.DUE), Step(Stage.BEGUN))
        assert after(*begun) == Recheck(State.RUNNING, "Ben", 2)
        counted = (*begun, Step(Stage.READ, 2), Step(Stage.REFUSED), Step(Stage.READ, 3), Step(Stage.RESUMED))
        assert after(*counted) == Recheck(State.RUNNING, "Ben", 2, found={"SKU-A": 5})
        undone = (*counted, Step(Stage.UNDONE, -3, 5))
        assert after(*undone).found == {"SKU-A": 2}
        assert after(*undone, Step(Stage.AGREED)).state is State.AGREED
        missing = (Difference("SKU-B", 1, 0),)
        ended = after(*undone, Step(Stage.DIFFERS, differences=missing))
        assert (ended.state, ended.ended, ended.differences) == (State.DIFFERS, 8, missing)

    def test_forgets_what_another_began_and_what_came_before_the_order_fell_due_anew(self):
        counted = (Step(Stage.DUE), Step(Stage.BEGUN), Step(Stage.READ, 2))
        assert after(*counted, Step(Stage.BEGUN)).found == {}
        assert after(*counted, Step(Stage.DUE)) == Recheck()


MEANINGS = st.one_of(
    st.builds(
        Goods, st.sampled_from(["SKU-A", "SKU-B", "SKU-X"]), st.integers(1, 9), serial_counted=st.booleans()
    ),
    st.sampled_from([Ordered(command) for command in Command]),
    st.sampled_from([Unknown(), Unreadable("torn"), OrderLabel("order-1"), Badge(ANA), Badge(BEN)]),
)
FACTS = st.builds(
    Asked,
    MEANINGS,
    double=st.booleans(),
    labelled=st.just(DONE),
    recheck=st.sampled_from([DUE, Recheck(State.RUNNING, "Ben", 3, found=RIGHT), Recheck(State.AGREED)]),
    reread=st.sampled_from([None, Reread(9, "SKU-A", 2)]),
    serial_recounted=st.booleans(),
)


@given(st.lists(FACTS, max_size=30), st.sampled_from(list(Expired)))
def test_no_read_of_a_recheck_ever_changes_a_count_or_a_status(reads: list[Asked], expired: Expired):
    desk, rows = RECOUNTING, list[Event]()
    for asked in reads:
        if not desk.recounts:
            desk = RECOUNTING
        decision = decide(desk, asked, Policy(expired=expired))
        assert (decision.counts, decision.counted, decision.delta, decision.alarm) == ((), None, 0, False)
        rows.append(replace(event(len(rows) + 1), act=RECOUNT))
        desk = settle(desk, decision)
        assert desk.order in (None, DONE)
    assert dict(fold(rows).counts) == {}
