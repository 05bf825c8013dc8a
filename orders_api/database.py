"""The database behind the server: SQLite in a file, or PostgreSQL by URL.

SQLite reads take microseconds, so they run on the event loop over one open connection. Its writes
wait for the disk, so they run in a thread, one at a time, over the process's only writing
connection: SQLite before 3.51.3 can lose a commit when a writer and a checkpointer on two
connections meet. On PostgreSQL both run in threads over a pool.
"""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final, TypeVar

from anyio import CapacityLimiter, to_thread
from sqlalchemy import Connection, Engine, create_engine, event, make_url, text
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError
from sqlalchemy.pool import NullPool

from orders_api.envelope import Refusal
from orders_api.migrations import migrate

POOL_SIZE: Final = 10
BUSY_TIMEOUT_MS: Final = 10_000

Result = TypeVar("Result")
Work = Callable[[Connection], Result]


@dataclass(frozen=True, slots=True)
class DatabaseProblem:
    """Why a database cannot be used, in one sentence without the URL's password."""

    sentence: str


class Database:
    """One open database; `close` it when done."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.embedded = engine.dialect.name == "sqlite"
        self._writing = threading.Lock()
        self._limiter = CapacityLimiter(1 if self.embedded else POOL_SIZE)
        self._reader: Connection | None = None
        self._writer: Connection | None = None

    async def read(self, work: Work[Result]) -> Result:
        """Runs `work`, which only reads."""
        if self.embedded:
            if self._reader is None:
                self._reader = self.engine.connect()
            return work(self._reader)
        return await to_thread.run_sync(self._read_pooled, work, limiter=self._limiter)

    async def write(self, work: Work[Result]) -> Result:
        """Runs `work` in one transaction; a Refusal or an exception rolls it back."""
        return await to_thread.run_sync(self.write_now, work, limiter=self._limiter)

    def write_now(self, work: Work[Result]) -> Result:
        """The same for a thread of one's own."""
        if not self.embedded:
            with self.engine.connect() as connection:
                return _in_transaction(connection, work)
        with self._writing:
            if self._writer is None:
                self._writer = self.engine.connect()
            return _in_transaction(self._writer, work, begin="BEGIN IMMEDIATE")

    def read_now(self, work: Work[Result]) -> Result:
        """Reads in the caller's thread over a connection of its own."""
        with self.engine.connect() as connection:
            return work(connection)

    def _read_pooled(self, work: Work[Result]) -> Result:
        with self.engine.connect() as connection:
            return work(connection.execution_options(isolation_level="AUTOCOMMIT"))

    def close(self) -> None:
        """Closes every connection; SQLite then folds its write-ahead log into the file."""
        for connection in (self._reader, self._writer):
            if connection is not None:
                connection.close()
        self.engine.dispose()


def _in_transaction(connection: Connection, work: Work[Result], begin: str = "") -> Result:
    try:
        if begin:
            connection.exec_driver_sql(begin)
        result = work(connection)
    except BaseException:
        connection.rollback()
        raise
    if isinstance(result, Refusal):
        connection.rollback()
    else:
        connection.commit()
    return result


def open_database(url: str) -> Database | DatabaseProblem:
    """The database at `url`, brought to the present schema."""
    try:
        engine = _engine(url)
    except (ArgumentError, NoSuchModuleError, ModuleNotFoundError, ValueError) as error:
        return DatabaseProblem(f"The database URL cannot be used: {_first_line(error)}.")
    if engine.dialect.name not in ("sqlite", "postgresql"):
        return DatabaseProblem(
            f"The database URL names {engine.dialect.name}; expected sqlite or postgresql."
        )
    database = Database(engine)
    try:
        database.write_now(migrate)
    except DBAPIError as error:
        database.close()
        shown = engine.url.render_as_string(hide_password=True)
        return DatabaseProblem(f"The database {shown} cannot be used: {_first_line(error.orig)}.")
    return database


def _engine(url: str) -> Engine:
    parsed = make_url(url)
    if parsed.drivername in ("postgresql", "postgres"):
        parsed = parsed.set(drivername="postgresql+psycopg")
    if parsed.get_backend_name() != "sqlite":
        return create_engine(
            parsed, pool_size=POOL_SIZE, max_overflow=2, pool_pre_ping=True, hide_parameters=True
        )
    if parsed.database in (None, "", ":memory:"):
        raise ValueError("SQLite needs a file, such as sqlite:///orders.db")
    arguments = {"check_same_thread": False, "cached_statements": 256}
    engine = create_engine(parsed, poolclass=NullPool, connect_args=arguments, hide_parameters=True)
    event.listen(engine, "connect", _prepare_sqlite)
    return engine


def _prepare_sqlite(connection: sqlite3.Connection, _record: Any) -> None:
    """Durable and referential; transactions begin where this module says, not where sqlite3 does."""
    connection.isolation_level = None
    for pragma in (
        f"busy_timeout = {BUSY_TIMEOUT_MS}",
        "journal_mode = WAL",
        "synchronous = FULL",
        "foreign_keys = ON",
        "trusted_schema = OFF",
    ):
        connection.execute(f"PRAGMA {pragma}")


def is_reachable(connection: Connection) -> bool:
    """Whether the database answers; for `/healthz`."""
    try:
        return connection.execute(text("SELECT 1")).scalar() == 1
    except DBAPIError:
        return False


def _first_line(error: BaseException | None) -> str:
    return str(error).strip().split("\n", maxsplit=1)[0].rstrip(".")
