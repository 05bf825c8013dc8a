"""Alarms, undo and held double reads, from the first read to the last word."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.verification.bench import Bench
from tests.verification.builders import ANA, BEEP_ONLY, SIGNED_IN, SUE, command, desk_with, line, order, scan
from verification.codes import Command
from verification.desk import Count, Desk
from verification.events import Provenance
from verification.meaning import Badge, OrderLabel, Unreadable
from verification.orders import OrderStatus
from verification.policy import Policy
from verification.verdicts import Verdict


def bench(*lines, policy: Policy = SIGNED_IN) -> Bench:
    """Ana, signed in, with an order of these lines open and another one waiting."""
    ready = Bench(order(*lines), order(line("M1", "SKU-A", 9), order_id="order-2"), policy=policy)
    ready.sign_in(ANA)
    ready.open("order-1")
    return ready


def counts(of: Bench) -> list[int]:
    return [each.counted for each in of.open_order.lines]


class TestAnAlarm:
    def test_refuses_everything_until_it_is_acknowledged(self):
        station = bench(line("L1", "SKU-A", 2))
        assert station.goods("SKU-X").alarm
        meanwhile = [
            station.goods("SKU-A"),
            station.goods("SKU-A", double=True),
            station.read(Badge(SUE)),
            station.read(OrderLabel("order-2")),
            station.read(Unreadable("it is torn")),
            station.command(Command.UNDO),
            station.command(Command.SIGN_OUT),
        ]
        assert {decision.verdict for decision in meanwhile} == {Verdict.ALARM_PENDING}
        assert (station.desk.person, station.open_order.id, counts(station)) == (ANA, "order-1", [0])

        station.command(Command.ACKNOWLEDGE)
        assert station.goods("SKU-A").verdict is Verdict.ACCEPTED

    def test_is_not_replaced_by_what_is_read_meanwhile(self):
        station = bench(line("L1", "SKU-A", 2, 2), line("L2", "SKU-B", 1))
        station.goods("SKU-A")
        station.goods("SKU-X")
        assert station.desk.alarm is not None
        assert station.desk.alarm.verdict is Verdict.LINE_ALREADY_VERIFIED

    def test_leaves_reads_meanwhile_on_the_tape(self):
        station = bench(line("L1", "SKU-A", 2))
        station.goods("SKU-X")
        station.goods("SKU-A")
        assert [row.verdict for row in station.log[-2:]] == [Verdict.NOT_ON_ORDER, Verdict.ALARM_PENDING]

    def test_does_not_latch_where_the_site_wants_a_beep(self):
        station = bench(line("L1", "SKU-A", 2), policy=BEEP_ONLY)
        assert station.goods("SKU-X").verdict is Verdict.NOT_ON_ORDER
        assert station.goods("SKU-A").verdict is Verdict.ACCEPTED

    def test_can_be_acknowledged_by_somebody_who_is_not_signed_in(self):
        station = bench(line("L1", "SKU-A", 2))
        station.goods("SKU-X")
        station.desk = replace(station.desk, person=None)
        assert station.command(Command.ACKNOWLEDGE).verdict is Verdict.COMMAND
        assert station.goods("SKU-A").verdict is Verdict.NOT_SIGNED_IN


class TestUndo:
    def test_takes_back_the_last_counted_read(self):
        station = bench(line("L1", "SKU-A", 2), line("L2", "SKU-B", 2))
        station.goods("SKU-A")
        station.goods("SKU-B")
        undone = station.command(Command.UNDO)
        assert (undone.verdict, undone.command) == (Verdict.COMMAND, Command.UNDO)
        assert (undone.sku, undone.line_id, undone.units, undone.delta) == ("SKU-B", "L2", 1, -1)
        assert counts(station) == [1, 0]

    def test_skips_refusals_and_reads_that_were_taken_back_already(self):
        station = bench(line("L1", "SKU-A", 2), line("L2", "SKU-B", 2), policy=BEEP_ONLY)
        station.goods("SKU-A")
        station.goods("SKU-B")
        station.command(Command.UNDO)
        station.goods("SKU-X")
        assert station.command(Command.UNDO).sku == "SKU-A"
        assert counts(station) == [0, 0]

    def test_takes_back_a_case_whole_from_both_its_lines(self):
        station = bench(line("L1", "SKU-A", 2), line("L2", "SKU-A", 3))
        station.goods("SKU-A")
        station.goods("SKU-A", 3)
        assert counts(station) == [2, 2]
        undone = station.command(Command.UNDO)
        assert (counts(station), undone.units, undone.delta) == ([1, 0], 3, -3)

    def test_deletes_nothing_and_names_what_it_took_back(self):
        station = bench(line("L1", "SKU-A", 2))
        station.goods("SKU-A")
        before = list(station.log)
        station.command(Command.UNDO)
        assert station.log[:-1] == before
        assert (station.log[-1].delta, station.log[-1].takes_back) == (-1, before[-1].seq)

    def test_of_nothing_changes_nothing(self):
        station = bench(line("L1", "SKU-A", 2))
        undone = station.command(Command.UNDO)
        assert (undone.verdict, undone.counts, undone.units) == (Verdict.COMMAND, (), 0)
        assert (undone.line_id, undone.sku) == (None, None)

    def test_takes_back_this_orders_reads_only(self):
        station = bench(line("L1", "SKU-A", 2))
        station.goods("SKU-A")
        station.open("order-2")
        assert station.command(Command.UNDO).counts == ()
        station.open("order-1")
        assert station.command(Command.UNDO).delta == -1

    def test_opens_up_an_order_that_was_verified_a_moment_ago(self):
        station = bench(line("L1", "SKU-A", 1))
        assert station.goods("SKU-A").verdict is Verdict.ORDER_VERIFIED
        station.command(Command.UNDO)
        assert station.open_order.status is OrderStatus.PENDING
        assert station.goods("SKU-A").verdict is Verdict.ORDER_VERIFIED

    def test_leaves_counts_of_other_stations_alone(self):
        station = bench(line("L1", "SKU-A", 3, elsewhere=1))
        station.goods("SKU-A")
        station.command(Command.UNDO)
        assert (station.open_order.lines[0].counted, station.open_order.verified) == (0, 1)

    @pytest.mark.parametrize("reported", [OrderStatus.DRAFT, OrderStatus.SHIPPED, OrderStatus.CANCELLED])
    def test_is_refused_once_the_order_is_closed(self, reported):
        desk = desk_with(line("L1", "SKU-A", 2, 1), reported=reported)
        refused = command(desk, Command.UNDO, Count("L1", -1, takes_back=3))
        assert (refused.verdict, refused.counts) == (Verdict.ORDER_LOCKED, ())
        assert (refused.command, refused.problem) == (Command.UNDO, reported.value)

    def test_without_an_open_order_takes_back_nothing(self):
        assert command(Desk(ANA), Command.UNDO, Count("L1", -1, takes_back=3)).counts == ()

    def test_frees_a_serial(self):
        station = bench(line("L1", "SKU-A", 2))
        station.goods("SKU-A", serial="S1")
        assert station.goods("SKU-A", serial="S1").verdict is Verdict.DUPLICATE_SERIAL
        station.command(Command.ACKNOWLEDGE)
        station.command(Command.UNDO)
        assert station.goods("SKU-A", serial="S1").verdict is Verdict.ACCEPTED


class TestADoubleRead:
    def test_is_held_back(self):
        station = bench(line("L1", "SKU-A", 5))
        station.goods("SKU-A")
        held = station.goods("SKU-A", double=True)
        assert (held.verdict, held.counts, held.alarm) == (Verdict.DUPLICATE_READ, (), False)
        assert (held.sku, held.line_id, held.units) == ("SKU-A", "L1", 1)
        assert counts(station) == [1]

    def test_counts_after_all_by_command(self):
        station = bench(line("L1", "SKU-A", 5))
        station.goods("SKU-A")
        station.goods("SKU-A", double=True)
        decision = station.command(Command.COUNT)
        assert (decision.verdict, decision.delta, decision.line_id) == (Verdict.ACCEPTED, 1, "L1")
        assert counts(station) == [2]

    def test_counts_once_however_often_the_command_is_given(self):
        station = bench(line("L1", "SKU-A", 5))
        station.goods("SKU-A", double=True)
        station.command(Command.COUNT)
        again = station.command(Command.COUNT)
        assert (again.verdict, again.command, again.counts) == (Verdict.COMMAND, Command.COUNT, ())
        assert counts(station) == [1]

    def test_is_forgotten_with_the_next_read(self):
        station = bench(line("L1", "SKU-A", 5), line("L2", "SKU-B", 5))
        station.goods("SKU-A", double=True)
        station.goods("SKU-B")
        assert station.command(Command.COUNT).counts == ()
        assert counts(station) == [0, 1]

    def test_of_a_case_counts_as_a_case(self):
        station = bench(line("L1", "SKU-A", 24))
        station.goods("SKU-A", 12, double=True)
        decision = station.command(Command.COUNT)
        assert (decision.delta, decision.provenance) == (12, Provenance.CASE)

    def test_counted_by_command_can_be_undone(self):
        station = bench(line("L1", "SKU-A", 5))
        station.goods("SKU-A", double=True)
        station.command(Command.COUNT)
        assert station.command(Command.UNDO).delta == -1

    def test_that_would_be_too_much_raises_the_alarm_only_when_it_is_to_count(self):
        station = bench(line("L1", "SKU-A", 1))
        station.goods("SKU-A")
        assert not station.goods("SKU-A", double=True).alarm
        decision = station.command(Command.COUNT)
        assert (decision.verdict, decision.alarm) == (Verdict.LINE_ALREADY_VERIFIED, True)
        assert counts(station) == [1]

    def test_of_a_serial_that_counts_is_refused_when_it_is_to_count(self):
        station = bench(line("L1", "SKU-A", 5))
        station.goods("SKU-A", serial="S1")
        station.goods("SKU-A", serial="S1", double=True)
        assert station.command(Command.COUNT).verdict is Verdict.DUPLICATE_SERIAL
        assert counts(station) == [1]

    def test_is_not_counted_on_an_order_cancelled_meanwhile(self):
        held = scan(desk_with(line("L1", "SKU-A", 5)), "SKU-A", double=True).held
        cancelled = desk_with(line("L1", "SKU-A", 5), reported=OrderStatus.CANCELLED)
        decision = command(replace(cancelled, held=held), Command.COUNT)
        assert (decision.verdict, decision.counts) == (Verdict.ORDER_LOCKED, ())
