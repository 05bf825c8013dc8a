"""Wrong PINs lock a name for a growing time, which no clock and no restart shortens."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from verification.lockout import FIRST_WAIT, LOCKS_AT, LONGEST_WAIT, Tries

AT = 1000.0


def after_wrong(count: int, at: float = AT) -> Tries:
    return Tries(count - 1).again(at)


@pytest.mark.parametrize(
    ("wrong", "wait"), [(1, 0), (4, 0), (5, 60), (6, 120), (7, 240), (10, 1920), (11, 3600), (5000, 3600)]
)
def test_each_wrong_pin_beyond_the_free_ones_locks_twice_as_long(wrong: int, wait: float) -> None:
    assert after_wrong(wrong).wait(AT) == wait


def test_the_wait_runs_down_with_the_computer_s_own_time() -> None:
    tries = after_wrong(LOCKS_AT)
    assert [tries.wait(AT + passed) for passed in (0.0, 59.0, 60.0, 61.0)] == [60.0, 1.0, 0.0, 0.0]


def test_after_a_restart_of_the_computer_only_the_time_since_then_counts() -> None:
    tries = after_wrong(LOCKS_AT, at=500_000.0)
    assert [tries.wait(uptime) for uptime in (0.0, 20.0, 60.0)] == [60.0, 40.0, 0.0]


@given(
    wrong=st.integers(LOCKS_AT, 40),
    at=st.floats(0, 1e6),
    ran_on=st.floats(0, 1e4),
    restarted=st.booleans(),
    since=st.floats(0, 1e4),
)
def test_no_name_is_free_before_the_computer_has_run_for_the_whole_wait(
    wrong: int, at: float, ran_on: float, restarted: bool, since: float
) -> None:
    """However long it ran on, whether it was started anew, and how long it has been up since."""
    locked = min(LONGEST_WAIT, FIRST_WAIT * 2 ** (wrong - LOCKS_AT))
    now = since if restarted else at + ran_on
    really_passed = ran_on + since if restarted else ran_on
    if really_passed < locked - 1e-6:
        assert after_wrong(wrong, at).wait(now) > 0
