"""Everything that the ledger knows of one order, read at one moment: its story, other stations, the API."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Mapping
from typing import Any

from store import claims, conflicts, lineage, log, orders, outbox, rechecks, review, sightings, slots
from store.claims import Claim
from store.conflicts import Conflict
from store.outbox import Attempt, Waiting
from store.sightings import Sighting
from sync.merge import Ruled, Slot, ruling_in
from verification.orders import Line, Order, OrderStatus
from verification.reasons import Reason
from verification.recheck import Recheck, State
from verification.records import record
from verification.story import Story


@record
class Elsewhere:
    """What another station counted, as its slot tells."""

    station: str
    who: str
    at: str
    """By that station's clock; shown, decides nothing."""
    units: Mapping[str, int]
    """By line id; units of goods that are on no line any more are left out."""


@record
class Dossier:
    """One order with all that is known of it."""

    story: Story
    station: str = ""
    """This station's id."""
    elsewhere: tuple[Elsewhere, ...] = ()
    claims: tuple[Claim, ...] = ()
    ruled: tuple[str, Ruled] | None = None
    """The slot of the newest ruling that travelled, and the ruling; None where none has yet."""
    sighting: Sighting | None = None
    waiting: Waiting | None = None
    edits: tuple[tuple[str, Any, Any], ...] = ()
    """Field, base and edited value of each edit that waits."""
    attempts: tuple[Attempt, ...] = ()
    """Newest first."""
    conflicts: tuple[Conflict, ...] = ()
    reasons: tuple[Reason, ...] = ()
    """Why a supervisor should look at it, the weightiest first."""

    recheck: Recheck | None = None
    """The newest blind re-check; None where it never fell due."""
    unsettled: State | None = None
    """Where it stands while nobody has had the last word on it."""

    @property
    def recheck_owed(self) -> bool:
        """Whether somebody still has to count it again, to whom its quantities must not be shown."""
        running = self.recheck is not None and self.recheck.state in (State.DUE, State.RUNNING)
        return running and self.order.status is OrderStatus.VERIFIED

    @property
    def order(self) -> Order:
        """The order as it is now."""
        return self.story.order

    def by_station(self, line: Line) -> list[tuple[str, int]]:
        """Who counted how many units of a line: this station, others, and what the API or a file said."""
        found = [(self.station, line.counted)]
        found += [(other.station, other.units.get(line.id, 0)) for other in self.elsewhere]
        told = line.elsewhere - sum(units for _, units in found[1:])
        found.append(("API or file", told))
        return [(name, units) for name, units in found if units]


def open_dossier(db: sqlite3.Connection, order_id: str) -> Dossier | None:
    """The dossier of an order; None when the ledger has no such order. Best inside one read transaction."""
    order = orders.load(db, order_id)
    if order is None:
        return None
    station = lineage.station(db)
    known = {name: Slot.from_json(json.loads(body)) for name, (body, _) in slots.known(db, order_id).items()}
    found = {name: slot for name, slot in known.items() if slot is not None}
    line_of = {item: line_id for line_id, item in sightings.items(db, order_id).items()}
    return Dossier(
        Story.of(order, log.of_order(db, order_id)),
        station,
        tuple(_others(found, slots.shares(db, order_id), line_of)),
        claims.of(db, order_id),
        _newest_ruling(found),
        sightings.of(db, order_id),
        outbox.of(db, order_id),
        tuple(outbox.edits_of(db, order_id)),
        tuple(outbox.attempts_of(db, order_id)),
        tuple(conflicts.of(db, order_id)),
        review.of(db, order_id),
        rechecks.of(db, order_id),
        rechecks.unsettled(db, order_id),
    )


def _others(found: Mapping[str, Slot], own: Iterable[str], line_of: Mapping[str, str]) -> list[Elsewhere]:
    mine = set(own)
    return [
        Elsewhere(
            lineage.station_of(name),
            slot.who,
            slot.at,
            {line_of.get(item, item): units for item, units in slot.c.items()},
        )
        for name, slot in sorted(found.items())
        if name not in mine
    ]


def _newest_ruling(found: Mapping[str, Slot]) -> tuple[str, Ruled] | None:
    ruled = ruling_in(found)
    if ruled is None:
        return None
    return next((lineage.station_of(name), ruled) for name, slot in found.items() if slot.ruled == ruled)
