"""What one read goes through: decode, look up, decide, append to the log, and put into words."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from store import catalog, log, orders, people
from store.ledger import Ledger
from terminal import wording
from terminal.reads import Delivery, Outcome
from terminal.scanners.decoding import decode
from terminal.scanners.framing import FrameKind
from verification.codes import Code, Command
from verification.decide import decide
from verification.desk import Alarm, Asked, Count, Decision, Desk, Recent, settle
from verification.events import Event
from verification.meaning import Ambiguous, Badge, Meaning, Ordered, OrderLabel, Unreadable, meaning
from verification.orders import Order
from verification.policy import Policy
from verification.verdicts import Verdict

_BROKEN: Mapping[FrameKind, str] = {
    FrameKind.NO_SUFFIX: "the read broke off before its end",
    FrameKind.NOISE: "it came outside of a read",
    FrameKind.RESTART: "a new read began in the middle of it",
    FrameKind.OVERFLOW: "it is longer than any code",
    FrameKind.ABORTED: "the scanner was unplugged in the middle of it",
    FrameKind.LINE_ERROR: "the line garbled it",
}
"""Why a frame that is not `ok` is quarantined."""

_COUNTED = frozenset(
    {Verdict.ACCEPTED, Verdict.LINE_VERIFIED, Verdict.ORDER_VERIFIED, Verdict.DUPLICATE_READ}
)
_BADGE = "a badge"
_NOTHING = Count("", 0)


@dataclass(frozen=True, slots=True)
class Procedure:
    """Takes one delivery through the rules and the ledger, in the clerk's thread and transaction."""

    ledger: Ledger
    policy: Policy
    windows: Mapping[str, float] = field(default_factory=dict)
    """Seconds within which the same code from the same scanner is a double read; none where not named."""
    decoders: Mapping[str, Callable[[bytes], Code]] = field(default_factory=dict)
    """How a scanner's frames are understood, where it is not the common way."""
    now: Callable[[], datetime] = lambda: datetime.now(UTC)

    def handle(self, db: sqlite3.Connection, desk: Desk, delivery: Delivery) -> tuple[Outcome, Desk]:
        """Do what `delivery` asks within the open transaction, and say what it did."""
        code = self._understood(delivery)
        asked = self._asked(db, desk, delivery, code)
        decision = decide(desk, asked, self.policy)
        after = settle(desk, decision, _recent(desk, delivery, code, decision))
        badge = self._is_badge(db, delivery, asked.meaning)
        shown = Code(_BADGE) if badge else code
        message = wording.sentence(decision, desk, after, shown)
        if decision.alarm:
            after = replace(after, alarm=Alarm(decision.verdict, message))
        order = after.order or desk.order or asked.labelled
        person = decision.person or desk.person
        first = decision.counts[0] if decision.counts else _NOTHING
        label = _label(desk, asked, decision, code)
        event = Event(
            read=0,
            at=self._at(),
            mono=delivery.frame.at,
            person=person.name if person else "",
            scanner=delivery.scanner,
            raw=b"" if badge else delivery.frame.data,
            code=shown.text,
            verdict=decision.verdict,
            provenance=decision.provenance if decision.counts else delivery.provenance,
            order_id=order.id if order else None,
            line_id=first.line_id or decision.line_id,
            sku=decision.sku,
            delta=first.delta,
            reason=message,
            takes_back=first.takes_back,
            lot=label.lot,
            serial=label.serial,
            expiry=label.expiry,
        )
        seq = self._append(db, event, decision.counts)
        _bring_along(db, desk, decision, event, seq)
        outcome = Outcome(
            seq=seq,
            at=event.at,
            scanner=event.scanner,
            raw=event.raw,
            code=event.code,
            verdict=event.verdict,
            message=message,
            delta=decision.delta,
            order=order,
            line_id=decision.line_id,
            sku=decision.sku,
            command=decision.command,
            provenance=event.provenance,
            read_at=event.mono,
        )
        return outcome, after

    def not_recorded(self, desk: Desk, delivery: Delivery, why: str) -> Outcome:
        """What to say of a delivery that the ledger could not take: nothing happened."""
        code = self._understood(delivery)
        with_badge_hidden = Code("the code") if desk.person is None and self.policy.sign_in else code
        return Outcome(
            seq=None,
            at=self._at(),
            scanner=delivery.scanner,
            raw=b"" if with_badge_hidden is not code else delivery.frame.data,
            code=with_badge_hidden.text,
            verdict=Verdict.NOT_RECORDED,
            message=wording.not_recorded(with_badge_hidden, why),
            order=desk.order,
            provenance=delivery.provenance,
            read_at=delivery.frame.at,
        )

    def refreshed(self, desk: Desk) -> Desk:
        """The desk with its order as the ledger has it now."""
        if desk.order is None:
            return desk
        order = orders.load(self.ledger.db, desk.order.id)
        return replace(desk, order=order, held=desk.held if order else None)

    def _at(self) -> str:
        return self.now().astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")

    def _understood(self, delivery: Delivery) -> Code:
        if delivery.wish is not None:
            return Code(_name_of(delivery.wish))
        frame = delivery.frame
        if frame.kind is not FrameKind.OK:
            return Code(frame.data.decode("utf-8", "backslashreplace"), problem=_BROKEN[frame.kind])
        return self.decoders.get(delivery.scanner, decode)(frame.data)

    def _asked(self, db: sqlite3.Connection, desk: Desk, delivery: Delivery, code: Code) -> Asked:
        """The delivery with all the facts that the rules need."""
        means = delivery.wish
        if means is None:
            means = meaning(code, catalog.find(db, self.ledger.badge_key, code))
        window = self.windows.get(delivery.scanner, 0.0)
        return Asked(
            means,
            code=code,
            double=desk.is_double(delivery.scanner, code.text, delivery.frame.at, window),
            provenance=delivery.provenance,
            labelled=_labelled(db, desk, means),
            undoable=_undoable(db, desk, means),
        )

    def _is_badge(self, db: sqlite3.Connection, delivery: Delivery, means: Meaning) -> bool:
        """Whether the read is somebody's badge, even one that came in broken or means something else too."""
        if isinstance(means, Badge):
            return True
        if delivery.wish is not None or not isinstance(means, Unreadable | Ambiguous):
            return False
        text = self.decoders.get(delivery.scanner, decode)(delivery.frame.data).text
        return people.by_badge(db, self.ledger.badge_key, text) is not None

    def _append(self, db: sqlite3.Connection, event: Event, counts: tuple[Count, ...]) -> int:
        """Write the read to the log, an event for each line that it moves; returns the first one's number."""
        read = log.append(db, self.ledger.chain_key, event)
        for count in counts[1:]:
            more = replace(
                event, read=read, line_id=count.line_id, delta=count.delta, takes_back=count.takes_back
            )
            log.append(db, self.ledger.chain_key, more)
        return read


