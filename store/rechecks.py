"""Blind re-checks in the ledger: which are owed, who may count, and what came of them.

The table `rechecks` is a projection of the events with the acts `recheck` and `recount`. It is this station's
alone: its picks are drawn under its own secret, and no other station hears of them. `sync.rechecking` says
which of several stations has an order counted again that none of them completed alone.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping
from dataclasses import replace

from store import log, slots
from store.errors import LedgerDamaged
from store.secret import Secret
from verification.acts import ActKind
from verification.desk import Desk
from verification.events import Event
from verification.recheck import (
    RECHECK,
    RECOUNT,
    Difference,
    Picking,
    Recheck,
    Reread,
    Stage,
    State,
    Step,
    stepped,
)
from verification.records import record
from verification.verdicts import Verdict

_COLUMNS = "state, person, begun, ended, found, differences"
_SETTLING = ", ".join(
    f"'{kind}'"
    for kind in (
        ActKind.APPROVE,
        ActKind.SEND_BACK,
        ActKind.ADJUST,
        ActKind.CLOSE_SHORT,
        ActKind.REOPEN,
        ActKind.CANCEL,
    )
)
"""Acts by which a supervisor has the last word on what a re-check found."""
SETTLED = (
    "EXISTS (SELECT 1 FROM events AS word WHERE word.order_id = rechecks.order_id"
    f" AND word.seq > rechecks.ended AND word.act IN ({_SETTLING}))"
)
"""The condition in SQL of a comparison on which a supervisor had the last word since."""


_TOLD = {
    Stage.DUE: "To be counted again by somebody else.",
    Stage.ELSEWHERE: "Completed at another station, which picks for itself.",
}


def picking(secret: Secret, percent: int) -> Picking:
    """Which orders are picked where the site wants so many of a hundred, under a key of the station's own."""
    return Picking(secret.key("recheck"), percent)


@record
class Differing:
    """A re-check that found something else than was counted."""

    order_id: str
    order_number: str
    person: str
    """Who counted again."""
    at: str
    """When the count was compared; UTC, ISO 8601."""
    differences: tuple[Difference, ...]
    settled: bool
    """Whether a supervisor had the last word on the order since."""


def of(db: sqlite3.Connection, order_id: str) -> Recheck | None:
    """The order's newest re-check; None where it never fell due."""
    row = db.execute(f"SELECT {_COLUMNS} FROM rechecks WHERE order_id = ?", (order_id,)).fetchone()
    return _recheck(row) if row else None


def _recheck(row: tuple[str, str, int, int, str, str]) -> Recheck:
    state, person, begun, ended, found, differences = row
    try:
        return Recheck(State(state), person, begun, ended, json.loads(found), _differences(differences))
    except (TypeError, ValueError) as error:
        raise LedgerDamaged.by_a_row("a re-check", error) from error


def _differences(text: str) -> tuple[Difference, ...]:
    return tuple(Difference(**each) for each in json.loads(text))


def unsettled(db: sqlite3.Connection, order_id: str) -> State | None:
    """Where an order's re-check stands while nobody has had the last word on it: owed, or different."""
    row = db.execute(
        f"SELECT state FROM rechecks WHERE order_id = ? AND (state IN ('{State.DUE}', '{State.RUNNING}')"
        f" OR state = '{State.DIFFERS}' AND NOT {SETTLED})",
        (order_id,),
    ).fetchone()
    return State(row[0]) if row else None


def units_of(differences: str) -> int:
    """The units by which a second count differs, surplus and lack added up, of a row's `differences`."""
    return sum(abs(each.found - each.expected) for each in _differences(differences))


def follow(db: sqlite3.Connection, event: Event) -> None:
    """Bring the re-check of an event's order along with that event, which has its number."""
    assert event.order_id is not None
    after = stepped(of(db, event.order_id), event)
    if after is not None:
        _keep(db, event.order_id, after)
    else:
        db.execute("DELETE FROM rechecks WHERE order_id = ?", (event.order_id,))


def fall_due(db: sqlite3.Connection, key: bytes, completing: Event, read: int = 0) -> None:
    """Have an order fall due by an event of its own under the chain's `key`, and bring its re-check along.

    `completing` is the event that completed it, `read` that one's number where it is on the log.
    """
    _note(db, key, completing, read, Stage.DUE)


def leave(db: sqlite3.Connection, key: bytes, seen: Event) -> None:
    """Have an order owe no re-check here any more, since another station completed it: `seen` says when."""
    _note(db, key, seen, 0, Stage.ELSEWHERE)


def _note(db: sqlite3.Connection, key: bytes, beside: Event, read: int, stage: Stage) -> None:
    event = replace(
        beside,
        read=read,
        verdict=Verdict.COMMAND,
        line_id=None,
        sku=None,
        delta=0,
        reason=_TOLD[stage],
        takes_back=None,
        lot=None,
        serial=None,
        expiry=None,
        act=stage.act,
        detail=Step(stage).detail(),
    )
    follow(db, replace(event, seq=log.append(db, key, event)))


