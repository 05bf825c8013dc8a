"""What one read goes through: decode, look up, decide, append to the log, and put into words."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Mapping
from dataclasses import field, replace
from datetime import UTC, datetime

from store import acts, catalog, orders, rechecks
from store.ledger import Ledger
from store.posting import Posting
from terminal import wording
from terminal.considering import Considering, taught_by
from terminal.reads import Delivery, Outcome
from verification.acts import ActKind
from verification.codes import Code
from verification.desk import Count, Decision, Desk
from verification.events import Event, Provenance
from verification.policy import Policy
from verification.recheck import Stage, Step
from verification.records import record
from verification.verdicts import Verdict

_NOTHING = Count("", 0)


@record
class Procedure:
    """Takes one delivery through the rules and the ledger, in the clerk's thread and transaction."""

    ledger: Ledger
    policy: Policy
    windows: Mapping[str, float] = field(default_factory=dict)
    """Seconds within which the same code from the same scanner is a double read; none where not named."""
    decoders: Mapping[str, Callable[[bytes], Code]] = field(default_factory=dict)
    """How a scanner's frames are understood, where it is not the common way."""
    now: Callable[[], datetime] = lambda: datetime.now(UTC)
    keyless: bool = False
    """Whether there is no screen, so that no sentence may name a key."""
    _considering: Considering = field(init=False)

    def __post_init__(self) -> None:
        considering = Considering(
            self.ledger.badge_key,
            self.policy,
            self.windows,
            self.decoders,
            self._today,
            rechecks.picking(self.ledger.secret, self.policy.blind_recheck_percent),
            self.keyless,
        )
        object.__setattr__(self, "_considering", considering)

    def handle(self, posting: Posting, desk: Desk, delivery: Delivery) -> tuple[Outcome, Desk]:
        """Do what `delivery` asks within the open transaction, and say what it did."""
        found = self._considering.of(posting, desk, delivery)
        decision, after, label = found.decision, found.after, found.label
        order = after.order or desk.order or found.asked.labelled
        person = decision.person or desk.person
        first = decision.counts[0] if decision.counts else _NOTHING
        act, detail = _act(desk, decision)
        event = Event(
            read=0,
            at=self._at(),
            mono=delivery.frame.at,
            person=person.name if person else "",
            scanner=delivery.scanner,
            raw=b"" if found.badge else delivery.frame.data,
            code=found.shown.text,
            verdict=decision.verdict,
            provenance=_provenance(decision, delivery),
            order_id=order.id if order else None,
            line_id=first.line_id or decision.line_id,
            sku=decision.sku,
            delta=first.delta,
            reason=found.message,
            takes_back=first.takes_back,
            lot=label.lot,
            serial=label.serial,
            expiry=label.expiry,
            act=act,
            detail=detail,
        )
        seq = self._append(posting, event, decision)
        if decision.taught is not None:
            catalog.teach(posting.written(), self.ledger.badge_key, taught_by(decision.taught))
        _bring_along(posting, desk, decision, event, seq)
        outcome = Outcome(
            seq=seq,
            at=event.at,
            scanner=event.scanner,
            raw=event.raw,
            code=event.code,
            verdict=event.verdict,
            message=found.message,
            delta=decision.delta,
            order=order,
            line_id=decision.line_id,
            sku=decision.sku,
            command=decision.command,
            provenance=event.provenance,
            read_at=event.mono,
            recheck=_stage(desk, decision),
        )
        return outcome, after

    def not_recorded(self, desk: Desk, delivery: Delivery, why: str) -> Outcome:
        """What to say of a delivery that the ledger could not take: nothing happened."""
        code = self._considering.understood(delivery)
        with_badge_hidden = Code("the code") if self._may_be_badge(desk, delivery) else code
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

    def _may_be_badge(self, desk: Desk, delivery: Delivery) -> bool:
        """Whether a read that was not decided may be a badge; where the ledger cannot tell, it is."""
        if desk.person is None and self.policy.sign_in:
            return True
        try:
            return self._considering.is_badge(self.ledger.db, delivery)
        except sqlite3.Error:
            return True

    def refreshed(self, desk: Desk) -> Desk:
        """The desk with its order as the ledger has it now."""
        if desk.order is None:
            return desk
        order = orders.load(self.ledger.db, desk.order.id)
        return replace(desk, order=order, held=desk.held if order else None)

    def _today(self) -> str:
        """The day at the station, by its own time zone."""
        return self.now().astimezone().date().isoformat()

    def _at(self) -> str:
        return self.now().astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")

    def _append(self, posting: Posting, event: Event, decision: Decision) -> int:
        """Write the read to the log, an event for each line that it moves; returns the first one's number.

        That its order falls due for a re-check is an event of its own.
        """
        read = posting.append(self.ledger.chain_key, event)
        for count in decision.counts[1:]:
            more = replace(
                event, read=read, line_id=count.line_id, delta=count.delta, takes_back=count.takes_back
            )
            posting.append(self.ledger.chain_key, more)
        step = decision.recheck
        if step is not None and step.stage is Stage.DUE:
            rechecks.fall_due(posting.written(), self.ledger.chain_key, event, read)
        elif step is not None:
            rechecks.follow(posting.written(), replace(event, seq=read))
        return read


def _stage(desk: Desk, decision: Decision) -> Stage | None:
    """What the read did to a blind re-check; a read that was refused in its course belongs to it too."""
    if decision.recheck is not None:
        return decision.recheck.stage
    return Stage.REFUSED if desk.recounts and decision.verdict.refused else None


def _act(desk: Desk, decision: Decision) -> tuple[str | None, str | None]:
    """The act that the read is, with its detail; neither for a plain one."""
    stage = _stage(desk, decision)
    if stage is not None and stage is not Stage.DUE:
        return stage.act, (decision.recheck or Step(stage)).detail()
    completed = acts.completed(desk.order, decision.counted)
    return (ActKind.COMPLETE.value, completed) if completed else (None, None)


def _provenance(decision: Decision, delivery: Delivery) -> Provenance:
    """A lesson is somebody's word, not a read."""
    if decision.taught is not None:
        return Provenance.CONFIRMED
    return decision.provenance if decision.counts else delivery.provenance


def _bring_along(posting: Posting, desk: Desk, decision: Decision, event: Event, seq: int) -> None:
    """Move the projections as the read numbered `seq` moved them."""
    if desk.order is None or decision.counted is None:
        return
    posting.move_counts(desk.order, decision.counted)
    for count in decision.counts:
        if count.takes_back is not None:
            catalog.forget_serial(posting.written(), count.takes_back)
    if decision.delta > 0 and event.serial is not None and event.sku is not None:
        catalog.remember_serial(posting.written(), event.sku, event.serial, seq)
