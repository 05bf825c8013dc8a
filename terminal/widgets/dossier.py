"""An order in full, as rows: its lines by station and provenance, people, acts, and how the API has it."""

from __future__ import annotations

from collections.abc import Iterable

from terminal.dossier import Dossier
from terminal.review_wording import ACTED, FIELD, KIND, RULED, SHORT, local, units
from terminal.widgets.order import STATUS_WORD, due
from terminal.widgets.painted import Row, bar, fit
from terminal.widgets.scrolled import BAD, EMPTY, FULL, GOOD, HEADING, QUIET, WAITING, wrapped
from verification.acts import Short
from verification.orders import Line, LineStatus, Ruling
from verification.printable import printable
from verification.story import Mark, Step

_ROOMY = 120
"""Columns from which on a line's provenance stands beside it."""


def rows(dossier: Dossier, width: int) -> list[Row]:
    """The whole order in `width` columns."""
    return [
        *_header(dossier, width),
        *_lines(dossier, width),
        *_people(dossier, width),
        *_acts(dossier, width),
        *_api(dossier, width),
    ]


def _heading(text: str, width: int) -> list[Row]:
    return [[("", "")], [(fit(f" {text}", width), HEADING)]]


def _header(dossier: Dossier, width: int) -> list[Row]:
    order = dossier.order
    right = f"{STATUS_WORD[order.status.value]}, {due(order.due_date)} "
    room = max(0, width - len(right))
    name = fit(f" {printable(order.order_number, 40)}  {printable(order.customer_name, 60)}", room)
    done = sum(line.status is LineStatus.VERIFIED for line in order.lines)
    told = f" {order.verified}/{order.quantity} units  {done}/{len(order.lines)} lines "
    full, empty = bar(order.verified, order.quantity, max(1, width - len(told) - 1))
    found: list[Row] = [
        [(name, HEADING), (right, "")],
        [(told, ""), (full, FULL), (empty, EMPTY)],
    ]
    if order.ruling is not Ruling.NONE:
        found += wrapped(_ruling(dossier), width, WAITING)
    for reason in dossier.reasons:
        found += wrapped(f"Look: {printable(reason.told)} (risk {reason.weight})", width, WAITING)
    if order.notes:
        found += wrapped(f"Notes: {printable(order.notes, 600)}", width)
    about = {
        "External id": order.external_order_id,
        "Ordered": local(order.order_date) if order.order_date else "",
        "Created": local(order.created_at) if order.created_at else "",
        **{printable(name, 30): value for name, value in order.customer_info.items()},
    }
    told = " · ".join(f"{name}: {printable(str(value), 80)}" for name, value in about.items() if value)
    return found + (wrapped(told, width, QUIET) if told else [])


def _ruling(dossier: Dossier) -> str:
    """The word that holds, and whose it is: this station's acts tell, or the slot that it travelled in."""
    order = dossier.order
    word = RULED[order.ruling].capitalize()
    for step in reversed(dossier.story.acts()):
        if step.detail.get("ruled") == order.ruled and step.detail.get("ruling") == order.ruling:
            return f"{word} by {_who(step)}{_why(step)}"
    if dossier.ruled is not None and dossier.ruled[1].number == order.ruled:
        station, ruled = dossier.ruled
        why = f": {printable(ruled.why)}" if ruled.why else ""
        return f"{word} by {printable(ruled.who, 40) or 'somebody'} at {printable(station, 40)}{why}"
    return word


def _lines(dossier: Dossier, width: int) -> list[Row]:
    provenance, marks = dossier.story.provenance(), dossier.story.marks()
    found = _heading("Lines: counted of ordered, by whom and how", width)
    for line in dossier.order.lines:
        kinds = provenance.get(line.id, {})
        told = [f"{printable(name, 24)} {count}" for name, count in dossier.by_station(line)]
        told += [", ".join(f"{count} {KIND[kind]}" for kind, count in kinds.items())] if kinds else []
        told += [_mark(mark) for mark in marks.get(line.id, ())]
        found += _line(line, " · ".join(told), width)
    return found


def _line(line: Line, told: str, width: int) -> list[Row]:
    over, done = line.verified > line.quantity, line.status is LineStatus.VERIFIED
    symbol, style = ("!", BAD) if over else ("✓", QUIET) if done else (" ", "")
    name = f" {symbol} {printable(line.sku, 60)}" + (f"  {printable(line.notes, 80)}" if line.notes else "")
    count = f"{line.verified}/{line.quantity}"
    full, empty = bar(line.verified, line.quantity, 10)
    beside = width >= _ROOMY
    room = (46 if beside else max(10, width - 1)) - 23
    head: Row = [
        (fit(name, room) + fit(count, 10, right=True), style), ("  ", ""), (full, FULL), (empty, EMPTY),
    ]  # fmt: skip
    if not told:
        return [head]
    if beside:
        rest = wrapped(told, width - 48, QUIET, indent=2)
        first = [*head, *rest[0]]
        return [first, *([(" " * 46, ""), *row] for row in rest[1:])]
    return [head, *wrapped(told, width, QUIET, indent=5)]


