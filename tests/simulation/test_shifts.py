"""Many seeds, each a shift in which everything goes wrong; when it is over, all that must hold holds."""

from __future__ import annotations

import os
from itertools import count

import pytest

from tests.simulation.__main__ import first_failure
from tests.simulation.world import simulate

SEEDS = int(os.environ.get("TALLYMAN_SEEDS", "2000"))
AT_ONCE = 50


@pytest.mark.parametrize("first", range(0, SEEDS, AT_ONCE))
def test_every_seed_holds(first: int) -> None:
    assert first_failure(first, min(AT_ONCE, SEEDS - first)) == ""


@pytest.mark.parametrize("seed", range(5))
def test_shifting_every_clock_changes_nothing(seed: int) -> None:
    assert simulate(seed).outcome() == simulate(seed, skew=3.2e7).outcome()


@pytest.mark.soak
@pytest.mark.skipif("not config.getoption('-m')", reason="runs until told; use `make soak`")
def test_seeds_hold_until_told() -> None:
    for start in count(1_000_000, AT_ONCE):
        assert first_failure(start, AT_ONCE) == ""
