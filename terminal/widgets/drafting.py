"""A new order as it is typed, and what is asked next."""

from __future__ import annotations

from terminal.drafting import Draft, Part
from terminal.review_wording import counted, units
from terminal.widgets.painted import Row, fit
from terminal.widgets.scrolled import BAD, HEADING, QUIET, WAITING, wrapped
from verification.printable import printable


def rows(draft: Draft, width: int, height: int) -> list[Row]:
    """The order as it stands, in `height` rows; of many lines the last ones."""
    number = printable(draft.number, 40)
    head: list[Row] = [[(fit(f" New order {number}", width), HEADING)], []]
    foot = wrapped(draft.notice, width, BAD) if draft.notice else []
    foot += wrapped(_next_step(draft), width, WAITING)
    room = max(1, height - len(head) - len(foot) - 1)
    lines = [f"   {count:>6} × {printable(sku, 60)}" for sku, count in draft.lines][-room:]
    body: list[Row] = [[(fit(line, width), "")] for line in lines]
    if draft.part is Part.NUMBER:
        body = [
            [
                (
                    fit(
                        " One order is typed here. F7 takes a file of orders, JSON or CSV.",
                        width,
                    ),
                    QUIET,
                )
            ]
        ]
    return [*head, *body, [], *foot][:height]


def _next_step(draft: Draft) -> str:
    text = printable(draft.typed)
    match draft.part:
        case Part.NUMBER:
            return f"Order number, then Enter: {text}▏"
        case Part.LINE:
            end = "; Enter alone ends" if draft.lines else ""
            return f"SKU and units, as SKU-A 3, then Enter{end}: {text}▏"
        case Part.CONFIRM:
            count = units(sum(count for _, count in draft.lines))
            return f"{count} on {counted(len(draft.lines), 'line')}. F6 creates it, Esc goes back"
        case Part.APPROVE:
            return draft.approving.sentence
        case _:
            return "One moment …"
