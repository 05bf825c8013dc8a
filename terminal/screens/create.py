"""A new order, typed; a file of orders is asked for from here too."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

from textual.binding import Binding, BindingType

from terminal.drafting import Draft, Part
from terminal.screens.act import ActScreen
from terminal.screens.base import Page
from terminal.supervision import Answer
from terminal.widgets.painted import Row


class CreateScreen(ActScreen[Draft]):
    """Asks for the order; as long as nothing of it is there, F7 asks for a file in its place."""

    NAME = "New orders"
    BINDINGS: ClassVar[list[BindingType]] = [Binding("f7", "file", show=False)]

    def __init__(
        self,
        begun: Draft,
        rows: Callable[[Draft, int, int], list[Row]],
        carry_out: Callable[[Draft, str], Answer],
        say_done: Callable[[str], None],
        import_page: Callable[[], Page],
    ) -> None:
        super().__init__(begun, rows, carry_out, say_done)
        self._import_page = import_page

    def action_file(self) -> None:
        """Ask for a file of orders."""
        if self._form.asked.part is Part.NUMBER:
            self.app.switch_screen(self._import_page())
