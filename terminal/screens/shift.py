"""How the shift stands, kept up to date by itself."""

from __future__ import annotations

from datetime import datetime
from functools import partial
from pathlib import Path
from sqlite3 import Connection
from typing import ClassVar

from textual.binding import Binding, BindingType

from store.shift import Clock, shift
from sync.status import SyncStatus
from terminal.screens.full_page import FullPage
from terminal.view import View
from terminal.widgets import shift as widget
from terminal.widgets.scrolled import Scrolled
from verification.shift import Shift

EVERY = 5.0
"""Seconds after which the page is read anew, even if nothing was heard."""


class ShiftScreen(FullPage[Shift]):
    """The dashboard."""

    TITLE_OF_PAGE = "Shift"
    KEYS = (("↑↓", "Scroll"), ("F10", "Orders API"), ("Esc", "Back"))
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+n", "dismiss", show=False),
        Binding("f10", "app.sync", show=False),
    ]

    def __init__(self, folder: Path, status: SyncStatus | None, every: float = EVERY) -> None:
        super().__init__(folder)
        self._status = status
        self._every = every

    def on_mount(self) -> None:
        self.set_interval(self._every, self.reload)

    def show(self, view: View) -> None:
        self._status = view.sync
        super().show(view)

    def fetch(self, db: Connection) -> Shift:
        return shift(db, Clock(datetime.now().astimezone()))

    def take(self, found: Shift) -> None:
        self.query_one("#rows", Scrolled).show(partial(widget.rows, found, self._status))
