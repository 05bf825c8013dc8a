"""Orders and their lines, as the Orders API names them, with the counts of this station and of others."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import field, replace
from enum import StrEnum
from typing import Any

from verification.records import record


class LineStatus(StrEnum):
    """The API's `verification_status` of an item."""

    PENDING = "pending"
    IN_PROGRESS = "in_progress"
    VERIFIED = "verified"


class OrderStatus(StrEnum):
    """The API's order statuses, in the order in which an order passes through them."""

    DRAFT = "draft"
    PENDING = "pending"
    IN_PROGRESS = "in_progress"
    PARTIALLY_VERIFIED = "partially_verified"
    VERIFIED = "verified"
    SHIPPED = "shipped"
    CANCELLED = "cancelled"


class Ruling(StrEnum):
    """The last word that a supervisor had on an order; the newest of all stations holds."""

    NONE = ""
    APPROVED = "approved"
    """Looked at and found right."""
    SENT_BACK = "sent_back"
    """To be counted again from the start."""
    SHORT = "short"
    """Closed although units are missing: nothing more counts, and it is never `verified`."""
    REOPENED = "reopened"
    """Open again for scanning until it is complete once more."""


def line_status(verified: int, quantity: int) -> LineStatus:
    """The status of a line from its merged count alone. An over-count is never `verified`."""
    if verified == quantity:
        return LineStatus.VERIFIED
    return LineStatus.IN_PROGRESS if verified else LineStatus.PENDING


@record
class Line:
    """One item of an order: a SKU and how many units of it belong."""

    id: str
    sku: str
    quantity: int
    """Units ordered, at least 1."""
    counted: int = 0
    """Units that this station counted, undo taken off."""
    elsewhere: int = 0
    """Units that all other stations and the API itself counted."""
    notes: str = ""
    verified: int = field(init=False)
    """The merged `verified_quantity`; above `quantity` only when two stations counted the same goods."""
    status: LineStatus = field(init=False)

    def __post_init__(self) -> None:
        derive = object.__setattr__
        derive(self, "verified", self.counted + self.elsewhere)
        derive(self, "status", line_status(self.verified, self.quantity))

    @property
    def remaining(self) -> int:
        """Units that may still be counted; 0 when over-counted."""
        return self.quantity - self.verified if self.quantity > self.verified else 0

    def plus(self, delta: int) -> Line:
        """This line after `delta` more units on this station."""
        return Line(self.id, self.sku, self.quantity, self.counted + delta, self.elsewhere, self.notes)


_ABSORBING = frozenset({OrderStatus.SHIPPED, OrderStatus.CANCELLED, OrderStatus.DRAFT})


def order_status(reported: OrderStatus, lines: tuple[Line, ...], ruling: Ruling = Ruling.NONE) -> OrderStatus:
    """The status of an order from what the API reports and from the merged counts.

    `shipped` and `cancelled` absorb and a `draft` cannot be scanned, so these three stand whatever the
    counts are. Otherwise the counts speak; where there are none, what the API says stands. An order that was
    closed short stays `partially_verified`.
    """
    if reported in _ABSORBING:
        return reported
    statuses = [line.status for line in lines]
    verified = statuses.count(LineStatus.VERIFIED)
    if verified and verified == len(statuses):
        return OrderStatus.VERIFIED
    if verified or ruling is Ruling.SHORT:
        return OrderStatus.PARTIALLY_VERIFIED
    if LineStatus.IN_PROGRESS in statuses:
        return OrderStatus.IN_PROGRESS
    return reported


@record
class Order:
    """An order with its lines in the order of the API's `items`."""

    id: str
    order_number: str
    lines: tuple[Line, ...]
    reported: OrderStatus = OrderStatus.PENDING
    """The status that the API (or the file the order came from) last reported."""
    external_order_id: str = ""
    customer_name: str = ""
    customer_info: Mapping[str, Any] = field(default_factory=dict)
    notes: str = ""
    order_date: str = ""
    due_date: str = ""
    """ISO 8601 as received; empty when there is none."""
    created_at: str = ""
    metadata: Mapping[str, Any] = field(default_factory=dict)
    ruling: Ruling = Ruling.NONE
    ruled: int = 0
    """How many rulings the newest one knows of, itself included: of two, the higher is the newer."""
    status: OrderStatus = field(init=False)
    """Follows from `reported` and the lines, once for each order value since much depends on it."""
    quantity: int = field(init=False)
    """Units ordered over all lines."""
    verified: int = field(init=False)
    """Units counted over all lines."""

    def __post_init__(self) -> None:
        derive = object.__setattr__
        derive(self, "status", order_status(self.reported, self.lines, self.ruling))
        derive(self, "quantity", sum([line.quantity for line in self.lines]))
        derive(self, "verified", sum([line.verified for line in self.lines]))

    @property
    def closed(self) -> str:
        """Why nothing more may be scanned on it, as the name of a status or ruling; empty while it may.

        A verified order is closed until a supervisor reopens it.
        """
        if self.status in _ABSORBING:
            return self.status.value
        if self.status is OrderStatus.VERIFIED and self.ruling is not Ruling.REOPENED:
            return self.status.value
        return self.ruling.value if self.ruling is Ruling.SHORT else ""

    def moved(self, deltas: Iterable[tuple[str, int]]) -> Order:
        """This order after these units by line id; one that was reopened is closed again once complete."""
        order = self
        for line_id, delta in deltas:
            order = order.plus(line_id, delta)
        if order.ruling is Ruling.REOPENED and order.status is OrderStatus.VERIFIED and order is not self:
            return order.ruled_anew(Ruling.NONE)
        return order

    def ruled_anew(self, ruling: Ruling) -> Order:
        """This order under a ruling that is newer than all that are known."""
        return replace(self, ruling=ruling, ruled=self.ruled + 1)

    def line(self, line_id: str) -> Line:
        """The line with this id; KeyError when the order has none."""
        for line in self.lines:
            if line.id == line_id:
                return line
        raise KeyError(line_id)

    def plus(self, line_id: str, delta: int) -> Order:
        """This order after `delta` more units of one line on this station."""
        lines = tuple([line.plus(delta) if line.id == line_id else line for line in self.lines])
        return Order(
            self.id,
            self.order_number,
            lines,
            self.reported,
            self.external_order_id,
            self.customer_name,
            self.customer_info,
            self.notes,
            self.order_date,
            self.due_date,
            self.created_at,
            self.metadata,
            self.ruling,
            self.ruled,
        )
