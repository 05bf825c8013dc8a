"""The clerk: one thread that takes reads in order, decides, writes, and only then says so.

It alone writes the ledger while the station runs. Reads that wait together are committed together, but none
is acknowledged before its commit. Other writers (imports, sign-in lists, reconciliation) hand it their
changes and wait; they never write beside it.
"""

from __future__ import annotations

import queue
import sqlite3
import threading
import time
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future
from typing import TYPE_CHECKING, Any, TypeVar

from store.errors import LedgerError, WriteFailed
from store.ledger import Fetched, Ledger
from store.posting import posting
from store.tallies import advance_when_free
from terminal.reads import Delivery, Outcome
from verification.desk import Desk
from verification.records import record

if TYPE_CHECKING:
    from terminal.procedure import Procedure

T = TypeVar("T")

_MOST_TOGETHER = 512
"""Reads in one transaction."""
_FIRST_TOGETHER, _LONGEST_TOGETHER = 0.002, 0.01
"""Seconds after which a transaction takes no further read, so that a burst is heard while it lasts: the first
one after a rest, and all others."""
_REST = 0.5
"""Seconds without a read, after which there is time for what would make one wait: the ledger's log is moved
into its file, and the summaries of the log are brought forward, where they are far behind."""


@record
class News:
    """What the clerk tells after a commit: the desk as it stands, and what each read did."""

    desk: Desk
    outcomes: tuple[Outcome, ...] = ()


@record
class _Change:
    """A write that is not a read."""

    apply: Callable[[sqlite3.Connection], Any]
    answer: Future[Any]


