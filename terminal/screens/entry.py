"""A supervisor's name and PIN before a page that is for supervisors; it opens that page and nothing else."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace
from typing import ClassVar

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType

from terminal.approving import Approving
from terminal.screens.base import Page
from terminal.widgets.painted import Row
from terminal.widgets.scrolled import BAD, WAITING, Scrolled, wrapped

Refusal = str
"""Why somebody may not come in; empty where they may."""


class EntryScreen(Page, inherit_bindings=True):
    """Asks until somebody may come in or goes away, or until something is scanned."""

    CSS_PATH = "full_page.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "enter", show=False),
        Binding("escape,ctrl+r", "dismiss", show=False),
    ]

    def __init__(self, wanted: str, check: Callable[[str, str], Refusal], page: Callable[[], Page]) -> None:
        super().__init__()
        self._wanted = wanted
        self._check = check
        self._page = page
        self._asking = Approving()

    def compose(self) -> ComposeResult:
        form = Scrolled(id="entry")
        form.border_title = self._wanted
        form.border_subtitle = "Esc: back"
        yield form

    def on_mount(self) -> None:
        self.call_after_refresh(self._become, self._asking)

    def on_key(self, event: events.Key) -> None:
        """Take a character of the name or the PIN."""
        if event.key == "backspace":
            event.stop()
            self._become(self._asking.without_last())
        elif event.is_printable and event.character:
            event.stop()
            self._become(self._asking.with_character(event.character))

    def action_enter(self) -> None:
        """Go on; after the PIN, come in."""
        asking, pin = self._asking.entered()
        self._become(asking)
        if pin:
            self.run_worker(self._come_in(asking.name, pin))

    async def _come_in(self, name: str, pin: str) -> None:
        refusal = await asyncio.to_thread(self._check, name, pin)
        if refusal:
            self._become(self._asking.refused(refusal))
        else:
            self.app.switch_screen(self._page())

    def _become(self, asking: Approving) -> None:
        self._asking = asking

        def rows(width: int) -> list[Row]:
            notice = wrapped(asking.notice, width, BAD) if asking.notice else [[]]
            return [*notice, *wrapped(replace(asking, notice="").sentence, width, WAITING)]

        self.query_one("#entry", Scrolled).show(rows)
