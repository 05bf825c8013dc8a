"""The append-only log: numbering, the hash chain, and what is read back from it.

Each event's hash is an HMAC-SHA-256, under a key outside the ledger, of the hash before it and of the
event's own fields. Whoever edits, drops or reorders a row without that key breaks the chain: the log is
tamper-evident, no more.
"""

from __future__ import annotations

import hmac
import json
import sqlite3
from collections.abc import Iterable, Iterator
from functools import cache

from store.errors import LedgerDamaged
from store.moment import Moment
from verification.acts import ActKind
from verification.events import Event, Provenance
from verification.recheck import RECHECK, RECOUNT, Stage, Step
from verification.records import record
from verification.verdicts import Verdict

FIELDS = (
    "seq", "read", "at", "mono", "person", "scanner", "raw", "code", "verdict", "provenance", "order_id",
    "line_id", "sku", "delta", "reason", "takes_back", "lot", "serial", "expiry", "act", "detail",
)  # fmt: skip
"""The columns of an event, in the order in which they are hashed."""
_ALWAYS_HASHED = len(FIELDS) - 2
"""Events that are no act are hashed without `act` and `detail`, as all were before there were acts."""

_NO_ACT = (None, None)
_COLUMNS = ", ".join(FIELDS)
_INSERT = f"INSERT INTO events ({_COLUMNS}, hash) VALUES ({', '.join('?' * (len(FIELDS) + 1))})"
_as_json = json.JSONEncoder(
    default=bytes.hex, ensure_ascii=True, check_circular=False, separators=(",", ":")
).encode
GENESIS = bytes(32)
"""What the first event is chained to."""


def values(event: Event, seq: int) -> tuple[object, ...]:
    """The fields of `event` as the ledger keeps them, numbered `seq`, in the order of `FIELDS`."""
    return (
        seq, event.read or seq, event.at, event.mono, event.person, event.scanner, event.raw, event.code,
        str(event.verdict), str(event.provenance), event.order_id, event.line_id, event.sku, event.delta,
        event.reason, event.takes_back, event.lot, event.serial, event.expiry, event.act, event.detail,
    )  # fmt: skip


def chained(key: bytes, previous: bytes, row: tuple[object, ...]) -> bytes:
    """The hash of an event's `row`, 32 bytes, after the event whose hash is `previous`."""
    if row[_ALWAYS_HASHED:] == _NO_ACT:
        row = row[:_ALWAYS_HASHED]
    seal = _sealing(key).copy()
    seal.update(previous + _as_json(row).encode("ascii"))
    return seal.digest()


@cache
def _sealing(key: bytes) -> hmac.HMAC:
    """An HMAC-SHA-256 that has taken in its key: half the work of one for a text as short as an event."""
    return hmac.new(key, digestmod="sha256")


@record
class Newest:
    """What the next event is numbered and chained after."""

    seq: int
    hash: bytes


def append(db: sqlite3.Connection, key: bytes, event: Event) -> int:
    """Write `event` as the next row and return its number. A `read` of 0 means the event's own number."""
    return append_after(db, key, event, newest(db)).seq


def append_after(db: sqlite3.Connection, key: bytes, event: Event, last: Newest) -> Newest:
    """As `append` where the log's end is known to be `last`; returns the new one."""
    row = values(event, last.seq + 1)
    digest = chained(key, last.hash, row)
    db.execute(_INSERT, (*row, digest))
    return Newest(last.seq + 1, digest)


def append_all(db: sqlite3.Connection, key: bytes, events: Iterable[Event]) -> None:
    """Write `events` as the next rows, in their order, as `append` does one by one."""
    last = newest(db)

    def rows() -> Iterator[tuple[object, ...]]:
        digest = last.hash
        for seq, event in enumerate(events, last.seq + 1):
            row = values(event, seq)
            digest = chained(key, digest, row)
            yield (*row, digest)

    db.executemany(_INSERT, rows())


def newest(db: sqlite3.Connection) -> Newest:
    """The number and hash of the newest event, or what the first one follows."""
    found = db.execute("SELECT seq, hash FROM events ORDER BY seq DESC LIMIT 1").fetchone()
    return Newest(*found) if found else Newest(0, GENESIS)


def note(
    db: sqlite3.Connection,
    key: bytes,
    now: Moment,
    *,
    act: str,
    code: str,
    verdict: Verdict,
    reason: str,
    person: str = "",
) -> int:
    """Write down something that happened here without a read, and return its number.

    `act` tells it from reads, so that no report counts it as one.
    """
    noted = Event(0, now.at, now.mono, person, now.scanner, b"", code, verdict, reason=reason, act=act)
    return append(db, key, noted)


