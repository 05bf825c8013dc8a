"""`python -m docs.picture`: draw the pictures of the README from the real station.

The same station, ledger and scans give the same pictures, so that a changed picture means a changed station.
"""

from __future__ import annotations

import asyncio
import os
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from textual.pilot import Pilot

from docs.svg_screen import standalone
from store import catalog, orders
from store.ledger import Ledger
from store.order_shape import order_from_api
from terminal import samples
from terminal.app import StationApp
from terminal.clerk import Clerk, News
from terminal.config import Config
from terminal.reads import Delivery
from terminal.scanners.framing import Frame, FrameKind
from terminal.scanners.source import LinkState, SourceState
from terminal.site_rules import procedure
from terminal.station import Station
from terminal.view import View
from verification.desk import Desk
from verification.meaning import Person

_SIZE = (110, 27)
_PATIENCE = 20.0
_BEGINNING = datetime(2026, 3, 2, 9, 14, 7, tzinfo=UTC)
_PERSON = Person("Ana")
_LINKS = (
    SourceState("keyboard", LinkState.READY, ""),
    SourceState("gun-1", LinkState.READY, ""),
)
_GOOD = (
    *("ORD-1003", "5901234123457", "036000291452", "36000291452", "5901234123457"),
    *("4006381333931", "5901234123457"),
)
_WRONG = "9501101530003"


class _Clock:
    """Each look is a few seconds after the one before."""

    def __init__(self) -> None:
        self._now = _BEGINNING

    def __call__(self) -> datetime:
        self._now += timedelta(seconds=3)
        return self._now


def main(folder: Path) -> None:
    """Write station.svg and alarm.svg into `folder`."""
    os.environ["TZ"] = "UTC"
    time.tzset()
    with tempfile.TemporaryDirectory() as data:
        asyncio.run(_draw(Path(data), folder))


async def _draw(data: Path, folder: Path) -> None:
    shown: list[StationApp] = []

    def arrive(news: News) -> None:
        shown[0].arrive(news)

    station = _station(data, arrive)
    try:
        view = View(station="Dock 1", desk=Desk(_PERSON), links=_LINKS)
        shown.append(StationApp(station, view, sounds=False))
        async with shown[0].run_test(size=_SIZE) as pilot:
            await _read(pilot, station, _GOOD)
            (folder / "station.svg").write_text(_picture(shown[0]), encoding="utf-8")
            await _read(pilot, station, (_WRONG,))
            (folder / "alarm.svg").write_text(_picture(shown[0]), encoding="utf-8")
    finally:
        station.stop()


def _station(data: Path, tell: Callable[[News], None]) -> Station:
    """A station with the sample orders, whose clock gives the same times again and again."""
    ledger = Ledger.open(data, station="dock-1")
    with ledger.transaction() as db:
        orders.insert(db, [order_from_api(order) for order in samples.sample_orders(_BEGINNING)])
        for code, sku, units in samples.CODES:
            catalog.teach(db, ledger.badge_key, catalog.Taught(code, sku, units, "sample"))
    config = Config()
    rules = replace(procedure(config, ledger), now=_Clock(), windows={})
    return Station(ledger, Clerk(ledger, lambda: rules, tell, Desk(_PERSON)), (), lambda _state: None)


async def _read(pilot: Pilot[str], station: Station, codes: tuple[str, ...]) -> None:
    """Hand `codes` in one by one, each once the one before is on the screen."""
    app = pilot.app
    assert isinstance(app, StationApp)
    for code in codes:
        before, end = app.view.last, time.monotonic() + _PATIENCE
        station.take(Delivery("keyboard", Frame(FrameKind.OK, code.encode(), time.monotonic())))
        while app.view.last is before:
            if time.monotonic() > end:
                raise TimeoutError(code)
            await pilot.pause()
    await pilot.pause()


def _picture(app: StationApp) -> str:
    return standalone(app.export_screenshot(title="Tallyman"))


if __name__ == "__main__":
    main(Path(__file__).parent)
