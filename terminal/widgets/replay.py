"""One step of an order's story: the read or act, its verdict and sentence, and its place among all steps."""

from __future__ import annotations

from terminal import words
from terminal.review_wording import ACTED, KIND, local
from terminal.view import TapeRow
from terminal.widgets.painted import Painted, Row, bar, fit
from terminal.widgets.scrolled import BAD, CHOSEN, EMPTY, FULL, HEADING, QUIET, STYLES, WAITING, wrapped
from verification.printable import printable
from verification.story import Step, Story


class StepPanel(Painted):
    """What was read or done at this step, by whom, when, with what, and what the station said."""

    COMPONENT_CLASSES = STYLES

    def __init__(self) -> None:
        super().__init__(id="step")
        self._story: Story | None = None
        self._number = 0

    def show(self, story: Story, number: int) -> None:
        """Show step `number` of `story`, from 1; 0 is before the first, one more than all is now."""
        self._story, self._number = story, number
        self.repaint()

    def paint(self, width: int, height: int) -> list[Row]:
        story, number = self._story, self._number
        if story is None:
            return []
        place = f" {min(number, len(story.steps))} of {len(story.steps)} "
        full, empty = bar(number, len(story.steps), max(1, width - len(place) - 1))
        found: list[Row] = [[(place, HEADING), (full, FULL), (empty, EMPTY)]]
        if number == 0:
            found += wrapped("Before the first read at this station.", width)
        elif number > len(story.steps):
            found += wrapped("As it stands now: the Orders API or another station changed it since.", width)
        else:
            found += step_rows(story.steps[number - 1], width)
        if any(line.elsewhere for line in story.order.lines):
            found += wrapped("What other stations counted is shown as it stands now.", width, QUIET)
        return found[:height]


def step_rows(step: Step, width: int) -> list[Row]:
    """A read or act in full."""
    event = step.first
    who = printable(event.person, 30) or "nobody signed in"
    told = [local(event.at), who, printable(event.scanner, 24), KIND[event.provenance]]
    carried = (("lot", event.lot), ("serial", event.serial), ("expires", event.expiry))
    borne = [f"{name} {printable(value, 40)}" for name, value in carried if value]
    head: Row = [
        (
            fit(f" {_symbol(step)} {word(step)}  {printable(event.code, 60)}  {_moved(step)}", width),
            _style(step),
        )
    ]
    found = [head, [(fit(" " + "  ".join([*told, *borne]), width), QUIET)]]
    if approved := step.detail.get("approved_by"):
        found += wrapped(f"Approved by {printable(approved, 40)}.", width)
    if event.reason:
        found += wrapped(printable(event.reason, 400), width, most=3)
    if step.undone:
        found += wrapped("Taken back later.", width, WAITING)
    return found


def word(step: Step) -> str:
    """The step in a word or two."""
    event = step.first
    if event.act is not None and not event.raw:
        return ACTED.get(event.act, printable(event.act, 20)).upper()
    return "UNDO" if event.takes_back is not None else words.WORD[event.verdict]


def _symbol(step: Step) -> str:
    return words.SYMBOL[step.first.verdict]


def _moved(step: Step) -> str:
    return f"{step.delta:+}" if step.delta else ""


def _style(step: Step) -> str:
    return BAD if step.first.verdict.refused else HEADING


class StepList(Painted):
    """Every step in a row of its own, the one that is shown marked; only those in sight are ever made."""

    COMPONENT_CLASSES = STYLES

    def __init__(self) -> None:
        super().__init__(id="steps")
        self._story: Story | None = None
        self._number = self._last = self._top = 0

    def show(self, story: Story, number: int, last: int) -> None:
        """Show step `number` of `last` among its neighbours; 0 is before the first."""
        self._story, self._number, self._last = story, number, last
        self.repaint()

    def paint(self, width: int, height: int) -> list[Row]:
        if self._story is None:
            return []
        self._top = min(max(self._top, self._number - height + 1), self._number)
        places = range(self._top, min(self._top + height, self._last + 1))
        return [_row(self._story, place, width, chosen=place == self._number) for place in places]


def _row(story: Story, place: int, width: int, *, chosen: bool) -> Row:
    if not 0 < place <= len(story.steps):
        return [(fit(" · now" if place else " · before", width), CHOSEN if chosen else QUIET)]
    step = story.steps[place - 1]
    undone = " undone" if step.undone else ""
    left = f" {_symbol(step)} {word(step)} {_moved(step)}{undone}"
    style = CHOSEN if chosen else BAD if step.first.verdict.refused else ""
    return [(fit(left, max(1, width - 10)) + f" {TapeRow.of_event(step.first).time} ", style)]
