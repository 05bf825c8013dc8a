"""The service beside a running station: what it shows while the API comes and goes, and after a fault."""

from __future__ import annotations

import queue
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from store.ledger import Ledger
from sync.service import SyncService
from sync.status import Link, SyncStatus

PATIENCE = 20.0
NO_ORDERS = b'{"success": true, "data": [], "pagination": {"limit": 200, "next_cursor": null}}'


class EmptyApi(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Length", str(len(NO_ORDERS)))
        self.end_headers()
        self.wfile.write(NO_ORDERS)

    def log_message(self, *_arguments: object) -> None:
        """Say nothing."""


class Shown:
    """Every status that the service showed, to be waited for."""

    def __init__(self) -> None:
        self._statuses: queue.Queue[SyncStatus] = queue.Queue()

    def __call__(self, status: SyncStatus) -> None:
        self._statuses.put(status)

    def wait_for(self, link: Link) -> SyncStatus:
        while (status := self._statuses.get(timeout=PATIENCE)).link is not link:
            pass
        return status


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    ledger = Ledger.open(tmp_path / "data", station="dock-1")
    yield ledger
    ledger.close()


def writing(ledger: Ledger) -> Callable[[Callable[[sqlite3.Connection], Any]], Future[Any]]:
    def write(change: Callable[[sqlite3.Connection], Any]) -> Future[Any]:
        done: Future[Any] = Future()
        with ledger.transaction() as db:
            done.set_result(change(db))
        return done

    return write


def test_offline_is_shown_and_a_person_may_have_it_tried_at_once(ledger: Ledger) -> None:
    server = ThreadingHTTPServer(("127.0.0.1", 0), EmptyApi)  # bound and listening, but nobody answers yet
    server.socket.close()
    shown = Shown()
    url = f"http://127.0.0.1:{server.server_port}/api"
    service = SyncService(url, lambda: "sk_live_x", station="dock-1", write=writing(ledger), show=shown)
    service.start()
    try:
        shown.wait_for(Link.OFFLINE)
        with ThreadingHTTPServer(("127.0.0.1", server.server_port), EmptyApi) as api:
            threading.Thread(target=api.serve_forever).start()
            service.try_now()
            shown.wait_for(Link.ONLINE)
            api.shutdown()
    finally:
        service.stop()


def goes_online(**how: Any) -> None:
    """Let a service reconcile with an empty API until it says that it is online."""
    shown = Shown()
    with ThreadingHTTPServer(("127.0.0.1", 0), EmptyApi) as api:
        threading.Thread(target=api.serve_forever).start()
        url = f"http://127.0.0.1:{api.server_port}/api"
        service = SyncService(url, lambda: "sk_live_x", station="dock-1", show=shown, **how)
        service.start()
        try:
            shown.wait_for(Link.ONLINE)
        finally:
            service.stop()
            api.shutdown()


def test_reads_that_wait_slow_it_and_never_stop_it(ledger: Ledger) -> None:
    goes_online(write=writing(ledger), free=threading.Event())


def test_while_reads_come_in_the_ledger_rests_twice_as_long_as_a_change_took(ledger: Ledger) -> None:
    made: list[tuple[float, float]] = []
    write = writing(ledger)

    def timed(change: Callable[[sqlite3.Connection], Any]) -> Future[Any]:
        start = time.monotonic()
        done = write(change)
        made.append((start, time.monotonic()))
        return done

    goes_online(write=timed, scanning=lambda: True)
    assert len(made) > 5
    for (start, end), (following, _) in pairwise(made):
        assert following - end >= 2 * (end - start)


def test_a_fault_of_the_program_is_said_and_does_not_pass_for_silence(ledger: Ledger) -> None:
    def broken(_change: Callable[[sqlite3.Connection], Any]) -> Future[Any]:
        raise ZeroDivisionError

    shown = Shown()
    service = SyncService(
        "http://127.0.0.1:9/api",
        lambda: "sk_live_x",
        station="dock-1",
        write=broken,
        show=shown,
        fail=lambda fault: f"recorded {type(fault).__name__}",
    )
    service.start()
    try:
        assert shown.wait_for(Link.FAULT).told == "recorded ZeroDivisionError"
    finally:
        service.stop()
