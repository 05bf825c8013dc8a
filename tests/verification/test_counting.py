"""What goods do to an open order: all of their units count, or none."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.verification.builders import BEEP_ONLY, SIGNED_IN, desk_with, line, order, scan
from verification.decide import decide
from verification.desk import Asked, Count, Desk
from verification.events import Provenance
from verification.meaning import Goods, Person
from verification.orders import OrderStatus
from verification.verdicts import Verdict


def counted(decision):
    """The counts as pairs, to compare with."""
    return [(count.line_id, count.delta) for count in decision.counts]


class TestOneUnit:
    def test_counts_on_the_line_of_its_sku(self):
        decision = scan(desk_with(line("L1", "SKU-A", 3), line("L2", "SKU-B", 3)), "SKU-B")
        assert counted(decision) == [("L2", 1)]
        assert (decision.sku, decision.line_id, decision.units, decision.delta) == ("SKU-B", "L2", 1, 1)
        assert decision.provenance is Provenance.SCANNED

    def test_takes_back_nothing(self):
        assert scan(desk_with(line("L1", "SKU-A", 3)), "SKU-A").counts == (Count("L1", 1, takes_back=None),)

    def test_fills_up_what_other_stations_left(self):
        decision = scan(desk_with(line("L1", "SKU-A", 3, 1, elsewhere=1), line("L2", "SKU-B", 1)), "SKU-A")
        assert decision.verdict is Verdict.LINE_VERIFIED

    def test_is_one_too_many_where_other_stations_counted_the_rest(self):
        decision = scan(desk_with(line("L1", "SKU-A", 3, 1, elsewhere=2), line("L2", "SKU-B", 1)), "SKU-A")
        assert (decision.verdict, decision.counts) == (Verdict.LINE_ALREADY_VERIFIED, ())

    def test_is_refused_on_an_over_counted_line(self):
        decision = scan(desk_with(line("L1", "SKU-A", 3, 2, elsewhere=2)), "SKU-A")
        assert (decision.verdict, decision.counts) == (Verdict.LINE_ALREADY_VERIFIED, ())

    def test_of_another_order_is_named_and_counts_nowhere(self):
        decision = scan(desk_with(line("L1", "SKU-A", 3)), "SKU-X", 2)
        assert (decision.verdict, decision.counts) == (Verdict.NOT_ON_ORDER, ())
        assert (decision.sku, decision.line_id, decision.units) == ("SKU-X", None, 2)

    def test_is_not_matched_by_another_way_of_writing_the_sku(self):
        assert scan(desk_with(line("L1", "SKU-A", 3)), "sku-a").verdict is Verdict.NOT_ON_ORDER

    def test_that_completes_the_last_line_verifies_the_order(self):
        decision = scan(desk_with(line("L1", "SKU-A", 3, 2), line("L2", "SKU-B", 2, 2)), "SKU-A")
        assert decision.verdict is Verdict.ORDER_VERIFIED

    def test_that_completes_its_line_does_not_verify_an_order_with_an_over_counted_line(self):
        decision = scan(desk_with(line("L1", "SKU-A", 3, 2), line("L2", "SKU-B", 2, 3)), "SKU-A")
        assert decision.verdict is Verdict.LINE_VERIFIED

    def test_on_a_verified_order_is_over(self):
        decision = scan(desk_with(line("L1", "SKU-A", 1, 1)), "SKU-A")
        assert (decision.verdict, decision.line_id) == (Verdict.LINE_ALREADY_VERIFIED, "L1")


class TestTheSameSkuOnTwoLines:
    TWICE = (line("L1", "SKU-A", 2), line("L2", "SKU-B", 1), line("L3", "SKU-A", 3))

    def test_fills_the_first_line_with_room(self):
        assert counted(scan(desk_with(*self.TWICE), "SKU-A")) == [("L1", 1)]

    def test_then_the_next(self):
        first_full = replace(self.TWICE[0], counted=2)
        decision = scan(desk_with(first_full, *self.TWICE[1:]), "SKU-A")
        assert (counted(decision), decision.verdict) == ([("L3", 1)], Verdict.ACCEPTED)
        assert decision.line_id == "L3"

    def test_passes_over_a_line_that_other_stations_filled_or_over_filled(self):
        for elsewhere in (2, 3):
            first = replace(self.TWICE[0], elsewhere=elsewhere)
            assert counted(scan(desk_with(first, *self.TWICE[1:]), "SKU-A")) == [("L3", 1)]

    def test_a_case_spans_both(self):
        decision = scan(desk_with(*self.TWICE), "SKU-A", 4)
        assert counted(decision) == [("L1", 2), ("L3", 2)]
        assert (decision.verdict, decision.line_id, decision.units) == (Verdict.ACCEPTED, "L3", 4)

    def test_a_case_that_fills_both_verifies_the_last_line_it_touches(self):
        decision = scan(desk_with(*self.TWICE), "SKU-A", 5)
        assert counted(decision) == [("L1", 2), ("L3", 3)]
        assert decision.verdict is Verdict.LINE_VERIFIED

    def test_a_case_that_fills_both_can_verify_the_order(self):
        b_full = replace(self.TWICE[1], counted=1)
        decision = scan(desk_with(self.TWICE[0], b_full, self.TWICE[2]), "SKU-A", 5)
        assert decision.verdict is Verdict.ORDER_VERIFIED

    def test_a_case_larger_than_both_together_is_refused_whole(self):
        decision = scan(desk_with(*self.TWICE), "SKU-A", 6)
        assert (decision.verdict, decision.counts) == (Verdict.EXCEEDS_REMAINING, ())
        assert (decision.line_id, decision.units) == ("L1", 6)

    def test_one_unit_too_many_points_at_the_last_of_them(self):
        full = [replace(each, counted=each.quantity) for each in self.TWICE]
        assert scan(desk_with(*full), "SKU-A").line_id == "L3"


class TestACase:
    def test_counts_its_units_and_says_so(self):
        decision = scan(desk_with(line("L1", "SKU-A", 24)), "SKU-A", 12)
        assert (counted(decision), decision.verdict) == ([("L1", 12)], Verdict.ACCEPTED)
        assert decision.provenance is Provenance.CASE

    def test_that_fits_exactly_verifies_the_line(self):
        decision = scan(desk_with(line("L1", "SKU-A", 24, 12), line("L2", "SKU-B", 1)), "SKU-A", 12)
        assert (counted(decision), decision.verdict) == ([("L1", 12)], Verdict.LINE_VERIFIED)

    def test_that_is_one_too_large_is_refused_and_not_capped(self):
        decision = scan(desk_with(line("L1", "SKU-A", 24, 13)), "SKU-A", 12)
        assert (decision.verdict, decision.counts, decision.delta) == (Verdict.EXCEEDS_REMAINING, (), 0)
        assert (decision.sku, decision.line_id, decision.units) == ("SKU-A", "L1", 12)

    def test_on_a_full_line_is_one_line_verified_already(self):
        assert (
            scan(desk_with(line("L1", "SKU-A", 2, 2)), "SKU-A", 12).verdict is Verdict.LINE_ALREADY_VERIFIED
        )

    @pytest.mark.parametrize("provenance", [p for p in Provenance if p is not Provenance.SCANNED])
    def test_that_was_not_scanned_keeps_saying_how_it_came(self, provenance):
        asked = Asked(Goods("SKU-A", 12, case=True), provenance=provenance)
        assert decide(desk_with(line("L1", "SKU-A", 24)), asked, SIGNED_IN).provenance is provenance


class TestASerial:
    def test_that_counts_already_is_refused(self):
        asked = Asked(Goods("SKU-A", serial_counted=True))
        decision = decide(desk_with(line("L1", "SKU-A", 5)), asked, SIGNED_IN)
        assert (decision.verdict, decision.counts) == (Verdict.DUPLICATE_SERIAL, ())

    def test_of_goods_that_do_not_belong_is_first_of_all_a_wrong_item(self):
        asked = Asked(Goods("SKU-X", serial_counted=True))
        assert decide(desk_with(line("L1", "SKU-A", 5)), asked, SIGNED_IN).verdict is Verdict.NOT_ON_ORDER


class TestALockedOrder:
    @pytest.mark.parametrize("reported", [OrderStatus.DRAFT, OrderStatus.SHIPPED, OrderStatus.CANCELLED])
    @pytest.mark.parametrize("sku", ["SKU-A", "SKU-X"])
    @pytest.mark.parametrize("double", [False, True])
    def test_counts_nothing_and_says_its_status(self, reported, sku, double):
        decision = scan(desk_with(line("L1", "SKU-A", 5), reported=reported), sku, double=double)
        assert (decision.verdict, decision.counts) == (Verdict.ORDER_LOCKED, ())
        assert (decision.problem, decision.alarm, decision.held) == (reported.value, False, None)


class TestTheAlarm:
    @pytest.mark.parametrize(("sku", "units"), [("SKU-X", 1), ("SKU-A", 3), ("SKU-B", 1)])
    def test_keeps_what_the_picker_needs_to_know(self, sku, units):
        desk = desk_with(line("L1", "SKU-A", 2), line("L2", "SKU-B", 1, 1))
        loud, quiet = scan(desk, sku, units), scan(desk, sku, units, policy=BEEP_ONLY)
        assert (loud.alarm, quiet.alarm) == (True, False)
        assert replace(loud, alarm=False) == quiet

    def test_is_not_raised_by_goods_that_count(self):
        assert not scan(desk_with(line("L1", "SKU-A", 2)), "SKU-A").alarm


def test_who_stands_at_the_desk_changes_nothing():
    lines = order(line("L1", "SKU-A", 2, 1))
    supervisor = Person("Sue", supervisor=True)
    assert scan(Desk(supervisor, lines), "SKU-A") == scan(Desk(Person("Ana"), lines), "SKU-A")
