"""What every window of a station is: screens, pages over them, one view handed down, a way to leave."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path, PurePath
from typing import ClassVar, Final

from textual.binding import BindingType
from textual.driver import Driver
from textual.theme import Theme

from terminal.faults import record
from terminal.screens.base import Page, StationScreen
from terminal.screens.pages import PageOf
from terminal.span_update import SpanApp
from terminal.theme import STATION
from terminal.view import View

LOOKS: Final = Path(__file__).with_name("station.tcss")
"""What all windows look like, wherever a window is written."""
_LEAVE_WITHIN = 3.0
"""Seconds in which F12 must be pressed again."""
_ASKS_AGAIN = "Press F12 again to close the station."


class Shell(SpanApp[str], inherit_bindings=False):
    """Shows a view until somebody closes it. Its result is a sentence where it had to stop."""

    CSS_PATH: ClassVar[str | PurePath | list[str | PurePath] | None] = [LOOKS]
    TITLE = "Tallyman"
    ENABLE_COMMAND_PALETTE = False
    BINDINGS: ClassVar[list[BindingType]] = []

    def __init__(self, view: View, folder: Path, driver_class: type[Driver] | None) -> None:
        super().__init__(driver_class=driver_class)
        self._wear(STATION)
        self.view = view
        self.folder = folder
        """Where the ledger is, and what goes wrong is written down."""
        self._leave_asked = -_LEAVE_WITHIN
        self._screens: Mapping[type[StationScreen], StationScreen] = {}

    def _wear(self, theme: Theme) -> None:
        """Take a theme before the first stylesheet is parsed: later, each would be parsed once more."""
        self.register_theme(theme)
        self.set_reactive(Shell.theme, theme.name)
        self.stylesheet.set_variables(self.get_css_variables())

    def _handle_exception(self, error: Exception) -> None:
        """Textual's last resort, which would print a traceback over the picker's screen."""
        self.exit(record(error, self.folder), return_code=1)

    def on_mount(self) -> None:
        for kind, screen in self._screens.items():
            self.install_screen(screen, kind.__name__)  # so that it outlives being left
        self.push_screen(self._screens[self._wanted()])
        self._show(self.view)
        self.call_after_refresh(self._begin)

    def action_leave(self) -> None:
        """Close the station when asked twice."""
        now = time.monotonic()
        if now - self._leave_asked < _LEAVE_WITHIN:
            self.exit()
            return
        self._leave_asked = now
        self._lay_over(None)
        self._say(_ASKS_AGAIN)
        self.set_timer(_LEAVE_WITHIN, self._stay)

    def _stay(self) -> None:
        """Nobody pressed again: show what stood there before."""
        if self.view.notice == _ASKS_AGAIN:
            self._say("")

    def _begin(self) -> None:
        """Go to work, once the first screen is painted."""

    def _wanted(self) -> type[StationScreen]:
        """The screen that the view is for."""
        raise NotImplementedError

    def _show(self, view: View) -> None:
        self.view = view
        screen = self._screens[self._wanted()]
        if screen not in self.screen_stack:
            self._lay_over(None)
            self.switch_screen(screen)
        screen.show(view)
        for page in self.screen_stack:
            if isinstance(page, Page):
                page.show(view)

    def _say(self, notice: str) -> None:
        """Show a sentence of the station's own until a read has newer things to say."""
        self._show(replace(self.view, notice=notice))

    def _lay_over(self, page: PageOf | None) -> None:
        """Lay a page over the screen, or take all away: whoever scans wants to see the verdict."""
        shown = self.screen
        wanted = page(self.view) if page is not None else None
        while isinstance(self.screen, Page):
            self.pop_screen()
        if wanted is not None and type(shown) is not type(wanted):
            self.push_screen(wanted)
