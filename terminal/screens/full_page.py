"""Pages that take the whole terminal and show what the ledger holds, read in a thread of its own."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from pathlib import Path
from sqlite3 import Connection
from typing import ClassVar, Generic, TypeVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.widget import Widget

from store.errors import LedgerError
from store.ledger import reading
from terminal.screens.base import Page
from terminal.view import View
from terminal.widgets.bars import KeyBar
from terminal.widgets.painted import Row
from terminal.widgets.scrolled import BAD, Scrolled, wrapped

T = TypeVar("T")


class FullPage(Page, Generic[T], inherit_bindings=True):
    """Implement `fetch` and `take`; `reload` has them called whenever there may be something new."""

    CSS_PATH = "full_page.tcss"
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (110, "-wide")]  # noqa: RUF012 - Textual's name
    TITLE_OF_PAGE: ClassVar[str] = ""
    KEYS: ClassVar[tuple[tuple[str, str], ...]] = ()
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "dismiss", show=False),
        Binding("up", "scroll(-1)", show=False),
        Binding("down", "scroll(1)", show=False),
        Binding("pageup", "page(-1)", show=False),
        Binding("pagedown", "page(1)", show=False),
        Binding("home", "scroll(-1000000000)", show=False),
        Binding("end", "scroll(1000000000)", show=False),
    ]

    def __init__(self, folder: Path) -> None:
        super().__init__()
        self._folder = folder
        self._loading = self._again = self._loaded = False

    def keys(self) -> tuple[tuple[str, str], ...]:
        """What the key bar names here."""
        return self.KEYS

    def compose(self) -> ComposeResult:
        with Vertical(id="page") as box:
            box.border_title = self.TITLE_OF_PAGE
            yield from self.content()
            yield KeyBar(self.keys())

    def content(self) -> Iterable[Widget]:
        """What stands above the keys."""
        return (Scrolled(id="rows"),)

    def fetch(self, db: Connection) -> T:
        """Read what is to be shown; in a thread, within one read transaction."""
        raise NotImplementedError

    def take(self, found: T) -> None:
        """Show what was read."""
        raise NotImplementedError

    def on_mount(self) -> None:
        self.call_after_refresh(self.reload)

    def on_screen_resume(self) -> None:
        """Read anew when a page that lay over this one is gone."""
        if self._loaded:
            self.reload()

    def show(self, view: View) -> None:
        del view
        if self._loaded or self._loading:
            self.reload()

    def reload(self) -> None:
        """Read anew; a reading under way starts over when it ends."""
        self._again = True
        if not self._loading:
            self._loading = True
            self.run_worker(self._load())

    def action_scroll(self, by: int) -> None:
        """Move by a number of rows."""
        self.query_one("#rows", Scrolled).scroll(by)

    def action_page(self, by: int) -> None:
        """Move by as many rows as are in sight."""
        self.action_scroll(by * self.query_one("#rows", Scrolled).page)

    async def _load(self) -> None:
        try:
            while self._again and self.is_mounted:
                self._again = False
                try:
                    found = await asyncio.to_thread(self._fetched)
                except LedgerError as error:
                    self.trouble(str(error))
                else:
                    self.take(found)
                self._loaded = True
        finally:
            self._loading = False

    def _fetched(self) -> T:
        with reading(self._folder) as db:
            return self.fetch(db)

    def trouble(self, told: str) -> None:
        """Say why there is nothing to show."""

        def rows(width: int) -> list[Row]:
            return wrapped(told, width, BAD)

        scrolled = self.query_one("#rows", Scrolled)
        scrolled.remove_class("-empty")
        scrolled.show(rows)
