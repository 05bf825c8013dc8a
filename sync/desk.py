"""What pulling and pushing share: the client, the ledger's one writer, and what they have done so far."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Awaitable, Callable, Collection, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol, TypeVar

from store import outbox, sightings, unreadable
from store.errors import LedgerError, Refused
from store.ledger import Fetched
from sync.client import OrdersClient
from sync.errors import BrokenAnswer, Nameless, NotFound, Rejected, SyncError
from sync.readings import Identifier
from sync.rechecking import Rechecking
from sync.reconcile import NOT_THERE, bring_in
from sync.shapes import FullOrder, Page, Summary
from sync.status import Progress
from verification.printable import printable

T = TypeVar("T")
_LONGEST = 300
"""Characters of a reason that are kept."""
PARK_AFTER = 3
"""Refusals in a row after which an order is parked."""


class Writer(Protocol):
    """Has a change made in one transaction of the ledger, by whoever writes it."""

    def __call__(self, change: Callable[[sqlite3.Connection], T], /) -> Awaitable[T]: ...


@dataclass
class Desk:
    """One run of the engine."""

    client: OrdersClient
    write: Writer
    fresh: Callable[[], str]
    """Names a slot that nobody has used."""
    tell: Callable[[], None]
    """Called when there is something new to show."""
    together: int = 32
    """Orders taken in by one transaction."""
    round: int = 0
    pulled: int = 0
    pushed: int = 0
    progress: Progress | None = None
    wanted: dict[str, None] = field(default_factory=dict)
    """Numbers of orders that somebody opened, to be looked at first."""
    identifier: Identifier = Identifier.ORDER_NUMBER
    """By what the API knows an order in a path."""
    rechecking: Rechecking | None = None
    """Has orders that merging completes counted again; None where nobody wants that."""
    listed: Mapping[str, str] = field(default_factory=dict)
    """Identifiers by order number, as the page of the list that is being read shows them."""
    entries: Mapping[str, Summary] = field(default_factory=dict)
    """What the page of the list that is being read says of its orders, by order number."""
    nameless: set[str] = field(default_factory=set)
    """Orders of this round that could not be asked for, since the list does not show their identifier."""
    resting: set[str] = field(default_factory=set)
    """Orders whose last write the API does not show yet: they are not asked for again at once."""
    _hidden: bool = False

    async def get(self, number: str) -> FullOrder:
        """The order of this number, and of no other; one that cannot be read is remembered."""
        try:
            return await self._asked_for(number)
        except ONE_ORDER as error:
            await self._not_read(number, error)
            raise

    async def _not_read(self, number: str, error: SyncError) -> None:
        if isinstance(error, Nameless) and self._hidden:
            return
        seen = self._summary(number)
        await self.write(Fetched(lambda db: _note(db, number, error, self.round, seen)))

    async def _asked_for(self, number: str) -> FullOrder:
        answer = await self.client.get_order(await self.name_of(number))
        if answer.order.order_number != number:
            raise BrokenAnswer(
                f"order {answer.order.order_number} was answered for {number}: this key names orders by"
                f" something else than {self.identifier}; `identifier` in [orders_api] says by what",
                "$.data.order_number",
            )
        return answer

    async def name_of(self, number: str) -> str:
        """What `{identifier}` is for the order of this number. Raises Nameless when nothing tells it."""
        if self.identifier is Identifier.ORDER_NUMBER:
            return number
        field_name = self.identifier.value
        name = self.listed.get(number) or await self.write(
            lambda db: sightings.name_of(db, number, field_name)
        )
        if not name:
            raise Nameless(field_name)
        return name

    def on_page(self, page: Page) -> None:
        """Learn from a page of the list how its orders stand, and by what they are asked for."""
        self.entries = {entry.order_number: entry for entry in page.entries}
        if self.identifier is Identifier.ID:
            self.listed = {entry.order_number: entry.id for entry in page.entries}
        elif self.identifier is Identifier.EXTERNAL_ORDER_ID:
            self.listed = {entry.order_number: entry.external_order_id or "" for entry in page.entries}
            self._hidden = any(entry.external_order_id is None for entry in page.entries)

    def _summary(self, number: str) -> str | None:
        entry = self.entries.get(number)
        return entry.told() if entry else None

    async def took_in(self, answers: list[FullOrder]) -> None:
        """Bring sighted orders in, in one transaction; one that contradicts the ledger stops only itself."""
        names = [self.fresh() for _ in answers]
        self.pushed += await self.write(Fetched(lambda db: self._bring_in_all(db, answers, names)))
        self.pulled += len(answers)

    def _bring_in_all(self, db: sqlite3.Connection, answers: list[FullOrder], names: list[str]) -> int:
        """Bring them in; returns how many of them prove a write."""
        proved = 0
        for answer, fresh in zip(answers, names, strict=True):
            db.execute("SAVEPOINT one")
            try:
                proved += bring_in(db, answer, fresh, self.round, rechecking=self.rechecking).proved
            except Refused as refusal:
                db.execute("ROLLBACK TO one")
                number = answer.order.order_number
                unreadable.note(db, number, told(refusal), self.round, self._summary(number))
                order_id = sightings.find(db, answer.order.id, number)
                if order_id is not None:
                    sightings.passed_over(db, order_id, self.round)
                    outbox.park(db, order_id, told(refusal))
            db.execute("RELEASE one")
        return proved

    async def trouble(self, order_id: str | None, number: str, error: SyncError) -> None:
        """Note that the API refused something for one order; after a few times the order is parked."""
        if isinstance(error, Nameless) and self._hidden:
            self.nameless.add(number)

        def note(db: sqlite3.Connection) -> None:
            order = order_id or sightings.find(db, "", number)
            if order is None:
                return
            sightings.passed_over(db, order, self.round)
            if outbox.of(db, order) is None:
                return
            never_there = isinstance(error, NotFound) and sightings.of(db, order) is None
            if never_there or outbox.failed(db, order) >= PARK_AFTER:
                outbox.park(db, order, told(error))

        await self.write(note)
        self.tell()


ONE_ORDER = (Rejected, BrokenAnswer)
"""Errors that speak of one order, not of the API."""


def told(error: Exception) -> str:
    """Why one order cannot be read or sent, as the ledger keeps it."""
    return NOT_THERE if isinstance(error, NotFound) else printable(str(error), _LONGEST)


def _note(db: sqlite3.Connection, number: str, error: SyncError, at: int, seen: str | None) -> None:
    """Remember an order that the API has; what it was never seen to have is for the outbox to tell."""
    order_id = sightings.find(db, "", number)
    here_alone = order_id is not None and sightings.of(db, order_id) is None
    if here_alone and isinstance(error, NotFound | Nameless):
        return
    unreadable.note(db, number, told(error), at, seen)


async def pooled(items: Collection[T], work: Callable[[T], Awaitable[Any]], width: int) -> None:
    """Do `work` for each item, at most `width` at once; the first error ends it when the rest has ended."""
    left = iter(items)
    errors: list[BaseException] = []

    async def worker() -> None:
        for item in left:
            if errors:
                return
            try:
                await work(item)
            except (SyncError, LedgerError) as error:
                errors.append(error)

    async with asyncio.TaskGroup() as group:
        for _ in range(min(width, len(items))):
            group.create_task(worker())
    if errors:
        raise errors[0]