def _bring_along(db: sqlite3.Connection, desk: Desk, decision: Decision, event: Event, seq: int) -> None:
    """Move the projections as the read numbered `seq` moved them."""
    if desk.order is None or decision.counted is None:
        return
    deltas = [(count.line_id, count.delta) for count in decision.counts]
    orders.move_counts(db, desk.order, decision.counted, deltas)
    for count in decision.counts:
        if count.takes_back is not None:
            catalog.forget_serial(db, count.takes_back)
    if decision.delta > 0 and event.serial is not None and event.sku is not None:
        catalog.remember_serial(db, event.sku, event.serial, seq)


def _labelled(db: sqlite3.Connection, desk: Desk, means: Meaning) -> Order | None:
    if isinstance(means, OrderLabel):
        already_open = desk.order is not None and desk.order.id == means.order_id
        return desk.order if already_open else orders.load(db, means.order_id)
    if isinstance(means, Ordered) and means.command is Command.NEXT:
        return orders.next_due(db, after=desk.order.id if desk.order else None)
    return None


def _undoable(db: sqlite3.Connection, desk: Desk, means: Meaning) -> tuple[Count, ...]:
    if desk.order is None or means != Ordered(Command.UNDO):
        return ()
    taken = reversed(log.last_counted(db, desk.order.id))
    return tuple(Count(event.line_id or "", -event.delta, event.seq) for event in taken)


def _recent(desk: Desk, delivery: Delivery, code: Code, decision: Decision) -> Mapping[str, Recent]:
    """Each scanner's last read with this one brought in.

    A command makes all others forgotten, since goods read after it are meant anew; its own code is
    remembered, so that one bounce of an undo label takes back one read.
    """
    if isinstance(delivery.wish, Ordered):
        return {}
    if delivery.wish is not None:
        return desk.recent
    commanded = decision.command is not None
    read = Recent(code.text, delivery.frame.at, commanded or decision.verdict in _COUNTED)
    return {delivery.scanner: read} if commanded else {**desk.recent, delivery.scanner: read}


def _label(desk: Desk, asked: Asked, decision: Decision, code: Code) -> Code:
    """Whose lot, serial and expiry the event keeps: the held-back read's where that is what counted."""
    if asked.meaning == Ordered(Command.COUNT) and decision.counts and desk.held and desk.held.code:
        return desk.held.code
    return code


def _name_of(wish: Meaning) -> str:
    match wish:
        case Ordered(command):
            return command.barcode
        case Badge(person):
            return person.name
        case OrderLabel(order_id):
            return order_id
        case _:
            return ""
