"""Badges and PINs as they are kept: neither can be turned back, nor tried without the station's secret."""

from __future__ import annotations

import hmac
from functools import lru_cache

from store.errors import Refused
from store.secret import Secret

OPERATOR = "operator"
SUPERVISOR = "supervisor"
_LEAST_PIN = {OPERATOR: 4, SUPERVISOR: 6}
"""Digits."""


def badge_key(secret: Secret) -> bytes:
    """The key under which badges are kept."""
    return secret.key("badge")


@lru_cache(1_000)
def sealed_badge(key: bytes, badge: str) -> str:
    """A badge's code as it is kept: HMAC-SHA-256, in hexadecimal digits. Every code that is read is asked."""
    return hmac.digest(key, badge.encode(), "sha256").hex()


def sealed_pin(secret: Secret, role: str, pin: str) -> str:
    """A new PIN as it is kept: Argon2id over its HMAC. Raises Refused when it is too short for the role."""
    least = _LEAST_PIN[role]
    if not (pin.isascii() and pin.isdigit() and least <= len(pin) <= 12):
        raise Refused(f"A PIN needs {least} to 12 digits for the role {role}; nothing was changed.")
    from argon2 import PasswordHasher

    return PasswordHasher().hash(_peppered(secret, pin))


def pin_matches(secret: Secret, pin: str, sealed: str | None) -> bool:
    """Whether `pin` is the one that was sealed; as slow where there is none, so that time tells nothing."""
    from argon2 import PasswordHasher
    from argon2.exceptions import InvalidHashError, VerificationError

    hasher = PasswordHasher()
    peppered = _peppered(secret, pin)
    if sealed is None:
        hasher.hash(peppered)
        return False
    try:
        return hasher.verify(sealed, peppered)
    except (VerificationError, InvalidHashError):
        return False


def _peppered(secret: Secret, pin: str) -> bytes:
    return hmac.digest(secret.key("pin"), pin.encode("utf-8", "surrogatepass"), "sha256")
