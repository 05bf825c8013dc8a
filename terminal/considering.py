"""What a read would do: decode, look up, decide, and put into words. Nothing is written here."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Mapping
from dataclasses import field, replace
from datetime import date

from store import badges, catalog, claims, log, orders
from store.errors import Refused
from store.posting import Posting
from terminal import recounting, wording
from terminal.keyless import without_keys
from terminal.reads import Delivery
from terminal.scanners.decoding import decode
from terminal.scanners.framing import FrameKind
from verification import keypad
from verification.codes import Code, Command
from verification.decide import decide
from verification.desk import Alarm, Asked, Count, Decision, Desk, Recent, settle
from verification.meaning import (
    Ambiguous,
    Badge,
    Lesson,
    Meaning,
    Ordered,
    OrderLabel,
    Quantity,
    Unknown,
    Unreadable,
    meaning,
)
from verification.orders import Order
from verification.policy import Policy
from verification.recheck import NO_PICKS, Picking
from verification.records import record
from verification.recounting import completed
from verification.teaching import Untaught, likely, looked_up, may_teach, no_goods, objection
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
    {
        Verdict.ACCEPTED,
        Verdict.LINE_VERIFIED,
        Verdict.ORDER_VERIFIED,
        Verdict.RECOUNTED,
        Verdict.DUPLICATE_READ,
    }
)
_BADGE = "a badge"


@record
class Considered:
    """One delivery, understood and decided."""

    code: Code
    shown: Code
    """The code, or the words for it where it must not be shown."""
    badge: bool
    """Whether it is somebody's badge, of which no byte may be kept."""
    asked: Asked
    decision: Decision
    after: Desk
    """The desk as the delivery would leave it."""
    message: str
    label: Code
    """Whose lot, serial and expiry are kept."""


