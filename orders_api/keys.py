"""API keys: made once, shown once, kept only as a salted hash.

Contract: a key holds a name, scopes, an optional expiry, an active flag, and an optional partner.
Scopes: `integrations.orders.read`, `.write`, `.delete`, wildcards `integrations.orders.*` and
`integrations.*`; a new key has `integrations.*`.

A key is 256 random bits, so nobody can guess it and no dictionary holds it: one salted SHA-256
guards the stored hash as well as a slow password hash would, and costs a microsecond per request.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from sqlalchemy import Connection, select

from orders_api import clock
from orders_api.schema import api_keys, partners

PREFIX: Final = "sk_live_"
DEFAULT_SCOPES: Final = ("integrations.*",)
KNOWN_SCOPES: Final = (
    "integrations.*",
    "integrations.orders.*",
    "integrations.orders.read",
    "integrations.orders.write",
    "integrations.orders.delete",
    "integrations.products.*",
    "integrations.products.read",
    "integrations.inventory.*",
    "integrations.inventory.read",
)
_FORM: Final = re.compile(r"sk_live_([0-9a-f]{12})([A-Za-z0-9_-]{43})")
_ANYWHERE: Final = re.compile(r"sk(?:_|%5f)live(?:_|%5f)[A-Za-z0-9_%-]+", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class MintedKey:
    """A new key's value, to be shown once, and what is kept of it."""

    value: str
    id: str
    """The part of the value by which its row is found; not a secret."""
    salt: str
    digest: str


def mint() -> MintedKey:
    """A key that nobody else has."""
    key_id, secret, salt = secrets.token_hex(6), secrets.token_urlsafe(32), secrets.token_hex(16)
    value = f"{PREFIX}{key_id}{secret}"
    return MintedKey(value, key_id, salt, digest(value, salt))


def digest(value: str, salt: str) -> str:
    """The hash that is kept."""
    return hashlib.sha256(f"{salt}:{value}".encode()).hexdigest()


def lookup_id(value: str) -> str | None:
    """The id in a key's value, or None when the value has not the form of a key."""
    form = _FORM.fullmatch(value)
    return form[1] if form else None


def matches(value: str, salt: str, expected: str) -> bool:
    """Whether the value is the key behind the hash, in a time that does not tell how nearly."""
    return hmac.compare_digest(digest(value, salt), expected)


def redact(text: str) -> str:
    """The text without anything that looks like a key."""
    return _ANYWHERE.sub(PREFIX + "…", text)


@lru_cache(maxsize=1024)
def allows(granted: str, needed: str) -> bool:
    """Whether one of the granted scopes, separated by spaces, covers the needed one."""
    return any(
        scope == needed or (scope.endswith(".*") and needed.startswith(scope[:-1]))
        for scope in granted.split()
    )


@dataclass(frozen=True, slots=True)
class KeyRecord:
    """What may be shown of a key after its making."""

    name: str
    scopes: tuple[str, ...]
    created_at: int
    expires_at: int | None
    active: bool
    partner: str | None


@dataclass(frozen=True, slots=True)
class KeyProblem:
    """Why a key could not be made or changed."""

    sentence: str


def create(
    connection: Connection,
    name: str,
    scopes: tuple[str, ...] = DEFAULT_SCOPES,
    expires_at: int | None = None,
    partner: str | None = None,
) -> MintedKey | KeyProblem:
    """Makes a key under a name that no key has yet."""
    strays = [scope for scope in scopes if scope not in KNOWN_SCOPES]
    if strays:
        known = ", ".join(KNOWN_SCOPES)
        return KeyProblem(f"The scope '{strays[0]}' is not known; expected one of {known}.")
    if connection.execute(select(api_keys.c.id).where(api_keys.c.name == name)).first():
        return KeyProblem(f"A key named '{name}' exists already; choose another name.")
    if (
        partner is not None
        and not connection.execute(select(partners.c.name).where(partners.c.name == partner)).first()
    ):
        return KeyProblem(f"No partner is named '{partner}'; load it with `partners load FILE`.")
    minted = mint()
    row = {
        "id": minted.id,
        "name": name,
        "salt": minted.salt,
        "digest": minted.digest,
        "scopes": " ".join(scopes),
        "created_at": clock.now(),
        "expires_at": expires_at,
        "active": True,
        "partner": partner,
    }
    connection.execute(api_keys.insert(), row)
    return minted


def listed(connection: Connection) -> list[KeyRecord]:
    """Every key by name, without its value or hash."""
    rows = connection.execute(select(api_keys).order_by(api_keys.c.name))
    return [
        KeyRecord(
            row.name,
            tuple(row.scopes.split()),
            row.created_at,
            row.expires_at,
            row.active,
            row.partner,
        )
        for row in rows
    ]


def set_active(connection: Connection, name: str, *, active: bool) -> KeyProblem | None:
    """Switches a key on or off; requests feel it at once."""
    change = api_keys.update().where(api_keys.c.name == name).values(active=active)
    if connection.execute(change).rowcount:
        return None
    return KeyProblem(f"No key is named '{name}'; `keys list` shows the names.")
