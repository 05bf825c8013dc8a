"""Partners: whose keys speak other field names and address orders in their own way.

Contract: an identifier resolves by configuration: a per-resource override, else the partner's
default field (as shipped: `external_order_id`), else the platform default `order_number` (keys
without a partner).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

import msgspec
from sqlalchemy import Connection, delete, select

from orders_api.mapping import ArrayRule, FieldRule, Mapping, StaticRule
from orders_api.schema import api_keys, partners

PLATFORM_DEFAULT_IDENTIFIER: Final = "order_number"
PARTNER_DEFAULT_IDENTIFIER: Final = "external_order_id"
ORDER_IDENTIFIERS: Final = ("order_number", "external_order_id", "id")


@dataclass(frozen=True, slots=True)
class Partner:
    """One partner as a request sees it."""

    name: str
    order_identifier: str
    """The column that `{identifier}` in a path of an order means."""
    mapping: Mapping | None
    """None when the partner uses the platform's names."""


@lru_cache(maxsize=256)
def from_configuration(name: str, configuration: str) -> Partner:
    """A partner from its stored configuration, which `mapping_file` has checked."""
    stored = msgspec.json.decode(configuration)
    mapping = _mapping(stored["mapping"]) if stored["mapping"] else None
    return Partner(name, stored["order_identifier"], mapping)


def to_configuration(partner: Partner) -> str:
    """The text that is stored for a partner."""
    stored = {"order_identifier": partner.order_identifier, "mapping": partner.mapping}
    return msgspec.json.encode(stored).decode()


def _mapping(stored: dict[str, Any]) -> Mapping:
    return Mapping(
        tuple(FieldRule(tuple(r["source"]), tuple(r["target"])) for r in stored["fields"]),
        tuple(
            ArrayRule(tuple(r["source"]), tuple(r["target"]), _mapping(r["each"])) for r in stored["arrays"]
        ),
        tuple(StaticRule(tuple(r["target"]), r["value"]) for r in stored["statics"]),
        stored["drop_unmapped"],
    )


def store(connection: Connection, loaded: Iterable[Partner]) -> None:
    """Adds the partners, or replaces those of their names; requests feel it at once."""
    for partner in loaded:
        values = {"configuration": to_configuration(partner)}
        change = partners.update().where(partners.c.name == partner.name).values(values)
        if not connection.execute(change).rowcount:
            connection.execute(partners.insert(), {"name": partner.name, **values})


def listed(connection: Connection) -> list[Partner]:
    """Every partner by name."""
    rows = connection.execute(select(partners).order_by(partners.c.name))
    return [from_configuration(row.name, row.configuration) for row in rows]


def remove(connection: Connection, name: str) -> str | None:
    """Removes a partner that no key belongs to; answers why it could not."""
    held = connection.execute(select(api_keys.c.name).where(api_keys.c.partner == name)).first()
    if held:
        return f"The key '{held.name}' belongs to partner '{name}', so the partner stays."
    if not connection.execute(delete(partners).where(partners.c.name == name)).rowcount:
        return f"No partner is named '{name}'; `partners list` shows the names."
    return None
