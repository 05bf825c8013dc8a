"""How reconciliation stands, as one frozen value for whoever shows it."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from verification.records import record


class Link(StrEnum):
    """How the station and the API stand to each other."""

    STARTING = "starting"
    ONLINE = "online"
    OFFLINE = "offline"
    KEY_REFUSED = "key_refused"
    REFUSED_ANSWER = "refused_answer"
    """The API answers, but what it says cannot be: nothing was taken from it."""
    LEDGER = "ledger"
    """What came from the API could not be written down here."""
    FAULT = "fault"
    """A fault of this program ended reconciliation; it begins anew in a while."""


@record
class Asked:
    """One request as the screen lists it."""

    method: str
    path: str
    outcome: str
    """The status, or why there is none."""


@record
class Progress:
    """How far a long pull is."""

    pages: int
    details: int
    details_wanted: int


@record
class SyncStatus:
    """All that a badge and a screen of reconciliation show."""

    link: Link = Link.STARTING
    since: datetime | None = None
    """When `link` became what it is, by this computer's clock; shown only."""
    told: str = ""
    """Why, in a sentence; empty while online."""
    waiting: int = 0
    parked: int = 0
    conflicts: int = 0
    unreadable: int = 0
    """Orders that the API has and that could not be taken in."""
    requests: int = 0
    """Since the start."""
    last: tuple[Asked, ...] = ()
    """The last requests, newest first."""
    next_try: float | None = None
    """Seconds from when this was told to the next try; None while at work."""
    progress: Progress | None = None
    skew: float | None = None
    """Seconds by which the server's clock is ahead; shown only."""
    sending_paused: bool = False

    def badge(self) -> str:
        """The words of the badge: "Online", "Offline since 14:02, 12 orders waiting", "Key refused"."""
        held = self.waiting + self.parked
        tail = f", {_orders(held)} waiting" if held else ""
        tail += f", {_orders(self.unreadable)} unreadable" if self.unreadable else ""
        match self.link:
            case Link.OFFLINE:
                since = f" since {self.since.astimezone():%H:%M}" if self.since else ""
                return f"Offline{since}{tail}"
            case Link.KEY_REFUSED:
                return f"Key refused{tail}"
            case Link.REFUSED_ANSWER:
                return f"Answer refused{tail}"
            case Link.LEDGER:
                return f"Ledger full or broken{tail}"
            case Link.FAULT:
                return f"Sync stopped{tail}"
            case Link.STARTING:
                return f"Connecting{tail}"
            case Link.ONLINE:
                return f"Online{tail}"


def _orders(count: int) -> str:
    return f"{count} order{'' if count == 1 else 's'}"


@record
class Result:
    """What one run did."""

    pulled: int = 0
    """Orders whose details were read."""
    pushed: int = 0
    """Orders created, and updates that were answered with success and that a later look showed."""
    parked: int = 0
    conflicts: int = 0
    requests: int = 0
    unreadable: int = 0
    """Orders that the API has and that could not be taken in."""
    unreadable_orders: tuple[tuple[str, str], ...] = ()
    """Number and reason of the first of them."""
