"""The tables, for statements. `migrations` makes them, step by step.

An order is kept as the JSON bytes in which it is answered: `document` in full, `summary` for lists.
The columns beside it are the ones that statements search or decide by. All three are written by
one function (`orders.row_of`) in one statement, so they cannot disagree; a page is then a join of
stored bytes and a read costs no serialisation.
"""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, Column, Integer, LargeBinary, MetaData, Table, Text

tables = MetaData()

settings = Table("settings", tables, Column("name", Text, primary_key=True), Column("value", Text))
partners = Table(
    "partners",
    tables,
    Column("name", Text, primary_key=True),
    Column("configuration", Text),
)
api_keys = Table(
    "api_keys",
    tables,
    Column("id", Text, primary_key=True),
    Column("name", Text),
    Column("salt", Text),
    Column("digest", Text),
    Column("scopes", Text),
    Column("created_at", BigInteger),
    Column("expires_at", BigInteger),
    Column("active", Boolean),
    Column("partner", Text),
)
products = Table(
    "products",
    tables,
    Column("id", Text, primary_key=True),
    Column("created_at", BigInteger),
    Column("sku", Text),
    Column("document", LargeBinary),
)
inventory = Table(
    "inventory",
    tables,
    Column("sku", Text, primary_key=True),
    Column("location_code", Text, primary_key=True),
    Column("quantity", BigInteger),
)
orders = Table(
    "orders",
    tables,
    Column("id", Text, primary_key=True),
    Column("created_at", BigInteger),
    Column("order_number", Text),
    Column("external_order_id", Text),
    Column("status", Text),
    Column("summary", LargeBinary),
    Column("document", LargeBinary),
)
request_log = Table(
    "request_log",
    tables,
    Column("number", Integer, primary_key=True),
    Column("at", BigInteger),
    Column("method", Text),
    Column("path", Text),
    Column("key_name", Text),
    Column("status", Integer),
    Column("raw_body", Text),
    Column("mapped_body", Text),
)
schema_steps = Table(
    "schema_steps",
    tables,
    Column("number", Integer, primary_key=True),
    Column("name", Text),
    Column("applied_at", BigInteger),
)
