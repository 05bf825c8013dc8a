"""Proof that the projections follow from the log and the known slots, and how they are drawn anew."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping

from store import orders, rechecks, rulings, tallies
from verification.orders import Ruling
from verification.printable import printable
from verification.recheck import Recheck
from verification.records import record

_COUNTS = """
SELECT lines.id, lines.order_id, lines.sku, lines.counted, coalesce(log.counted, 0)
FROM lines LEFT JOIN (
    SELECT line_id, sum(delta) AS counted FROM events WHERE line_id IS NOT NULL GROUP BY line_id
) AS log ON log.line_id = lines.id
WHERE lines.counted != coalesce(log.counted, 0)
"""
_SERIALS = """
SELECT sku, serial, seq FROM events AS counted
WHERE serial IS NOT NULL AND delta > 0
  AND NOT EXISTS (SELECT 1 FROM events AS undo WHERE undo.takes_back = counted.seq)
GROUP BY sku, serial
"""


@record
class Difference:
    """A projection that does not say what the log says."""

    where: str
    kept: str
    follows: str

    def __str__(self) -> str:
        return f"{self.where} says {self.kept}, the log says {self.follows}"


def differences(db: sqlite3.Connection) -> list[Difference]:
    """Every place where a projection and the log disagree; empty when all agree."""
    return [*unlike_the_log(db), *_order_differences(db), *_summaries(db)]


def unlike_the_log(db: sqlite3.Connection) -> list[Difference]:
    """Of those the ones in what is drawn from events as they are written."""
    return [
        *_line_differences(db),
        *_ruling_differences(db),
        *_serial_differences(db),
        *_recheck_differences(db),
    ]


def _line_differences(db: sqlite3.Connection) -> list[Difference]:
    return [
        Difference(f"line {printable(sku)} of order {order_id}", str(kept), str(follows))
        for _, order_id, sku, kept, follows in db.execute(_COUNTS)
    ]


def _ruling_differences(db: sqlite3.Connection) -> list[Difference]:
    found = []
    for order_id in rulings.spoken_of(db):
        order = orders.load(db, order_id)
        follows = rulings.newest(db, order_id)
        if order is not None and (order.ruling, order.ruled) != follows:
            where = f"ruling on order {printable(order.order_number)}"
            found.append(Difference(where, _ruling(order.ruling, order.ruled), _ruling(*follows)))
    return found


def _ruling(ruling: Ruling, number: int) -> str:
    return f"{ruling.value or 'none'} ({number})"


def _order_differences(db: sqlite3.Connection) -> list[Difference]:
    found = []
    for order_id, status, verified in db.execute("SELECT id, status, verified FROM orders"):
        order = orders.load(db, order_id)
        if order is not None and (order.status.value, order.verified) != (status, verified):
            follows = f"{order.status.value} with {order.verified} units"
            where = f"order {printable(order.order_number)}"
            found.append(Difference(where, f"{status} with {verified} units", follows))
    return found


def _serial_differences(db: sqlite3.Connection) -> list[Difference]:
    kept = set(db.execute("SELECT sku, serial FROM serials"))
    follow = {(sku, serial) for sku, serial, _ in db.execute(_SERIALS)}
    return [
        Difference(f"serial {printable(serial)} of {printable(sku)}", "counted", "free")
        for sku, serial in sorted(kept - follow)
    ] + [
        Difference(f"serial {printable(serial)} of {printable(sku)}", "free", "counted")
        for sku, serial in sorted(follow - kept)
    ]


def _recheck_differences(db: sqlite3.Connection) -> list[Difference]:
    kept, follow = rechecks.kept(db), rechecks.following(db)
    return [
        Difference(f"re-check of order {order_id}", _standing(kept, order_id), _standing(follow, order_id))
        for order_id in sorted(kept.keys() | follow.keys())
        if kept.get(order_id) != follow.get(order_id)
    ]


def _standing(found: Mapping[str, Recheck], order_id: str) -> str:
    recheck = found.get(order_id)
    if recheck is None:
        return "nothing"
    return f"{recheck.state.value} with {sum(recheck.found.values())} units"


def _summaries(db: sqlite3.Connection) -> list[Difference]:
    return [Difference(*each) for each in tallies.unlike_the_log(db)]


def rebuild(db: sqlite3.Connection) -> int:
    """Draw every projection anew from the log; returns how many differed. Call it inside a transaction."""
    found = len(differences(db))
    for line_id, _, _, _, follows in db.execute(_COUNTS).fetchall():
        db.execute("UPDATE lines SET counted = ? WHERE id = ?", (follows, line_id))
    for order_id in rulings.spoken_of(db):
        ruling, number = rulings.newest(db, order_id)
        db.execute("UPDATE orders SET ruling = ?, ruled = ? WHERE id = ?", (ruling.value, number, order_id))
    for (order_id,) in db.execute("SELECT id FROM orders").fetchall():
        order = orders.load(db, order_id)
        if order is not None:
            orders.bring_along(db, order)
    db.execute("DELETE FROM serials")
    db.execute(f"INSERT INTO serials (sku, serial, seq) {_SERIALS}")
    rechecks.rewrite(db, rechecks.following(db))
    tallies.rebuild(db)
    return found
