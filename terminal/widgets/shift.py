"""How the shift stands, as rows: what is left, whether the pace is enough, who works, alarms, and sync."""

from __future__ import annotations

from collections.abc import Mapping

from sync.status import SyncStatus
from terminal.review_wording import local, units
from terminal.widgets.painted import Row, bar, fit
from terminal.widgets.scrolled import BAD, EMPTY, FULL, GOOD, HEADING, QUIET, WAITING, wrapped
from verification.printable import printable
from verification.shift import AtWork, Due, Shift

_WORD: Mapping[Due, str] = {
    Due.OVERDUE: "! overdue",
    Due.TODAY: "  today",
    Due.TOMORROW: "  tomorrow",
    Due.LATER: "  later",
    Due.NONE: "  no due date",
}


def rows(shift: Shift, status: SyncStatus | None, width: int) -> list[Row]:
    """The shift in `width` columns."""
    return [
        *_left(shift, width),
        *_pace(shift, width),
        *_people(shift.at_work, width),
        *_trouble(shift, status, width),
    ]


def _heading(text: str, width: int) -> Row:
    return [(fit(f" {text}", width), HEADING)]


def _left(shift: Shift, width: int) -> list[Row]:
    whole = shift.whole
    found = [_heading(f"Left: {_orders(whole.orders)}, {units(whole.units)}", width)]
    most = max((left.units for left in shift.left.values()), default=0)
    for due, left in shift.left.items():
        style = BAD if due is Due.OVERDUE and left.orders else QUIET if not left.orders else ""
        told = f" {_WORD[due]:<14}{_orders(left.orders):>13}{units(left.units):>16}  "
        full, empty = bar(left.units, most, max(1, width - len(told) - 1)) if most else ("", "")
        found.append([(told, style), (full, FULL), (empty, EMPTY)])
    return [*found, []]


def _orders(count: int) -> str:
    return f"{count} order{'' if count == 1 else 's'}"


def _pace(shift: Shift, width: int) -> list[Row]:
    found = [_heading("Pace", width)]
    found += wrapped(f"{units(shift.units_last_hour)} counted in the last hour.", width)
    if shift.needed_per_hour is None:
        found += wrapped("Nothing is due later today.", width, GOOD if not shift.late_units else "")
    elif shift.in_time:
        found += wrapped(
            f"✓ Enough: what is due today needs {shift.needed_per_hour:.0f} an hour.", width, GOOD
        )
    else:
        needed = f"! Too slow: what is due today needs {shift.needed_per_hour:.0f} an hour."
        found += wrapped(needed, width, BAD)
    if shift.late_units:
        found += wrapped(f"! {units(shift.late_units)} are overdue.", width, BAD)
    return [*found, []]


def _people(at_work: tuple[AtWork, ...], width: int) -> list[Row]:
    found = [_heading("At work today", width)]
    for each in at_work:
        order = printable(each.order_number, 40) or "no order"
        who, at = printable(each.person, 30), local(each.at)[-8:]
        told = f" {fit(who, 22)}{fit(order, 24)}{at}  {printable(each.scanner, 20)}"
        found.append([(fit(told, width), "")])
    return [*found, []] if at_work else [*found, [(" Nobody yet.", QUIET)], []]


def _trouble(shift: Shift, status: SyncStatus | None, width: int) -> list[Row]:
    alarms = f"{shift.alarms_today} wrong item{'' if shift.alarms_today == 1 else 's'} today"
    found = [_heading("Alarms and sync", width)]
    found += wrapped(f"{alarms}.", width, WAITING if shift.alarms_today else GOOD)
    if status is None:
        return [*found, *wrapped("No Orders API is configured: the station works by itself.", width, QUIET)]
    found += wrapped(f"{status.badge()} {printable(status.told)}", width)
    parts = [f"{shift.waiting} waiting", f"{shift.parked} parked", f"{shift.conflicts} in conflict"]
    parts += [f"{shift.unreadable} unreadable"] if shift.unreadable else []
    held = f"{', '.join(parts)}; F10 shows them."
    return [
        *found,
        *wrapped(held, width, BAD if shift.parked or shift.conflicts or shift.unreadable else QUIET),
    ]
