"""What a terminal sends, parted into reads and keys, in the input thread of whichever driver it comes to."""

from __future__ import annotations

import selectors
import time
from collections.abc import Callable, Iterable
from threading import Event

from terminal.scanners.framing import Frame, Framing
from terminal.scanners.source import arrived_at
from terminal.scanners.wedge import Item, Keys, Wedge

_LONGEST_WAIT = 0.1
"""Seconds after which the input thread looks whether it should end."""


class Parting:
    """Hands each read to `deliver` and each key or report, complete and well formed, to `press`.

    `hear` gets all bytes before anything is made of them, with the monotonic seconds of their coming.
    """

    def __init__(
        self,
        framing: Framing,
        deliver: Callable[[Frame], None],
        press: Callable[[str], None],
        hear: Callable[[bytes, float], None] = lambda _data, _at: None,
    ) -> None:
        self._wedge = Wedge(framing)
        self._deliver = deliver
        self._press = press
        self._hear = hear

    def run(self, fileno: int, ended: Event, read: Callable[[], Iterable[bytes] | None]) -> bool:
        """Part what `read` gives whenever `fileno` has something, until `ended`; False when `read` has None.

        None means that the terminal is gone, an empty collection that nothing of what came was typed.
        """
        wedge, there = self._wedge, True
        with selectors.SelectSelector() as selector:
            selector.register(fileno, selectors.EVENT_READ)
            while there and not ended.is_set():
                deadline = wedge.deadline
                started = time.monotonic()
                end = started + _LONGEST_WAIT
                end = end if deadline is None else min(end, max(deadline, started))
                if not selector.select(end - started):
                    self._hand_on(wedge.idle(min(time.monotonic(), end)))
                elif (come := read()) is not None:
                    at = arrived_at(time.monotonic(), deadline)
                    for data in come:
                        self._hear(data, at)
                        self._hand_on(wedge.feed(data, at))
                else:
                    there = False
        self._hand_on(wedge.close(time.monotonic()))
        return there

    def _hand_on(self, items: list[Item]) -> None:
        for item in items:
            if isinstance(item, Keys):
                self._press(item.data.decode())
            else:
                self._deliver(item.frame)
