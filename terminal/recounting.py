"""What the ledger knows of a blind re-check, brought to the read that needs it."""

from __future__ import annotations

import sqlite3
from dataclasses import replace

from store import rechecks
from store.posting import Posting
from verification.codes import Command
from verification.desk import Asked, Desk
from verification.meaning import Goods, Ordered, OrderLabel
from verification.orders import OrderStatus


def with_facts(posting: Posting, desk: Desk, asked: Asked) -> Asked:
    """`asked` with what its order's re-check is, where the read could begin, change or end one."""
    match asked.meaning:
        case OrderLabel() if asked.labelled is not None and asked.labelled.closed == OrderStatus.VERIFIED:
            found = rechecks.of(posting.written(), asked.labelled.id)
            if found is None or not found.owed:
                return asked
            return replace(
                asked, recheck=found, counters=rechecks.counters(posting.written(), asked.labelled.id)
            )
        case Ordered(Command.DONE | Command.UNDO) | Goods() if desk.recounts:
            return _on_the_bench(posting.written(), desk, asked)
    return asked


def _on_the_bench(db: sqlite3.Connection, desk: Desk, asked: Asked) -> Asked:
    """`asked` with what is needed of the re-check that is going on."""
    assert desk.order is not None
    found = rechecks.of(db, desk.order.id)
    if found is None:
        return asked
    match asked.meaning:
        case Ordered(Command.UNDO):
            return replace(asked, recheck=found, reread=rechecks.last_read(db, desk.order.id, found))
        case Goods(sku) if asked.code is not None and asked.code.serial is not None:
            counted = rechecks.serial_counted(db, desk.order.id, found, sku, asked.code.serial)
            return replace(asked, serial_recounted=counted)
    return replace(asked, recheck=found)
