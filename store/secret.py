"""The station's secret: it proves the log's chain and hides badges, and never enters the ledger."""

from __future__ import annotations

import hmac
import os
import secrets
from dataclasses import field
from pathlib import Path

from store.errors import LedgerDamaged, LedgerUnusable
from verification.records import record

_LENGTH = 32


@record
class Secret:
    """32 random bytes, in a file that only its owner may read. One key is derived for each use."""

    root: bytes = field(repr=False)

    def key(self, use: str) -> bytes:
        """The key for one use, 32 bytes: HMAC-SHA-256 of the use's name under the root."""
        return hmac.digest(self.root, use.encode(), "sha256")

    @classmethod
    def load(cls, path: Path, *, create: bool) -> Secret:
        """The secret in `path`; with `create`, a new one where the file is missing.

        Raises LedgerDamaged when a ledger's secret is missing or cut short, LedgerUnusable when it cannot
        be read or written.
        """
        try:
            if create and not path.exists():
                _write(path, secrets.token_bytes(_LENGTH))
            root = path.read_bytes()
        except FileNotFoundError as error:
            raise LedgerDamaged(
                f"{path} is missing, which proves this ledger's log; put it back from where it was kept."
            ) from error
        except OSError as error:
            raise LedgerUnusable(f"Cannot read {path}: {error.strerror}; check who may read it.") from error
        if len(root) != _LENGTH:
            raise LedgerDamaged(f"{path} is not a station secret of {_LENGTH} bytes; put the right one back.")
        return cls(root)


def _write(path: Path, root: bytes) -> None:
    """All or nothing, and on disk before anything is chained to it."""
    draft = path.with_name(f"{path.name}.new")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    try:
        os.write(descriptor, root)
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
    draft.replace(path)
