"""Statements of the reads that matter for speed: written in SQLAlchemy Core, compiled once.

The rows come from the driver without SQLAlchemy's per-row work, which would cost more than the
read itself. A prepared statement does not begin a transaction, so it is for reads alone.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from sqlalchemy import Connection, Select


def driver_rows(connection: Connection, sql: str, parameters: Any = ()) -> list[tuple[Any, ...]]:
    """Every row of a read, straight from the driver."""
    cursor = connection.connection.cursor()
    try:
        cursor.execute(sql, parameters)
        found: list[tuple[Any, ...]] = cursor.fetchall()  # type: ignore[assignment]
        return found
    finally:
        cursor.close()


class _Compiled(NamedTuple):
    sql: str
    order: tuple[str, ...] | None
    """The parameters' names in their places; None where the driver takes them by name."""
    constants: dict[str, Any]
    """Parameters whose value stands in the statement itself."""


class Prepared:
    """One SELECT whose bound parameters are given by name."""

    def __init__(self, statement: Select[Any]) -> None:
        self.statement = statement
        self._compiled: dict[str, _Compiled] = {}

    def rows(self, connection: Connection, **bound: Any) -> list[tuple[Any, ...]]:
        """Every row of the answer."""
        return self._run("", connection, bound)

    def plan(self, connection: Connection, **bound: Any) -> str:
        """How the database would find the rows, in its own words."""
        embedded = connection.dialect.name == "sqlite"
        words = "EXPLAIN QUERY PLAN " if embedded else "EXPLAIN "
        return "\n".join(str(row[-1]) for row in self._run(words, connection, bound))

    def _run(self, before: str, connection: Connection, bound: dict[str, Any]) -> list[tuple[Any, ...]]:
        compiled = self._compiled.get(connection.dialect.name) or self._compile(connection)
        given = {**compiled.constants, **bound}
        order = compiled.order
        parameters = given if order is None else [given[name] for name in order]
        return driver_rows(connection, before + compiled.sql, parameters)

    def _compile(self, connection: Connection) -> _Compiled:
        done = self.statement.compile(dialect=connection.dialect)
        order = None if done.positiontup is None else tuple(done.positiontup)
        constants = {name: value for name, value in done.params.items() if value is not None}
        compiled = _Compiled(str(done), order, constants)
        self._compiled[connection.dialect.name] = compiled
        return compiled
