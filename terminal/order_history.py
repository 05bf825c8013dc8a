"""An order with what only this station knows of it: who worked on it, how its units came to be counted, and
what supervisors did to it."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable
from typing import Any, Self

from store import lineage, log, rechecks, shelves
from store.order_shape import order_to_api
from terminal.tables import table
from verification.acts import ActKind
from verification.events import Event, Progress, Provenance, fold
from verification.orders import Order, OrderStatus, Ruling
from verification.printable import printable
from verification.recheck import RECOUNT, Recheck
from verification.records import record
from verification.verdicts import Verdict


@record
class Deed:
    """One act on the order, by its first event."""

    event: Event
    units: int
    """Net units that it moved."""

    def as_json(self) -> dict[str, Any]:
        """One element of `acts` in `orders show --json`, with what the event's detail adds."""
        told = {
            "act": self.event.act,
            "at": self.event.at,
            "person": self.event.person or None,
            "reason": self.event.reason or None,
            "sku": self.event.sku,
            "units": self.units,
        }
        return {**told, **json.loads(self.event.detail or "{}")}

    def told(self) -> tuple[str, ...]:
        """The cells of its row."""
        event = self.event
        what = " ".join([f"{self.units:+d}", event.sku or ""]).strip() if self.units else ""
        why = event.reason or json.loads(event.detail or "{}").get("short", "")
        return str(event.act).replace("_", " "), event.at, event.person, what, why


@record
class History:
    """An order's events in short."""

    opened: Event | None
    """The first read that opened it."""
    verified: Event | None
    """The read or the act that completed it; None while it is not verified."""
    reads: int
    refused: int
    taken_back: int
    """Undos."""
    people: tuple[str, ...]
    progress: Progress
    ruling: Ruling
    deeds: tuple[Deed, ...]
    """What people did to it otherwise than by reads, oldest first."""
    recheck: Recheck | None = None
    """The newest blind re-check."""

    @classmethod
    def of(cls, order: Order, events: Iterable[Event], recheck: Recheck | None = None) -> Self:
        """The history of `order` from its events, oldest first. The reads of a re-check are not its own."""
        events = [event for event in events if event.act != RECOUNT]
        firsts = [event for event in events if event.read == event.seq]
        reads = [event for event in firsts if event.act in (None, ActKind.COMPLETE)]
        deeds = _deeds(events, {event.seq for event in reads})
        completing = [event for event in reads if event.verdict is Verdict.ORDER_VERIFIED]
        completing += [deed.event for deed in deeds if deed.units]
        done = order.status is OrderStatus.VERIFIED and completing
        return cls(
            opened=reads[0] if reads else None,
            verified=max(completing, key=lambda event: event.seq) if done else None,
            reads=len(reads),
            refused=sum(event.verdict.refused for event in reads),
            taken_back=sum(event.takes_back is not None for event in reads),
            people=tuple(sorted({event.person for event in firsts if event.person})),
            progress=fold(events),
            ruling=order.ruling,
            deeds=tuple(deeds),
            recheck=recheck,
        )

    @property
    def units(self) -> dict[str, int]:
        """Units of this station by how they came to be counted; together they are what it counted.

        What supervisors added to the reads that stand, or took off them, is `override`.
        """
        by_provenance: dict[str, int] = {}
        for event in self.progress.standing:
            if event.provenance is not Provenance.OVERRIDE:
                name = event.provenance.value
                by_provenance[name] = by_provenance.get(name, 0) + event.delta
        changed = sum(self.progress.counts.values()) - sum(by_provenance.values())
        return {**by_provenance, Provenance.OVERRIDE.value: changed} if changed else by_provenance

    def as_json(self, station: str) -> dict[str, Any]:
        """The object under `station` in `orders show --json`."""
        return {
            "id": station,
            "opened_by": self.opened.person or None if self.opened else None,
            "opened_at": self.opened.at if self.opened else None,
            "verified_by": self.verified.person or None if self.verified else None,
            "verified_at": self.verified.at if self.verified else None,
            "people": list(self.people),
            "reads": self.reads,
            "refused": self.refused,
            "taken_back": self.taken_back,
            "units": self.units,
            "counts": {line_id: units for line_id, units in self.progress.counts.items() if units},
            "ruling": self.ruling.value or None,
            "acts": [deed.as_json() for deed in self.deeds],
            "recheck": _recheck_json(self.recheck) if self.recheck else None,
        }

    def told(self) -> dict[str, str]:
        """The same in words, by heading."""
        ruled = {"Ruling": self.ruling.value.replace("_", " ")}
        if not self.reads and not self.deeds:
            return ruled
        units = ", ".join(f"{count} {name}" for name, count in self.units.items())
        return {
            **ruled,
            "Opened": _by(self.opened),
            "Verified": _by(self.verified),
            "Reads": f"{self.reads}, {self.refused} of them refused, {self.taken_back} taken back",
            "Counted here": units or "nothing",
            "Re-check": _recheck(self.recheck) if self.recheck else "",
        }


def _recheck_json(recheck: Recheck) -> dict[str, Any]:
    return {
        "state": recheck.state.value,
        "by": recheck.person or None,
        "differences": [difference.as_json() for difference in recheck.differences],
    }


def _recheck(recheck: Recheck) -> str:
    by = f" by {recheck.person}" if recheck.person else ""
    differences = "; ".join(
        f"{each.sku} {each.found} instead of {each.expected}" for each in recheck.differences
    )
    return f"{recheck.state.value}{by}{f': {differences}' if differences else ''}"


def _history(db: sqlite3.Connection, order: Order) -> History:
    return History.of(order, log.of_order(db, order.id), rechecks.of(db, order.id))


def _deeds(events: Iterable[Event], reads: set[int]) -> list[Deed]:
    """What is on the log otherwise than as one of these `reads`; each event is looked at once."""
    acts = [event for event in events if event.read not in reads]
    units: dict[int, int] = {}
    for event in acts:
        units[event.read] = units.get(event.read, 0) + event.delta
    return [Deed(event, units[event.seq]) for event in acts if event.read == event.seq]


def order_json(db: sqlite3.Connection, order: Order) -> dict[str, Any]:
    """What `orders show --json` prints: the API's full-order shape, and `station`."""
    station = lineage.station(db)
    known = {**_history(db, order).as_json(station), "shelves": shelves.of_order(db, order.id)}
    return {**order_to_api(order), "station": known}


def order_told(db: sqlite3.Connection, order: Order) -> str:
    """The order in lines for people; what has no value is left out."""
    history = _history(db, order)
    header = {
        "Order": order.order_number,
        "External id": order.external_order_id,
        "Customer": order.customer_name,
        "Due": order.due_date,
        "Status": f"{order.status.value}, {order.verified} of {order.quantity} units",
        "Notes": order.notes,
        **history.told(),
    }
    places = shelves.of_order(db, order.id)
    rows = [
        (
            line.sku,
            *([", ".join(places.get(line.sku, ()))] if places else []),
            f"{line.verified}/{line.quantity}",
            line.status.value,
            line.notes,
        )
        for line in order.lines
    ]
    lines = [f"{name + ':':<13} {printable(value)}" for name, value in header.items() if value]
    lines += ["", table(("SKU", *(["SHELF"] if places else []), "UNITS", "STATUS", "NOTES"), rows)]
    if history.deeds:
        lines += ["", table(("ACT", "WHEN", "WHO", "UNITS", "WHY"), [deed.told() for deed in history.deeds])]
    return "\n".join(lines)


def _by(event: Event | None) -> str:
    if event is None:
        return ""
    return f"{event.at} by {event.person}" if event.person else event.at
