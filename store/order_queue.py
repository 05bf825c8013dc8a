"""The queue of orders as people look through it: filtered, searched, a page at a time."""

from __future__ import annotations

import sqlite3
from typing import Any

from verification.orders import OrderStatus, Ruling
from verification.recheck import State
from verification.records import record

_RECHECK_OWED = (
    "(status = 'verified' AND EXISTS (SELECT 1 FROM rechecks"
    f" WHERE order_id = orders.id AND state IN ('{State.DUE}', '{State.RUNNING}')))"
)
SUMMARY = (
    f"id, order_number, customer_name, due_date, status, verified, quantity, done, ruling, {_RECHECK_OWED}"
)


@record
class Summary:
    """One row of the order queue."""

    id: str
    order_number: str
    customer_name: str
    due_date: str
    status: OrderStatus
    verified: int
    quantity: int
    done: bool = False
    """Whether nobody has to scan it any more."""
    ruling: Ruling = Ruling.NONE
    recheck_owed: bool = False
    """Whether somebody still has to count it again, to whom its quantities must not be shown."""


@record
class Filter:
    """Which orders of the queue to show."""

    search: str = ""
    """Part of an order number, external id or customer name; case is ignored."""
    status: OrderStatus | None = None
    recheck_owed: bool = False
    """Whether only orders that somebody still has to count again."""

    def where(self) -> tuple[str, list[object]]:
        """The condition in SQL and its values."""
        conditions, values = ["1"], list[object]()
        if self.status is not None:
            conditions.append("status = ?")
            values.append(self.status.value)
        if self.recheck_owed:
            conditions.append(_RECHECK_OWED)
        if self.search:
            like = "LIKE ? ESCAPE '\\'"
            conditions.append(f"(order_number {like} OR customer_name {like} OR external_order_id {like})")
            escaped = self.search.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
            values += [f"%{escaped}%"] * 3
        return " AND ".join(conditions), values


def count(db: sqlite3.Connection, which: Filter) -> int:
    """How many orders `which` lets through."""
    where, bound = which.where()
    total: int = db.execute(f"SELECT count(*) FROM orders WHERE {where}", bound).fetchone()[0]
    return total


def page(db: sqlite3.Connection, which: Filter, offset: int, limit: int) -> list[Summary]:
    """Rows of the queue from `offset`: orders still to do first, then by due date and number.

    The order whose number is what is searched for comes before all others.
    """
    where, bound = which.where()
    exact = "order_number != ? COLLATE NOCASE, " if which.search else ""
    rows = db.execute(
        f"SELECT {SUMMARY} FROM orders"
        f" WHERE {where} ORDER BY {exact}done, due, order_number LIMIT ? OFFSET ?",
        [*bound, *([which.search] if exact else []), limit, offset],
    )
    return [summary(row) for row in rows]


def summary(row: tuple[Any, ...]) -> Summary:
    """The order in a row of `SUMMARY`."""
    order_id, number, customer, due, status, verified, quantity, done, ruling, owed = row
    named = (order_id, number, customer or "", due or "")
    counts = (verified, quantity, bool(done))
    return Summary(*named, OrderStatus(status), *counts, Ruling(ruling), bool(owed))
