"""The keypad: how many more units of the goods read last there are, and who approves.

Enter counts nothing, so that no scanner that types slowly enough to be taken for a hand can count by the
number in its code.
"""

from __future__ import annotations

from dataclasses import replace
from typing import ClassVar, Self

from textual.binding import Binding, BindingType

from terminal.screens.wish import Form, FormPanel, Step, WishScreen
from terminal.view import View
from terminal.widgets.painted import Row, fit
from verification.keypad import MOST_UNITS, left
from verification.meaning import Quantity
from verification.printable import printable
from verification.records import record

_LONGEST_NUMBER = 12


@record
class KeypadForm(Form):
    """The number as it is typed."""

    sku: str
    left: int
    """Units that are missing."""
    typed: str = ""

    @property
    def act(self) -> Quantity | None:
        """What would be counted; None while the number is none."""
        if not (self.typed.isascii() and self.typed.isdigit()):
            return None
        units = int(self.typed)
        return Quantity(self.sku, units) if 1 <= units <= MOST_UNITS else None

    @property
    def question(self) -> str:
        return "Type the number of units. Ctrl-K counts them, Esc counts nothing"

    def took(self, character: str) -> Self:
        return replace(self, typed=(self.typed + character)[:_LONGEST_NUMBER])

    def erased(self) -> Self:
        return replace(self, typed=self.typed[:-1])


class KeypadPanel(FormPanel[KeypadForm]):
    """The goods, the number, and the next step."""

    COMPONENT_CLASSES = {"keypad--number", "keypad--step"}  # noqa: RUF012

    def paint(self, width: int, height: int) -> list[Row]:
        del height
        form = self.form
        return [
            [(fit(f" How many more of {printable(form.sku, 40)}?", width), "")],
            [(fit(f" {form.left} missing on this order", width), "")],
            [],
            [(fit(f"   {printable(form.typed)}▏", width), "keypad--number")],
            [],
            [(fit(f" {form.next_step}", width), "keypad--step")],
        ]


class KeypadScreen(WishScreen[KeypadForm]):
    """Asks until somebody counts or leaves, or until something is scanned."""

    CSS_PATH = "keypad.tcss"
    TITLES = ("Count by keypad", "what is counted so is marked as typed")
    BINDINGS: ClassVar[list[BindingType]] = [Binding("ctrl+k", "count", show=False)]

    def __init__(self, sku: str, missing: int, *, approval: bool) -> None:
        super().__init__(KeypadPanel(KeypadForm(sku, missing), id="keypad"), approval=approval)

    def is_over(self, view: View) -> bool:
        return view.desk.countable != self.form.sku

    def keep_up(self, view: View) -> None:
        if self.form.left != left(view.desk):
            self.become(left=left(view.desk))

    def answered(self) -> None:
        """Say that Enter counts nothing."""
        self.become(notice="Enter counts nothing: Ctrl-K counts them, Esc does not")

    def action_count(self) -> None:
        """Count the number; with a supervisor's approval where the site wants it."""
        form = self.form
        if form.step is not Step.ASK:
            return
        if form.act is None:
            typed = printable(form.typed) or "Nothing"
            self.become(typed="", notice=f"{typed} is no count: type a whole number from 1 to {MOST_UNITS}.")
        else:
            self.wish(form.act)