def _mark(mark: Mark) -> str:
    borne = (("lot", mark.lot), ("serial", mark.serial), ("expires", mark.expiry))
    told = " ".join(f"{name} {printable(value, 40)}" for name, value in borne if value)
    return f"{mark.units} × {told}" if mark.units != 1 else told


def _people(dossier: Dossier, width: int) -> list[Row]:
    found = _heading("People", width)
    for turn in dossier.story.turns():
        refused = f", {turn.refused} refused" if turn.refused else ""
        who = printable(turn.person, 30) or "nobody signed in"
        reads = f"{turn.reads} read{'' if turn.reads == 1 else 's'}{refused}, {units(turn.units)}"
        found += wrapped(
            f"{who} at {printable(dossier.station, 24)}: {reads}, {_span(turn.first, turn.last)}", width
        )
    for other in dossier.elsewhere:
        who, at = printable(other.who, 30) or "somebody", local(other.at) if other.at else "no time told"
        count = units(sum(other.units.values()))
        found += wrapped(f"{who} at {printable(other.station, 24)}: {count}, last {at}", width)
    return found if len(found) > 2 else [*found, [(" Nobody has worked on it yet.", QUIET)]]


def _span(first: str, last: str) -> str:
    return f"{local(first)} to {local(last)[-8:]}" if local(first) != local(last) else local(first)


def _acts(dossier: Dossier, width: int) -> list[Row]:
    acts = dossier.story.acts()
    found = _heading("Acts", width)
    for step in acts:
        what = _what(dossier, step)
        done = ACTED.get(step.first.act or "", "changed")
        found += wrapped(f"{local(step.first.at)}  {done}{what} by {_who(step)}{_why(step)}", width)
    return found if acts else [*found, [(" None.", QUIET)]]


def _what(dossier: Dossier, step: Step) -> str:
    """Units and lines that an act moved, or what stayed away."""
    sku = {line.id: line.sku for line in dossier.order.lines}
    moved = [
        f"{count:+} {printable(sku.get(line_id, 'a line that is gone'), 40)}"
        for line_id, count in step.moved.items()
    ]
    missing = step.detail.get("missing", {})
    moved += [
        f"{count} × {printable(sku.get(line_id, '?'), 40)} missing" for line_id, count in missing.items()
    ]
    differences = step.detail.get("differences", {})
    moved += [f"{printable(name, 40)} differs by {count:+}" for name, count in differences.items()]
    for name, value in step.detail.get("changes", {}).items():
        moved.append(f"{FIELD.get(name, printable(name, 30))} “{printable(str(value), 60)}”")
    return f" ({', '.join(moved)})" if moved else ""


def _who(step: Step) -> str:
    approved = step.detail.get("approved_by")
    who = printable(step.first.person, 30) or "nobody signed in"
    return f"{who}, approved by {printable(approved, 30)}" if approved else who


def _why(step: Step) -> str:
    code = step.detail.get("short")
    told: Iterable[str] = (
        SHORT[Short(code)].partition(":")[0] if code else "",
        printable(step.first.reason) if not step.first.raw else "",
    )
    why = ", ".join(each for each in told if each)
    return f": {why}" if why else ""


def _api(dossier: Dossier, width: int) -> list[Row]:
    found = _heading("Orders API", width)
    seen, waiting = dossier.sighting, dossier.waiting
    if seen is None:
        found += wrapped("It was never seen there.", width, QUIET)
    else:
        found += wrapped(f"Last seen there as {STATUS_WORD.get(seen.status, printable(seen.status))}.", width)
    if waiting is None:
        found += wrapped("Nothing of it waits to be sent.", width, GOOD if seen else QUIET)
    elif waiting.parked is not None:
        found += wrapped(f"Parked: {printable(waiting.parked)} F10 tries it again.", width, BAD)
    else:
        what = "be created" if waiting.creating else "be cancelled" if waiting.cancelling else "be sent"
        tries = f", {waiting.tries} tries were refused" if waiting.tries else ""
        found += wrapped(f"It waits to {what}{tries}.", width, WAITING)
    for name, _, mine in dossier.edits:
        found += wrapped(
            f"Waits: {FIELD.get(name, name)} becomes “{printable(str(mine), 80)}”.", width, WAITING
        )
    for clash in dossier.conflicts:
        found += wrapped(f"! {printable(clash.told)} F10 settles it.", width, BAD)
    for attempt in dossier.attempts:
        found += wrapped(f"{attempt.method} {printable(attempt.outcome) or 'not answered'}", width, QUIET)
    for claim in dossier.claims:
        found += wrapped(
            f"{printable(claim.station, 24)} counts on it too; F6 takes it over.", width, WAITING
        )
    return found