def _keep(db: sqlite3.Connection, order_id: str, recheck: Recheck) -> None:
    db.execute(
        f"INSERT OR REPLACE INTO rechecks (order_id, {_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?)",
        (order_id, *_row(recheck)),
    )


def _row(recheck: Recheck) -> tuple[object, ...]:
    differences = [difference.as_json() for difference in recheck.differences]
    found = dict(sorted(recheck.found.items()))
    texts = (json.dumps(found), json.dumps(differences))
    return recheck.state.value, recheck.person, recheck.begun, recheck.ended, *texts


def counters(db: sqlite3.Connection, order_id: str) -> frozenset[str]:
    """Everybody who counted units of the order, here or, as far as is known, at other stations."""
    here = db.execute("SELECT DISTINCT person FROM events WHERE order_id = ? AND delta > 0", (order_id,))
    elsewhere = (json.loads(text) for text, _ in slots.known(db, order_id).values())
    names = {person for (person,) in here} | {slot["who"] for slot in elsewhere if any(slot["c"].values())}
    return frozenset(names - {""})


_STANDING = f"""
SELECT seq, sku, json_extract(detail, '$.units') FROM events AS counted
WHERE order_id = :order AND act = '{RECOUNT}' AND verdict = '{Verdict.RECOUNTED}' AND seq > :begun
  AND NOT EXISTS (
    SELECT 1 FROM events AS undo
    WHERE undo.order_id = :order AND undo.act = '{RECOUNT}' AND undo.seq > :begun
      AND json_extract(undo.detail, '$.takes_back') = counted.seq
  )
"""


def last_read(db: sqlite3.Connection, order_id: str, recheck: Recheck) -> Reread | None:
    """The last read of a running re-check that nothing has taken back."""
    row = db.execute(
        f"{_STANDING} ORDER BY seq DESC LIMIT 1", {"order": order_id, "begun": recheck.begun}
    ).fetchone()
    return Reread(*row) if row else None


def serial_counted(db: sqlite3.Connection, order_id: str, recheck: Recheck, sku: str, serial: str) -> bool:
    """Whether a running re-check has counted this serial of these goods."""
    row = db.execute(
        f"{_STANDING} AND sku = :sku AND serial = :serial LIMIT 1",
        {"order": order_id, "begun": recheck.begun, "sku": sku, "serial": serial},
    ).fetchone()
    return row is not None


def differences(db: sqlite3.Connection, *, open_only: bool = False) -> list[Differing]:
    """Each order whose newest re-check differs, oldest first; with `open_only` those nobody has settled."""
    rows = db.execute(
        "SELECT rechecks.order_id, orders.order_number, rechecks.person, events.at, rechecks.differences,"
        f" {SETTLED} AS settled"
        " FROM rechecks JOIN orders ON orders.id = rechecks.order_id JOIN events ON events.seq = ended"
        f" WHERE rechecks.state = '{State.DIFFERS}' AND NOT (settled AND ?) ORDER BY ended",
        (open_only,),
    )
    return [
        Differing(order_id, number, person, at, _differences(text), bool(settled))
        for order_id, number, person, at, text, settled in rows
    ]


def following(db: sqlite3.Connection) -> Mapping[str, Recheck]:
    """Every re-check by its order's id, as it follows from the log."""
    columns = ", ".join(log.FIELDS)
    rows = db.execute(f"SELECT {columns} FROM events WHERE act IN ('{RECHECK}', '{RECOUNT}') ORDER BY seq")
    found: dict[str, Recheck | None] = {}
    for row in rows:
        event = log.from_row(row)
        found[event.order_id or ""] = stepped(found.get(event.order_id or ""), event)
    return {order_id: recheck for order_id, recheck in found.items() if recheck is not None}


def kept(db: sqlite3.Connection) -> Mapping[str, Recheck]:
    """Every re-check by its order's id, as the table has it."""
    rows = db.execute(f"SELECT order_id, {_COLUMNS} FROM rechecks")
    return {order_id: _recheck(tuple(row)) for order_id, *row in rows}


def rewrite(db: sqlite3.Connection, rechecks: Mapping[str, Recheck]) -> None:
    """Let the table say this and nothing else."""
    db.execute("DELETE FROM rechecks")
    for order_id, recheck in rechecks.items():
        _keep(db, order_id, recheck)


def hidden(db: sqlite3.Connection, order_id: str, desk: Desk) -> bool:
    """Whether nobody at `desk` may see the order's counts: they might still count it again, or are at it."""
    if desk.recounts and desk.order is not None and desk.order.id == order_id:
        return True
    if desk.person is not None and desk.person.supervisor:
        return False
    owed = db.execute(
        "SELECT 1 FROM rechecks JOIN orders ON orders.id = rechecks.order_id"
        f" WHERE order_id = ? AND status = 'verified' AND state IN ('{State.DUE}', '{State.RUNNING}')",
        (order_id,),
    )
    return owed.fetchone() is not None
