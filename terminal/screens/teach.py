"""Teaching the last read, which nobody knew: what it stands for, how many units, and who approves.

Reads never get here as keys, and any read takes the page away, so that nothing scanned can answer it.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from enum import Enum, auto
from typing import ClassVar

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType

from terminal.screens.approval import ApprovalGiven, Asking
from terminal.screens.approval import Step as Question
from terminal.screens.base import Page, Wished
from terminal.view import View
from terminal.widgets.painted import Painted, Row, fit
from verification.meaning import Lesson
from verification.orders import Order
from verification.printable import printable
from verification.teaching import Likely, Untaught

_MOST_UNITS = 1_000_000
_LONGEST = 60


class Step(Enum):
    """What the page asks next."""

    CHOOSE = auto()
    CONFIRM = auto()
    APPROVE = auto()
    WAIT = auto()


@dataclass(frozen=True, slots=True)
class Form:
    """The question as it stands."""

    untaught: Untaught
    order: Order
    cursor: int = 0
    units: str = ""
    step: Step = Step.CHOOSE
    asking: Asking = field(default_factory=Asking)

    @property
    def chosen(self) -> Likely:
        """The line that the cursor is on."""
        return self.untaught.likely[self.cursor]

    @property
    def lesson(self) -> Lesson | None:
        """What would be taught; None while a case's units are not said."""
        units = int(self.units) if self.units else 0 if self.chosen.case else 1
        if not 1 <= units <= _MOST_UNITS:
            return None
        return Lesson(self.untaught.code, self.chosen.sku, units)


class TeachForm(Painted):
    """The code, the lines that it may stand for, and the next step."""

    COMPONENT_CLASSES = {"teach--chosen", "teach--step"}  # noqa: RUF012

    def __init__(self, form: Form) -> None:
        super().__init__(id="teach")
        self.form = form

    def paint(self, width: int, height: int) -> list[Row]:
        form = self.form
        code = form.untaught.code
        rows: list[Row] = [
            [(fit(f" {printable(code.gtin or code.text, _LONGEST)} stands for:", width), "")],
            [],
        ]
        room = max(1, height - 6)
        first = max(0, min(form.cursor - room // 2, len(form.untaught.likely) - room))
        for place, each in enumerate(form.untaught.likely[first : first + room], first):
            rows.append(_line(form, each, width, chosen=place == form.cursor))
        rows += [[], [(fit(f" Units of one scan: {_units(form)}", width), "")]]
        rows += [[(fit(f" {_next_step(form)}", width), "teach--step")]]
        return rows


def _line(form: Form, each: Likely, width: int, *, chosen: bool) -> Row:
    left = sum(line.remaining for line in form.order.lines if line.sku == each.sku)
    words = f" {'▸' if chosen else ' '} {printable(each.sku, 30)}  {left} left  {printable(each.why, 40)}"
    return [(fit(words, width), "teach--chosen" if chosen else "")]


def _units(form: Form) -> str:
    if form.units or not form.chosen.case:
        return f"{form.units or '1'}▏"
    return "▏ type how many the case holds"


def _next_step(form: Form) -> str:
    match form.step:
        case Step.CHOOSE:
            return "↑↓ choose the line, type the units, Enter goes on, Esc teaches nothing"
        case Step.CONFIRM if form.lesson is not None:
            sku = printable(form.lesson.sku, 30)
            return f"One scan = {form.lesson.units} × {sku}?  F7 teaches it, Esc goes back"
        case Step.APPROVE:
            return form.asking.sentence
        case _:
            return "One moment …"


class TeachScreen(Page, inherit_bindings=False):
    """Asks until somebody teaches or leaves, or until something is scanned."""

    CSS_PATH = "teach.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "move(-1)", show=False),
        Binding("down", "move(1)", show=False),
        Binding("enter", "go_on", show=False),
        Binding("f7", "teach", show=False),
        Binding("escape", "back", show=False),
    ]

    def __init__(self, untaught: Untaught, order: Order, *, approval: bool) -> None:
        super().__init__()
        self._form = Form(untaught, order)
        self._approval = approval

    def compose(self) -> ComposeResult:
        form = TeachForm(self._form)
        form.border_title = "Teach this code"
        form.border_subtitle = "nothing is counted here"
        yield form

    def on_mount(self) -> None:
        self.query_one(TeachForm).repaint()

    def show(self, view: View) -> None:
        """Go when the question is over; say why an approval was not one."""
        if view.desk.untaught != self._form.untaught:
            self.dismiss()
        elif view.notice and self._form.asking.step is Question.WAIT:
            self._become(asking=self._form.asking.refused(view.notice))

    def on_key(self, event: events.Key) -> None:
        """Take a character: units while a line is chosen, else name or PIN."""
        form = self._form
        if event.key != "backspace" and not event.is_printable:
            return
        event.stop()
        if form.step is Step.APPROVE:
            self._become(asking=form.asking.pressed(event))
        elif event.key == "backspace" and form.step is Step.CHOOSE:
            self._become(units=form.units[:-1])
        elif form.step is Step.CHOOSE and event.character and event.character in "0123456789":
            self._become(units=(form.units + event.character).lstrip("0")[:7])

    def action_move(self, by: int) -> None:
        """Choose another line; its units are asked anew."""
        if self._form.step is Step.CHOOSE:
            place = min(max(0, self._form.cursor + by), len(self._form.untaught.likely) - 1)
            self._become(cursor=place, units="")

    def action_go_on(self) -> None:
        """Go to the next question. Enter alone never teaches."""
        form = self._form
        if form.step is Step.CHOOSE and form.lesson is not None:
            self._become(step=Step.CONFIRM)
        elif form.step is Step.APPROVE and form.lesson is not None:
            asking, pin = form.asking.entered()
            self._become(asking=asking)
            if pin:
                self.post_message(ApprovalGiven(form.lesson, asking.name, pin))

    def action_teach(self) -> None:
        """Confirm the lesson; a supervisor who scans needs nobody else."""
        form = self._form
        if form.step is not Step.CONFIRM or form.lesson is None:
            return
        if self._approval:
            self._become(step=Step.APPROVE, asking=Asking())
        else:
            self._become(step=Step.WAIT)
            self.post_message(Wished(form.lesson))

    def action_back(self) -> None:
        """Leave, or go back to the choice."""
        if self._form.step is Step.CHOOSE:
            self.dismiss()
        elif self._form.step is not Step.WAIT and self._form.asking.step is not Question.WAIT:
            self._become(step=Step.CHOOSE, asking=Asking())

    def _become(self, **changes: object) -> None:
        self._form = replace(self._form, **changes)  # type: ignore[arg-type]
        form = self.query_one(TeachForm)
        form.form = self._form
        form.repaint()
