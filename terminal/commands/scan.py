"""`tallyman scan`: the station without a screen."""

from __future__ import annotations

import json
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from queue import SimpleQueue
from types import FrameType

import click

from terminal import words
from terminal.clerk import News
from terminal.commands.common import (
    DONE,
    LEDGER_UNUSABLE,
    WRONG_USAGE,
    Command,
    Failure,
    OutputTorn,
    here,
    say,
)
from terminal.config import Config, ScannerKind
from terminal.reads import Outcome
from terminal.scanners.settings import WEDGE_FRAMING
from terminal.scanners.source import LinkState, Source, SourceState
from terminal.standard_input import StandardInput
from terminal.station import Station, connection
from verification.meaning import Person
from verification.policy import Entrusted

End = int | Exception | None
"""Why scanning ends: the input did (None), a signal came, or something failed."""


@click.command(cls=Command)
@click.option("--scanner", "scanner_id", metavar="ID", help="Read from this scanner, not standard input.")
@click.option("--person", metavar="NAME", help="Who scans; else the first read is a badge.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object for each read.")
def scan(scanner_id: str | None, person: str | None, as_json: bool) -> int:
    """Take reads, and say what each one did once it is safely in the ledger.

    Reads come from standard input, each ended by CR, LF or TAB, or with --scanner from a scanner of the
    configuration. Ends with the input, or on a signal after what was taken is finished. Refused reads are
    an answer too: the exit code tells only whether every read could be recorded.
    """
    place = here()
    config = _without_keys(place.config())
    ends: SimpleQueue[End] = SimpleQueue()
    paper = _Paper(ends, as_json=as_json)
    source = _source(config, scanner_id, ends)
    station = Station.open(
        config,
        place.data,
        tell=paper.write,
        report=_Bystander(ends).hear if scanner_id else lambda _state: None,
        fail=ends.put,
        person=_signed_in(person),
        sources=[source],
        keyless=True,
    )
    with _signals_to(ends), station:
        end = ends.get()
    if paper.torn is not None:
        raise paper.torn
    if isinstance(end, Exception):
        raise end
    if paper.unrecorded:
        raise Failure(
            f"{paper.unrecorded} of the reads could not be recorded: scan them again.", LEDGER_UNUSABLE
        )
    return DONE if end is None else 128 + end


def _without_keys(config: Config) -> Config:
    """The configuration where there is no screen: nobody can type a count or teach a code."""
    never = Entrusted.NEVER
    return replace(config, policy=replace(config.policy, quantity_entry=never, teach=never))


def _source(config: Config, scanner_id: str | None, ends: SimpleQueue[End]) -> Source:
    if scanner_id is None:
        framing = config.wedge.framing if config.wedge else WEDGE_FRAMING
        return StandardInput(framing, ended=lambda: ends.put(None))
    scanner = config.scanner(scanner_id)
    file = config.path or "the built-in configuration"
    if scanner is None:
        known = ", ".join(known.id for known in config.scanners)
        raise Failure(f"Scanner {scanner_id} is not in {file}, which has: {known}.", WRONG_USAGE)
    if scanner.kind is ScannerKind.WEDGE:
        raise Failure(
            f"Scanner {scanner_id} types into the terminal: leave --scanner out to read standard input.",
            WRONG_USAGE,
        )
    return connection(scanner)


def _signed_in(name: str | None) -> Person | None:
    if name is None:
        return None
    name = name.strip()
    if not name or not name.isprintable() or len(name) > 60:
        raise Failure("--person needs a name of 1 to 60 printable characters.", WRONG_USAGE)
    return Person(name)


class _Paper:
    """Prints what each read did, a line at a time. Written to in the clerk's thread, after the commit."""

    def __init__(self, ends: SimpleQueue[End], *, as_json: bool) -> None:
        self._ends = ends
        self._as_json = as_json
        self.torn: OutputTorn | None = None
        """Why standard output takes no more: its reader has gone, or its disk is full."""
        self.unrecorded = 0
        """Reads that the ledger did not take."""

    def write(self, news: News) -> None:
        """Print the outcomes of one commit."""
        for outcome in news.outcomes:
            self.unrecorded += outcome.seq is None
            if self.torn is None:
                self._print(outcome)

    def _print(self, outcome: Outcome) -> None:
        try:
            say(_as_json(outcome) if self._as_json else _as_text(outcome))
        except OutputTorn as error:
            self.torn = error
            self._ends.put(error)


def _as_json(outcome: Outcome) -> str:
    return json.dumps(outcome.as_json())


def _as_text(outcome: Outcome) -> str:
    verdict = outcome.verdict
    return f"{words.SYMBOL[verdict]} {words.WORD[verdict]:<11} {outcome.message}"


class _Bystander:
    """Tells people on standard error how the scanner's line stands; ends when it will not come by itself."""

    def __init__(self, ends: SimpleQueue[End]) -> None:
        self._ends = ends

    def hear(self, state: SourceState) -> None:
        """One change of state. Called in the scanner's thread."""
        if state.link is LinkState.FAILED:
            self._ends.put(Failure(f"Scanner {state.scanner_id}: {state.detail}"))
        else:
            click.echo(f"{state.scanner_id}: {state.link}: {state.detail}", err=True)


@contextmanager
def _signals_to(ends: SimpleQueue[End]) -> Iterator[None]:
    """Take SIGINT and SIGTERM as a wish to end, not as an end."""

    def note(number: int, _frame: FrameType | None) -> None:
        ends.put(number)

    before = {number: signal.signal(number, note) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
