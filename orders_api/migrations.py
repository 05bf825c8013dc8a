"""Small named steps that bring a database to the present schema, safe when several start at once.

On SQLite the steps run in one BEGIN IMMEDIATE transaction, on PostgreSQL under an advisory lock:
whoever comes second waits, then finds nothing left to do. A step is never edited once shipped.
"""

from __future__ import annotations

import secrets
from typing import Final

from sqlalchemy import Connection, text

from orders_api import clock
from orders_api.schema import schema_steps

ADVISORY_LOCK: Final = 0x7A11_0001
"""The PostgreSQL advisory lock under which the schema changes."""

STEPS: Final[tuple[tuple[str, tuple[str, ...]], ...]] = (
    (
        "orders",
        (
            """CREATE TABLE orders (
                id TEXT PRIMARY KEY, created_at BIGINT NOT NULL, order_number TEXT NOT NULL UNIQUE,
                external_order_id TEXT, status TEXT NOT NULL, summary {bytes} NOT NULL,
                document {bytes} NOT NULL)""",
            "CREATE INDEX orders_newest_first ON orders (created_at, id{covering})",
            "CREATE INDEX orders_by_external_id ON orders (external_order_id, created_at)",
        ),
    ),
    (
        "products and inventory",
        (
            """CREATE TABLE products (
                id TEXT PRIMARY KEY, created_at BIGINT NOT NULL, sku TEXT NOT NULL UNIQUE,
                document {bytes} NOT NULL)""",
            "CREATE INDEX products_newest_first ON products (created_at, id)",
            """CREATE TABLE inventory (
                sku TEXT NOT NULL REFERENCES products (sku), location_code TEXT NOT NULL,
                quantity BIGINT NOT NULL, PRIMARY KEY (sku, location_code))""",
        ),
    ),
    (
        "keys and partners",
        (
            "CREATE TABLE settings (name TEXT PRIMARY KEY, value TEXT NOT NULL)",
            "CREATE TABLE partners (name TEXT PRIMARY KEY, configuration TEXT NOT NULL)",
            """CREATE TABLE api_keys (
                id TEXT PRIMARY KEY, name TEXT NOT NULL UNIQUE, salt TEXT NOT NULL,
                digest TEXT NOT NULL, scopes TEXT NOT NULL, created_at BIGINT NOT NULL,
                expires_at BIGINT, active BOOLEAN NOT NULL,
                partner TEXT REFERENCES partners (name))""",
            "INSERT INTO settings VALUES ('integration', 'on')",
            "INSERT INTO settings VALUES ('cursor_secret', :secret)",
        ),
    ),
    (
        "request log",
        (
            """CREATE TABLE request_log (
                number {serial}, at BIGINT NOT NULL, method TEXT NOT NULL, path TEXT NOT NULL,
                key_name TEXT, status INTEGER NOT NULL, raw_body TEXT, mapped_body TEXT)""",
            "CREATE INDEX request_log_by_time ON request_log (at)",
        ),
    ),
)

_WORDS: Final = {
    "sqlite": {"serial": "INTEGER PRIMARY KEY", "bytes": "BLOB", "covering": ", summary"},
    "postgresql": {
        "serial": "BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY",
        "bytes": "BYTEA",
        "covering": "",
    },
}
"""What each database calls it. SQLite reads a page of summaries from the index alone; PostgreSQL
limits an index row to 2.7 kB, which a long customer name would exceed."""


def migrate(connection: Connection) -> tuple[str, ...]:
    """Applies the steps that are missing; answers their names.

    The connection must be in a transaction that holds the write lock on SQLite.
    """
    dialect = connection.dialect.name
    if dialect == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": ADVISORY_LOCK})
    connection.execute(
        text(
            "CREATE TABLE IF NOT EXISTS schema_steps "
            "(number INTEGER PRIMARY KEY, name TEXT NOT NULL, applied_at BIGINT NOT NULL)"
        )
    )
    done = set(connection.execute(schema_steps.select()).scalars())
    applied = []
    for number, (name, statements) in enumerate(STEPS, 1):
        if number in done:
            continue
        for statement in statements:
            filled = text(statement.format(**_WORDS[dialect]))
            secret = {"secret": secrets.token_hex(32)} if ":secret" in statement else {}
            connection.execute(filled, secret)
        row = {"number": number, "name": name, "applied_at": clock.now()}
        connection.execute(schema_steps.insert(), row)
        applied.append(name)
    return tuple(applied)
