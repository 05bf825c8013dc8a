"""What people do to orders otherwise than by reads: what can be asked for, and what comes of it.

`verification.judging` has the rules by which one follows from the other.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from enum import StrEnum

from verification.desk import Count
from verification.events import Provenance
from verification.meaning import Person
from verification.orders import OrderStatus, Ruling
from verification.records import record


class ActKind(StrEnum):
    """The names of acts, as the log and the interface have them."""

    APPROVE = "approve"
    """The order was looked at and is right."""
    SEND_BACK = "send_back"
    """Every count is taken off; the order is verified anew from the start."""
    ADJUST = "adjust"
    """A line gets the count that a person found."""
    CONFIRM = "confirm"
    """Units that cannot be scanned are counted by hand."""
    CLOSE_SHORT = "close_short"
    """The order ends although units are missing."""
    REOPEN = "reopen"
    """A verified or short order may be scanned again."""
    TAKE_OVER = "take_over"
    """This station goes on with an order that another one counted on."""
    EDIT = "edit"
    """Header fields change."""
    CANCEL = "cancel"
    RELEASE = "release"
    """A draft becomes an order to be scanned."""
    SHIP = "ship"
    """The order has left the building."""
    CREATE = "create"
    IMPORT = "import"
    COMPLETE = "complete"
    """A reopened order was scanned to its end again. Done by the read that did it, asked for by nobody."""


class Short(StrEnum):
    """Why units are missing."""

    OUT_OF_STOCK = "out_of_stock"
    NOT_FOUND = "not_found"
    DAMAGED = "damaged"
    CUSTOMER = "customer"
    """The customer agreed to fewer."""
    OTHER = "other"
    """What the note says."""


@record
class Act:
    """What somebody asks for."""

    kind: ActKind
    by: Person | None
    """Who does it. None where nobody is signed in, as for an import at the command line."""
    reason: str = ""
    """In the person's own words."""
    approved_by: Person | None = None
    """The supervisor who agreed to this one act, where `by` is none."""
    line_id: str = ""
    units: int | None = None
    """For `adjust` the units that the line shall have, for `confirm` those to be added, for `close_short`
    those that the person says are missing; None where nobody said."""
    short: Short | None = None
    changes: Mapping[str, object] = field(default_factory=dict)
    """For `edit`: new values by header field."""


@record
class Judged:
    """What an act does, or why it may not."""

    refusal: str = ""
    """A clause for people; nothing else holds where there is one."""
    counts: tuple[Count, ...] = ()
    provenance: Provenance = Provenance.OVERRIDE
    ruling: Ruling | None = None
    """The ruling from now on; None where the act is none."""
    becomes: OrderStatus | None = None
    """The status to ask the API for."""
    missing: Mapping[str, int] = field(default_factory=dict)
    """Units by line id that stay away from an order that is closed short."""


ANYBODY = frozenset({ActKind.TAKE_OVER, ActKind.CREATE, ActKind.IMPORT, ActKind.EDIT, ActKind.CANCEL})
"""Acts that need no supervisor where a person has the command line, which is a right of its own."""
REASONED = frozenset(
    {ActKind.SEND_BACK, ActKind.ADJUST, ActKind.CONFIRM, ActKind.CLOSE_SHORT, ActKind.REOPEN}
)
"""Acts that need a reason in words; a short order's reason code is one, unless it is `other`."""
