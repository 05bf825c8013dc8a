"""A bench that nobody is at is locked, by a clock that a test moves; whoever left goes on where they were."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
from textual.pilot import Pilot

from store import log, people
from store.ledger import Ledger
from terminal.app import StationApp
from terminal.clerk import News
from terminal.config import load
from terminal.idle import IdleWatch
from terminal.screens.queue import QueueScreen
from terminal.screens.sign_in import SignInScreen
from terminal.screens.verify import VerifyScreen
from terminal.station import Station
from terminal.view import View
from tests.store.builders import ledger_with, order
from tests.terminal.builders import PATIENCE, read
from verification.desk import Desk
from verification.meaning import Person

MINUTES = 30
Act = Callable[["Bench"], Awaitable[None]]


def test_the_watch_asks_once_for_each_time_that_nobody_stirs() -> None:
    watch = IdleWatch(MINUTES, 100.0)
    assert [watch.is_over(at) for at in (100.0, 1899.9, 1900.0, 1901.0)] == [False, False, True, False]
    watch.stir(3000.0)
    assert [watch.is_over(at) for at in (3699.0, 4799.0, 4800.0)] == [False, False, True]
    assert not IdleWatch(0, 0.0).is_over(1e9)


class Bench:
    """A station on the screen, whose monotonic clock stands still until a test moves it."""

    def __init__(self, folder: Path, lock_after: int = MINUTES, signed_in: Person | None = None) -> None:
        ledger = ledger_with(folder, order("ORD-1", ("SKU-A", 3)), order("ORD-2", ("SKU-B", 1)))
        with ledger.transaction() as db:
            for name in ("Ana", "Ben"):
                people.add(db, ledger.secret, name, "operator", badge=f"BADGE-{name.upper()}", pin=None)
        ledger.close()
        self.now = 1000.0
        self.folder = folder
        self.station = Station.open(load(None, {}), folder, tell=self._tell, sources=[], person=signed_in)
        self.app = StationApp(
            self.station,
            View("Dock 1", Desk(signed_in)),
            sounds=False,
            lock_after=lock_after,
            clock=lambda: self.now,
        )
        self.pilot: Pilot[str] | None = None

    def _tell(self, news: News) -> None:
        self.app.arrive(news)

    def run(self, act: Act) -> None:
        async def shown() -> None:
            async with self.app.run_test(size=(110, 30)) as self.pilot:
                await act(self)

        try:
            asyncio.run(shown())
        finally:
            self.station.stop()

    async def scan(self, *texts: str) -> None:
        for text in texts:
            seen = self.app.view.tape
            self.station.take(read(text))
            await self.until(lambda before=seen: self.app.view.tape != before)

    async def until(self, condition: Callable[[], bool]) -> None:
        assert self.pilot is not None
        async with asyncio.timeout(PATIENCE):
            while not condition():
                await self.pilot.pause()

    async def shows(self, screen: type) -> None:
        await self.until(lambda: isinstance(self.app.screen, screen))

    def events(self) -> list[tuple[str, str]]:
        """Person and sentence of what the log says, newest first."""
        ledger = Ledger.open(self.folder)
        found = [(event.person, event.reason) for event in log.latest(ledger.db, 10)]
        ledger.close()
        return found


def test_whoever_has_left_is_signed_out_and_finds_the_order_as_it_was(tmp_path: Path) -> None:
    async def act(bench: Bench) -> None:
        await bench.scan("BADGE-ANA", "ORD-1", "SKU-A")
        await bench.shows(VerifyScreen)
        bench.now += MINUTES * 60
        await bench.shows(SignInScreen)
        assert bench.app.view.last is not None
        assert "because nobody scanned or pressed a key for 30 minutes" in bench.app.view.last.message
        await bench.scan("SKU-A", "BADGE-ANA")
        await bench.shows(VerifyScreen)
        opened = bench.app.view.desk.order
        assert opened is not None
        assert (opened.order_number, opened.verified) == ("ORD-1", 1)

    bench = Bench(tmp_path)
    bench.run(act)
    (_, back), (nobody, refused), (ana, locked), *_ = bench.events()
    assert back == "Ana is signed in: order ORD-1 is open, scan 2 × SKU-A."
    assert (nobody, "nobody is signed in" in refused) == ("", True)
    assert (ana, "Order ORD-1 waits for Ana." in locked) == ("Ana", True)


def test_another_person_gets_the_list_of_orders(tmp_path: Path) -> None:
    async def act(bench: Bench) -> None:
        await bench.scan("BADGE-ANA", "ORD-1")
        bench.now += MINUTES * 60
        await bench.shows(SignInScreen)
        await bench.scan("BADGE-BEN")
        await bench.shows(QueueScreen)

    Bench(tmp_path).run(act)


@pytest.mark.parametrize("stirring", ["scan", "key"])
def test_a_scan_and_a_key_each_keep_the_bench_open(tmp_path: Path, stirring: str) -> None:
    async def act(bench: Bench) -> None:
        await bench.scan("BADGE-ANA", "ORD-1")
        bench.now += MINUTES * 60 - 1
        if stirring == "scan":
            await bench.scan("SKU-A")
        else:
            assert bench.pilot is not None
            await bench.pilot.press("x")
        bench.now += MINUTES * 60 - 1
        await looked_again(bench)
        assert isinstance(bench.app.screen, VerifyScreen)
        bench.now += 1
        await bench.shows(SignInScreen)

    Bench(tmp_path).run(act)


def test_zero_minutes_never_lock(tmp_path: Path) -> None:
    async def act(bench: Bench) -> None:
        await bench.scan("BADGE-ANA", "ORD-1")
        bench.now += 1e6
        await looked_again(bench)
        assert isinstance(bench.app.screen, VerifyScreen)

    Bench(tmp_path, lock_after=0).run(act)


async def looked_again(bench: Bench) -> None:
    """Let the app look at its clock, as its timer does."""
    bench.app._look_after_the_bench()
    assert bench.pilot is not None
    await bench.pilot.pause()


def test_whoever_s_last_day_is_over_is_signed_out_at_their_next_second(tmp_path: Path) -> None:
    async def act(bench: Bench) -> None:
        await bench.shows(SignInScreen)
        assert bench.app.view.last is not None
        assert "because the time of Lea ended on 2001-01-01" in bench.app.view.last.message

    Bench(tmp_path, signed_in=Person("Lea", until="2001-01-01")).run(act)
