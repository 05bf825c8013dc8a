"""The order queue: what is due first, found by looking, searching or scanning a label."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.widget import Widget

from store import order_queue
from store.order_queue import Filter
from terminal.screens.base import StationScreen, Wished
from terminal.view import View
from terminal.widgets.bars import TypingLine
from terminal.widgets.queue import FILTERS, FilterBar, QueueList, QueuePage
from verification.meaning import OrderLabel


class QueueScreen(StationScreen):
    """Where an order is chosen. Typing searches; Enter opens the chosen order, or reads what was typed."""

    CSS_PATH = "queue.tcss"
    KEYS = (
        ("F1", "Help"), ("↑↓", "Choose"), ("Enter", "Open"), ("←→", "Status"), ("F5", "Next"),
        ("F8", "Sign out"), ("F12", "Close"),
    )  # fmt: skip
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "move(-1)", show=False),
        Binding("down", "move(1)", show=False),
        Binding("pageup", "move(-10)", show=False),
        Binding("pagedown", "move(10)", show=False),
        Binding("home", "move(-1000000000)", show=False),
        Binding("end", "move(1000000000)", show=False),
        Binding("left", "filter(-1)", show=False),
        Binding("right", "filter(1)", show=False),
    ]

    def __init__(self, reader: sqlite3.Connection) -> None:
        super().__init__()
        self.greeting = ("SCAN ORDER", "Scan an order label to begin, or choose one below.")
        self._reader = reader
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="queue")
        self._which = Filter()
        self._cursor = 0
        self._page = QueuePage(self._which, 0, 0, ())
        self._loading: asyncio.Task[None] | None = None

    def below(self) -> Iterable[Widget]:
        return (FilterBar(),)

    def work(self) -> Iterable[Widget]:
        return (QueueList(),)

    def paint(self, view: View) -> None:
        super().paint(view)
        if self.is_current:
            self._load()

    def on_screen_resume(self) -> None:
        self._load()

    def on_room_changed(self) -> None:
        self._load()

    def on_unmount(self) -> None:
        self._thread.shutdown(wait=True, cancel_futures=True)

    def action_move(self, by: int) -> None:
        """Move the cursor by a number of rows."""
        self._cursor += by
        self._load()

    def action_filter(self, by: int) -> None:
        """Show the orders of another status."""
        place = FILTERS.index(replace(self._which, search="")) + by
        self._which = replace(FILTERS[place % len(FILTERS)], search=self._which.search)
        self._cursor = 0
        self._load()

    def submit(self, text: str) -> None:
        page, cursor = self._page, self._cursor
        if page.which != self._which:
            page, cursor = self._fetch(self._which, cursor, self.query_one(QueueList).size.height)
        place = cursor - page.offset
        if 0 <= place < len(page.rows):
            self.post_message(Wished(OrderLabel(page.rows[place].id)))
        else:
            super().submit(text)

    def order_in_question(self) -> str | None:
        place = self._cursor - self._page.offset
        return self._page.rows[place].id if 0 <= place < len(self._page.rows) else None

    def show_typing(self) -> None:
        self.query_one(TypingLine).show("Search, Enter opens" if self.typed else "", self.typed)
        if self._which.search != self.typed:
            self._which = replace(self._which, search=self.typed)
            self._cursor = 0
            self._load()

    def _load(self) -> None:
        """Load the visible rows anew; a load already under way starts over when it ends."""
        if self._loading is None or self._loading.done():
            self._loading = asyncio.create_task(self._load_until_current())

    async def _load_until_current(self) -> None:
        loop = asyncio.get_running_loop()
        while self.is_mounted:
            which, cursor, height = self._which, self._cursor, self.query_one(QueueList).size.height
            page, cursor = await loop.run_in_executor(self._thread, self._fetch, which, cursor, height)
            if (which, height) != (self._which, self.query_one(QueueList).size.height):
                continue
            self._cursor = min(max(0, self._cursor), max(0, page.total - 1))
            if page.offset <= self._cursor < page.offset + max(1, height):
                break
        self._page = page
        self.query_one(FilterBar).show(page)
        self.query_one(QueueList).show(page, self._cursor)

    def _fetch(self, which: Filter, cursor: int, height: int) -> tuple[QueuePage, int]:
        """The rows around `cursor`, read in the queue's own thread."""
        total = order_queue.count(self._reader, which)
        cursor = min(max(0, cursor), max(0, total - 1))
        offset = self._page.offset if which == self._page.which else 0
        offset = min(offset, cursor)
        offset = max(offset, cursor - max(1, height) + 1)
        rows = order_queue.page(self._reader, which, offset, max(1, height))
        return QueuePage(which, total, offset, tuple(rows)), cursor
