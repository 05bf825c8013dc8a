"""Teaching the last read, which nobody knew: what it stands for, how many units, and who approves."""

from __future__ import annotations

from dataclasses import replace
from typing import ClassVar, Self

from textual.binding import Binding, BindingType

from terminal.screens.wish import Form, FormPanel, Step, WishScreen
from terminal.view import View
from terminal.widgets.painted import Row, fit
from verification.meaning import Lesson
from verification.orders import Order
from verification.printable import printable
from verification.records import record
from verification.teaching import Likely, Untaught

_MOST_UNITS = 1_000_000
_LONGEST = 60


@record
class TeachForm(Form):
    """The line and the units as they are chosen."""

    untaught: Untaught
    order: Order
    cursor: int = 0
    units: str = ""

    @property
    def chosen(self) -> Likely:
        """The line that the cursor is on."""
        return self.untaught.likely[self.cursor]

    @property
    def act(self) -> Lesson | None:
        """What would be taught; None while a case's units are not said."""
        units = int(self.units) if self.units else 0 if self.chosen.case else 1
        if not 1 <= units <= _MOST_UNITS:
            return None
        return Lesson(self.untaught.code, self.chosen.sku, units)

    @property
    def question(self) -> str:
        if self.step is Step.CONFIRM and self.act is not None:
            sku = printable(self.act.sku, 30)
            return f"One scan = {self.act.units} × {sku}?  F7 teaches it, Esc goes back"
        return "↑↓ choose the line, type the units, Enter goes on, Esc teaches nothing"

    def took(self, character: str) -> Self:
        if not character or character not in "0123456789":
            return self
        return replace(self, units=(self.units + character).lstrip("0")[:7])

    def erased(self) -> Self:
        return replace(self, units=self.units[:-1])

    def moved(self, by: int) -> Self:
        """With another line chosen; its units are asked anew."""
        return replace(self, cursor=min(max(0, self.cursor + by), len(self.untaught.likely) - 1), units="")


class TeachPanel(FormPanel[TeachForm]):
    """The code, the lines that it may stand for, and the next step."""

    COMPONENT_CLASSES = {"teach--chosen", "teach--step"}  # noqa: RUF012

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
        rows += [[(fit(f" {form.next_step}", width), "teach--step")]]
        return rows


def _line(form: TeachForm, each: Likely, width: int, *, chosen: bool) -> Row:
    left = sum(line.remaining for line in form.order.lines if line.sku == each.sku)
    words = f" {'▸' if chosen else ' '} {printable(each.sku, 30)}  {left} left  {printable(each.why, 40)}"
    return [(fit(words, width), "teach--chosen" if chosen else "")]


def _units(form: TeachForm) -> str:
    if form.units or not form.chosen.case:
        return f"{form.units or '1'}▏"
    return "▏ type how many the case holds"


class TeachScreen(WishScreen[TeachForm]):
    """Asks until somebody teaches or leaves, or until something is scanned."""

    CSS_PATH = "teach.tcss"
    TITLES = ("Teach this code", "nothing is counted here")
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "move(-1)", show=False),
        Binding("down", "move(1)", show=False),
        Binding("f7", "teach", show=False),
    ]

    def __init__(self, untaught: Untaught, order: Order, *, approval: bool) -> None:
        super().__init__(TeachPanel(TeachForm(untaught, order), id="teach"), approval=approval)

    def is_over(self, view: View) -> bool:
        return view.desk.untaught != self.form.untaught

    def answered(self) -> None:
        """Show what would be taught. Enter alone never teaches."""
        if self.form.act is not None:
            self.become(step=Step.CONFIRM)

    def action_move(self, by: int) -> None:
        """Choose another line."""
        if self.form.step is Step.ASK:
            moved = self.form.moved(by)
            self.become(cursor=moved.cursor, units=moved.units)

    def action_teach(self) -> None:
        """Confirm the lesson; a supervisor who scans needs nobody else."""
        if self.form.step is Step.CONFIRM and self.form.act is not None:
            self.wish(self.form.act)
