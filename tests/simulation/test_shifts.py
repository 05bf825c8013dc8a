"""Many seeds, each a shift in which everything goes wrong; when it is over, all that must hold holds."""

from __future__ import annotations

import os
import subprocess
import sys
from itertools import count
from pathlib import Path

import pytest

from tests.simulation.world import simulate

ROOT = Path(__file__).resolve().parents[2]
SEEDS = int(os.environ.get("TALLYMAN_SEEDS", "2000"))
AT_ONCE = 50


def seeds_hold(first: int, number: int) -> str:
    """Empty when they do, else what failed and how to replay it."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.simulation", str(first), str(number)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    return "" if done.returncode == 0 else done.stdout + done.stderr


@pytest.mark.parametrize("first", range(0, SEEDS, AT_ONCE))
def test_every_seed_holds(first: int) -> None:
    assert seeds_hold(first, min(AT_ONCE, SEEDS - first)) == ""


@pytest.mark.parametrize("seed", range(5))
def test_shifting_every_clock_changes_nothing(seed: int) -> None:
    assert simulate(seed).outcome() == simulate(seed, skew=3.2e7).outcome()


@pytest.mark.soak
@pytest.mark.skipif("not config.getoption('-m')", reason="runs until told; use `make soak`")
def test_seeds_hold_until_told() -> None:
    for start in count(1_000_000, AT_ONCE):
        assert seeds_hold(start, AT_ONCE) == ""
