"""What other threads tell the screen, kept until the screen comes to it."""

from __future__ import annotations

import threading
from collections import deque
from typing import TYPE_CHECKING, TypeAlias

from terminal.clerk import News
from terminal.scanners.source import SourceState

if TYPE_CHECKING:
    from sync.status import SyncStatus

Arrival: TypeAlias = "News | SourceState | SyncStatus"


class Arrivals:
    """A queue that says once that there is something in it, however many threads bring things at once."""

    def __init__(self) -> None:
        self._arrived: deque[Arrival] = deque()
        self._lock = threading.Lock()

    def put(self, arrival: Arrival) -> bool:
        """Keep `arrival`; whether it is the first since all were taken, so that somebody has to be told."""
        with self._lock:
            self._arrived.append(arrival)
            return len(self._arrived) == 1

    def take_all(self) -> list[Arrival]:
        """Everything that has arrived, oldest first."""
        with self._lock:
            taken = list(self._arrived)
            self._arrived.clear()
        return taken
