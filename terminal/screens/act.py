"""An act chosen and asked for by keys: what it is to be, what it needs to know, and who agrees.

Reads never get here as keys, and any read takes the page away, so that nothing scanned can answer it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import ClassVar, Generic, Protocol, Self, TypeVar

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType

from terminal.approving import Approving
from terminal.screens.base import Page, Told
from terminal.supervision import Answer
from terminal.widgets.painted import Painted, Row
from terminal.widgets.scrolled import STYLES


class Asks(Protocol):
    """What is asked for, as far as it is answered; each step gives a new one."""

    @property
    def approving(self) -> Approving:
        """The supervisor's name and PIN as far as they are typed."""

    @property
    def waits(self) -> bool:
        """Whether everything is said, and it is being done."""

    def took(self, character: str, /) -> Self:
        """With one more character typed."""

    def erased(self) -> Self:
        """With the last character taken away."""

    def moved(self, by: int, /) -> Self:
        """With another row chosen."""

    def entered(self) -> Self:
        """With the question answered."""

    def confirmed(self) -> Self:
        """With everything agreed to."""

    def refused(self, why: str, /) -> Self:
        """Back at the last step."""

    def back(self) -> Self | None:
        """One question back, or None."""


A = TypeVar("A", bound=Asks)


class ActForm(Painted, Generic[A]):
    """The question, the choices and the next step."""

    COMPONENT_CLASSES = STYLES

    def __init__(self, asked: A, rows: Callable[[A, int, int], list[Row]]) -> None:
        super().__init__(id="act")
        self.asked = asked
        self._rows_of = rows

    def paint(self, width: int, height: int) -> list[Row]:
        return self._rows_of(self.asked, width, height)


class ActScreen(Page, Generic[A], inherit_bindings=True):
    """Asks until it is done or given up, or until something is scanned."""

    CSS_PATH = "full_page.tcss"
    NAME: ClassVar[str] = "Act"
    """What stands above it."""
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "move(-1)", show=False),
        Binding("down", "move(1)", show=False),
        Binding("pageup", "move(-10)", show=False),
        Binding("pagedown", "move(10)", show=False),
        Binding("enter", "enter", show=False),
        Binding("f6", "confirm", show=False),
        Binding("escape", "back", show=False),
    ]

    def __init__(
        self,
        begun: A,
        rows: Callable[[A, int, int], list[Row]],
        carry_out: Callable[[A, str], Answer],
        say_done: Callable[[str], None],
    ) -> None:
        """`carry_out` does what is asked for, given the approver's PIN; `say_done` says what was done."""
        super().__init__()
        self._form = ActForm(begun, rows)
        self._carry_out = carry_out
        self._say_done = say_done

    def compose(self) -> ComposeResult:
        self._form.border_title = self.NAME
        self._form.border_subtitle = "nothing is counted by scanning here"
        yield self._form

    def on_mount(self) -> None:
        self._form.repaint()

    def on_key(self, event: events.Key) -> None:
        """Take a character of what is being typed."""
        if event.key == "backspace":
            event.stop()
            self._become(self._form.asked.erased())
        elif event.is_printable and event.character:
            event.stop()
            self._become(self._form.asked.took(event.character))

    def action_move(self, by: int) -> None:
        """Choose another row."""
        self._become(self._form.asked.moved(by))

    def action_enter(self) -> None:
        """Answer the question. Enter alone does no act; after a PIN it does."""
        self._go_on(self._form.asked.entered(), self._form.asked.approving.typed)

    def action_confirm(self) -> None:
        """Agree; a supervisor at the station needs nobody else."""
        self._go_on(self._form.asked.confirmed(), "")

    def _go_on(self, asked: A, pin: str) -> None:
        """Show what is asked next. Once nothing is, have it done, and only once however often a key comes."""
        if self._form.asked.waits:
            return
        self._become(asked)
        if asked.waits:
            self._give(pin)

    def action_back(self) -> None:
        """One question back, or away."""
        before = self._form.asked.back()
        if before is None:
            self.dismiss()
        else:
            self._become(before)

    def _give(self, pin: str) -> None:
        """Have it done by a worker of the app, for a read may take this page away meanwhile."""
        self.app.run_worker(self._done(self._form.asked, pin))

    async def _done(self, asked: A, pin: str) -> None:
        answer = await asyncio.to_thread(self._carry_out, asked, pin)
        if not self.is_current:
            self.app.post_message(Told(answer.told))
        elif answer.done:
            self.dismiss()
            self._say_done(answer.told)
        else:
            self._become(asked.refused(answer.told))

    def _become(self, asked: A) -> None:
        self._form.asked = asked
        self._form.repaint()
