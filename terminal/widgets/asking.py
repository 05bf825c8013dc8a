"""The question that an act asks, with what there is to choose from and what has been answered."""

from __future__ import annotations

from terminal.asking import Asking
from terminal.questions import Question
from terminal.review_wording import ACT, FIELD, SHORT, will
from terminal.widgets.painted import Row, fit
from terminal.widgets.scrolled import BAD, CHOSEN, HEADING, QUIET, WAITING, wrapped
from verification.acts import ActKind, Short
from verification.printable import printable


def rows(asking: Asking, width: int, height: int) -> list[Row]:
    """The question as it stands, in `height` rows."""
    title = ACT[asking.kind] if asking.kind else "what is to be done?"
    number = printable(asking.order.order_number, 40)
    head: list[Row] = [[(fit(f" Order {number}: {title}", width), HEADING)], []]
    foot = _foot(asking, width)
    listed = _choices(asking, width)
    room = max(1, height - len(head) - len(foot) - 1)
    first = max(0, min(asking.cursor - room // 2, len(listed) - room))
    body = listed[first : first + room] if listed else _answered(asking, width)
    return [*head, *body, [], *foot][:height]


def _choices(asking: Asking, width: int) -> list[Row]:
    match asking.question:
        case Question.KIND:
            told = [(ACT[each.kind], each.refusal) for each in asking.offers]
        case Question.LINE:
            told = [
                (f"{printable(line.sku, 40)}  {line.verified} of {line.quantity}", "")
                for line in asking.order.lines
            ]
        case Question.SHORT:
            told = [(SHORT[each], "") for each in Short]
        case Question.FIELD:
            order = asking.order
            told = [
                (f"{FIELD[name]}: {printable(getattr(order, name), 60) or 'empty'}", "") for name in FIELD
            ]
        case _:
            return []
    return [_choice(text, why, width, chosen=n == asking.cursor) for n, (text, why) in enumerate(told)]


def _choice(text: str, refusal: str, width: int, *, chosen: bool) -> Row:
    words = f" {'▸' if chosen else ' '} {text}" + (f"  ({printable(refusal)})" if refusal else "")
    return [(fit(words, width), CHOSEN if chosen else QUIET if refusal else "")]


def _answered(asking: Asking, width: int) -> list[Row]:
    """What was answered so far, and before the end what would happen."""
    order, found = asking.order, list[Row]()
    line = next((line for line in order.lines if line.id == asking.line_id), None)
    if asking.question in (Question.CONFIRM, Question.APPROVE, Question.WAIT):
        found += wrapped(will(asking.act, order), width)
        if asking.reason:
            found += wrapped(f"Why: {printable(asking.reason)}", width)
        return found
    if line is not None:
        found += wrapped(f"{printable(line.sku, 40)} has {line.verified} of {line.quantity}.", width)
    if asking.short is not None:
        missing = sum(each.remaining for each in order.lines)
        found += wrapped(f"Why: {SHORT[asking.short].partition(':')[0]}. {missing} units are missing.", width)
    if asking.units is not None:
        found += wrapped(f"Units: {asking.units}", width)
    return found


def _foot(asking: Asking, width: int) -> list[Row]:
    notice = wrapped(asking.notice, width, BAD) if asking.notice else []
    return [*notice, *wrapped(_next_step(asking), width, WAITING)]


def _next_step(asking: Asking) -> str:
    text = printable(asking.typed)
    match asking.question:
        case Question.KIND | Question.LINE | Question.SHORT | Question.FIELD:
            return "↑↓ choose, Enter goes on, Esc goes back"
        case Question.UNITS:
            return f"{_units_asked(asking)}, then Enter: {text}▏"
        case Question.VALUE:
            return f"{FIELD[asking.header]}, then Enter: {text}▏"
        case Question.REASON:
            wanted = "Reason" if asking.reason_wanted else "Note, or nothing"
            return f"{wanted}, then Enter: {text}▏"
        case Question.CONFIRM:
            return "F6 does it, Esc goes back"
        case Question.APPROVE:
            return asking.approving.sentence
        case _:
            return "One moment …"


def _units_asked(asking: Asking) -> str:
    match asking.kind:
        case ActKind.ADJUST:
            return "How many it shall have"
        case ActKind.CONFIRM:
            return "How many to add"
        case _:
            return "How many are missing, or nothing"