@record
class Considering:
    """Decides by the site's rules and each scanner's settings, on any connection to the ledger."""

    badge_key: bytes
    policy: Policy
    windows: Mapping[str, float] = field(default_factory=dict)
    decoders: Mapping[str, Callable[[bytes], Code]] = field(default_factory=dict)
    today: Callable[[], str] = lambda: date.today().isoformat()  # noqa: DTZ011 - the day at the station
    picking: Picking = NO_PICKS
    """Which orders are picked for a blind re-check."""
    keyless: bool = False
    """Whether there is no screen, so that no sentence may name a key."""

    def of(self, posting: Posting, desk: Desk, delivery: Delivery) -> Considered:
        """What `delivery` does at `desk`."""
        code = self.understood(delivery)
        asked = self._asked(posting, desk, delivery, code)
        decision = decide(desk, asked, self.policy)
        if decision.counted is not None:
            decision = completed(decision, desk.order, self.picking)
        after = settle(desk, decision, _recent(desk, delivery, code, decision))
        badge = self._is_badge(posting, delivery, asked.meaning)
        shown = Code(_BADGE) if badge else code
        message = wording.sentence(decision, desk, after, shown)
        if decision.opened is not None and not after.recounts:
            message += wording.claimed(claims.of(posting.written(), decision.opened.id))
        if self.keyless:
            message = without_keys(message)
        if decision.alarm:
            after = replace(after, alarm=Alarm(decision.verdict, message))
        label = _label(desk, asked, decision, code)
        return Considered(code, shown, badge, asked, decision, after, message, label)

    def understood(self, delivery: Delivery) -> Code:
        """The code of a delivery, before anybody asks what it means."""
        if delivery.wish is not None:
            return Code(_name_of(delivery.wish))
        frame = delivery.frame
        if frame.kind is not FrameKind.OK:
            return Code(frame.data.decode("utf-8", "backslashreplace"), problem=_BROKEN[frame.kind])
        return self.decoders.get(delivery.scanner, decode)(frame.data)

    def _asked(self, posting: Posting, desk: Desk, delivery: Delivery, code: Code) -> Asked:
        """The delivery with all the facts that the rules need."""
        means = delivery.wish
        if means is None:
            means = meaning(code, posting.find(self.badge_key, code))
        if isinstance(means, Badge):
            means = replace(means, barred=means.person.barred(self.today()))
        window = self.windows.get(delivery.scanner, 0.0)
        asked = Asked(
            means,
            code=code,
            double=desk.is_double(delivery.scanner, code.text, delivery.frame.at, window),
            provenance=delivery.provenance,
            labelled=_labelled(posting, desk, means),
            undoable=_undoable(posting, desk, means),
            today=self.today() if code.expiry else "",
            untaught=self._untaught(posting, desk, means, code),
            objection=self._objection(posting, desk, means),
        )
        return recounting.with_facts(posting, desk, asked)

    def _untaught(self, posting: Posting, desk: Desk, means: Meaning, code: Code) -> Untaught | None:
        """What an unknown code on the open order could be taught to stand for."""
        if not isinstance(means, Unknown) or desk.order is None or desk.recounts or no_goods(code):
            return None
        if not may_teach(self.policy, desk.person):
            return None
        left = {line.sku for line in desk.order.lines if line.remaining}
        found = likely(desk.order, code, catalog.gtins_of(posting.written(), left))
        return Untaught(code, found) if found else None

    def _objection(self, posting: Posting, desk: Desk, means: Meaning) -> str:
        """Why a lesson may not be taught, or no count typed: the site's rules, or what the ledger holds."""
        if means == Ordered(Command.QUANTITY):
            return keypad.closed(
                desk, self.policy, serials=catalog.has_serials(posting.written(), desk.countable)
            )
        if isinstance(means, Quantity):
            serials = catalog.has_serials(posting.written(), means.sku)
            return keypad.objection(means, desk, self.policy, serials=serials)
        if not isinstance(means, Lesson):
            return ""
        if found := objection(means, desk.untaught, self.policy, desk.person):
            return found
        try:
            catalog.checked(posting.written(), self.badge_key, taught_by(means))
        except Refused as error:
            return str(error).rstrip(".")
        known = meaning(means.code, posting.find(self.badge_key, means.code))
        return "" if isinstance(known, Unknown) else "it stands for something already"

    def _is_badge(self, posting: Posting, delivery: Delivery, means: Meaning) -> bool:
        """Whether the read is somebody's badge, even one that came in broken or means something else too."""
        if isinstance(means, Badge):
            return True
        return isinstance(means, (Unreadable, Ambiguous)) and self.is_badge(posting.written(), delivery)

    def is_badge(self, db: sqlite3.Connection, delivery: Delivery) -> bool:
        """Whether a read has the characters of somebody's badge, whatever else it may be."""
        if delivery.wish is not None:
            return False
        text = self.decoders.get(delivery.scanner, decode)(delivery.frame.data).text
        return badges.by_badge(db, self.badge_key, text) is not None


def taught_by(lesson: Lesson) -> catalog.Taught:
    """What a lesson puts into the catalog."""
    return catalog.Taught(looked_up(lesson.code), lesson.sku, lesson.units, "bench")


def _commands(means: Meaning, command: Command) -> bool:
    return isinstance(means, Ordered) and means.command is command


def _labelled(posting: Posting, desk: Desk, means: Meaning) -> Order | None:
    left = desk.left_open
    if isinstance(means, Badge) and left is not None and left.person == means.person.name:
        return orders.load(posting.written(), left.order_id)
    if isinstance(means, OrderLabel):
        already_open = desk.order is not None and desk.order.id == means.order_id
        return desk.order if already_open else orders.load(posting.written(), means.order_id)
    if _commands(means, Command.NEXT):
        return orders.next_due(posting.written(), after=desk.order.id if desk.order else None)
    return None


def _undoable(posting: Posting, desk: Desk, means: Meaning) -> tuple[Count, ...]:
    if desk.order is None or not _commands(means, Command.UNDO):
        return ()
    taken = reversed(log.last_counted(posting.written(), desk.order.id))
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
    counts = decision.counts or decision.recheck
    if _commands(asked.meaning, Command.COUNT) and counts and desk.held and desk.held.code:
        return desk.held.code
    return code


def _name_of(wish: Meaning) -> str:
    match wish:
        case Ordered(command, _):
            return command.barcode
        case Badge(person, _):
            return person.name
        case OrderLabel(order_id):
            return order_id
        case Lesson(code):
            return code.gtin or code.text
        case Quantity(sku, units):
            return f"{units} × {sku}"
        case _:
            return ""
