"""An act chosen and asked for by keys: what it is to be, what it needs to know, and who agrees.

Reads never get here as keys, and any read takes the page away, so that nothing scanned can answer it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import ClassVar

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType

from terminal import asking
from terminal.asking import Asking
from terminal.questions import Question
from terminal.screens.base import Page, Told
from terminal.supervision import Answer, Given
from terminal.widgets import asking as widget
from terminal.widgets.painted import Painted, Row
from terminal.widgets.scrolled import STYLES

CarryOut = Callable[[str, Given], Answer]
"""Does an act to the order of an id, and says what came of it."""


class ActForm(Painted):
    """The question, the choices and the next step."""

    COMPONENT_CLASSES = STYLES

    def __init__(self, asked: Asking) -> None:
        super().__init__(id="act")
        self.asked = asked

    def paint(self, width: int, height: int) -> list[Row]:
        return widget.rows(self.asked, width, height)


class ActScreen(Page, inherit_bindings=True):
    """Asks until the act is done or given up, or until something is scanned."""

    CSS_PATH = "full_page.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "move(-1)", show=False),
        Binding("down", "move(1)", show=False),
        Binding("pageup", "move(-10)", show=False),
        Binding("pagedown", "move(10)", show=False),
        Binding("enter", "enter", show=False),
        Binding("f6", "confirm", show=False),
        Binding("escape", "back", show=False),
    ]

    def __init__(self, begun: Asking, carry_out: CarryOut, say_done: Callable[[str], None]) -> None:
        super().__init__()
        self._asking = begun
        self._carry_out = carry_out
        self._say_done = say_done

    def compose(self) -> ComposeResult:
        form = ActForm(self._asking)
        form.border_title = "Act"
        form.border_subtitle = "nothing is counted by scanning here"
        yield form

    def on_mount(self) -> None:
        self.query_one(ActForm).repaint()

    def on_key(self, event: events.Key) -> None:
        """Take a character of what is being typed."""
        if event.key == "backspace":
            event.stop()
            self._become(self._asking.erased())
        elif event.is_printable and event.character:
            event.stop()
            self._become(self._asking.took(event.character))

    def action_move(self, by: int) -> None:
        """Choose another row."""
        self._become(self._asking.moved(by))

    def action_enter(self) -> None:
        """Answer the question. Enter alone does no act; after a PIN it does."""
        pin = self._asking.approving.typed
        self._become(asking.entered(self._asking))
        if self._asking.question is Question.WAIT:
            self._give(pin)

    def action_confirm(self) -> None:
        """Agree; a supervisor at the station needs nobody else."""
        self._become(asking.confirmed(self._asking))
        if self._asking.question is Question.WAIT:
            self._give("")

    def action_back(self) -> None:
        """One question back, or away."""
        before = asking.back(self._asking)
        if before is None:
            self.dismiss()
        else:
            self._become(before)

    def _give(self, pin: str) -> None:
        """Have it done by a worker of the app, for a read may take this page away meanwhile."""
        asked = self._asking
        self.app.run_worker(self._done(asked.order.id, Given(asked.act, asked.approving.name, pin)))

    async def _done(self, order_id: str, given: Given) -> None:
        answer = await asyncio.to_thread(self._carry_out, order_id, given)
        if not self.is_current:
            self.app.post_message(Told(answer.told))
        elif answer.done:
            self.dismiss()
            self._say_done(answer.told)
        else:
            self._become(asking.refused(self._asking, answer.told))

    def _become(self, asked: Asking) -> None:
        self._asking = asked
        form = self.query_one(ActForm)
        form.asked = asked
        form.repaint()
