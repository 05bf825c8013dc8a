"""A station put together: its ledger, its rules, its clerk and its scanners, whatever shows them."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable, Iterable
from concurrent.futures import Future
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Self, TypeVar

from store import log, rechecks
from store.ledger import Ledger, open_reader
from terminal.clerk import Clerk, News
from terminal.config import Config, ScannerSettings
from terminal.reads import Delivery
from terminal.receipt import Receipt
from terminal.scanners.framing import Frame, FrameKind
from terminal.scanners.source import Answer, Report, Resuming, Source, SourceState
from verification.desk import Desk
from verification.meaning import Person
from verification.recheck import NO_PICKS, Picking

if TYPE_CHECKING:
    from terminal.procedure import Procedure

T = TypeVar("T")


def _unheard(_state: SourceState) -> None:
    """Nobody asked how the scanners' connections stand."""


class Station:
    """Open it, `start` it, hand reads in with `take`, and `stop` it; news comes through `tell`.

    `tell` is called in the clerk's thread after each commit, `report` in the scanners' threads. `fail` is
    called once if the clerk meets something that it was not built for and takes no more reads.
    """

    def __init__(
        self,
        ledger: Ledger,
        clerk: Clerk,
        sources: tuple[Source, ...],
        report: Report,
        picking: Picking = NO_PICKS,
    ) -> None:
        self.ledger = ledger
        self.picking = picking
        self._clerk = clerk
        self._sources = sources
        self._report = report

    @classmethod
    def open(
        cls,
        config: Config,
        data: Path,
        *,
        tell: Callable[[News], None],
        report: Report = _unheard,
        fail: Callable[[Exception], None] | None = None,
        person: Person | None = None,
        sources: Iterable[Source] | None = None,
        keyless: bool = False,
    ) -> Station:
        """The station of `config` with its ledger in the folder `data`; nothing runs yet.

        `sources` defaults to every scanner of `config` that has a line of its own; the keyboard wedge
        belongs to the screen, which hands its reads in. With `person`, somebody is signed in already;
        `keyless` says that there is no screen. Raises what `Ledger.open` raises.
        """
        chosen = tuple(connected(config) if sources is None else sources)
        answers = {source.scanner_id: source for source in chosen}

        def tell_all(news: News) -> None:
            for outcome in news.outcomes:
                if outcome.scanner in answers:
                    answers[outcome.scanner].feedback(Answer(outcome.read_at, outcome.verdict))
            tell(news)

        ledger = Ledger.open(data, station=config.station.id)
        for source in chosen:
            if isinstance(source, Resuming):
                receipt = Receipt(ledger.folder, source.scanner_id)
                source.resume(_unanswered(ledger, source.scanner_id, receipt), receipt.note)

        def rules() -> Procedure:
            from terminal.site_rules import procedure

            return procedure(config, ledger, keyless=keyless)

        clerk = Clerk(ledger, rules, tell_all, Desk(person), fail)
        return cls(ledger, clerk, chosen, report, picking(config, ledger))

    def start(self) -> None:
        """Begin to serve, and to listen to the scanners."""
        self._clerk.start()
        for source in self._sources:
            source.start(self._deliver, self._report)

    def take(self, delivery: Delivery) -> None:
        """Hand in a read or a wish. Returns at once; what it did comes through `tell`."""
        self._clerk.take(delivery)

    def write(self, change: Callable[[sqlite3.Connection], T]) -> Future[T]:
        """Have `change` made in a transaction between the reads; see `Clerk.write`."""
        return self._clerk.write(change)

    @property
    def free(self) -> threading.Event:
        """Set while the clerk has nothing to do; see `Clerk.free`."""
        return self._clerk.free

    def scanning(self) -> bool:
        """Whether reads are coming in; see `Clerk.scanning`."""
        return self._clerk.scanning()

    def reader(self) -> sqlite3.Connection:
        """A read-only connection for whoever shows what the ledger holds; close it after use."""
        return open_reader(self.ledger.folder)

    def stop(self) -> None:
        """Stop listening, finish every read that was taken, and close the ledger."""
        for source in self._sources:
            source.stop()
        self._clerk.stop()
        self.ledger.close()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self,
        _type: type[BaseException] | None,
        _value: BaseException | None,
        _traceback: TracebackType | None,
    ) -> None:
        self.stop()

    def _deliver(self, scanner_id: str, frame: Frame) -> None:
        self._clerk.take(Delivery(scanner_id, frame))


def _unanswered(ledger: Ledger, scanner_id: str, receipt: Receipt) -> Frame | None:
    """The last read of a scanner, where it is committed and nothing says that the scanner was told."""
    last = log.last_of(ledger.db, scanner_id)
    if last is None or not last.raw or receipt.last() == last.mono:
        return None
    return Frame(FrameKind.OK, last.raw, last.mono)


def picking(config: Config, ledger: Ledger) -> Picking:
    """Which of the orders that become verified here somebody else counts again."""
    return rechecks.picking(ledger.secret, config.policy.blind_recheck_percent)


def connected(config: Config) -> list[Source]:
    """A source for every scanner of `config` that has a line of its own."""
    from terminal.config import ScannerKind

    return [connection(scanner) for scanner in config.scanners if scanner.kind is not ScannerKind.WEDGE]


def connection(scanner: ScannerSettings) -> Source:
    """The source of one scanner that has a line of its own."""
    from terminal.scanners.sources import source_of

    return source_of(scanner)
