"""Who may do what: the check that every request of the API passes first.

Contract: no `X-API-Key` header 403; unknown key 401 "Invalid API key"; expired key 401 "API key has
expired"; a key that lacks the scope 403; workspace integration switched off 403. They are checked
in that order, an inactive key after an expired one.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, NamedTuple

from sqlalchemy import Connection, bindparam, select

from orders_api import clock, keys, readings
from orders_api.envelope import Refusal, denied
from orders_api.partners import PLATFORM_DEFAULT_IDENTIFIER, Partner, from_configuration
from orders_api.prepared import Prepared
from orders_api.schema import api_keys, partners, settings

INVALID: Final = denied(401, "Invalid API key")
_SWITCH: Final = select(settings.c.value).where(settings.c.name == "integration").scalar_subquery()
_FIND: Final = Prepared(
    select(
        api_keys.c.name,
        api_keys.c.salt,
        api_keys.c.digest,
        api_keys.c.scopes,
        api_keys.c.expires_at,
        api_keys.c.active,
        api_keys.c.partner,
        partners.c.configuration,
        _SWITCH.label("integration"),
    )
    .select_from(api_keys.outerjoin(partners, partners.c.name == api_keys.c.partner))
    .where(api_keys.c.id == bindparam("id"))
)


class _Row(NamedTuple):
    """What `_FIND` selects, in its order."""

    name: str
    salt: str
    digest: str
    scopes: str
    expires_at: int | None
    active: bool
    partner: str | None
    configuration: str | None
    integration: str


@dataclass(frozen=True, slots=True)
class Caller:
    """The key behind an accepted request."""

    key_name: str
    partner: Partner | None

    @property
    def order_identifier(self) -> str:
        """The field by which this caller addresses orders."""
        return self.partner.order_identifier if self.partner else PLATFORM_DEFAULT_IDENTIFIER


@dataclass(frozen=True, slots=True)
class Denial:
    """A request that may not go on, with the key's name once the key is known."""

    refusal: Refusal
    key_name: str | None = None


def check(connection: Connection, presented: list[str], scope: str) -> Caller | Denial:
    """Checks the values of a request's `X-API-Key` headers for one scope."""
    if not presented:
        return Denial(denied(403, "The X-API-Key header is missing"))
    key_id = keys.lookup_id(presented[0]) if len(presented) == 1 else None
    rows = _FIND.rows(connection, id=key_id) if key_id else []
    row = _Row(*rows[0]) if rows else None
    if row is None or not keys.matches(presented[0], row.salt, row.digest):
        return Denial(INVALID)
    refusal = _refusal(row, scope)
    if refusal:
        return Denial(refusal, row.name)
    partner = None
    if row.partner is not None and row.configuration is not None:
        partner = from_configuration(row.partner, row.configuration)
    return Caller(row.name, partner)


def _refusal(row: _Row, scope: str) -> Refusal | None:
    if row.expires_at is not None and row.expires_at <= clock.now():
        return denied(401, "API key has expired")
    if not row.active:
        return denied(401, readings.INACTIVE_KEY_DETAIL)
    if not keys.allows(row.scopes, scope):
        return denied(403, f"API key lacks the scope {scope}")
    if row.integration != "on":
        return denied(403, "The integration is switched off for this workspace")
    return None


def switch_integration(connection: Connection, *, on: bool) -> None:
    """Switches the workspace's integration; off refuses every key with 403."""
    value = "on" if on else "off"
    connection.execute(settings.update().where(settings.c.name == "integration").values(value=value))


def integration_is_on(connection: Connection) -> bool:
    """How the workspace's switch stands."""
    return bool(connection.execute(select(_SWITCH)).scalar() == "on")