def from_row(row: tuple[object, ...]) -> Event:
    """The event in a row of `FIELDS`. Raises LedgerDamaged where no station wrote it."""
    fields = dict(zip(FIELDS, row, strict=True))
    try:
        fields["verdict"] = Verdict(str(fields["verdict"]))
        fields["provenance"] = Provenance(str(fields["provenance"]))
    except ValueError as error:
        raise LedgerDamaged.by_a_row(f"event {fields['seq']}", error) from error
    return Event(**fields)  # type: ignore[arg-type]


def of_order(db: sqlite3.Connection, order_id: str) -> Iterator[Event]:
    """The events of one order, oldest first."""
    rows = db.execute(f"SELECT {_COLUMNS} FROM events WHERE order_id = ? ORDER BY seq", (order_id,))
    return map(from_row, rows)


def acts_of(db: sqlite3.Connection, order_id: str) -> Iterator[Event]:
    """What people did to one order otherwise than by reads, oldest first; an act of several counts once.

    The reads of a re-check are none, though what it found is.
    """
    rows = db.execute(
        f"SELECT {_COLUMNS} FROM events WHERE order_id = ? AND act IS NOT NULL AND act != '{RECOUNT}'"
        " AND read = seq ORDER BY seq",
        (order_id,),
    )
    return map(from_row, rows)


_MERGED = ", ".join(f"'{Step(stage).detail()}'" for stage in (Stage.DUE, Stage.ELSEWHERE))
_NOT_MERGED = f"coalesce(detail, '') NOT IN ({_MERGED})"
"""Whether it is none of the events by which merging tells who has an order counted again."""
_IS_READ = f"(act IS NULL OR act IN ('{ActKind.COMPLETE}', '{RECHECK}', '{RECOUNT}'))"


def latest(db: sqlite3.Connection, count: int) -> list[Event]:
    """The last `count` reads, newest first, each by its first event; what was done otherwise is none."""
    rows = db.execute(
        f"SELECT {_COLUMNS} FROM events WHERE read = seq AND {_IS_READ} AND {_NOT_MERGED}"
        " ORDER BY seq DESC LIMIT ?",
        (count,),
    )
    return [from_row(row) for row in rows]


def last_of(db: sqlite3.Connection, scanner: str) -> Event | None:
    """The last read of a scanner, if it is one of the last thousand."""
    row = db.execute(
        f"SELECT {_COLUMNS} FROM events WHERE seq > (SELECT max(seq) FROM events) - 1000 AND scanner = ?"
        " ORDER BY seq DESC LIMIT 1",
        (scanner,),
    ).fetchone()
    return from_row(row) if row else None


_LAST_STANDING = """
SELECT read FROM events AS counted
WHERE order_id = :order AND delta > 0
  AND NOT EXISTS (SELECT 1 FROM events AS undo WHERE undo.takes_back = counted.seq)
  AND seq > (
    SELECT coalesce(max(seq), 0) FROM events
    WHERE order_id = :order AND act IS NOT NULL AND delta < 0 AND takes_back IS NULL
  )
ORDER BY seq DESC LIMIT 1
"""
"""As `Progress.last_read`: reads before somebody took units off a line stay."""


def last_counted(db: sqlite3.Connection, order_id: str) -> list[Event]:
    """The events of the order's last counted read that nothing has taken back: what an undo takes back."""
    found = db.execute(_LAST_STANDING, {"order": order_id}).fetchone()
    if found is None:
        return []
    rows = db.execute(
        f"SELECT {_COLUMNS} FROM events WHERE order_id = ? AND seq >= ? AND read = ? AND delta > 0"
        " ORDER BY seq",
        (order_id, found[0], found[0]),
    )
    return [from_row(row) for row in rows]


@record
class Break:
    """Where the chain does not hold."""

    seq: int
    problem: str


def first_break(db: sqlite3.Connection, key: bytes) -> Break | None:
    """The first row whose number or hash does not follow from the row before it; None when all do."""
    previous, expected = GENESIS, 1
    for *row, found in db.execute(f"SELECT {_COLUMNS}, hash FROM events ORDER BY seq"):
        if row[0] != expected:
            return Break(expected, f"event {expected} is missing")
        previous = chained(key, previous, tuple(row))
        if not hmac.compare_digest(previous, found):
            return Break(expected, f"event {expected} is not as it was written, or the one before it is not")
        expected += 1
    return None
