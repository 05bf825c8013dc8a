"""Orders that the API has and this station could not take in: which they are, why, and when to look again.

A row speaks of the order's own answer or, where `listed`, of its entry in the list. Rounds of reconciliation
say when to look again: after one, two, four and so on, 64 at most; at once where `due` is 0.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable

from store.errors import Refused
from verification.records import record

NAMELESS = "(no number)"
"""Stands for the number of an entry that tells neither its number nor its id."""
_LONGEST_NUMBER = 255
_MOST_DOUBLINGS = 6


@record
class Unreadable:
    """One order that could not be taken in."""

    order_number: str
    """Or the API's id, where the number cannot be read."""
    told: str
    """Which field broke which rule, in a sentence."""
    order_id: str
    """The ledger's id; empty where the ledger has no such order."""


def summary(status: str, customer_name: str) -> str:
    """What an order's entry in the list says, to be compared with what it said when the order was refused."""
    return json.dumps([status, customer_name])


def note(db: sqlite3.Connection, number: str, told: str, at: int, seen: str | None = None) -> None:
    """The order's answer could not be taken in, in round `at`; `seen` is its summary, where it is known."""
    db.execute(
        "INSERT INTO unreadable (order_number, listed, told, summary, round, tries, due)"
        " VALUES (?1, 0, ?2, ?3, ?4, 1, ?4 + 1) ON CONFLICT (order_number, listed) DO UPDATE SET"
        " told = excluded.told, summary = coalesce(excluded.summary, summary), round = excluded.round,"
        " tries = tries + 1, due = excluded.round + (1 << min(tries, ?5))",
        (number, told, seen, at, _MOST_DOUBLINGS),
    )


def note_listed(db: sqlite3.Connection, number: str, told: str, at: int) -> None:
    """The order's entry in the list could not be read, in round `at`."""
    db.execute(
        "INSERT OR REPLACE INTO unreadable (order_number, listed, told, round, tries, due)"
        " VALUES (?, 1, ?, ?, 1, 1)",
        (number[:_LONGEST_NUMBER] or NAMELESS, told, at),
    )


def readable(db: sqlite3.Connection, numbers: Iterable[str]) -> dict[str, str]:
    """These orders were read: their rows end. Returns why they could not be read before, by number."""
    return _ended(db, numbers, listed=False)


def listed_well(db: sqlite3.Connection, names: Iterable[str]) -> None:
    """The entries of the list with these numbers and ids were read."""
    _ended(db, names, listed=True)


def _ended(db: sqlite3.Connection, names: Iterable[str], *, listed: bool) -> dict[str, str]:
    ended = list(names)
    marks = ",".join("?" * len(ended))
    return dict(
        db.execute(
            f"DELETE FROM unreadable WHERE listed = ? AND order_number IN ({marks})"
            " RETURNING order_number, told",
            (int(listed), *ended),
        ).fetchall()
    )


def forget_listed(db: sqlite3.Connection, before: int) -> None:
    """The whole list was read since round `before`: what it did not show unreadable again is so no longer."""
    db.execute("DELETE FROM unreadable WHERE listed = 1 AND round < ?", (before,))


def summaries(db: sqlite3.Connection, numbers: Iterable[str]) -> dict[str, str]:
    """The summaries under which these orders could not be taken in, by number."""
    wanted = list(numbers)
    marks = ",".join("?" * len(wanted))
    return dict(
        db.execute(
            "SELECT order_number, coalesce(summary, '') FROM unreadable"
            f" WHERE listed = 0 AND order_number IN ({marks})",
            wanted,
        ).fetchall()
    )


def asked(db: sqlite3.Connection) -> list[str]:
    """The numbers of the orders that a person wants to be looked at again."""
    rows = db.execute("SELECT order_number FROM unreadable WHERE due = 0 AND listed = 0")
    return [number for (number,) in rows]


def due(db: sqlite3.Connection, at: int, count: int) -> list[str]:
    """The numbers of the orders whose turn it is to be looked at again in round `at`."""
    rows = db.execute(
        "SELECT order_number FROM unreadable WHERE due BETWEEN 1 AND ? AND listed = 0 ORDER BY due LIMIT ?",
        (at, count),
    )
    return [number for (number,) in rows]


def retry(db: sqlite3.Connection, number: str) -> None:
    """A person wants the order to be looked at again. Raises Refused when it can be read."""
    done = db.execute("UPDATE unreadable SET due = 0, tries = 0 WHERE order_number = ?", (number,))
    if not done.rowcount:
        raise Refused("That order can be read by now; there is nothing to try again.")


def settle(db: sqlite3.Connection, number: str) -> None:
    """Somebody has looked: it is told again only when it is met again. Raises Refused when it is over."""
    done = db.execute("DELETE FROM unreadable WHERE order_number = ?", (number,))
    if not done.rowcount:
        raise Refused("That order can be read by now; there is nothing to settle.")


_TOLD = (
    " FROM unreadable LEFT JOIN orders ON orders.order_number = unreadable.order_number"
    " LEFT JOIN outbox ON outbox.order_id = orders.id WHERE outbox.parked IS NOT told"
    " AND (listed = 0 OR NOT EXISTS (SELECT 1 FROM unreadable AS own"
    " WHERE own.order_number = unreadable.order_number AND own.listed = 0))"
)
"""Each order once, and none whose parked row says the same already."""


def listing(db: sqlite3.Connection, limit: int = 1_000) -> list[Unreadable]:
    """What cannot be read, by number; an order that is parked for it is left to the outbox."""
    rows = db.execute(
        f"SELECT unreadable.order_number, told, coalesce(orders.id, '') {_TOLD}"
        " ORDER BY unreadable.order_number LIMIT ?",
        (limit,),
    )
    return [Unreadable(*row) for row in rows]


def count(db: sqlite3.Connection) -> int:
    """How many `listing` has."""
    number: int = db.execute(f"SELECT count(*) {_TOLD}").fetchone()[0]
    return number
