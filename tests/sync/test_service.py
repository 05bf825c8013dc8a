"""The service beside a clerk: it sends what is scanned, says how it stands, and stops at any moment."""

from __future__ import annotations

import queue
import sqlite3
import threading
from collections.abc import Callable
from concurrent.futures import Future
from pathlib import Path
from typing import Any

from store import orders, outbox
from store.ledger import Ledger
from sync.service import SyncService
from sync.status import Link, SyncStatus
from terminal.clerk import Clerk
from terminal.procedure import Procedure
from tests.store.builders import ledger_with, order
from verification.policy import Policy


def served(ledger: Ledger, work: Callable[[Clerk, queue.SimpleQueue[SyncStatus]], None]) -> None:
    """Run a clerk and a service that finds nobody at its address, do `work`, and stop both."""
    clerk = Clerk(Procedure(ledger, Policy(sign_in=False)), tell=lambda _news: None)
    told: queue.SimpleQueue[SyncStatus] = queue.SimpleQueue()
    service = SyncService(
        "http://127.0.0.1:9", lambda: "sk_live_x", station="dock-1", write=clerk.write, show=told.put
    )
    clerk.start()
    service.start()
    try:
        work(clerk, told)
    finally:
        service.stop()
        clerk.stop()


def test_while_nobody_answers_it_says_so_with_what_waits(tmp_path: Path) -> None:
    ledger = ledger_with(tmp_path, order("A-1", ("SKU-A", 2)))
    with ledger.transaction() as db:
        outbox.wait(db, "id-A-1")

    def work(clerk: Clerk, told: queue.SimpleQueue[SyncStatus]) -> None:
        while (status := told.get(timeout=30)).next_try is None:
            pass
        assert status.link is Link.OFFLINE
        assert status.badge().startswith("Offline since")
        assert status.badge().endswith(", 1 order waiting")

    served(ledger, work)
    ledger.close()


def test_stopping_while_a_change_is_being_made_does_not_break_the_clerk(tmp_path: Path) -> None:
    ledger = ledger_with(tmp_path, order("A-1", ("SKU-A", 2)))
    busy, go_on = threading.Event(), threading.Event()

    def slow(db: sqlite3.Connection) -> None:
        busy.set()
        go_on.wait(30)

    clerk = Clerk(Procedure(ledger, Policy(sign_in=False)), tell=lambda _news: None)
    handed = threading.Event()

    def write(change: Callable[[sqlite3.Connection], Any]) -> Future[Any]:
        answer = clerk.write(change)
        handed.set()
        return answer

    service = SyncService(
        "http://127.0.0.1:9", lambda: "k", station="dock-1", write=write, show=lambda _status: None
    )
    clerk.start()
    clerk.write(slow)
    service.start()
    busy.wait(30)
    handed.wait(30)
    service.stop()
    go_on.set()
    assert clerk.write(lambda db: orders.load(db, "id-A-1")).result(timeout=30) is not None
    clerk.stop()
    ledger.close()
