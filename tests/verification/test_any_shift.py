"""Whatever is read, in whatever order, these promises hold."""

from __future__ import annotations

import contextlib
from collections import Counter
from dataclasses import replace
from random import Random

import pytest
from hypothesis import Phase, find, given, settings
from hypothesis import strategies as st
from hypothesis.errors import NoSuchExample

from tests.verification.bench import WORKABLE, Bench
from tests.verification.builders import ANA, BEEP_ONLY
from tests.verification.shifts import SKUS, Shift, orders, shifts
from verification.codes import Command
from verification.orders import LineStatus, Order, OrderStatus
from verification.verdicts import Verdict

COUNTING = {Verdict.ACCEPTED, Verdict.LINE_VERIFIED, Verdict.ORDER_VERIFIED}
NOT_IN_THESE_SHIFTS = {Verdict.NOT_RECORDED, Verdict.RECOUNTED}
"""The clerk decides the one; the other takes an order that is counted again, see `test_recheck`."""
SEARCHES = 6
"""How often a verdict is sought anew, with another seed, before it counts as out of reach."""
anything = settings(max_examples=150, deadline=None)
wide_search = settings(max_examples=5000, deadline=None, database=None, phases=[Phase.generate])


@pytest.mark.parametrize("verdict", [v for v in Verdict if v not in NOT_IN_THESE_SHIFTS])
def test_these_shifts_reach_every_verdict(verdict):
    """So that no promise below holds only because nothing happens."""

    def reached(shift: Shift) -> bool:
        return any(moment.decision.verdict is verdict for moment in shift.moments())

    for seed in range(SEARCHES):
        with contextlib.suppress(NoSuchExample):
            find(shifts(), reached, settings=wide_search, random=Random(seed))
            return
    pytest.fail(f"no shift of {SEARCHES} searches ended in {verdict}")


@anything
@given(shifts())
def test_verified_stays_between_zero_and_the_quantity(shift):
    for moment in shift.moments():
        for order in moment.orders_after.values():
            assert all(0 <= line.verified <= line.quantity for line in order.lines)


@anything
@given(shifts(most_elsewhere=7))
def test_this_station_never_adds_to_an_over_count_made_between_stations(shift):
    for moment in shift.moments():
        for order in moment.orders_after.values():
            for line in order.lines:
                assert line.counted >= 0
                assert line.verified <= max(line.quantity, line.elsewhere)


@anything
@given(shifts(most_elsewhere=3))
def test_orders_are_what_their_first_shape_and_the_fold_of_their_events_say(shift):
    """So a status, which an order works out for itself, is the same however its counts came about."""
    for _ in shift.moments():
        for first in shift.orders:
            counts = shift.station.progress(first.id).counts
            told = tuple(replace(line, counted=counts.get(line.id, 0)) for line in first.lines)
            assert shift.station.orders[first.id] == replace(first, lines=told)
            assert set(counts) <= {line.id for line in first.lines}


@anything
@given(shifts(most_elsewhere=3))
def test_the_counted_order_is_the_open_one_with_the_counts_brought_in(shift):
    for moment in shift.moments():
        if moment.decision.counts:
            counted = moment.before.order
            for count in moment.decision.counts:
                counted = counted.plus(count.line_id, count.delta)
            assert moment.decision.counted == counted
        else:
            assert moment.decision.counted in (None, moment.before.order)


@anything
@given(shifts(most_elsewhere=3))
def test_accepted_units_less_undone_units_are_the_sum_of_deltas(shift):
    station = shift.worked()
    accepted = sum(each.units for each in station.decisions if each.verdict in COUNTING)
    undone = sum(each.units for each in station.decisions if each.counts and each.command is Command.UNDO)
    deltas = sum(row.delta for row in station.log)
    assert accepted - undone == deltas
    assert deltas == sum(line.counted for order in station.orders.values() for line in order.lines)


@anything
@given(shifts(most_elsewhere=3))
def test_a_refusal_changes_neither_count_nor_order_nor_person(shift):
    for moment in shift.moments():
        if moment.decision.verdict.refused:
            assert moment.decision.counts == ()
            assert moment.orders_after == moment.orders_before
            assert (moment.after.order, moment.after.person) == (moment.before.order, moment.before.person)


@anything
@given(shifts(most_elsewhere=3))
def test_only_goods_a_held_read_and_an_undo_change_counts_and_only_of_the_open_order(shift):
    for moment in shift.moments():
        decision, changed = moment.decision, moment.counted_after != moment.counted_before
        undone = decision.command is Command.UNDO and bool(decision.counts)
        assert changed is (decision.verdict in COUNTING or undone)
        if changed:
            stays = {
                of
                for of in moment.orders_after
                if moment.before.order is None or of != moment.before.order.id
            }
            assert all(moment.counted_after[of] == moment.counted_before[of] for of in stays)


