"""Sending what waits: for each order GET, merge, record the attempt, write once, and GET again for the proof.

A body is never sent twice: whatever became of a write, the next step is a GET.
"""

from __future__ import annotations

import sqlite3
from functools import partial

from store import outbox
from store.errors import Refused
from sync.desk import ONE_ORDER, Desk, pooled
from sync.errors import AlreadyExists, Offline, SyncError
from sync.pace import MOST_WORKERS
from sync.plan import Send
from sync.reconcile import Brought, Step, bring_in, creation
from verification.printable import printable

_CYCLES = 4
"""GETs for one order in one run: others may write in between, and the next run goes on."""
_GIVE_UP = 3
"""Orders in a row that nobody answered for, after which the API is taken as away."""


class Push:
    """One run of sending."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._unanswered = 0
        self.silence: Offline | None = None
        """Why the last order got no answer, while none has got one."""

    async def all_waiting(self) -> None:
        """Send every order that waits and is not parked, in the order in which they came to wait.

        Raises what stops sending altogether: Offline, Throttled, NotAllowed.
        """
        rows = await self._desk.write(outbox.waiting)
        while rows:
            await pooled([order_id for _, order_id in rows], self._send, MOST_WORKERS)
            self._desk.tell()
            rows = await self._desk.write(partial(outbox.waiting, after=rows[-1][0]))

    async def _send(self, order_id: str) -> None:
        if order_id in self._desk.resting:
            return
        found = await self._desk.write(lambda db: outbox.of(db, order_id))
        if found is None or found.parked is not None:
            return
        number = found.order_number
        try:
            await self._cycle(order_id, number)
            self._unanswered, self.silence = 0, None
        except ONE_ORDER as error:
            await self._desk.trouble(order_id, number, error)
        except Offline as error:
            self._unanswered += 1
            self.silence = error
            if self._unanswered >= _GIVE_UP:
                raise
        except Refused as refusal:
            sentence = str(refusal)
            await self._desk.write(lambda db: outbox.park(db, order_id, sentence))

    async def _cycle(self, order_id: str, number: str) -> None:
        await self._create(order_id, number)
        for _ in range(_CYCLES):
            answer = await self._desk.get(number)
            fresh = self._desk.fresh()

            def bring(db: sqlite3.Connection) -> Brought:
                return bring_in(
                    db,
                    answer,  # noqa: B023 - called before the next turn
                    fresh,  # noqa: B023
                    self._desk.round,
                    sending=True,
                    rechecking=self._desk.rechecking,
                )

            brought = await self._desk.write(bring)
            self._desk.pushed += brought.proved
            if brought.unseen:
                self._desk.resting.add(order_id)
            step = brought.step
            if step is None:
                return
            await self._write_once(step)

    async def _create(self, order_id: str, number: str) -> None:
        """Create the order where that is still to be done.

        Contract: a repeat answers that order_number already exists; after a timeout that is a success, and a
        GET confirms it.
        """
        wanted = await self._desk.write(lambda db: creation(db, order_id))
        if wanted is None:
            return
        try:
            answer = await self._desk.client.create_order(wanted.body)
            outcome = "201"
        except AlreadyExists:
            answer = await self._desk.get(number)
            outcome = "already exists"
        except SyncError as error:
            await self._came_of(wanted.attempt, error)
            raise
        fresh = self._desk.fresh()

        def created(db: sqlite3.Connection) -> None:
            outbox.answered(db, wanted.attempt, outcome)
            bring_in(db, answer, fresh, self._desk.round, rechecking=self._desk.rechecking)

        await self._desk.write(created)
        self._desk.pushed += outcome == "201"

    async def _write_once(self, step: Step) -> None:
        client = self._desk.client
        try:
            name = await self._desk.name_of(step.order_number)
            if isinstance(step.action, Send):
                await client.update_order(name, step.action.body)
            else:
                await client.cancel_order(name, step.action.reason)
        except SyncError as error:
            await self._came_of(step.attempt, error)
            raise
        await self._desk.write(lambda db: outbox.answered(db, step.attempt, "200"))

    async def _came_of(self, attempt: int, error: SyncError) -> None:
        outcome = printable(str(error), 200)
        await self._desk.write(lambda db: outbox.answered(db, attempt, outcome))
