"""A station without a screen."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.e2e.headless.program import Tallyman


@pytest.fixture
def tallyman(tmp_path: Path) -> Tallyman:
    return Tallyman(tmp_path)
