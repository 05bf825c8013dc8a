"""What the station on the screen tells reconciliation, and what people decide about it."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable
from concurrent.futures import Future
from typing import TYPE_CHECKING, TypeVar

from terminal.reads import Outcome
from terminal.station import Station
from verification.verdicts import Verdict

if TYPE_CHECKING:
    from sync.service import SyncService
    from terminal.held import Held

T = TypeVar("T")


class Reconciliation:
    """The service beside a station; without one, where no Orders API is configured, it does nothing."""

    def __init__(self, station: Station, service: SyncService | None) -> None:
        self._station = station
        self._service = service

    @property
    def connected(self) -> bool:
        """Whether there is an Orders API."""
        return self._service is not None

    def start(self) -> None:
        """Begin to reconcile."""
        if self._service is not None:
            self._service.start()

    def after(self, outcomes: Iterable[Outcome]) -> None:
        """Counts wait to be sent; an order that was opened is looked at before all others."""
        if self._service is None:
            return
        for outcome in outcomes:
            if outcome.delta:
                self._service.wake()
            elif outcome.verdict is Verdict.ORDER_OPENED and outcome.order is not None:
                self._service.look_at(outcome.order.order_number)

    def retry(self, held: Held) -> None:
        """Have a parked order sent again."""
        self.change(held.retry)

    def settle(self, held: Held) -> None:
        """Somebody has looked at what is parked or in conflict, and settles it."""
        self.change(held.settle)

    def change(self, change: Callable[[sqlite3.Connection], T]) -> Future[T]:
        """Have the clerk make `change`, and what follows from it sent at once. The future has its outcome."""
        done = self._station.write(change)
        if self._service is not None:
            service = self._service
            done.add_done_callback(lambda _: service.try_now())
        return done
