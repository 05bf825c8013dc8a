"""What a code means at this station: goods, an order, a person, a command, or nothing it may count.

The ledger is asked once for everything that the code could name (`Found`); `meaning` then decides, so that
a code with two meanings is seen as such and never settled by the order of look-ups.
"""

from __future__ import annotations

from verification.codes import COMMAND_PREFIX, Code, Command
from verification.records import record


@record
class GoodsMatch:
    """A SKU that a code names, with the units that one read of it stands for."""

    sku: str
    units: int = 1


@record
class Person:
    """Somebody who works at this station."""

    name: str
    supervisor: bool = False
    until: str = ""
    """The last day on which they may work here, `YYYY-MM-DD`; empty where there is none."""
    disabled: bool = False

    def barred(self, today: str) -> str:
        """Why they may neither sign in nor approve on the day `today`, as a clause; empty where they may."""
        if self.disabled:
            return f"{self.name} may not sign in any longer"
        if self.until and today > self.until:
            return f"the time of {self.name} ended on {self.until}"
        return ""


@record
class Found:
    """Everything in the ledger that goes by a code's text or numbers."""

    goods: tuple[GoodsMatch, ...] = ()
    near_goods: tuple[GoodsMatch, ...] = ()
    """Goods that the code would name if a digit had been lost."""
    order_ids: tuple[str, ...] = ()
    person: Person | None = None
    serial_counted: bool = False
    """Whether this serial of these goods counts already, on whatever order."""


@record
class Unreadable:
    """A frame that cannot be trusted."""

    problem: str


@record
class Unknown:
    """A code that nothing here goes by."""


@record
class Ambiguous:
    """A code that could be more than one thing."""

    candidates: tuple[str, ...]
    """What it could be, each as a short phrase."""


@record
class Goods:
    """Units of a SKU."""

    sku: str
    units: int = 1
    case: bool = False
    """Whether one read stands for several units."""
    serial_counted: bool = False


@record
class OrderLabel:
    """The label of an order that the ledger holds."""

    order_id: str


@record
class Badge:
    """Somebody's badge, or what stands for it: their name and PIN."""

    person: Person
    barred: str = ""
    """Why this person may not sign in, as a clause."""


@record
class Ordered:
    """A command, from a command code or from a key."""

    command: Command
    why: str = ""
    """What made the station ask for it, as a clause, where no person did."""


@record
class Lesson:
    """That an unknown code shall stand for goods from now on; asked for by key alone, never by a code."""

    code: Code
    sku: str
    units: int = 1
    approved_by: Person | None = None
    """Who approved it with name and PIN, where that is not who scans."""


@record
class Quantity:
    """That so many more units of the goods read last are there; typed by a person, never scanned."""

    sku: str
    units: int
    approved_by: Person | None = None
    """Who approved it with name and PIN, where that is not who scans."""


A_BADGE = "a badge"
"""What an unclear code is said to be that could sign somebody in."""

Meaning = Unreadable | Unknown | Ambiguous | Goods | OrderLabel | Badge | Ordered | Lesson | Quantity


def meaning(code: Code, found: Found) -> Meaning:
    """What `code` means, given all that the ledger `found` for it."""
    if code.problem is not None:
        return Unreadable(code.problem)
    if code.text.upper().startswith(COMMAND_PREFIX):
        return _command(code.text)
    if len(found.goods) == 1 and not found.order_ids and found.person is None:
        return _goods(code, found)  # nearly every read: no other meaning to weigh
    skus = {match.sku for match in found.goods}
    candidates = (
        *(f"goods {sku}" for sku in sorted(skus)),
        *("an order" for _ in found.order_ids),
        *((A_BADGE,) if found.person else ()),
    )
    if len(candidates) > 1 or len({match.units for match in found.goods}) > 1:
        return Ambiguous(candidates)
    if found.person:
        return Badge(found.person)
    if found.order_ids:
        return OrderLabel(found.order_ids[0])
    if found.goods:
        return _goods(code, found)
    if found.near_goods:
        return Ambiguous(tuple(f"goods {sku}" for sku in sorted({m.sku for m in found.near_goods})))
    return Unknown()


def _command(text: str) -> Meaning:
    try:
        return Ordered(Command(text[len(COMMAND_PREFIX) :].strip().lower()))
    except ValueError:
        return Unreadable("it begins like a command code, but this station knows no such command")


def _goods(code: Code, found: Found) -> Goods | Unreadable:
    """The units of a read: what the code was taught to stand for, times the count that its label claims."""
    match = found.goods[0]
    units = match.units * (1 if code.count is None else code.count)
    if units < 1:
        return Unreadable("its label says that it holds no units")
    return Goods(match.sku, units, case=units > 1, serial_counted=found.serial_counted)
