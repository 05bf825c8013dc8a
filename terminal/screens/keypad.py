"""The keypad: how many more units of the goods read last there are, and who approves.

Reads never get here as keys, and any read takes the page away. Enter counts nothing, so that no scanner that
types slowly enough to be taken for a hand can count by the number in its code.
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
from verification.keypad import MOST_UNITS, left
from verification.meaning import Quantity
from verification.printable import printable

_LONGEST_NUMBER = 12


class Step(Enum):
    """What the page asks next."""

    NUMBER = auto()
    APPROVE = auto()
    WAIT = auto()


@dataclass(frozen=True, slots=True)
class Form:
    """The question as it stands."""

    sku: str
    left: int
    """Units that are missing."""
    typed: str = ""
    step: Step = Step.NUMBER
    asking: Asking = field(default_factory=Asking)
    notice: str = ""

    @property
    def quantity(self) -> Quantity | None:
        """What would be counted; None while the number is none."""
        if not (self.typed.isascii() and self.typed.isdigit()):
            return None
        units = int(self.typed)
        return Quantity(self.sku, units) if 1 <= units <= MOST_UNITS else None


class KeypadForm(Painted):
    """The goods, the number, and the next step."""

    COMPONENT_CLASSES = {"keypad--number", "keypad--step"}  # noqa: RUF012

    def __init__(self, form: Form) -> None:
        super().__init__(id="keypad")
        self.form = form

    def paint(self, width: int, height: int) -> list[Row]:
        del height
        form = self.form
        return [
            [(fit(f" How many more of {printable(form.sku, 40)}?", width), "")],
            [(fit(f" {form.left} missing on this order", width), "")],
            [],
            [(fit(f"   {printable(form.typed)}▏", width), "keypad--number")],
            [],
            [(fit(f" {form.notice or _next_step(form)}", width), "keypad--step")],
        ]


def _next_step(form: Form) -> str:
    match form.step:
        case Step.NUMBER:
            return "Type the number of units. Ctrl-K counts them, Esc counts nothing"
        case Step.APPROVE:
            return form.asking.sentence
        case Step.WAIT:
            return "One moment …"


class KeypadScreen(Page, inherit_bindings=False):
    """Asks until somebody counts or leaves, or until something is scanned."""

    CSS_PATH = "keypad.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "go_on", show=False),
        Binding("ctrl+k", "count", show=False),
        Binding("escape", "back", show=False),
    ]

    def __init__(self, sku: str, missing: int, *, approval: bool) -> None:
        super().__init__()
        self._form = Form(sku, missing)
        self._approval = approval

    def compose(self) -> ComposeResult:
        form = KeypadForm(self._form)
        form.border_title = "Count by keypad"
        form.border_subtitle = "what is counted so is marked as typed"
        yield form

    def on_mount(self) -> None:
        self.query_one(KeypadForm).repaint()

    def show(self, view: View) -> None:
        """Go when the question is over; say why an approval was not one."""
        if view.desk.countable != self._form.sku:
            self.dismiss()
        elif view.notice and self._form.asking.step is Question.WAIT:
            self._become(asking=self._form.asking.refused(view.notice))
        elif self._form.left != left(view.desk):
            self._become(left=left(view.desk))

    def on_key(self, event: events.Key) -> None:
        """Take a character of the number, or of name and PIN."""
        form = self._form
        if event.key != "backspace" and not event.is_printable:
            return
        event.stop()
        if form.step is Step.APPROVE:
            self._become(asking=form.asking.pressed(event))
        elif form.step is Step.NUMBER and event.key == "backspace":
            self._become(typed=form.typed[:-1])
        elif form.step is Step.NUMBER:
            self._become(typed=(form.typed + (event.character or ""))[:_LONGEST_NUMBER])

    def action_count(self) -> None:
        """Count the number; with a supervisor's approval where the site wants it."""
        form = self._form
        if form.step is not Step.NUMBER:
            return
        if form.quantity is None:
            typed = printable(form.typed) or "Nothing"
            self._become(typed="", notice=f"{typed} is no count: type a whole number from 1 to {MOST_UNITS}.")
        elif self._approval:
            self._become(step=Step.APPROVE, asking=Asking())
        else:
            self._become(step=Step.WAIT)
            self.post_message(Wished(form.quantity))

    def action_go_on(self) -> None:
        """Take the name, then the PIN. Enter counts nothing."""
        form = self._form
        if form.step is Step.NUMBER:
            self._become(notice="Enter counts nothing: Ctrl-K counts them, Esc does not")
        elif form.step is Step.APPROVE and form.quantity is not None:
            asking, pin = form.asking.entered()
            self._become(asking=asking)
            if pin:
                self.post_message(ApprovalGiven(form.quantity, asking.name, pin))

    def action_back(self) -> None:
        """Leave, or go back to the number."""
        if self._form.step is Step.NUMBER:
            self.dismiss()
        elif self._form.step is Step.APPROVE and self._form.asking.step is not Question.WAIT:
            self._become(step=Step.NUMBER, asking=Asking())

    def _become(self, *, notice: str = "", **changes: object) -> None:
        self._form = replace(self._form, notice=notice, **changes)  # type: ignore[arg-type]
        form = self.query_one(KeypadForm)
        form.form = self._form
        form.repaint()
