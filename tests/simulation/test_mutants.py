"""Each deliberate fault is caught, so that a simulation that sees nothing does not pass for a proof."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.simulation.mutants import MUTANTS, Mutant

ROOT = Path(__file__).resolve().parents[2]
MOST_SEEDS = 400


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda mutant: mutant.name.replace(" ", "-"))
def test_the_simulation_catches(mutant: Mutant, tmp_path: Path) -> None:
    for package in ("sync", "store", "verification", "terminal", "tests/simulation"):
        shutil.copytree(ROOT / package, tmp_path / package)
    source = (tmp_path / mutant.file).read_text()
    assert source.count(mutant.before) == 1, "the fault has no place in the source any more"
    (tmp_path / mutant.file).write_text(source.replace(mutant.before, mutant.after))
    done = subprocess.run(
        [sys.executable, "-P", "-m", "tests.simulation", str(mutant.known), str(MOST_SEEDS)],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert "replay: python -m tests.simulation" in done.stdout, "no seed noticed the fault"
    assert str(tmp_path / mutant.file) in done.stdout or "Broken" in done.stdout
