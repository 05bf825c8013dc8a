"""When Python's collector of cyclic garbage may run: in the pauses between scans.

A scan leaves some 800 objects that the collector wants to look at. Left to itself it does so in the midst of
a scan: every third scan a little, or, with a high threshold, every sixtieth scan for 30 to 90 ms, which was
nearly all of the slowest hundredth. So what the program is made of is put out of its sight once, and the
rest is looked at when no read has come for a moment. `docs/performance.md` has the measurements.
"""

from __future__ import annotations

import asyncio
import gc

PAUSE = 0.05
"""Seconds without news after which young objects are looked at: a millisecond, mostly."""
LONG_PAUSE = 5.0
"""Seconds without news after which all objects are, save those put out of sight: tens of milliseconds."""
_IN_A_BURST = (10_000, 1_000, 1_000)
"""Thresholds while there is no pause, as `gc.set_threshold` takes them: some milliseconds each time."""


class PauseCollector:
    """`begin` once, in any thread; `postpone` whenever something was shown, in the thread of the screen."""

    def __init__(self) -> None:
        self._next: asyncio.TimerHandle | None = None

    @staticmethod
    def begin() -> None:
        """Put all that there is now out of the collector's sight."""
        gc.collect()
        gc.freeze()
        gc.set_threshold(*_IN_A_BURST)
        gc.enable()

    def postpone(self) -> None:
        """Wait for the next pause."""
        if self._next is not None:
            self._next.cancel()
        self._next = asyncio.get_running_loop().call_later(PAUSE, self._look_at_young)

    def _look_at_young(self) -> None:
        gc.collect(1)
        self._next = asyncio.get_running_loop().call_later(LONG_PAUSE, gc.collect)
