"""Everything that can go wrong between the station and the Orders API, as one tree.

    SyncError
    ├── Offline        no answer that counts: no connection, no time left, or 502, 503, 504
    ├── Throttled      429: the API asks for fewer requests; `retry_after` is the least wait
    ├── NotAllowed     401 or 403: the key is unknown, expired, or lacks a scope
    ├── Rejected       the API refused this one request and says why
    │   ├── NotFound        404: no order goes by that identifier
    │   ├── Nameless        never sent: nothing tells the identifier of this order
    │   └── AlreadyExists   the order_number of a create is taken
    ├── BrokenAnswer   an answer that breaks the contract; `path` names the place
    └── Unsafe         an address that the key must not be sent to

`str(error)` is one sentence for people. Errors of httpx, msgspec and the operating system are translated
where they arise. No error holds the key.
"""

from __future__ import annotations

from verification.printable import printable

_LONGEST_CODE = 60


class SyncError(Exception):
    """The root of the tree."""


class Offline(SyncError):
    """Nobody answered. A request that writes may have taken effect all the same."""


class Throttled(SyncError):
    """The API asked to wait. A request that was throttled had no effect."""

    def __init__(self, sentence: str, retry_after: float) -> None:
        super().__init__(sentence)
        self.retry_after = retry_after
        """Seconds, a minimum."""


class NotAllowed(SyncError):
    """The key was refused."""

    def __init__(self, sentence: str, status: int) -> None:
        super().__init__(sentence)
        self.status = status


class Rejected(SyncError):
    """The API understood the request and refused it."""

    def __init__(self, status: int, code: str, message: str) -> None:
        named = f"{status} {printable(code, _LONGEST_CODE)}".rstrip()
        super().__init__(f"The API refused it ({named}): {message}")
        self.status = status
        self.code = code
        self.message = message


class NotFound(Rejected):
    """No order goes by the identifier."""


class Nameless(Rejected):
    """The API knows orders by a field of which neither its list nor the ledger tells the value."""

    def __init__(self, field: str) -> None:
        super().__init__(404, "NOT_ADDRESSABLE", f"this key names orders by {field}, and this one has none")


class AlreadyExists(Rejected):
    """Another order has this order_number already."""


class BrokenAnswer(SyncError):
    """The API answered what the contract does not allow."""

    def __init__(self, problem: str, path: str = "$", of: str = "") -> None:
        super().__init__(f"The API's answer breaks its contract at {path}: {problem}")
        self.problem = problem
        self.path = path
        self.of = of
        """What the entry of a list that it speaks of is called by: its order_number or SKU, else its id."""


class Unsafe(SyncError):
    """The address would carry the key where it must not go."""
