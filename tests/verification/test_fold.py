"""Progress is a fold over the log of one order, oldest first."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from tests.verification.builders import event
from verification.events import Progress, fold
from verification.verdicts import Verdict

ONE_READ_OVER_TWO_LINES = [event(2, "L1", 2, read=2), event(3, "L2", 1, read=2)]


def seqs(events):
    return [row.seq for row in events]


def test_no_events_are_no_progress():
    assert fold([]) == Progress()
    assert (Progress().last_read(), dict(Progress().counts)) == ((), {})


def test_counts_add_up_by_line():
    progress = fold([event(1, "L1", 1), event(2, "L2", 12), event(3, "L1", 1)])
    assert progress.counts == {"L1": 2, "L2": 12}
    assert seqs(progress.standing) == [1, 2, 3]


def test_a_refusal_leaves_no_trace_in_the_progress():
    counted = event(1, "L1", 1)
    refused = event(2, "L2", 0, verdict=Verdict.LINE_ALREADY_VERIFIED)
    unknown = event(3, verdict=Verdict.UNKNOWN_CODE)
    assert fold([counted, refused, unknown]) == fold([counted])


def test_the_last_read_is_the_newest_that_stands():
    assert seqs(fold([event(1, "L1", 1), event(2, "L1", 1)]).last_read()) == [2]


def test_the_last_read_holds_all_lines_that_it_filled():
    assert seqs(fold([event(1, "L1", 1), *ONE_READ_OVER_TWO_LINES]).last_read()) == [2, 3]


def test_an_undo_takes_its_read_out_of_what_stands_and_off_the_counts():
    undo = [event(4, "L1", -2, read=4, takes_back=2), event(5, "L2", -1, read=4, takes_back=3)]
    progress = fold([event(1, "L1", 1), *ONE_READ_OVER_TWO_LINES, *undo])
    assert progress.counts == {"L1": 1, "L2": 0}
    assert seqs(progress.last_read()) == [1]


def test_a_read_after_an_undo_stands_again():
    progress = fold([event(1, "L1", 1), event(2, "L1", -1, takes_back=1), event(3, "L1", 1)])
    assert (progress.counts, seqs(progress.standing)) == ({"L1": 1}, [3])


def test_an_undo_can_take_back_a_read_that_is_not_the_newest():
    progress = fold([event(1, "L1", 1), event(2, "L1", 1), event(3, "L1", -1, takes_back=1)])
    assert seqs(progress.last_read()) == [2]


def test_folding_changes_no_earlier_progress():
    rows = [event(1, "L1", 1), event(2, "L1", 1)]
    first = fold(rows[:1])
    fold(rows)
    assert (first.counts, seqs(first.standing)) == ({"L1": 1}, [1])


def test_a_log_is_read_once_from_any_source():
    assert fold(iter(ONE_READ_OVER_TWO_LINES)) == fold(ONE_READ_OVER_TWO_LINES)


LINES = st.sampled_from(["L1", "L2", "L3"])


@given(st.lists(st.tuples(LINES, st.integers(-3, 5)), max_size=20))
def test_counts_are_exactly_the_sum_of_deltas(deltas):
    counts = fold(event(n, line_id, delta) for n, (line_id, delta) in enumerate(deltas, 1)).counts
    for line_id in ("L1", "L2", "L3"):
        assert counts.get(line_id, 0) == sum(delta for of, delta in deltas if of == line_id)
