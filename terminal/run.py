"""`tallyman run`: put the station on this terminal, and take it off again whatever happens."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from textual.driver import Driver

from store import log, people
from terminal.api_key import key_source
from terminal.app import StationApp
from terminal.arrivals import Arrival
from terminal.collector import PauseCollector
from terminal.config import Config
from terminal.driver import station_driver
from terminal.faults import record
from terminal.reads import Delivery
from terminal.scanners.framing import Frame, Framing
from terminal.scanners.settings import DEFAULT_WEDGE
from terminal.scanners.source import LinkState, SourceState
from terminal.station import Station
from terminal.switching import take_short_turns
from terminal.view import TapeRow, View
from terminal.widgets.practice import Practice
from verification.desk import Desk
from verification.meaning import Person

if TYPE_CHECKING:
    from sync.service import SyncService
    from sync.status import SyncStatus

_TAPE_AT_START = 50
"""Reads of earlier turns that the tape begins with."""
_NOBODY = (
    "Nobody is on the list yet: close with F12, then add people with `tallyman people add NAME --badge`."
)


DriverFor = Callable[[Framing, Callable[[Frame], None]], type[Driver]]
"""Makes the driver of an app whose terminal is also a scanner."""


def run_station(
    config: Config,
    data: Path,
    *,
    person: Person | None = None,
    practice: Practice | None = None,
    driver: DriverFor = station_driver,
    sounds: bool = True,
) -> str:
    """Run the station until somebody closes it. Returns why it had to stop, or nothing.

    Raises what `Ledger.open` raises, before anything is on the screen.
    """
    take_short_turns()
    collector = PauseCollector()
    shown: list[StationApp] = []  # the app shows the station, so the station is there first

    def arrive(news: Arrival) -> None:
        shown[0].arrive(news)

    def stop_for(fault: Exception) -> None:
        shown[0].stop_for(fault)

    station = Station.open(config, data, tell=arrive, report=arrive, fail=stop_for, person=person)
    service = _reconciliation(config, station, arrive)
    try:
        app = StationApp(
            station,
            replace(_first_view(config, station, person), silent=not sounds),
            practice=practice,
            on_begun=lambda: _settle_down(collector),
            on_shown=collector.postpone,
            driver_class=_driver(config, station, driver),
            sounds=sounds,
            service=service,
            may_ship=config.policy.mark_shipped,
            lock_after=config.policy.lock_after_minutes,
        )
        shown.append(app)
        return app.run() or ""
    finally:
        if service is not None:
            service.stop()
        station.stop()


def _reconciliation(
    config: Config, station: Station, show: Callable[[SyncStatus], None]
) -> SyncService | None:
    """Reconciliation with the Orders API, where one is configured; it starts after the first paint."""
    url = config.orders_api.url
    if url is None:
        return None
    from sync.rechecking import Rechecking
    from sync.service import SyncService

    key = key_source(config.orders_api.key, station.ledger.folder, url)
    folder = station.ledger.folder
    return SyncService(
        url,
        key,
        station=config.station.id,
        write=station.write,
        show=show,
        fail=lambda fault: record(fault, folder),
        authority=config.orders_api.ca_file,
        identifier=config.orders_api.identifier,
        rechecking=Rechecking(station.ledger.chain_key, station.picking),
        free=station.free,
        scanning=station.scanning,
    )


def _connecting() -> SyncStatus:
    from sync.status import SyncStatus

    return SyncStatus()


def _driver(config: Config, station: Station, driver: DriverFor) -> type[Driver]:
    """Textual's way to the terminal, with the reads taken out before any key is made of them."""
    wedge = config.wedge or DEFAULT_WEDGE
    return driver(wedge.framing, lambda frame: station.take(Delivery(wedge.id, frame)))


def _first_view(config: Config, station: Station, person: Person | None) -> View:
    reader = station.reader()
    try:
        tape = tuple(map(TapeRow.of_event, log.latest(reader, _TAPE_AT_START)))
        nobody = config.policy.sign_in and person is None and not people.listed(reader)
    finally:
        reader.close()
    wedge = config.wedge
    return View(
        station=config.station.name,
        desk=Desk(person),
        tape=tape,
        links=(SourceState(wedge.id, LinkState.READY, "It types into this terminal."),) if wedge else (),
        notice=_NOBODY if nobody else "",
        sync=_connecting() if config.orders_api.url else None,
        sign_in=config.policy.sign_in,
        teach=config.policy.teach,
        quantity_entry=config.policy.quantity_entry,
    )


def _settle_down(collector: PauseCollector) -> None:
    """After the first paint: load what the first read needs, then keep the collector out of every scan."""

    def settle() -> None:
        from terminal import site_rules  # noqa: F401 - which the clerk's thread loads too
        from terminal.scanners.element_strings import warm_up

        warm_up()
        collector.begin()

    threading.Thread(target=settle, name="warm-up", daemon=True).start()
