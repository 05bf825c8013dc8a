"""How the station and the Orders API stand, and the orders that somebody has to look at."""

from __future__ import annotations

from sync.status import Link, SyncStatus
from terminal.held import Held, State
from terminal.widgets.painted import Painted, Row, fit
from verification.printable import printable

LINK = {
    Link.STARTING: ("◌", "sync--waiting"),
    Link.ONLINE: ("●", "sync--good"),
    Link.OFFLINE: ("○", "sync--lost"),
    Link.KEY_REFUSED: ("×", "sync--lost"),
    Link.REFUSED_ANSWER: ("×", "sync--lost"),
    Link.LEDGER: ("×", "sync--lost"),
    Link.FAULT: ("×", "sync--lost"),
}
"""Symbol and style of each way of standing."""


HELD = {
    State.WAITING: ("◷", "sync--waiting"),
    State.PARKED: ("■", "sync--lost"),
    State.CONFLICT: ("!", "sync--lost"),
    State.UNREADABLE: ("?", "sync--lost"),
}
"""Symbol and style of what is held back."""


class SyncSummary(Painted):
    """Online or not and since when, the next try, the server's clock, progress, and the last requests."""

    COMPONENT_CLASSES = {"sync--good", "sync--waiting", "sync--lost", "sync--quiet"}  # noqa: RUF012

    def __init__(self) -> None:
        super().__init__(id="sync-summary")
        self._status: SyncStatus | None = None

    def show(self, status: SyncStatus | None) -> None:
        """Show `status`; None where no API is configured."""
        self._status = status
        self.repaint()

    def paint(self, width: int, height: int) -> list[Row]:
        status = self._status
        if status is None:
            return [[(fit(" No Orders API is configured: the station works by itself.", width), "")]]
        symbol, style = LINK[status.link]
        rows: list[Row] = [
            [(f" {symbol} {status.badge()}", style)],
            [(fit(f" {printable(status.told)}", width), "")],
            [(fit(f" {_figures(status)}", width), "")],
            [(" Last requests", "sync--quiet")],
        ]
        for asked in status.last:
            line = f"  {asked.outcome:>12}  {asked.method} {printable(asked.path, 120)}"
            rows.append([(fit(line, width), "sync--quiet")])
        return rows[:height]


def _figures(status: SyncStatus) -> str:
    parts = [f"{status.waiting} waiting", f"{status.parked} parked", f"{status.conflicts} in conflict"]
    if status.unreadable:
        parts.append(f"{status.unreadable} unreadable")
    if status.progress is not None:
        progress = status.progress
        parts.append(f"reading page {progress.pages}, order {progress.details} of {progress.details_wanted}")
    elif status.next_try is not None:
        parts.append(f"next try in {max(1, round(status.next_try))} s")
    if status.skew is not None and abs(status.skew) >= 1:
        parts.append(
            f"the server's clock is {abs(status.skew):.0f} s {'ahead' if status.skew > 0 else 'behind'}"
        )
    return " · ".join([*parts, f"{status.requests} requests"])


class HeldList(Painted):
    """The orders that wait, are parked, in conflict or unreadable, with a cursor."""

    COMPONENT_CLASSES = {"sync--cursor", "sync--lost", "sync--waiting", "sync--quiet"}  # noqa: RUF012

    def __init__(self) -> None:
        super().__init__(id="held")
        self._held: tuple[Held, ...] = ()
        self._cursor = 0

    def show(self, held: tuple[Held, ...], cursor: int) -> None:
        """Show `held` with the row at `cursor` marked."""
        self._held, self._cursor = held, cursor
        self.repaint()

    def paint(self, width: int, height: int) -> list[Row]:
        if not self._held:
            return [[(fit(" Nothing waits: the API has everything.", width), "sync--quiet")]]
        first = max(0, min(self._cursor - height + 1, len(self._held) - height))
        return [
            [(fit(_line(row, place == self._cursor), width), _style(row, place == self._cursor))]
            for place, row in enumerate(self._held[first : first + height], first)
        ]


def _line(row: Held, chosen: bool) -> str:
    mark, symbol = "▸" if chosen else " ", HELD[row.state][0]
    number = printable(row.order_number, 24)
    return f" {mark} {symbol} {row.state.value:<8} {number:<26}{printable(row.told)}"


def _style(row: Held, chosen: bool) -> str:
    return "sync--cursor" if chosen else HELD[row.state][1]
