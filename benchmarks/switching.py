"""How threads take turns while a station runs."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager

from terminal.switching import take_short_turns


@contextmanager
def taking_turns_as_a_station() -> Iterator[None]:
    """Set it so for as long as the block lasts."""
    before = sys.getswitchinterval()
    take_short_turns()
    try:
        yield
    finally:
        sys.setswitchinterval(before)
