"""What supervisors may do to an order, and what it does."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.verification.builders import ANA, SUE, command, event, line, order, scan
from verification.acts import Act, ActKind, Judged, Short
from verification.codes import Command
from verification.desk import Count, Desk
from verification.events import Provenance
from verification.judging import judge
from verification.meaning import OrderLabel
from verification.offers import offers
from verification.orders import Order, OrderStatus, Ruling
from verification.recheck import State

HALF = order(line("L1", "SKU-A", 3, 3), line("L2", "SKU-B", 2, 1))
FULL = order(line("L1", "SKU-A", 3, 3), line("L2", "SKU-B", 2, 2))
OVER = order(line("L1", "SKU-A", 3, 3, elsewhere=1))


def act(kind: ActKind, *, by=SUE, reason="seen at the bench", **more) -> Act:
    return Act(kind, by, reason, **more)


def after(of: Order, judged: Judged) -> Order:
    assert not judged.refusal
    moved = of.moved((count.line_id, count.delta) for count in judged.counts)
    return moved if judged.ruling is None else moved.ruled_anew(judged.ruling)


@pytest.mark.parametrize("kind", [k for k in ActKind if k.value in {
    "approve", "send_back", "adjust", "confirm", "close_short", "reopen", "release", "ship"}])  # fmt: skip
def test_an_operator_may_do_none_of_a_supervisors_acts(kind: ActKind) -> None:
    assert judge(HALF, act(kind, by=ANA), may_ship=True).refusal == "only a supervisor may do that"
    assert judge(HALF, act(kind, by=None), may_ship=True).refusal == "only a supervisor may do that"


def test_a_supervisor_may_agree_to_one_act_of_an_operator() -> None:
    assert judge(FULL, act(ActKind.APPROVE, by=ANA, approved_by=SUE)).ruling is Ruling.APPROVED
    assert judge(FULL, act(ActKind.APPROVE, by=ANA, approved_by=ANA)).refusal


@pytest.mark.parametrize("reason", ["a\nb", "\x1b[2J", "\u202e", "x" * 201])
def test_a_reason_that_cannot_be_kept_is_refused(reason: str) -> None:
    assert "reason" in judge(FULL, act(ActKind.APPROVE, reason=reason)).refusal


@pytest.mark.parametrize("kind", [ActKind.SEND_BACK, ActKind.ADJUST, ActKind.CONFIRM, ActKind.REOPEN])
def test_what_changes_counts_needs_a_reason(kind: ActKind) -> None:
    assert judge(FULL, act(kind, reason=" ")).refusal == "a reason is needed"


def test_a_verified_order_is_approved_once() -> None:
    approved = after(FULL, judge(FULL, act(ActKind.APPROVE, reason="")))
    assert approved.ruling is Ruling.APPROVED
    assert judge(approved, act(ActKind.APPROVE)).refusal == "it is approved already"


def test_an_order_that_is_not_verified_cannot_be_approved() -> None:
    assert judge(HALF, act(ActKind.APPROVE)).refusal == "it is partially verified, not verified"
    assert "SKU-A was counted 4 times of 3" in judge(OVER, act(ActKind.APPROVE)).refusal


def test_sending_back_takes_every_count_off_and_frees_each_read() -> None:
    of = order(line("L1", "SKU-A", 3, 2, elsewhere=1))
    judged = judge(of, act(ActKind.SEND_BACK), [event(4, "L1", 1), event(7, "L1", 1)])
    assert judged.counts == (Count("L1", -1, 7), Count("L1", -1, 4), Count("L1", -1))
    again = after(of, judged)
    assert (again.verified, again.status, again.ruling) == (0, OrderStatus.PENDING, Ruling.SENT_BACK)


def test_sending_back_after_an_adjustment_still_frees_each_read() -> None:
    of = order(line("L1", "SKU-A", 3, 1))
    judged = judge(of, act(ActKind.SEND_BACK), [event(4, "L1", 1), event(7, "L1", 1)])
    assert judged.counts == (Count("L1", -1, 7), Count("L1", 0, 4))


def test_nothing_counted_cannot_be_sent_back() -> None:
    assert judge(order(line("L1", "SKU-A", 3)), act(ActKind.SEND_BACK)).refusal


def test_a_line_is_adjusted_to_what_was_found() -> None:
    judged = judge(HALF, act(ActKind.ADJUST, line_id="L1", units=1))
    assert (judged.counts, judged.provenance) == ((Count("L1", -2),), Provenance.OVERRIDE)
    assert after(OVER, judge(OVER, act(ActKind.ADJUST, line_id="L1", units=3))).status is OrderStatus.VERIFIED


@pytest.mark.parametrize("units", [-1, 4, 3, None])
def test_a_line_cannot_be_adjusted_out_of_its_bounds_or_to_what_it_has(units: int | None) -> None:
    assert judge(HALF, act(ActKind.ADJUST, line_id="L1", units=units)).refusal


def test_goods_that_cannot_be_scanned_are_confirmed_up_to_what_is_missing() -> None:
    judged = judge(HALF, act(ActKind.CONFIRM, line_id="L2", units=1))
    assert (judged.counts, judged.provenance) == ((Count("L2", 1),), Provenance.CONFIRMED)
    for units in (0, 2, -1):
        assert judge(HALF, act(ActKind.CONFIRM, line_id="L2", units=units)).refusal
    assert judge(HALF, act(ActKind.CONFIRM, line_id="L9", units=1)).refusal == "it has no such line"


def test_an_order_closed_short_stays_partially_verified_and_is_locked() -> None:
    of = order(line("L1", "SKU-A", 3, 2))
    judged = judge(of, act(ActKind.CLOSE_SHORT, reason="", short=Short.OUT_OF_STOCK, units=1))
    closed = after(of, judged)
    assert judged.missing == {"L1": 1}
    assert (closed.status, closed.closed) == (OrderStatus.PARTIALLY_VERIFIED, "short")
    assert scan(Desk(ANA, closed), "SKU-A").verdict.value == "order_locked"


@pytest.mark.parametrize(
    ("of", "more", "why"),
    [
        (HALF, {"short": None}, "a reason"),
        (HALF, {"short": Short.OTHER, "reason": ""}, "a reason is needed"),
        (HALF, {"short": Short.DAMAGED, "units": 2}, "1 units are missing, not 2"),
        (FULL, {"short": Short.DAMAGED}, "nothing is missing"),
        (order(line("L1", "SKU-A", 3)), {"short": Short.DAMAGED}, "cancel it instead"),
        (OVER, {"short": Short.DAMAGED}, "too often"),
    ],
)
def test_closing_short_is_honest(of: Order, more: dict, why: str) -> None:
    assert why in judge(of, replace(act(ActKind.CLOSE_SHORT), **{"reason": "", **more})).refusal


def test_a_reopened_order_takes_reads_until_it_is_complete_again() -> None:
    reopened = after(FULL, judge(FULL, act(ActKind.REOPEN)))
    assert (reopened.status, reopened.closed) == (OrderStatus.VERIFIED, "")
    less = reopened.moved([("L2", -1)])
    decision = scan(Desk(ANA, less), "SKU-B")
    assert decision.verdict.value == "order_verified"
    assert decision.counted is not None
    assert (decision.counted.closed, decision.counted.ruled) == ("verified", 2)


def test_an_open_order_cannot_be_reopened() -> None:
    assert judge(HALF, act(ActKind.REOPEN)).refusal == "it is open already"


ENDED = [OrderStatus.SHIPPED, OrderStatus.CANCELLED]


@pytest.mark.parametrize("status", ENDED)
@pytest.mark.parametrize(
    "kind", [k for k in ActKind if k not in {
        ActKind.APPROVE, ActKind.TAKE_OVER, ActKind.CREATE, ActKind.IMPORT, ActKind.COMPLETE}]
)  # fmt: skip
def test_what_is_shipped_or_cancelled_is_never_changed(status: OrderStatus, kind: ActKind) -> None:
    ended = replace(HALF, reported=status)
    asked = act(kind, line_id="L2", units=1, short=Short.DAMAGED)
    assert judge(ended, asked, may_ship=True).refusal


def test_a_draft_is_released_and_a_closed_order_shipped_where_the_site_allows_it() -> None:
    draft = replace(HALF, reported=OrderStatus.DRAFT)
    assert judge(draft, act(ActKind.RELEASE)).becomes is OrderStatus.PENDING
    assert judge(HALF, act(ActKind.RELEASE)).refusal
    assert judge(FULL, act(ActKind.SHIP), may_ship=True).becomes is OrderStatus.SHIPPED
    assert judge(FULL, act(ActKind.SHIP)).refusal == "this site marks orders shipped elsewhere"
    assert judge(HALF, act(ActKind.SHIP), may_ship=True).refusal == "it is neither verified nor closed short"


@pytest.mark.parametrize("state", [None, *State])
def test_a_verified_order_is_shipped_once_its_re_check_is_settled(state: State | None) -> None:
    refusals = {
        State.DUE: "somebody else still has to count it again: have it counted first",
        State.RUNNING: "somebody else still has to count it again: have it counted first",
        State.DIFFERS: "its second count differs: approve, adjust, send back or reopen it first",
    }
    told = judge(FULL, act(ActKind.SHIP), may_ship=True, recheck=state)
    assert told.refusal == refusals.get(state or State.AGREED, "")
    (offer,) = (
        each
        for each in offers(FULL, may_ship=True, claimed=False, recheck=state)
        if each.kind is ActKind.SHIP
    )
    assert offer.refusal == told.refusal
    short = after(HALF, judge(HALF, act(ActKind.CLOSE_SHORT, short=Short.DAMAGED)))
    assert not judge(short, act(ActKind.SHIP), may_ship=True, recheck=state).refusal
    assert not judge(FULL, act(ActKind.APPROVE), recheck=state).refusal


def test_what_was_approved_cannot_be_undone_while_it_still_lies_open() -> None:
    approved = after(FULL, judge(FULL, act(ActKind.APPROVE)))
    refused = command(Desk(ANA, approved), Command.UNDO, Count("L2", -1, takes_back=3))
    assert (refused.verdict.value, refused.counts) == ("order_locked", ())
    assert command(Desk(ANA, FULL), Command.UNDO, Count("L2", -1, takes_back=3)).counts


def test_a_label_opens_an_order_again_only_after_it_was_reopened() -> None:
    from tests.verification.builders import read

    reopened = FULL.ruled_anew(Ruling.REOPENED)
    assert read(Desk(ANA), OrderLabel("order-1"), labelled=FULL).verdict.value == "order_locked"
    assert read(Desk(ANA), OrderLabel("order-1"), labelled=reopened).verdict.value == "order_opened"


@given(
    st.lists(
        st.tuples(st.sampled_from(list(ActKind)), st.sampled_from(["L1", "L2"]), st.integers(-1, 5)),
        max_size=12,
    )
)
def test_no_sequence_of_acts_leaves_a_line_out_of_its_bounds(asked: list[tuple[ActKind, str, int]]) -> None:
    of = HALF
    for kind, line_id, units in asked:
        judged = judge(of, act(kind, line_id=line_id, units=units, short=Short.DAMAGED), may_ship=True)
        if not judged.refusal:
            of = after(of, judged)
        assert all(0 <= each.verified <= each.quantity for each in of.lines)
