"""What lies on the desk when a read arrives, what is asked of the rules, and what they decide."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field

from verification.codes import Code, Command
from verification.events import Provenance
from verification.meaning import Lesson, Meaning, Person, Quantity
from verification.orders import Order
from verification.recheck import Recheck, Reread, Step
from verification.records import record
from verification.teaching import Untaught
from verification.verdicts import Verdict


@record
class Count:
    """Units that a decision adds to one line, or takes off it when negative."""

    line_id: str
    delta: int
    takes_back: int | None = None
    """The number of the event that an undo takes back."""


@record
class Asked:
    """One read as the rules see it: what it means, and the facts around it."""

    meaning: Meaning
    double: bool = False
    """Whether the same scanner delivered the same code within its duplicate window."""
    provenance: Provenance = Provenance.SCANNED
    labelled: Order | None = None
    """The order whose label was read, the one that is due next where the next is asked for, or the one that
    whoever signs in left open."""
    undoable: tuple[Count, ...] = ()
    """What an undo would take back: this order's last counted read, as deltas already negated."""
    code: Code | None = None
    """What was read, for the lot, serial and expiry of a read that is held back and counted later."""
    untaught: Untaught | None = None
    """What an unknown code may stand for, where this site lets it be taught now."""
    objection: str = ""
    """Why a lesson may not be taught, or no count typed, as a clause."""
    today: str = ""
    """The day at the station, `YYYY-MM-DD`, by which goods expire; empty where it is not known."""
    recheck: Recheck | None = None
    """The blind re-check of the order whose label was read, or of the one that is being counted again."""
    counters: frozenset[str] = frozenset()
    """Who counted on that order."""
    reread: Reread | None = None
    """What an undo would take back of a re-check."""
    serial_recounted: bool = False
    """Whether this serial of these goods counts in the re-check already."""

    @property
    def expired(self) -> str:
        """The last day of goods for which it is over; empty for all others, on their last day too."""
        expiry = self.code.expiry if self.code else None
        return expiry if expiry and self.today and expiry < self.today else ""


@record
class Alarm:
    """A latched alarm: the refusal that raised it, until somebody acknowledges."""

    verdict: Verdict
    message: str


@record
class Recent:
    """The last read of one scanner, by which a double read is told."""

    text: str
    mono: float
    """Seconds of the monotonic clock."""
    counted: bool
    """Whether it counted, or was itself held back as a double of one that did."""


@record
class LeftOpen:
    """The order that lay open when somebody was signed out."""

    person: str
    order_id: str


@record
class Desk:
    """What stands at the station when a read arrives."""

    person: Person | None = None
    order: Order | None = None
    alarm: Alarm | None = None
    held: Asked | None = None
    """A double read that was held back and may still be counted by command."""
    recent: Mapping[str, Recent] = field(default_factory=dict)
    """By scanner."""
    untaught: Untaught | None = None
    """The last read, if nobody taught it and it may be taught now."""
    countable: str | None = None
    """The SKU of the last read, if it counted goods without a serial."""
    left_open: LeftOpen | None = None
    """What whoever was signed out last goes on with, if they are the next to sign in."""
    recounts: bool = False
    """Whether the open order is being counted again, with its quantities hidden."""

    def is_double(self, scanner: str, text: str, mono: float, window: float) -> bool:
        """Whether `scanner` read the same text, and it counted, less than `window` seconds before.

        A held-back read begins the window anew: a scanner that keeps seeing one label counts it once.
        """
        before = self.recent.get(scanner)
        return before is not None and before.counted and before.text == text and mono - before.mono < window


@record
class Decision:
    """What a read does. Nothing has happened yet: the clerk writes it down, then says it aloud."""

    verdict: Verdict
    counts: tuple[Count, ...] = ()
    sku: str | None = None
    line_id: str | None = None
    """The line that the read touched or would have touched."""
    units: int = 0
    """Units that the read stands for, counted or refused."""
    provenance: Provenance = Provenance.SCANNED
    alarm: bool = False
    """Whether this refusal latches the alarm."""
    command: Command | None = None
    person: Person | None = None
    """Who signed in."""
    opened: Order | None = None
    counted: Order | None = None
    """The open order with `counts` brought in."""
    held: Asked | None = None
    """The double read that the next `count` command may count."""
    untaught: Untaught | None = None
    """The unknown code that may be taught now."""
    taught: Lesson | None = None
    countable: str | None = None
    """The SKU of which more units may be typed now, if the site allows that."""
    typed: Quantity | None = None
    """The number that was typed, counted or not."""
    recheck: Step | None = None
    """What the read does to a blind re-check."""
    problem: str = ""
    """Why, where the verdict alone does not say it."""

    @property
    def delta(self) -> int:
        """Net units that the order gains."""
        return sum([count.delta for count in self.counts])


def settle(desk: Desk, decision: Decision, recent: Mapping[str, Recent] | None = None) -> Desk:
    """The desk after `decision` has been carried out, its scanners' last reads now being `recent`.

    An alarm that the decision latches has no message yet.
    """
    order = decision.opened or decision.counted or desk.order
    recounts = desk.recounts if decision.opened is None else decision.recheck is not None
    person, alarm = decision.person or desk.person, desk.alarm
    left_open = desk.left_open if person is None and order is None else None
    match decision.command:
        case Command.DONE:
            order = None
        case Command.NEXT:
            order = decision.opened
        case Command.SIGN_OUT:
            if person is not None and order is not None:
                left_open = LeftOpen(person.name, order.id)
            order, person = None, None
        case Command.ACKNOWLEDGE:
            alarm = None
    if decision.alarm:
        alarm = Alarm(decision.verdict, "")
    if recounts and person != desk.person:  # nobody goes on with another one's blind count
        order = None
    recent = desk.recent if recent is None else recent
    asked = desk if decision.command is Command.HELP else decision  # help ends no question: it may answer it
    recounts = recounts and order is not None
    untaught, countable = asked.untaught, decision.countable
    return Desk(person, order, alarm, asked.held, recent, untaught, countable, left_open, recounts)
