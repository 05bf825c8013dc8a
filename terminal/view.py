"""What a screen shows, as one frozen value that flows down from the app."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import field, replace
from datetime import datetime
from typing import TYPE_CHECKING

from terminal import words
from terminal.arrivals import Arrival
from terminal.clerk import News
from terminal.reads import Outcome
from terminal.scanners.source import SourceState
from verification.desk import Desk
from verification.events import Event
from verification.policy import Entrusted
from verification.printable import printable
from verification.recheck import Stage, stage_of
from verification.records import record
from verification.verdicts import Verdict

if TYPE_CHECKING:
    from sync.status import SyncStatus

TAPE_LENGTH = 200
"""Reads that the tape keeps in memory."""
_SEVERAL = 2


@record
class TapeRow:
    """One read on the tape."""

    time: str
    """Local wall clock, `HH:MM:SS`."""
    verdict: Verdict
    text: str
    """Printable."""
    scanner: str = ""
    """The id of the scanner, or `KEYS`."""
    recheck: Stage | None = None
    """What the read did to a blind re-check."""

    @classmethod
    def of_outcome(cls, outcome: Outcome) -> TapeRow:
        """A read that was just decided."""
        line = outcome.order.line(outcome.line_id) if outcome.order and outcome.line_id else None
        shown = printable(outcome.code, 60) or "(empty)"
        if line is not None and outcome.delta:
            shown = f"{shown} {line.verified}/{line.quantity}"
        return cls(_local(outcome.at), outcome.verdict, shown, outcome.scanner, outcome.recheck)

    @classmethod
    def of_event(cls, event: Event) -> TapeRow:
        """A read from the log, as after a restart."""
        sign = f" {event.delta:+}" if event.delta else ""
        shown = (printable(event.code, 60) or "(empty)") + sign
        return cls(_local(event.at), event.verdict, shown, event.scanner, stage_of(event))

    @property
    def word(self) -> str:
        """The verdict in a word, where the text does not say it: for refusals."""
        return words.WORD[self.verdict] if self.verdict.refused else ""


def _local(at: str) -> str:
    return datetime.fromisoformat(at).astimezone().strftime("%H:%M:%S")


@record
class View:
    """The station as it stands."""

    station: str
    desk: Desk = field(default_factory=Desk)
    last: Outcome | None = None
    """What the last read did."""
    tape: tuple[TapeRow, ...] = ()
    """Newest first."""
    links: tuple[SourceState, ...] = ()
    sync: SyncStatus | None = None
    """How the station and the Orders API stand; None where no API is configured."""
    notice: str = ""
    """A sentence of the station's own, such as a wrong PIN."""
    silent: bool = False
    """Whether nothing on this computer can play the station's sounds."""
    sign_in: bool = True
    """Whether the site wants a badge or PIN before scanning."""
    read_only: bool = False
    """Whether this window only shows what another station writes."""
    teach: Entrusted = Entrusted.SUPERVISOR
    """Who may teach an unknown code."""
    quantity_entry: Entrusted = Entrusted.NEVER
    """Who may type a count."""

    @property
    def marks(self) -> Mapping[str, str]:
        """The number of each scanner, by its id, where there are several to be told apart."""
        if len(self.links) < _SEVERAL:
            return {}
        return {link.scanner_id: str(number) for number, link in enumerate(self.links, 1)}

    @property
    def tape_in_sight(self) -> tuple[TapeRow, ...]:
        """The tape; while an order is counted again, no more of it than that count."""
        if not self.desk.recounts:
            return self.tape
        rows = enumerate(self.tape, 1)
        begun = next((place for place, row in rows if row.recheck and row.recheck.begins), len(self.tape))
        return self.tape[:begun]

    def after(self, arrivals: Iterable[Arrival]) -> tuple[View, list[Outcome]]:
        """The station after what has arrived, and what reads did meanwhile, oldest first."""
        view, outcomes = self, list[Outcome]()
        for arrival in arrivals:
            if isinstance(arrival, News):
                outcomes += arrival.outcomes
                view = replace(view, desk=arrival.desk)
            elif isinstance(arrival, SourceState):
                view = view.linked(arrival)
            else:
                view = replace(view, sync=arrival)
        if outcomes:
            rows = tuple(TapeRow.of_outcome(outcome) for outcome in reversed(outcomes[-TAPE_LENGTH:]))
            view = replace(view, last=outcomes[-1], tape=(rows + view.tape)[:TAPE_LENGTH], notice="")
        return view, outcomes

    def linked(self, state: SourceState) -> View:
        """With one scanner's new state, and what to do about it until a read has newer things to say."""
        links = tuple(state if link.scanner_id == state.scanner_id else link for link in self.links)
        said = [link.trouble for link in self.links if link.scanner_id == state.scanner_id]
        notice = state.trouble if self.notice in ("", *said) else self.notice
        return replace(self, links=links if state in links else (*links, state), notice=notice)
