"""Finding what changed: the list has no filter and no time of change, so it is walked from its newest end.

One walk does two things. It goes on until a whole page is known and older than the high-water mark, and it
sweeps the open orders by their summaries as deep as that is cheaper than asking for the rest one by one.
Besides, a few open orders are looked at in rotation, and one page of the depths is read each round, where an
order that was entered with an old date would otherwise never be found. The cost follows the number of open
orders, whatever the history.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Awaitable, Callable, Iterable
from datetime import datetime

from store import sightings, unreadable
from store.ledger import Fetched
from sync.desk import ONE_ORDER, Desk, pooled, told
from sync.errors import BrokenAnswer, Rejected
from sync.pace import MOST_WORKERS
from sync.readings import FINAL, MOST_PER_PAGE
from sync.shapes import FullOrder, Page, Summary
from sync.status import Progress
from sync.walking import Walk
from verification.printable import printable
from verification.records import record

ROTATION = 5
"""Open orders looked at in rotation each round."""


@record
class Sifted:
    """What a page of the list says that the ledger does not know."""

    details: tuple[str, ...]
    """Numbers of orders to look at: new ones, and those whose summary changed."""
    known: bool
    """Whether the whole page was known."""


def sift(db: sqlite3.Connection, page: Page, at: int) -> Sifted:
    """Compare a page, read in round `at`, with the ledger, and remember which of its entries cannot be read.

    An order that could not be read is looked at again when its summary changed.
    """
    before = sightings.by_api_id(db, [entry.id for entry in page.entries])
    new = [entry for entry in page.entries if entry.id not in before]
    unreadable.listed_well(db, (name for entry in page.entries for name in (entry.order_number, entry.id)))
    for error in page.broken:
        unreadable.note_listed(db, error.of, told(error), at)
    unreadable.readable(db, (entry.order_number for entry in new if entry.status in FINAL))
    refused = unreadable.summaries(db, [entry.order_number for entry in page.entries])
    as_refused = {
        entry.id
        for entry in page.entries
        if entry.order_number in refused and refused[entry.order_number] == entry.told()
    }
    wanted = [entry for entry in new if entry.status not in FINAL and entry.id not in as_refused]
    changed = [
        entry
        for entry in page.entries
        if entry.id in before and entry.id not in as_refused and _differs(entry, before[entry.id])
    ]
    return Sifted(tuple(entry.order_number for entry in (*wanted, *changed)), not wanted)


def _differs(entry: Summary, sighting: sightings.Sighting) -> bool:
    return (entry.status, entry.customer_name) != (sighting.status, sighting.customer_name)


def cheapest(places: list[int], per_page: int = MOST_PER_PAGE) -> int:
    """How many pages to walk so that pages, and open orders behind them asked for one by one, are fewest.

    `places` are the ranks of the open orders, rising.
    """
    best, fewest = 0, len(places)
    for count, place in enumerate(places, 1):
        pages = place // per_page + 1
        if pages + len(places) - count < fewest:
            best, fewest = pages, pages + len(places) - count
    return best


class Pull:
    """One round of pulling. `after_page` is awaited between pages, so that a long pull holds nothing up."""

    def __init__(self, desk: Desk, after_page: Callable[[], Awaitable[None]]) -> None:
        self._desk = desk
        self._after_page = after_page
        self._seen: set[str] = set()
        """Numbers of orders whose summary or details were seen in this round."""
        self._looked: set[str] = set()
        """Those whose details were asked for."""
        self.unread: BrokenAnswer | None = None
        """Why nothing of the list's first page could be read; the round went on with what could."""

    async def round(self) -> None:
        """Look at what may have changed. Raises what `sync.errors` names; the next round begins anew."""
        desk = self._desk
        places = await desk.write(sightings.open_places)
        depth = cheapest(places)
        behind = await desk.write(lambda db: sightings.open_from(db, depth * MOST_PER_PAGE))
        await self._walk(depth, bool(places))
        await self.details(number for number in behind if number not in self._seen)
        await self.details(await desk.write(lambda db: sightings.rotation(db, ROTATION)))
        await self.asked_again()
        again = await desk.write(lambda db: unreadable.due(db, desk.round, ROTATION))
        await self.details(number for number in again if number not in self._looked)
        await self._depths()

    async def _walk(self, depth: int, expected: bool) -> None:
        desk = self._desk
        mark = await desk.write(lambda db: _moment(sightings.remembered(db, "mark")))
        cursor, walk, newest = None, Walk(), None
        desk.progress = Progress(0, 0, 0)
        while True:
            page = await desk.client.list_orders(cursor)
            hidden = bool(page.broken) and not page.entries
            if cursor is None and hidden:
                self.unread = _none_readable(page)
            elif cursor is None and not page.entries and expected:
                raise BrokenAnswer("no orders at all while orders are open; it was not believed", "$.data")
            sifted = await self._page(page, walk.pages * MOST_PER_PAGE)
            walk.took(len(page.entries) + len(page.broken))
            desk.progress = Progress(walk.pages, desk.progress.details, desk.progress.details_wanted)
            times = [entry.created_at for entry in page.entries]
            newest = newest or max(times, default=None)
            old = mark is not None and not hidden and all(time < mark for time in times)
            if page.next_cursor is None or (walk.pages >= depth and sifted.known and old):
                break
            cursor = walk.onward(page.next_cursor)
        desk.progress = None
        if newest is not None:
            await desk.write(Fetched(lambda db: sightings.remember(db, "mark", newest.isoformat())))

    async def _page(self, page: Page, first_place: int) -> Sifted:
        """Take in what a page says, and send what waits, before the next one."""
        desk = self._desk
        sifted = await self._sifted(page)
        self._seen.update(entry.order_number for entry in page.entries)
        wanted, desk.wanted = desk.wanted, {}
        await self.details(dict.fromkeys((*wanted, *sifted.details)))
        found = [entry.id for entry in page.entries]
        await desk.write(Fetched(lambda db: sightings.placed(db, first_place, found)))
        desk.tell()
        await self._after_page()
        return sifted

    async def _depths(self) -> None:
        """Read one page further down the list than last time, beginning anew at its end."""
        desk = self._desk
        cursor = await desk.write(lambda db: sightings.remembered(db, "depths")) or None
        try:
            page = await desk.client.list_orders(cursor)
        except Rejected:
            page = await desk.client.list_orders()  # contract: after a bad cursor, start again
        await self.details((await self._sifted(page)).details)
        await desk.write(Fetched(lambda db: _went_down(db, page.next_cursor, desk.round)))

    async def _sifted(self, page: Page) -> Sifted:
        desk = self._desk
        desk.on_page(page)
        return await desk.write(Fetched(lambda db: sift(db, page, desk.round)))

    async def asked_again(self) -> None:
        """Look again at the orders that could not be read and that a person wants to be tried."""
        await self.details(await self._desk.write(unreadable.asked))

    async def details(self, numbers: Iterable[str]) -> None:
        """Look at these orders and take them in, a few in each transaction."""
        desk = self._desk
        wanted = list(numbers)
        fetched: list[FullOrder] = []
        if desk.progress:
            so_far = desk.progress
            desk.progress = Progress(so_far.pages, so_far.details, so_far.details_wanted + len(wanted))

        async def look(number: str) -> None:
            try:
                fetched.append(await desk.get(number))
            except ONE_ORDER as error:
                await desk.trouble(None, number, error)
            self._seen.add(number)
            self._looked.add(number)
            if len(fetched) >= desk.together:
                taken = fetched[:]
                fetched.clear()
                await self._took_in(taken)

        try:
            await pooled(wanted, look, MOST_WORKERS)
        finally:
            if fetched:
                await self._took_in(fetched)

    async def _took_in(self, answers: list[FullOrder]) -> None:
        await self._desk.took_in(answers)
        so_far = self._desk.progress
        if so_far:
            done = so_far.details + len(answers)
            self._desk.progress = Progress(so_far.pages, done, so_far.details_wanted)
        self._desk.tell()


def _none_readable(page: Page) -> BrokenAnswer:
    first, count = page.broken[0], len(page.broken)
    which = printable(first.of, 60) or unreadable.NAMELESS
    told = f"none of the {count} orders on the list's first page can be read; {which}: {first.problem}"
    return BrokenAnswer(printable(told), first.path)


def _went_down(db: sqlite3.Connection, cursor: str | None, at: int) -> None:
    """Note where the depths go on; at the end of the list all of it was read since its beginning."""
    sightings.remember(db, "depths", cursor or "")
    if cursor is None:
        unreadable.forget_listed(db, int(sightings.remembered(db, "depths.began") or "0"))
        sightings.remember(db, "depths.began", str(at + 1))


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
