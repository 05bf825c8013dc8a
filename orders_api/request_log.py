"""The request log: what was asked, by which key's name, and what came of it.

A record is taken in memory while the request runs and written by a thread in batches, so logging
costs a request nothing that can be felt. A graceful stop writes all that is waiting; a crash loses
what the last `FLUSH_SECONDS` took. Key values never enter it.
"""

from __future__ import annotations

import logging
import threading
import time
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

from sqlalchemy import Connection, delete, select
from sqlalchemy.exc import DBAPIError

from orders_api import clock, keys
from orders_api.database import Database
from orders_api.schema import request_log

DEFAULT_LOG_DAYS: Final = 30
FLUSH_SECONDS: Final = 0.25
PRUNE_SECONDS: Final = 3600.0
MOST_WAITING: Final = 100_000
"""Records held while the database cannot be written; older ones then give way and are counted."""
LONGEST_BODY: Final = 16 * 1024
"""Bytes of a body that are kept; the rest is cut, with a mark."""
_BATCH: Final = 2000
_DAY_US: Final = 24 * 3600 * 1_000_000
_PRUNE_ROWS: Final = 5000

_log = logging.getLogger("orders_api.request_log")


@dataclass(slots=True)
class RequestRecord:
    """One request while it runs; each part of the server fills in what it learns."""

    at: int
    method: str
    path: str
    key_name: str | None = None
    status: int = 0
    raw_body: bytes | None = None
    mapped_body: bytes | None = None

    def row(self) -> dict[str, Any]:
        """The row that is kept, without anything that looks like a key."""
        return {
            "at": self.at,
            "method": self.method,
            "path": keys.redact(self.path),
            "key_name": self.key_name,
            "status": self.status,
            "raw_body": _body_text(self.raw_body),
            "mapped_body": _body_text(self.mapped_body),
        }


def _body_text(body: bytes | None) -> str | None:
    if body is None:
        return None
    text = keys.redact(body[:LONGEST_BODY].decode("utf-8", "replace")).replace("\0", "�")
    cut = len(body) - LONGEST_BODY
    return f"{text}… ({cut} more bytes)" if cut > 0 else text


class RequestLog:
    """Takes records and writes them from a thread between `start` and `close`."""

    def __init__(self, database: Database, retention_days: int) -> None:
        self._database = database
        self._retention_us = retention_days * _DAY_US
        self._waiting: deque[RequestRecord] = deque()
        self._closing = threading.Event()
        self._thread = threading.Thread(target=self._write, name="request-log", daemon=True)

    def start(self) -> None:
        """Begins to write."""
        self._thread.start()

    def take(self, record: RequestRecord) -> None:
        """Keeps a finished record for the next batch."""
        self._waiting.append(record)

    def close(self) -> None:
        """Writes what is waiting and ends the thread."""
        self._closing.set()
        self._thread.join()

    def _write(self) -> None:
        next_prune = 0.0
        while not self._closing.wait(FLUSH_SECONDS):
            self._flush()
            if time.monotonic() >= next_prune:
                self._prune()
                next_prune = time.monotonic() + PRUNE_SECONDS
        self._flush()

    def _flush(self) -> None:
        if len(self._waiting) > MOST_WAITING:
            surplus = len(self._waiting) - MOST_WAITING
            for _ in range(surplus):
                self._waiting.popleft()
            _log.warning("%d request records were dropped: the log cannot keep up", surplus)
        while self._waiting:
            size = min(_BATCH, len(self._waiting))
            batch = [self._waiting.popleft() for _ in range(size)]
            rows = [record.row() for record in batch]
            try:
                self._database.write_now(partial(_insert, rows=rows))
            except DBAPIError as error:
                self._waiting.extendleft(reversed(batch))
                _log.warning("the request log cannot be written: %s", error.orig)
                return

    def _prune(self) -> None:
        """Deletes what is older than the retention, a little at a time."""
        cutoff = clock.now() - self._retention_us
        try:
            while self._database.write_now(lambda c: delete_before(c, cutoff)) == _PRUNE_ROWS:
                if self._closing.is_set():
                    return
        except DBAPIError as error:
            _log.warning("the request log cannot be pruned: %s", error.orig)


def _insert(connection: Connection, rows: list[dict[str, Any]]) -> None:
    connection.execute(request_log.insert(), rows)


def delete_before(connection: Connection, cutoff: int) -> int:
    """Deletes some records from before the moment `cutoff`; answers how many."""
    old = select(request_log.c.number).where(request_log.c.at < cutoff).limit(_PRUNE_ROWS)
    return connection.execute(delete(request_log).where(request_log.c.number.in_(old))).rowcount


@dataclass(frozen=True, slots=True)
class LogFilter:
    """Which records to read."""

    newest: int
    key_name: str | None = None
    method: str | None = None
    least_status: int | None = None


def read(connection: Connection, wanted: LogFilter) -> Iterator[dict[str, Any]]:
    """The newest records that fit, oldest of them first."""
    statement = select(request_log).order_by(request_log.c.number.desc()).limit(wanted.newest)
    if wanted.key_name is not None:
        statement = statement.where(request_log.c.key_name == wanted.key_name)
    if wanted.method is not None:
        statement = statement.where(request_log.c.method == wanted.method)
    if wanted.least_status is not None:
        statement = statement.where(request_log.c.status >= wanted.least_status)
    for row in reversed(connection.execute(statement).mappings().all()):
        yield {
            "at": clock.text(row["at"]),
            **{
                name: row[name]
                for name in ("method", "path", "key_name", "status", "raw_body", "mapped_body")
            },
        }
