"""A supervisor at the real station: orders opened in full, acts chosen and agreed to by keys."""

from __future__ import annotations

import json
from typing import Any

from store import log, orders
from store.ledger import open_reader
from terminal.review_wording import ACT
from tests.e2e.station.conftest import SUPERVISORS_PIN, Shift
from tests.e2e.station.station_pty import StationTerminal
from verification.acts import ActKind


def packing(shift: Shift, who: str, number: str = "ORD-1") -> StationTerminal:
    """A station at which somebody has signed in and opened an order."""
    station = shift.station(columns=110, rows=36)
    station.scan(f"BADGE-{who.upper()}", number)
    station.wait_for(f"Order {number} is open")
    return station


def count(station: StationTerminal, *codes: str) -> None:
    """Scan goods one by one, each once the one before it is on the screen."""
    for code in codes:
        before = station.text
        station.scan(code)
        station.wait_for(lambda before=before: station.text != before, " of ")


def in_full(station: StationTerminal, number: str) -> None:
    """The open or chosen order's page."""
    station.press("Ctrl-O")
    station.wait_for("Lines: counted of ordered", number, "F5 Replay")


def choose(station: StationTerminal, kind: ActKind) -> None:
    """Choose an act on the order's page."""
    station.press("F6")
    station.wait_for("what is to be done?")
    names = list(ACT.values())
    station.wait_for(lambda: any(f"▸ {name}" in station for name in names))
    place = next(place for place, name in enumerate(names) if f"▸ {name}" in station)
    wanted = names.index(ACT[kind])
    for passed in range(place, wanted, 1 if wanted > place else -1):
        step = 1 if wanted > place else -1
        station.press("Down" if step > 0 else "Up")
        station.wait_for(f"▸ {names[passed + step]}")
    station.enter()


def answer(station: StationTerminal, asked: str, typed: str, *, before: str = "") -> None:
    """Type the answer to a question, behind what stands `before` it already."""
    station.wait_for(asked)
    for place, character in enumerate(typed, 1):
        station.press(character)
        station.wait_for(f"{before}{typed[:place]}".rstrip() + "▏" if typed[place - 1] != " " else "▏")
    station.enter()


def agree(station: StationTerminal) -> None:
    """Agree to the act that the page describes."""
    station.wait_for("F6 does it")
    station.press("F6")


def approve(station: StationTerminal, name: str = "Sue", pin: str = SUPERVISORS_PIN) -> None:
    """Type a supervisor's name and PIN."""
    answer(station, "A supervisor approves. Name, then Enter:", name)
    station.wait_for(f"PIN of {name}")
    station.type(pin, seen_as="•" * len(pin))
    station.enter()


def acts_on(shift: Shift, number: str) -> list[tuple[str, str, str, dict[str, Any]]]:
    """What the log has of acts on an order: act, who, why, and more."""
    reader = open_reader(shift.data)
    try:
        order = orders.by_number(reader, number)
        assert order is not None
        return [
            (event.act or "", event.person, event.reason, json.loads(event.detail or "{}"))
            for event in log.acts_of(reader, order.id)
        ]
    finally:
        reader.close()
