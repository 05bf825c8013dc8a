"""The only orchestrator: it pulls, sends, and knows how the station and the API stand to each other.

Every step is one transaction, and nothing that is needed later is kept in memory alone: an engine that ended
anywhere is replaced by a new one on the same ledger. Clocks decide nothing; the event loop's own time only
says when to try again.
"""

from __future__ import annotations

import asyncio
import secrets
import sqlite3
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from store import conflicts, outbox, sightings, unreadable
from store.errors import LedgerError
from sync.client import OrdersClient
from sync.desk import Desk, Writer
from sync.errors import BrokenAnswer, NotAllowed, Offline, SyncError, Throttled
from sync.pull import Pull
from sync.push import Push
from sync.readings import Identifier
from sync.rechecking import Rechecking
from sync.status import Link, Result, SyncStatus

_MOST_TOLD = 20
"""Orders that could not be read, which a result names."""


def _unheard(_status: SyncStatus) -> None:
    """Nobody shows it."""


def _unused_slot() -> str:
    return secrets.token_hex(4)


@dataclass
class Engine:
    """Reconciles one ledger with one API. `write` has a change made by whoever writes the ledger."""

    client: OrdersClient
    write: Writer
    station: str
    show: Callable[[SyncStatus], None] = _unheard
    unused: Callable[[], str] = _unused_slot
    now: Callable[[], datetime] = lambda: datetime.now(UTC)
    together: int = 32
    """Orders taken in by one transaction: few where scans wait for it."""
    identifier: Identifier = Identifier.ORDER_NUMBER
    """By what the API knows an order in a path."""
    rechecking: Rechecking | None = None
    """Has orders that merging completes counted again; None where nobody wants that."""
    status: SyncStatus = field(default_factory=SyncStatus)

    def __post_init__(self) -> None:
        self._desk = Desk(
            self.client,
            self.write,
            lambda: f"{self.station}.{self.unused()}",
            self._tell,
            self.together,
            identifier=self.identifier,
            rechecking=self.rechecking,
        )
        self._tallied = (0, 0, 0, 0)

    def look_at(self, order_number: str) -> None:
        """Have this order looked at before others: somebody opened it."""
        self._desk.wanted[order_number] = None

    async def round(self) -> bool:
        """Pull and send everything; whether nothing stood in the way. What did is in `status`."""
        return await self._tried(self._whole_round)

    async def send(self) -> bool:
        """Send what waits and look at what was opened, without looking for other changes."""
        return await self._tried(self._opened_and_waiting)

    async def result(self) -> Result:
        """What this engine did so far, and what is parked, in conflict or unreadable now."""
        await self._tally()
        _, parked, found, unread = self._tallied
        told = await self.write(lambda db: unreadable.listing(db, _MOST_TOLD))
        return Result(
            self._desk.pulled,
            self._desk.pushed,
            parked,
            found,
            self.client.tally.requests,
            unread,
            tuple((each.order_number, each.told) for each in told),
        )

    async def _whole_round(self) -> None:
        self._desk.round, self._desk.nameless = await self.write(_next_round), set()
        self._desk.resting.clear()
        pull = Pull(self._desk, self._send_unless_refused)
        try:
            await self._send_unless_refused()
            await pull.round()
        finally:
            self._desk.progress = None
        await self._send_unless_refused()
        if pull.unread is not None:
            raise pull.unread
        if self._desk.nameless:
            raise BrokenAnswer(
                f"the list does not show {self.identifier}, by which this key names orders, so"
                f" {len(self._desk.nameless)} of them cannot be asked for",
                "$.data",
            )

    async def _opened_and_waiting(self) -> None:
        wanted, self._desk.wanted = self._desk.wanted, {}
        self._desk.resting.clear()
        pull = Pull(self._desk, self._send_unless_refused)
        await pull.details(wanted)
        await pull.asked_again()
        push = Push(self._desk)
        await push.all_waiting()
        if push.silence is not None:
            raise push.silence

    async def _send_unless_refused(self) -> None:
        """Send what waits; where the key may read but not write, reading goes on."""
        if self.status.sending_paused:
            return
        try:
            await Push(self._desk).all_waiting()
        except NotAllowed as error:
            if error.status != 403:
                raise
            self.status = replace(self.status, sending_paused=True)
            self._stands(Link.KEY_REFUSED, str(error))

    async def _tried(self, work: Callable[[], object]) -> bool:
        self.status = replace(self.status, sending_paused=False, next_try=None)
        try:
            await work()  # type: ignore[misc]
        except NotAllowed as error:
            self.status = replace(self.status, sending_paused=True)
            self._stands(Link.KEY_REFUSED, str(error))
        except BrokenAnswer as error:
            self._stands(Link.REFUSED_ANSWER, str(error))
        except (Offline, Throttled) as error:
            self._stands(Link.OFFLINE, str(error))
        except SyncError as error:
            self._stands(Link.REFUSED_ANSWER, str(error))
        except LedgerError as error:
            self._stands(Link.LEDGER, str(error))
            self._tell()
            return False
        else:
            if not self.status.sending_paused:
                self._stands(Link.ONLINE, "")
        await self._tally()
        self._tell()
        return self.status.link is Link.ONLINE

    async def _tally(self) -> None:
        self._tallied = await self.write(
            lambda db: (*outbox.tallied(db), conflicts.count(db), unreadable.count(db))
        )

    def _stands(self, link: Link, told: str) -> None:
        since = self.status.since if self.status.link is link else self.now()
        self.status = replace(self.status, link=link, told=told, since=since)

    def _tell(self) -> None:
        waiting, parked, found, unread = self._tallied
        tally = self.client.tally
        self.status = replace(
            self.status,
            waiting=waiting,
            parked=parked,
            conflicts=found,
            unreadable=unread,
            requests=tally.requests,
            last=tally.last,
            skew=tally.skew,
            progress=self._desk.progress,
        )
        self.show(self.status)

    async def wait(self, woken: asyncio.Event, seconds: float) -> bool:
        """Wait until woken or until `seconds` have passed; whether it was woken."""
        seconds = max(seconds, self.client.pace.held_back())
        self.status = replace(self.status, next_try=seconds)
        self._tell()
        try:
            async with asyncio.timeout(seconds):
                await woken.wait()
        except TimeoutError:
            return False
        woken.clear()
        return True


def _next_round(db: sqlite3.Connection) -> int:
    number = int(sightings.remembered(db, "round") or "0") + 1
    sightings.remember(db, "round", str(number))
    return number
