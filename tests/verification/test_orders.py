"""Statuses follow from the counts: of a line, and of an order."""

from __future__ import annotations

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.verification.builders import line, lines_with, order
from verification.orders import Line, LineStatus, OrderStatus, line_status, order_status

NONE, SOME, ALL, OVER = 0, 1, 2, 3
"""Counts on a line of two units."""

ABSORBING = (OrderStatus.DRAFT, OrderStatus.SHIPPED, OrderStatus.CANCELLED)
COUNTABLE = tuple(status for status in OrderStatus if status not in ABSORBING)
LINE_SETS = [counts for length in (1, 2, 3) for counts in product((NONE, SOME, ALL, OVER), repeat=length)]


@pytest.mark.parametrize(
    ("verified", "quantity", "expected"),
    [
        (0, 1, LineStatus.PENDING),
        (0, 12, LineStatus.PENDING),
        (1, 12, LineStatus.IN_PROGRESS),
        (11, 12, LineStatus.IN_PROGRESS),
        (12, 12, LineStatus.VERIFIED),
        (1, 1, LineStatus.VERIFIED),
        (13, 12, LineStatus.IN_PROGRESS),
        (2, 1, LineStatus.IN_PROGRESS),
    ],
)
def test_a_line_is_verified_at_exactly_its_quantity(verified, quantity, expected):
    assert line_status(verified, quantity) is expected
    assert line("L1", "SKU-A", quantity, verified).status is expected


def test_a_new_line_has_everything_left():
    new = Line("L1", "SKU-A", 5)
    assert (new.counted, new.verified, new.remaining) == (0, 0, 5)


def test_counts_of_this_station_and_of_others_add_up():
    merged = line("L1", "SKU-A", 5, 2, elsewhere=3)
    assert (merged.verified, merged.remaining, merged.status) == (5, 0, LineStatus.VERIFIED)


def test_an_over_count_is_shown_whole_and_leaves_no_room():
    over = line("L1", "SKU-A", 5, 4, elsewhere=3)
    assert (over.verified, over.remaining, over.status) == (7, 0, LineStatus.IN_PROGRESS)


def test_a_quantity_that_shrinks_upstream_takes_verified_away_from_the_line():
    assert line("L1", "SKU-A", 3, 3).status is LineStatus.VERIFIED
    assert line("L1", "SKU-A", 2, 3).status is LineStatus.IN_PROGRESS


@pytest.mark.parametrize("reported", ABSORBING)
@pytest.mark.parametrize("counts", LINE_SETS)
def test_shipped_cancelled_and_draft_stand_whatever_the_counts_are(reported, counts):
    assert order_status(reported, lines_with(counts, 2)) is reported


@pytest.mark.parametrize("reported", COUNTABLE)
class TestOtherwiseTheCountsSpeak:
    @pytest.mark.parametrize("counts", [c for c in LINE_SETS if set(c) == {ALL}])
    def test_all_lines_verified_is_verified(self, reported, counts):
        assert order_status(reported, lines_with(counts, 2)) is OrderStatus.VERIFIED

    @pytest.mark.parametrize("counts", [c for c in LINE_SETS if ALL in c and set(c) != {ALL}])
    def test_some_lines_verified_is_partially_verified(self, reported, counts):
        assert order_status(reported, lines_with(counts, 2)) is OrderStatus.PARTIALLY_VERIFIED

    @pytest.mark.parametrize("counts", [c for c in LINE_SETS if ALL not in c and any(c)])
    def test_any_count_without_a_verified_line_is_in_progress(self, reported, counts):
        assert order_status(reported, lines_with(counts, 2)) is OrderStatus.IN_PROGRESS

    @pytest.mark.parametrize("counts", [c for c in LINE_SETS if not any(c)])
    def test_without_a_count_it_is_what_the_api_says(self, reported, counts):
        assert order_status(reported, lines_with(counts, 2)) is reported

    def test_an_order_without_lines_is_not_verified_by_having_nothing_left(self, reported):
        assert order_status(reported, ()) is reported


def test_one_over_counted_line_keeps_its_order_from_verified():
    assert (
        order(line("L1", "SKU-A", 2, 2), line("L2", "SKU-B", 2, 3)).status is OrderStatus.PARTIALLY_VERIFIED
    )


@given(
    st.sampled_from(OrderStatus),
    st.lists(st.tuples(st.integers(1, 6), st.integers(0, 8), st.integers(0, 8)), max_size=5),
    st.randoms(use_true_random=False),
)
def test_a_status_depends_on_the_merged_counts_alone(reported, lines, shuffler):
    """Not on who counted, nor on the order of the lines."""
    here = [line(f"L{n}", "SKU-A", *counts, elsewhere=other) for n, (*counts, other) in enumerate(lines)]
    there = [line(f"M{n}", "SKU-B", each.quantity, 0, elsewhere=each.verified) for n, each in enumerate(here)]
    shuffler.shuffle(there)
    assert order(*here, reported=reported).status is order(*there, reported=reported).status


def test_an_order_sums_its_lines():
    summed = order(line("L1", "SKU-A", 5, 2, elsewhere=1), line("L2", "SKU-B", 7, 4))
    assert (summed.verified, summed.quantity) == (7, 12)


def test_counting_touches_one_line_and_leaves_the_first_order_as_it_was():
    before = order(line("L1", "SKU-A", 5, 1), line("L2", "SKU-A", 5, 1, elsewhere=2))
    after = before.plus("L2", 2)
    assert [each.counted for each in after.lines] == [1, 3]
    assert after.line("L2").elsewhere == 2
    assert [each.counted for each in before.lines] == [1, 1]


def test_counting_keeps_all_else_that_a_line_says():
    before = Line("L1", "SKU-A", 5, 1, 2, notes="fragile")
    after = before.plus(2)
    assert after == Line("L1", "SKU-A", 5, 3, 2, notes="fragile")
    assert (after.verified, after.status) == (5, LineStatus.VERIFIED)


def test_a_line_is_found_by_its_id_and_a_stranger_is_not_found():
    both = order(line("L1", "SKU-A", 5), line("L2", "SKU-A", 7))
    assert both.line("L2").quantity == 7
    with pytest.raises(KeyError, match="L3"):
        both.line("L3")
