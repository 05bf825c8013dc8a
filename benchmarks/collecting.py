"""The collector of unused objects as it is set while a station runs."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager

from terminal.collector import PauseCollector


@contextmanager
def collecting_as_a_station() -> Iterator[None]:
    """Set it so for as long as the block lasts."""
    before = gc.get_threshold()
    PauseCollector.begin()
    try:
        yield
    finally:
        gc.unfreeze()
        gc.set_threshold(*before)