@anything
@given(shifts())
def test_a_latched_alarm_lets_nothing_through_but_its_acknowledgement(shift):
    for moment in shift.moments():
        if moment.before.alarm is None:
            continue
        if moment.decision.command is Command.ACKNOWLEDGE:
            assert moment.after == replace(moment.before, alarm=None, held=None)
        else:
            assert moment.decision.verdict is Verdict.ALARM_PENDING
            assert moment.after == replace(moment.before, held=None)


@anything
@given(shifts(most_elsewhere=3))
def test_a_verdict_tells_the_state_that_it_leaves_behind(shift):
    for moment in shift.moments():
        if moment.decision.verdict not in COUNTING:
            continue
        order, line_id = moment.after.order, moment.decision.line_id
        line_done = order.line(line_id).status is LineStatus.VERIFIED
        order_done = order.status is OrderStatus.VERIFIED
        assert moment.decision.verdict is (
            Verdict.ORDER_VERIFIED if order_done else Verdict.LINE_VERIFIED if line_done else Verdict.ACCEPTED
        )


@anything
@given(shifts())
def test_a_serial_counts_at_most_once(shift):
    for _ in shift.moments():
        taken = Counter(serial for _, serial in shift.station.serials_counted())
        assert all(times == 1 for times in taken.values())


@anything
@given(shifts(most_elsewhere=3))
def test_undo_right_after_a_read_restores_the_order_exactly(shift):
    for moment in shift.moments():
        if moment.decision.verdict in COUNTING:
            station = shift.station
            station.command(Command.UNDO)
            assert station.open_order == moment.before.order
            return


@anything
@given(shifts(most_elsewhere=3))
def test_undoing_everything_returns_to_zero(shift):
    station = shift.worked()
    if station.desk.alarm:
        station.command(Command.ACKNOWLEDGE)
    station.sign_in(ANA)
    if station.desk.order is None:
        return
    reads_standing = len({row.read for row in station.progress(station.open_order.id).standing})
    for _ in range(reads_standing):
        assert station.command(Command.UNDO).delta < 0
    assert [line.counted for line in station.open_order.lines] == [0] * len(station.open_order.lines)
    assert station.progress(station.open_order.id).standing == ()
    assert station.command(Command.UNDO).counts == ()


@anything
@given(shifts())
def test_every_prefix_of_the_log_folds_to_the_counts_of_its_time(shift):
    remembered = [(len(shift.station.log), moment.counted_after) for moment in shift.moments()]
    for length, counted in remembered:
        log = shift.station.log[:length]
        past = Bench(*shift.orders)
        past.log = log
        for first in shift.orders:
            counts = past.progress(first.id).counts
            assert [counts.get(line.id, 0) for line in first.lines] == counted[first.id]


@st.composite
def goods_of_an_order(draw) -> tuple[Order, list[str]]:
    """An order and the SKU of each of its units, shuffled."""
    order = draw(orders("order-1", WORKABLE, 0))
    return order, draw(st.permutations([line.sku for line in order.lines for _ in range(line.quantity)]))


@anything
@given(goods_of_an_order())
def test_scanning_every_unit_once_in_any_order_verifies_on_the_last_and_not_before(work):
    order, skus = work
    station = Bench(order)
    station.sign_in(ANA)
    station.open(order.id)
    verdicts = [station.goods(sku).verdict for sku in skus]
    assert verdicts[-1] is Verdict.ORDER_VERIFIED
    assert set(verdicts[:-1]) <= {Verdict.ACCEPTED, Verdict.LINE_VERIFIED}
    assert verdicts.count(Verdict.LINE_VERIFIED) == len(order.lines) - 1
    assert station.open_order.status is OrderStatus.VERIFIED


@anything
@given(shifts(), st.sampled_from(SKUS), st.integers(1, 9))
def test_a_code_of_many_units_counts_like_as_many_single_reads_or_not_at_all(shift, sku, units):
    order = shift.orders[0]
    case, singles = (Bench(order, policy=BEEP_ONLY) for _ in range(2))
    for station in (case, singles):
        station.sign_in(ANA)
        station.open(order.id)
    fits = units <= sum(line.quantity for line in order.lines if line.sku == sku)
    case.goods(sku, units)
    for _ in range(units if fits else 0):
        singles.goods(sku)
    assert case.open_order == singles.open_order
    assert case.decisions[-1].verdict.refused is not fits
