"""Where the log's chain breaks and how, and whether its end is there: what `tallyman audit verify` says.

The chain alone shows edits, gaps, additions and changed places. That the newest events were cut off shows
only elsewhere, see `store.log_end`.
"""

from __future__ import annotations

import hmac
import sqlite3
from enum import StrEnum

from store import log, log_end
from verification.records import record

_NEARBY = 40
"""Events on both sides of a break in which the place is sought that an event was written at."""


class Kind(StrEnum):
    """What was done to the log."""

    EDITED = "edited"
    DELETED = "deleted"
    ADDED = "added"
    REORDERED = "reordered"
    TRUNCATED = "truncated"
    OTHER_SECRET = "other_secret"  # noqa: S105 - a name of what was found
    """No event proves: the secret is not this log's, or the whole log was written anew."""


@record
class Finding:
    """One place where the log is not as it was written."""

    kind: Kind
    seq: int
    """The event at which it shows."""
    told: str
    """What happened, in words that begin a sentence."""


@record
class Verified:
    """What came of looking at the whole log."""

    events: int
    heads: int
    """Slots of this station, known from the API, whose events were looked for in the log."""
    finding: Finding | None


@record
class _Link:
    """An event's row with the hash that stands beside it."""

    row: tuple[object, ...]
    hash: bytes

    @property
    def seq(self) -> int:
        number = self.row[0]
        assert isinstance(number, int)
        return number

    def follows(self, key: bytes, previous: bytes, seq: int | None = None) -> bool:
        """Whether this was written after the event whose hash is `previous`, under the number `seq`."""
        row = self.row if seq is None else (seq, *self.row[1:])
        return hmac.compare_digest(log.chained(key, previous, row), self.hash)


def verify(db: sqlite3.Connection, key: bytes) -> Verified:
    """Walk the whole chain under `key`, then look for what others were told of it. One transaction."""
    (events,) = db.execute("SELECT count(*) FROM events").fetchone()
    broken = log.first_break(db, key)
    if broken is not None:
        return Verified(events, 0, _finding(db, key, broken.seq))
    end = log_end.end(db)
    finding = Finding(Kind.TRUNCATED, end.lack.seq, end.lack.told) if end.lack else None
    return Verified(events, end.heads, finding)


def _links(db: sqlite3.Connection, first: int, last: int) -> list[_Link]:
    columns = ", ".join(log.FIELDS)
    rows = db.execute(
        f"SELECT {columns}, hash FROM events WHERE seq BETWEEN ? AND ? ORDER BY seq", (first, last)
    )
    return [_Link(tuple(row), found) for *row, found in rows]


def _finding(db: sqlite3.Connection, key: bytes, at: int) -> Finding:
    """What was done to the log where the number or the hash of event `at` does not follow."""
    (lowest,) = db.execute("SELECT min(seq) FROM events").fetchone()
    if lowest < 1:
        return Finding(Kind.ADDED, lowest, f"event {lowest} was put in before the first one")
    around = _links(db, at - _NEARBY, at + _NEARBY)
    here = next((link for link in around if link.seq == at), None)
    if here is None:
        return _gap(db, at)
    before = next((link.hash for link in around if link.seq == at - 1), log.GENESIS)
    after = [link for link in around if link.seq > at]
    return (
        _edited(key, before, here, after)
        or _renumbered(key, before, here, after)
        or _moved(key, here, around)
        or _unproven(key, before, here, after)
    )


def _gap(db: sqlite3.Connection, at: int) -> Finding:
    (following,) = db.execute("SELECT min(seq) FROM events WHERE seq >= ?", (at,)).fetchone()
    missing = following - at
    named = f"event {at} is" if missing == 1 else f"{missing} events from number {at} on are"
    return Finding(Kind.DELETED, at, f"{named} missing")


def _edited(key: bytes, before: bytes, here: _Link, after: list[_Link]) -> Finding | None:
    """The event after it follows from this one's hash, or from the hash that this one should have."""
    if not after:
        return None
    should = log.chained(key, before, here.row)
    if after[0].follows(key, here.hash) or after[0].follows(key, should):
        return Finding(Kind.EDITED, here.seq, f"event {here.seq} was changed after it was written")
    return None


def _renumbered(key: bytes, before: bytes, here: _Link, after: list[_Link]) -> Finding | None:
    """Events were taken out or put in, and the numbers of those behind moved along."""
    for by in range(1, _NEARBY):
        if after and after[0].follows(key, here.hash, after[0].seq + by):
            count = "an event was" if by == 1 else f"{by} events were"
            return Finding(
                Kind.DELETED, here.seq, f"before event {here.seq} {count} taken out and the numbers closed up"
            )
    for by, link in enumerate(after, 1):
        behind = after[by : by + 1]
        if link.follows(key, before, here.seq) and all(
            each.follows(key, link.hash, here.seq + 1) for each in behind
        ):
            count = "was" if by == 1 else f"and {by - 1} more were"
            return Finding(Kind.ADDED, here.seq, f"event {here.seq} {count} put in later")
    return None


def _moved(key: bytes, here: _Link, around: list[_Link]) -> Finding | None:
    """This event was written at another place nearby."""
    hashes = [log.GENESIS, *(link.hash for link in around if link is not here)]
    for place in (link.seq for link in around if link is not here):
        if any(here.follows(key, previous, place) for previous in hashes):
            return Finding(
                Kind.REORDERED,
                here.seq,
                f"event {here.seq} was written as event {place}: events changed places",
            )
    return None


def _unproven(key: bytes, before: bytes, here: _Link, after: list[_Link]) -> Finding:
    """Nothing nearby tells more."""
    previous = [before, here.hash, *(link.hash for link in after)]
    proven = any(link.follows(key, hash_) for link, hash_ in zip(after, previous[1:], strict=False))
    if here.seq == 1 and not proven:
        return Finding(
            Kind.OTHER_SECRET,
            1,
            "no event follows from station.key: it is another ledger's, or the whole log was written anew",
        )
    if not proven:
        return Finding(
            Kind.ADDED, here.seq, f"event {here.seq} and those behind it were written without the secret"
        )
    return Finding(Kind.EDITED, here.seq, f"event {here.seq} was changed after it was written")
