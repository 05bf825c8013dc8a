"""The review queue as rows: each order with its risk and the reasons to look at it, the riskiest first."""

from __future__ import annotations

from collections.abc import Mapping

from store.review import ReviewFilter, ReviewPage, ReviewRow, Sort
from terminal.widgets.order import STATUS_WORD, due
from terminal.widgets.painted import Painted, Row, fit
from terminal.widgets.scrolled import BAD, CHOSEN, GOOD, HEADING, QUIET, STYLES, WAITING
from verification.orders import OrderStatus
from verification.printable import printable
from verification.records import record
from verification.risk import ReasonKind

REASON: Mapping[ReasonKind, str] = {
    ReasonKind.TYPED: "typed units",
    ReasonKind.CONFIRMED: "units confirmed by hand",
    ReasonKind.OVERRIDE: "overridden units",
    ReasonKind.REFUSED: "refused reads",
    ReasonKind.SHORT: "short",
    ReasonKind.OVER_COUNTED: "counted too often",
    ReasonKind.ORPHANED: "counts without a line",
    ReasonKind.CANCELLED: "cancelled with counts",
    ReasonKind.SHIPPED: "shipped short",
    ReasonKind.HEADER: "edited twice",
    ReasonKind.CONFLICT: "other conflicts",
    ReasonKind.PARKED: "parked",
    ReasonKind.SENT_BACK: "sent back",
    ReasonKind.REOPENED: "reopened",
    ReasonKind.RECHECK: "to be counted again",
    ReasonKind.RECHECK_DIFFERENCE: "differs when counted again",
}
"""What a filter by reason is called."""
REASONS: tuple[ReasonKind | None, ...] = (None, *ReasonKind)
STATUSES: tuple[OrderStatus | None, ...] = (None, *OrderStatus)
SORTS = tuple(Sort)
_SORT = {Sort.RISK: "by risk", Sort.DUE: "by due date", Sort.NUMBER: "by number"}
_ROOMY, _MOST_REASONS = 18, 4
"""Rows from which on the chosen order's reasons stand below the list, and how many of them."""
_HIGH, _MIDDLE = 60, 30
"""From here on counts are known to be wrong, and something has to be decided, see `verification.risk`."""


@record
class Window:
    """The loaded part of the queue."""

    which: ReviewFilter
    offset: int
    """Place of the first loaded row, from 0."""
    page: ReviewPage

    def row(self, place: int) -> ReviewRow | None:
        """The order at a place of the whole queue, if it is loaded."""
        at = place - self.offset
        return self.page.rows[at] if 0 <= at < len(self.page.rows) else None

    def place_of(self, order_id: str) -> int | None:
        """Where an order stands in the whole queue, if it is loaded."""
        rows = enumerate(self.page.rows, self.offset)
        return next((place for place, row in rows if row.summary.id == order_id), None)


class ReviewList(Painted):
    """What is filtered by, then the orders around the cursor in two rows each."""

    COMPONENT_CLASSES = STYLES

    def __init__(self) -> None:
        super().__init__(id="review")
        self._window: Window | None = None
        self._cursor = self._top = 0

    def show(self, window: Window, cursor: int, *, slid: int = 0) -> None:
        """Show `window` with the order at place `cursor` of the whole queue marked.

        By `slid` places orders in sight have slid down the queue: they stay where they are on the screen, but
        who looks at the queue's head goes on doing so.
        """
        if self._top:
            self._top = max(0, self._top + slid)
        self._window, self._cursor = window, cursor
        self.repaint()

    @property
    def orders(self) -> int:
        """How many orders there is room for."""
        return max(1, (self.size.height - 2) // 2)

    def paint(self, width: int, height: int) -> list[Row]:
        window = self._window
        if window is None:
            return [[(fit(" One moment …", width), QUIET)]]
        head: list[Row] = [_filtered(window, width), []]
        if not window.page.total:
            return [*head, [(fit(" ✓ Nothing waits for a supervisor here.", width), GOOD)]]
        foot = _why(window.row(self._cursor), width) if height >= _ROOMY else []
        room = max(1, (height - len(head) - len(foot)) // 2)
        self._top = min(max(self._top, self._cursor - room + 1), self._cursor)
        for place in range(self._top, min(self._top + room, window.page.total)):
            row = window.row(place)
            head += _rows(row, width, chosen=place == self._cursor) if row else [[(" …", QUIET)], []]
        blank: list[Row] = [[] for _ in range(height - len(head) - len(foot))]
        return [*head, *blank, *foot][:height]


def _why(row: ReviewRow | None, width: int) -> list[Row]:
    """The reasons of the chosen order, each in a row of its own with its weight."""
    reasons = row.reasons[:_MOST_REASONS] if row else ()
    told = [f"{reason.weight:>4} {printable(reason.told)}" for reason in reasons]
    told += [""] * (_MOST_REASONS - len(told))
    return [
        [(fit(" ─── Why the chosen order is here " + "─" * width, width), QUIET)],
        *[[(fit(f"  {each}", width), "")] for each in told],
    ]


def _filtered(window: Window, width: int) -> Row:
    which, total = window.which, window.page.total
    told = [f"{total} order{'' if total == 1 else 's'}", _SORT[which.sort]]
    told.append(REASON[which.reason] if which.reason else "every reason")
    told.append(STATUS_WORD[which.status.value][2:] if which.status else "every status")
    told += [f'like "{printable(which.search, 30)}"'] if which.search else []
    return [(fit(" " + " · ".join(told), width), HEADING)]


def _rows(row: ReviewRow, width: int, *, chosen: bool) -> list[Row]:
    order = row.summary
    risk = f" {'▸' if chosen else ' '} {row.risk:>4} "
    level = BAD if row.risk >= _HIGH else WAITING if row.risk >= _MIDDLE else ""
    counted = "↻ re-check" if order.recheck_owed else f"{order.verified}/{order.quantity} units"
    right = f" {STATUS_WORD[order.status.value]:<14}{counted} "
    when = f" {due(order.due_date)}" if width >= 100 else ""
    name = f"{printable(order.order_number, 40)}  {printable(order.customer_name, 60)}"
    first = fit(name, max(8, width - len(risk) - len(right) - len(when))) + when + right
    why = " ".join(printable(reason.told) for reason in row.reasons)
    style = CHOSEN if chosen else ""
    return [
        [(risk, style or level), (fit(first, width - len(risk)), style)],
        [(fit(" " * len(risk) + why, width), style or QUIET)],
    ]
