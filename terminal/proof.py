"""Names and PINs typed at the station, checked away from the screen's thread, since it is slow by design."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from concurrent.futures import TimeoutError as NotYet
from typing import TypeVar

from store import pins
from store.errors import LedgerError
from store.moment import KEYS, Moment
from store.pins import PinRefused
from terminal.station import Station
from verification.meaning import Person
from verification.printable import printable

T = TypeVar("T")

_LONGEST = 10.0
"""Seconds for which a PIN waits for the clerk, who may have stopped for good."""


class Proof:
    """Says who goes by a name and PIN at one station. It blocks: ask it in a thread of its own."""

    def __init__(self, station: Station) -> None:
        self._station = station

    def person(self, name: str, pin: str) -> Person | PinRefused:
        """Whoever goes by this name and PIN."""
        try:
            return pins.check(self._write, self._station.ledger.secret, name, pin, Moment.now(KEYS))
        except LedgerError as error:
            return PinRefused(str(error))
        except NotYet:
            return PinRefused("The station does not answer: the PIN was not checked.")

    def supervisor(self, name: str, pin: str) -> Person | PinRefused:
        """The supervisor who goes by this name and PIN; nobody else may approve."""
        found = self.person(name, pin)
        if isinstance(found, Person) and not found.supervisor:
            return PinRefused(f"{printable(found.name, 40)} is no supervisor: ask one.")
        return found

    def _write(self, change: Callable[[sqlite3.Connection], T], /) -> T:
        return self._station.write(change).result(_LONGEST)
