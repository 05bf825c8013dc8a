"""What a code means follows from everything that goes by it, never from the order of look-ups."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.verification.builders import ANA
from verification.codes import COMMAND_PREFIX, Code, Command
from verification.meaning import (
    Ambiguous,
    Badge,
    Found,
    Goods,
    GoodsMatch,
    Ordered,
    OrderLabel,
    Person,
    Unknown,
    Unreadable,
    meaning,
)

ONE_A = (GoodsMatch("SKU-A"),)
EVERYTHING = Found(goods=ONE_A, order_ids=("order-1",), person=ANA)


class TestOneMeaning:
    def test_goods(self):
        assert meaning(Code("4006381333931"), Found(goods=ONE_A)) == Goods("SKU-A", 1, case=False)

    def test_an_order_label(self):
        assert meaning(Code("ORD-1"), Found(order_ids=("order-1",))) == OrderLabel("order-1")

    def test_a_badge(self):
        assert meaning(Code("B-7"), Found(person=ANA)) == Badge(ANA)

    def test_nothing_that_is_known_here(self):
        assert meaning(Code("NOPE"), Found()) == Unknown()

    def test_the_same_goods_found_twice_are_one_meaning(self):
        assert meaning(Code("4006381333931"), Found(goods=ONE_A * 2)) == Goods("SKU-A")

    def test_exact_goods_are_not_doubted_for_others_that_are_near(self):
        found = Found(goods=ONE_A, near_goods=(GoodsMatch("SKU-B"),))
        assert meaning(Code("36000291452"), found) == Goods("SKU-A")


class TestTwoMeanings:
    @pytest.mark.parametrize(
        ("found", "candidates"),
        [
            (Found(goods=(GoodsMatch("SKU-B"), GoodsMatch("SKU-A"))), ("goods SKU-A", "goods SKU-B")),
            (Found(goods=ONE_A, order_ids=("order-1",)), ("goods SKU-A", "an order")),
            (Found(goods=ONE_A, person=ANA), ("goods SKU-A", "a badge")),
            (Found(order_ids=("order-1",), person=ANA), ("an order", "a badge")),
            (Found(order_ids=("order-1", "order-2")), ("an order", "an order")),
            (EVERYTHING, ("goods SKU-A", "an order", "a badge")),
        ],
    )
    def test_are_ambiguous_and_both_are_named(self, found, candidates):
        assert meaning(Code("X1"), found) == Ambiguous(candidates)

    def test_the_same_goods_with_different_units_are_ambiguous(self):
        found = Found(goods=(GoodsMatch("SKU-A", 1), GoodsMatch("SKU-A", 12)))
        assert isinstance(meaning(Code("X1"), found), Ambiguous)

    def test_a_lost_digit_is_asked_about_even_if_only_one_thing_is_near(self):
        found = Found(near_goods=(GoodsMatch("SKU-B"), GoodsMatch("SKU-A"), GoodsMatch("SKU-A")))
        assert meaning(Code("36000291452"), found) == Ambiguous(("goods SKU-A", "goods SKU-B"))
        assert meaning(Code("36000291452"), Found(near_goods=ONE_A)) == Ambiguous(("goods SKU-A",))


class TestUnits:
    @pytest.mark.parametrize(
        ("taught", "on_the_label", "units"), [(1, None, 1), (12, None, 12), (1, 5, 5), (12, 5, 60), (1, 1, 1)]
    )
    def test_are_what_was_taught_times_what_the_label_claims(self, taught, on_the_label, units):
        found = Found(goods=(GoodsMatch("SKU-A", taught),))
        goods = meaning(Code("X1", count=on_the_label), found)
        assert goods == Goods("SKU-A", units, case=units > 1)

    def test_a_label_that_claims_no_units_is_not_counted_as_one(self):
        assert isinstance(meaning(Code("X1", count=0), Found(goods=ONE_A)), Unreadable)


def test_nobody_is_a_supervisor_unless_somebody_said_so():
    assert not Person("Ana").supervisor


def test_a_serial_that_counts_already_is_told_to_the_rules():
    found = Found(goods=ONE_A, serial_counted=True)
    assert meaning(Code("X1", serial="S1"), found) == Goods("SKU-A", serial_counted=True)


def test_a_frame_with_a_problem_means_nothing_whatever_it_names():
    assert meaning(Code("X1", problem="it is torn"), EVERYTHING) == Unreadable("it is torn")
    assert meaning(Code(Command.UNDO.barcode, problem="it is torn"), Found()) == Unreadable("it is torn")


class TestCommands:
    @pytest.mark.parametrize("command", Command)
    def test_are_understood_from_their_own_barcode(self, command):
        assert command.barcode == f"TALLYMAN:{command.value.upper()}"
        assert meaning(Code(command.barcode), Found()) == Ordered(command)

    def test_survive_a_scanner_that_changes_case(self):
        assert meaning(Code("tallyman:Undo"), Found()) == Ordered(Command.UNDO)

    def test_cannot_be_shadowed_by_goods_orders_or_badges(self):
        assert meaning(Code("TALLYMAN:ACK"), EVERYTHING) == Ordered(Command.ACKNOWLEDGE)

    @pytest.mark.parametrize(
        "text", ["TALLYMAN:", "TALLYMAN:DANCE", "tallyman:undo undo", "TALLYMAN:UNDO\x00"]
    )
    def test_that_nobody_knows_are_unreadable_even_if_goods_go_by_them(self, text):
        assert isinstance(meaning(Code(text), EVERYTHING), Unreadable)

    @pytest.mark.parametrize("text", ["UNDO", "XTALLYMAN:UNDO", "TALLYMAN UNDO", "TALLYMAN"])
    def test_need_their_whole_prefix_in_front(self, text):
        assert meaning(Code(text), Found()) == Unknown()

    @given(st.text())
    def test_no_text_behind_the_prefix_means_anything_but_a_command(self, rest):
        assert isinstance(meaning(Code(COMMAND_PREFIX + rest), EVERYTHING), Ordered | Unreadable)


MATCHES = st.builds(GoodsMatch, st.sampled_from(["SKU-A", "SKU-B"]), st.sampled_from([1, 12]))


@given(
    st.lists(MATCHES, max_size=3),
    st.lists(st.sampled_from(["order-1", "order-2"]), max_size=2, unique=True),
    st.sampled_from([None, ANA]),
)
def test_a_code_has_one_meaning_only_where_one_thing_goes_by_it(goods, order_ids, person):
    found = Found(goods=tuple(goods), order_ids=tuple(order_ids), person=person)
    things = len(set(goods)) + len(order_ids) + (person is not None)
    understood = meaning(Code("X1"), found)
    expected = {0: Unknown, 1: Goods | OrderLabel | Badge}.get(things, Ambiguous)
    assert isinstance(understood, expected)


@given(st.permutations([GoodsMatch("SKU-A"), GoodsMatch("SKU-B"), GoodsMatch("SKU-C", 12)]))
def test_the_order_of_look_ups_changes_nothing(matches):
    assert meaning(Code("X1"), Found(goods=tuple(matches))) == Ambiguous(
        ("goods SKU-A", "goods SKU-B", "goods SKU-C")
    )