class Clerk:
    """Starts with `start`; `take` and `write` may be called from any thread; `stop` finishes what waits."""

    def __init__(
        self,
        ledger: Ledger,
        rules: Callable[[], Procedure],
        tell: Callable[[News], None],
        desk: Desk | None = None,
        fail: Callable[[Exception], None] | None = None,
    ) -> None:
        """`rules` makes what each read goes through, in the clerk's thread: nobody waits for it to load."""
        self._ledger = ledger
        self._rules = rules
        self._procedure: Procedure
        """Made by `rules` when the thread begins."""
        self._tell = tell
        self._fail = fail
        self._desk = desk or Desk()
        self._arrivals: queue.SimpleQueue[Delivery | _Change | None] = queue.SimpleQueue()
        self._waiting: deque[Delivery | _Change] = deque()
        self._after_reads: deque[_Change] = deque()
        """Changes that note what was fetched: all others and every read overtake them, and what they bring is
        found a moment later."""
        self._stopping = False
        self.free = threading.Event()
        """Set while there is nothing to do; what can wait gives way by it to reads, and to the changes that a
        read would have to wait for."""
        self.free.set()
        self._read_at = 0.0
        """When the last read was answered, by the monotonic clock."""
        self._together = _FIRST_TOGETHER
        """Seconds for the next transaction of reads."""
        self._unsummarised = True
        """Whether the summaries may be far behind the log."""
        self._thread = threading.Thread(target=self._serve, name="clerk")

    def scanning(self) -> bool:
        """Whether a read was answered a moment ago, so that the next one may come at any time."""
        return time.monotonic() < self._read_at + _REST

    def start(self) -> None:
        """Begin to serve."""
        self._thread.start()

    def take(self, delivery: Delivery) -> None:
        """Hand in a read. Returns at once; what became of it comes through `tell`, in order."""
        self.free.clear()
        self._arrivals.put(delivery)

    def write(self, change: Callable[[sqlite3.Connection], T]) -> Future[T]:
        """Have `change` made in one transaction. The future holds what it returned or raised."""
        answer: Future[T] = Future()
        self.free.clear()
        self._arrivals.put(_Change(change, answer))
        return answer

    def stop(self) -> None:
        """Finish everything handed in so far, then end the thread."""
        self._arrivals.put(None)
        if self._thread.ident is not None:
            self._thread.join()

    def _serve(self) -> None:
        try:
            self._procedure = self._rules()
            while self._gather():
                self.free.clear()
                self._serve_next()
                if not self._waits() and self._arrivals.empty():
                    if not self.scanning():
                        self._ledger.checkpoint()
                    self.free.set()
        except Exception as fault:  # noqa: BLE001 - a clerk that ends in silence leaves scans unanswered
            self._break_down(fault)

    def _serve_next(self) -> None:
        """Make a change, or take the reads that have come; one of what gave way to them comes after each lot,
        so that reads without end do not keep it out."""
        if self._waiting and isinstance(self._waiting[0], _Change):
            self._carry_out(self._waiting.popleft())
            return
        if self._waiting:
            self._take_together()
        if self._after_reads:
            self._carry_out(self._after_reads.popleft())

    def _waits(self) -> bool:
        return bool(self._waiting or self._after_reads)

    def _break_down(self, fault: Exception) -> None:
        """Take nothing more: report the fault, and let nobody wait for an answer that cannot come."""
        if self._fail is not None:
            self._fail(fault)
        self._turn_away(fault)
        while not self._stopping:
            self._sort_in(self._arrivals.get())
            self._turn_away(fault)

    def _turn_away(self, fault: Exception) -> None:
        for arrival in (*self._waiting, *self._after_reads):
            if isinstance(arrival, _Change):
                arrival.answer.set_exception(fault)
        self._waiting.clear()
        self._after_reads.clear()

    def _gather(self) -> bool:
        """Wait until there is something to do; False when there is nothing more and never will be."""
        if not self._waits() and not self._stopping:
            if self._arrivals.empty():
                self._together = _FIRST_TOGETHER
            self._sort_in(self._next_arrival())
        while not self._stopping and not self._arrivals.empty():
            self._sort_in(self._arrivals.get())
        return self._waits()

    def _next_arrival(self) -> Delivery | _Change | None:
        """Wait for what comes next, and use a long wait for what only reports need."""
        while self._unsummarised:
            try:
                return self._arrivals.get(timeout=_REST)
            except queue.Empty:
                self._ledger.checkpoint()
                self._unsummarised = advance_when_free(self._ledger)
        return self._arrivals.get()

    def _sort_in(self, arrival: Delivery | _Change | None) -> None:
        if arrival is None:
            self._stopping = True
        elif isinstance(arrival, _Change) and isinstance(arrival.apply, Fetched):
            self._after_reads.append(arrival)
        else:
            self._waiting.append(arrival)

    def _take_together(self) -> None:
        """Commit the reads at the head of the queue in one transaction; one by one if that fails."""
        taken: list[Delivery] = []
        outcomes: list[Outcome] = []
        desk = self._desk
        end = time.monotonic() + self._together
        self._together = _LONGEST_TOGETHER
        try:
            with posting(self._ledger) as posted:
                while self._waiting and len(taken) < _MOST_TOGETHER:
                    delivery = self._waiting[0]
                    if isinstance(delivery, _Change):
                        break
                    taken.append(self._next_delivery())
                    outcome, desk = self._procedure.handle(posted, desk, delivery)
                    outcomes.append(outcome)
                    if time.monotonic() > end:
                        break
        except WriteFailed as error:
            if not taken:  # the transaction could not even begin
                taken.append(self._next_delivery())
            if len(taken) > 1:
                self._take_one_by_one(taken)
                return
            outcomes, desk = [self._procedure.not_recorded(self._desk, taken[0], str(error))], self._desk
        self._desk, self._unsummarised = desk, True
        self._read_at = time.monotonic()
        self._tell(News(desk, tuple(outcomes)))

    def _next_delivery(self) -> Delivery:
        delivery = self._waiting.popleft()
        assert isinstance(delivery, Delivery)
        return delivery

    def _take_one_by_one(self, taken: list[Delivery]) -> None:
        rest, self._waiting = self._waiting, deque()
        try:
            for delivery in taken:
                self._waiting.append(delivery)
                self._take_together()
        finally:
            self._waiting = rest

    def _carry_out(self, change: Delivery | _Change) -> None:
        """Make a change in a transaction of its own, then look at the open order again: it may have moved.

        What was fetched is told only where it has; whoever fetches much tells how far it is.
        """
        assert isinstance(change, _Change)
        try:
            result = self._ledger.write(change.apply)
        except Exception as error:
            change.answer.set_exception(error)
            if isinstance(error, LedgerError | ValueError | LookupError):
                return
            raise
        change.answer.set_result(result)
        desk = self._procedure.refreshed(self._desk)
        if desk != self._desk or not isinstance(change.apply, Fetched):
            self._desk = desk
            self._tell(News(desk))
