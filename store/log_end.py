"""Whether the end of the log is there, which its chain alone cannot show.

Others were told of the newest events: summaries and projections were drawn from them, and the API knows for
each order how many events this station had counted, and the marks of their hashes. What only the counts tell
is possible and no more: they may have been changed themselves.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator

from store import projections, slots, tallies
from verification.printable import printable
from verification.records import record

_MARK = 4
"""Characters of an event's mark at the end of a slot's `h`."""
_POINTING = {
    "a counted serial": "SELECT max(seq) FROM serials",
    "a re-check": "SELECT max(max(begun, ended)) FROM rechecks",
    "an incarnation": "SELECT max(after_seq) FROM incarnations",
    "a slot": "SELECT max(upto_seq) FROM shares",
    "a verified order": "SELECT max(completed) FROM order_tallies",
}
"""What names events by their numbers."""
_OWN = (
    "SELECT slots.order_id, slots.slot, body, order_number FROM slots"
    " JOIN incarnations ON incarnations.slot = slots.slot JOIN orders ON orders.id = slots.order_id"
    " ORDER BY order_number, slots.slot"
)


@record
class Lack:
    """What the log lacks, as it seems."""

    seq: int
    """The last event that is as others were told."""
    told: str
    """What shows it, in words that begin a sentence."""


@record
class End:
    """What came of looking for the log's end."""

    heads: int = 0
    """Slots of this station, known from the API, whose events were looked for."""
    lack: Lack | None = None


def end(db: sqlite3.Connection) -> End:
    """Look for the newest events wherever something was told of them. For a log whose chain holds."""
    (events,) = db.execute("SELECT coalesce(max(seq), 0) FROM events").fetchone()
    if tallies.watermark(db) > events:
        told = f"the log has {events} events, and its summaries were drawn from {tallies.watermark(db)}"
        return End(0, Lack(events, f"{told}: the newest events were cut off"))
    found = list(_heads(db))
    lacks = (*found, *_named(db, events), *_drawn(db, events))
    return End(len(found), next(filter(None, lacks), None))


def _named(db: sqlite3.Connection, events: int) -> Iterator[Lack]:
    for what, asked in _POINTING.items():
        (last,) = db.execute(asked).fetchone()
        if last is not None and last > events:
            told = f"the log has {events} events, and {what} names event {last}"
            yield Lack(events, f"{told}: the newest events were cut off")


def _drawn(db: sqlite3.Connection, events: int) -> Iterator[Lack]:
    """What every event brings along at once, and what cut-off events leave behind."""
    for difference in projections.unlike_the_log(db):
        told = f"it ends with event {events}, but {difference}"
        yield Lack(events, f"{told}: the newest events may have been cut off, or somebody changed the counts")


def _heads(db: sqlite3.Connection) -> Iterator[Lack | None]:
    """For each slot of this station that the API was seen to hold: what the log lacks of it, if anything."""
    for order_id, slot, body, number in db.execute(_OWN).fetchall():
        told = json.loads(body)
        events = slots.shares(db, order_id).get(slot, [])
        count, head = told["n"], told["h"][-_MARK:]
        if len(events) < count:
            yield Lack(
                events[-1][0] if events else 0,
                f"the API holds {count} counting events of order {printable(number)} from this station, the"
                f" log has {len(events)}: the newest events were cut off, or an older copy was put back",
            )
        elif head and events[count - 1][3] != head:
            last = events[count - 1][0]
            yield Lack(
                last,
                f"event {last} of order {printable(number)} is not the one that the API was told of: events"
                " were cut off and others written, or an older copy was put back",
            )
        else:
            yield None
