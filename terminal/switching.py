"""How a station's threads share the interpreter: in short turns."""

from __future__ import annotations

import sys
from typing import Final

TURN: Final = 0.0005
"""Seconds after which a running thread gives way to one that waits; Python's own are 0.005. In a burst three
threads keep handing on to each other, and the screen waited behind them for over 100 ms. Where there is an
API, reconciliation has them take shorter ones still: in a long pull a read waits for a dozen of its turns."""


def take_short_turns() -> None:
    """Set it for the whole process, before anything else runs."""
    sys.setswitchinterval(TURN)
