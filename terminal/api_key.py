"""Where the Orders API's key comes from: the environment, a private file, or the system's keyring.

It is asked for at each request, so that a new key holds without a restart, and it is never written anywhere.
"""

from __future__ import annotations

import stat
from collections.abc import Callable
from pathlib import Path

KEY_FILE = "orders-api.key"
"""In the data folder; only its owner may be able to read it."""
_SERVICE = "tallyman"


def key_source(environment: str | None, data: Path, url: str) -> Callable[[], str | None]:
    """How to ask for the key of the API at `url`: None where there is none, or none that is kept safely."""
    file = data / KEY_FILE

    def key() -> str | None:
        return environment or _from_file(file) or _from_keyring(url)

    return key


def _from_file(file: Path) -> str | None:
    try:
        if stat.S_IMODE(file.stat().st_mode) & (stat.S_IRWXG | stat.S_IRWXO):
            return None  # whoever else can read it may have; `tallyman doctor` says so
        return file.read_text(encoding="ascii").strip() or None
    except (OSError, UnicodeDecodeError):
        return None


def _from_keyring(url: str) -> str | None:
    try:
        import keyring
        from keyring.errors import KeyringError
    except ImportError:
        return None
    try:
        found: str | None = keyring.get_password(_SERVICE, url)
    except KeyringError:
        return None
    return found
