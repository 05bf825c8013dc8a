"""Reconciliation beside a running station: the engine in a thread and an event loop of its own."""

from __future__ import annotations

import asyncio
import contextlib
import selectors
import sqlite3
import sys
import threading
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import replace
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from sync.pace import Backoff
from sync.readings import Identifier
from sync.status import Link, SyncStatus

if TYPE_CHECKING:
    from sync.engine import Engine
    from sync.rechecking import Rechecking

T = TypeVar("T")

EVERY = 30.0
"""Seconds between two looks at the API while all is well."""
GATHER = 2.0
"""Seconds that counts are gathered before they are sent: one order, one row, however many scans."""
_TURN = 0.00005
"""Seconds that a thread keeps the interpreter from then on, in the whole program: the clerk lets go of it at
each of a read's dozen statements, and would wait that long for each while a pull is at work."""
_LONGEST_WAY = 0.05
"""Seconds after which reconciliation goes on though reads wait: it is slowed by them, never stopped."""
_TOGETHER = 1
"""Orders taken in by one transaction, which a read may have to wait for."""
_REST_FACTOR, _LONGEST_REST = 2.0, 0.1
"""How many times as long as a change was waited for the next one waits while reads come in, and how many
seconds at most: so most of them find the ledger free."""
_AFTER_FAULT = 60.0
"""Seconds after which reconciliation begins anew after a fault of the program."""
_OFFLINE = Backoff(first=5.0, longest=60.0)


class HandedOver(Protocol):
    """Has a change made in one transaction, by the thread that writes the ledger."""

    def __call__(self, change: Callable[[sqlite3.Connection], T], /) -> Future[T]: ...


class _GivesWay(selectors.DefaultSelector):
    """Lets an event loop begin no further turn while a read waits for its answer, or a change is made that a
    read may come to wait for."""

    def __init__(self, free: threading.Event) -> None:
        super().__init__()
        self._free = free

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        if not self._free.is_set():
            self._free.wait(_LONGEST_WAY)
        return super().select(timeout)


class SyncService:
    """`start` it, `wake` it when something waits, `stop` it; `show` is called in its thread."""

    def __init__(
        self,
        url: str,
        key: Callable[[], str | None],
        *,
        station: str,
        write: HandedOver,
        show: Callable[[SyncStatus], None],
        fail: Callable[[Exception], str] = repr,
        authority: Path | None = None,
        identifier: Identifier = Identifier.ORDER_NUMBER,
        rechecking: Rechecking | None = None,
        free: threading.Event | None = None,
        scanning: Callable[[], bool] = lambda: False,
    ) -> None:
        self._url = url
        self._key = key
        self._station = station
        self._write = write
        self._show = show
        self._fail = fail
        """Records a fault of the program, and says so in a sentence."""
        self._authority = authority
        self._identifier = identifier
        self._rechecking = rechecking
        self._free = free
        """Set while the ledger's writer has nothing to do."""
        self._scanning = scanning
        """Whether reads are coming in."""
        self._loop: asyncio.AbstractEventLoop | None = None
        self._engine: Engine | None = None
        self._woken = asyncio.Event()
        self._asked = asyncio.Event()
        self._turn = asyncio.Lock()
        self._task: asyncio.Task[None] | None = None
        self._thread = threading.Thread(target=self._serve, name="sync")
        self._ready = threading.Event()

    def start(self) -> None:
        """Begin to reconcile. Returns at once."""
        sys.setswitchinterval(_TURN)
        self._thread.start()

    def wake(self) -> None:
        """Something waits to be sent, or may be tried again; from any thread."""
        self._in_loop(self._woken.set)

    def try_now(self) -> None:
        """A person wants it tried at once, also while offline; from any thread."""

        def ask() -> None:
            self._asked.set()
            self._woken.set()

        self._in_loop(ask)

    def look_at(self, order_number: str) -> None:
        """Somebody opened this order: look at it before all others; from any thread."""

        def look() -> None:
            if self._engine is not None:
                self._engine.look_at(order_number)
                self._woken.set()

        self._in_loop(look)

    def stop(self) -> None:
        """End at the next step; what was begun goes on after the next start."""
        if self._thread.ident is None:
            return
        self._ready.wait()
        self._in_loop(self._cancel)
        self._thread.join()

    def _cancel(self) -> None:
        if self._task is not None:
            self._task.cancel()

    def _in_loop(self, act: Callable[[], Any]) -> None:
        if self._loop is not None:
            with contextlib.suppress(RuntimeError):  # the loop has ended
                self._loop.call_soon_threadsafe(act)

    def _serve(self) -> None:
        with (
            contextlib.suppress(asyncio.CancelledError),
            asyncio.Runner(loop_factory=self._new_loop) as runner,
        ):
            runner.run(self._begin())

    def _new_loop(self) -> asyncio.AbstractEventLoop:
        return asyncio.SelectorEventLoop(_GivesWay(self._free) if self._free else None)

    async def _begin(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._task = asyncio.current_task()
        self._ready.set()
        while True:
            try:
                await self._connected()
            except Exception as fault:  # noqa: BLE001 - a fault that nobody hears of is never mended
                status = self._engine.status if self._engine else SyncStatus()
                self._show(replace(status, link=Link.FAULT, told=self._fail(fault)))
                await asyncio.sleep(_AFTER_FAULT)

    async def _connected(self) -> None:
        from sync.client import OrdersClient  # a station is painted before all this is loaded
        from sync.engine import Engine
        from sync.transport import connect

        async with connect(self._authority) as http:
            self._engine = Engine(
                OrdersClient(http, self._url, self._key),
                self._written,
                self._station,
                self._show,
                together=_TOGETHER,
                identifier=self._identifier,
                rechecking=self._rechecking,
            )
            await self._reconcile(self._engine)

    async def _written(self, change: Callable[[sqlite3.Connection], T]) -> T:
        """Have a change made and wait for it; one at a time, so that a read waits for one at most.

        While reads come in the ledger rests after each, so that few of them have to.

        To stop waiting must not call it off: its writer, who is at it, would find nobody to hand the answer
        to.
        """
        async with self._turn:
            done, start = asyncio.Event(), asyncio.get_running_loop().time()
            made = self._write(change)
            made.add_done_callback(lambda _: self._in_loop(done.set))
            await done.wait()
            if self._scanning():
                waited = asyncio.get_running_loop().time() - start
                await asyncio.sleep(min(_LONGEST_REST, _REST_FACTOR * waited))
            return made.result()

    async def _reconcile(self, engine: Engine) -> None:
        """Look at everything from time to time, and send between those looks what comes to wait."""
        random, failures, whole = Random(), 0, True  # noqa: S311 - spreads tries, keeps no secret
        while True:
            well = await (engine.round() if whole else engine.send())
            failures = 0 if well else failures + 1
            if engine.status.link is Link.OFFLINE:
                await engine.wait(self._asked, _OFFLINE.wait(failures, random) + 1.0)
                whole = True
                continue
            whole = not await engine.wait(self._woken, EVERY)
            if not whole:
                await asyncio.sleep(GATHER)
                self._woken.clear()
