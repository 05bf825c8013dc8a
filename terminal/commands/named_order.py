"""The order that a command line names."""

from __future__ import annotations

import sqlite3

from store import orders
from terminal.commands.common import Failure
from verification.orders import Order


def named_order(db: sqlite3.Connection, name: str) -> Order:
    """The order with this number or, where only one has it, this external id. Raises Failure."""
    found = orders.named(db, name)
    if not found:
        raise Failure(f"No order has the number or external id {name}; `tallyman orders list` shows all.")
    if len(found) > 1 and found[0].order_number != name:
        numbers = ", ".join(each.order_number for each in found)
        raise Failure(f"Several orders have the external id {name}: name one by its number, {numbers}.")
    return found[0]
