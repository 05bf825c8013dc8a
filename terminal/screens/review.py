"""What waits for a supervisor, ranked by risk: found, filtered and opened by keys."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import replace
from sqlite3 import Connection
from time import monotonic
from typing import TYPE_CHECKING, ClassVar, TypeVar

from textual import events
from textual.binding import Binding, BindingType
from textual.widget import Widget

from store.errors import LedgerError
from store.review import ReviewFilter, queue
from store.watch import Watch
from terminal.screens.full_page import FullPage
from terminal.view import View
from terminal.widgets.bars import TypingLine
from terminal.widgets.review import REASONS, SORTS, STATUSES, ReviewList, Window
from terminal.widgets.scrolled import Scrolled
from verification.meaning import Person

if TYPE_CHECKING:
    from terminal.supervision import Looking

T = TypeVar("T")
_LOADED = 200
"""Orders in memory around the cursor: moving among them asks the ledger nothing."""
_LONGEST = 60
EVERY = 2.0
"""Seconds between two looks whether the ledger was written to, upon which the queue is read anew."""
_REST = 5.0
"""How many times as long as a reading took the next one waits, so that reads and reconciliation go first."""


class ReviewScreen(FullPage[Window]):
    """The queue. Typing searches, Enter opens the chosen order in full."""

    TITLE_OF_PAGE = "Review"
    KEYS = (
        ("↑↓", "Choose"), ("Enter", "Open"), ("←→", "Reason"), ("F3", "Status"), ("F4", "Sort"),
        ("A-Z", "Search"), ("Esc", "Back"),
    )  # fmt: skip
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+r", "dismiss", show=False),
        Binding("escape", "back", show=False),
        Binding("enter", "open", show=False),
        Binding("left", "reason(-1)", show=False),
        Binding("right", "reason(1)", show=False),
        Binding("f3", "status", show=False),
        Binding("f4", "sort", show=False),
    ]

    def __init__(self, looking: Looking, by: Person | None, every: float = EVERY) -> None:
        super().__init__(looking.folder)
        self._looking = looking
        self._by = by
        self._which = ReviewFilter()
        self._cursor = 0
        self._chosen = ""
        """The id of the order at the cursor, which stays with it when others come and go."""
        self._window: Window | None = None
        self._every = every
        self._watch: Watch | None = None
        self._took = self._read_at = 0.0
        """How long the last reading of the queue took, and when it ended; monotonic seconds."""

    def content(self) -> Iterable[Widget]:
        return (Scrolled(id="rows", classes="-empty"), ReviewList(), TypingLine())

    def on_mount(self) -> None:
        with suppress(LedgerError):  # the page itself says what is wrong with it
            self._watch = Watch(self._folder)
        self.set_interval(self._every, self._look)

    def on_unmount(self) -> None:
        if self._watch is not None:
            self._watch.close()

    def show(self, view: View) -> None:
        """Remember who stands here. The queue is read anew when the ledger was written to."""
        self._by = view.desk.person

    def _look(self) -> None:
        """Read the queue anew where something was written since, though not all the time."""
        rested = monotonic() >= self._read_at + self._took * _REST
        if self._watch is None or self._loading or not self._loaded or not rested or not self.is_current:
            return
        try:
            changed = self._watch.changed()
        except LedgerError:
            changed = True
        if changed:
            self.reload()

    def fetch(self, db: Connection) -> Window:
        began = monotonic()
        which, chosen, place = self._which, self._chosen, self._cursor
        offset = max(0, place - _LOADED // 2)
        page = queue(db, which, offset, _LOADED, chosen)
        place = place if page.place is None else page.place
        if page.total <= offset or not offset <= place < offset + _LOADED:
            offset = max(0, min(place - _LOADED // 2, page.total - _LOADED))
            page = queue(db, which, offset, _LOADED)
        self._read_at = monotonic()
        self._took = self._read_at - began
        return Window(which, offset, page)

    def take(self, found: Window) -> None:
        before, place = self._cursor, found.place_of(self._chosen)
        slid = 0 if place is None else place - before
        self._window = found
        self.query_one("#rows").add_class("-empty")
        self._cursor = min(max(0, before + slid), max(0, found.page.total - 1))
        row = found.row(self._cursor) if found.which == self._which else None
        self._chosen = row.summary.id if row is not None else ""
        self.query_one(ReviewList).show(found, self._cursor, slid=slid)
        if found.which != self._which or (found.page.total and found.row(self._cursor) is None):
            self.reload()

    def action_scroll(self, by: int) -> None:
        self._cursor += by
        self._chosen = ""
        if self._window is not None:
            self._cursor = min(max(0, self._cursor), max(0, self._window.page.total - 1))
            self.take(self._window)

    def action_page(self, by: int) -> None:
        self.action_scroll(by * self.query_one(ReviewList).orders)

    def action_reason(self, by: int) -> None:
        """Show the orders with another reason."""
        self._filter(replace(self._which, reason=_another(REASONS, self._which.reason, by)))

    def action_status(self) -> None:
        """Show the orders of another status."""
        self._filter(replace(self._which, status=_another(STATUSES, self._which.status, 1)))

    def action_sort(self) -> None:
        """Sort by something else."""
        self._filter(replace(self._which, sort=_another(SORTS, self._which.sort, 1)))

    def action_back(self) -> None:
        """Give up the search, or leave."""
        if self._which.search:
            self._filter(replace(self._which, search=""))
        else:
            self.dismiss()

    def action_open(self) -> None:
        """See the chosen order in full."""
        row = self._window.row(self._cursor) if self._window else None
        if row is not None and self._window is not None and self._window.which == self._which:
            self.app.push_screen(self._looking.order_page(row.summary.id, self._by))

    def on_key(self, event: events.Key) -> None:
        """Take a character of the search."""
        search = self._which.search
        if event.key == "backspace":
            event.stop()
            self._filter(replace(self._which, search=search[:-1]))
        elif event.is_printable and event.character:
            event.stop()
            self._filter(replace(self._which, search=(search + event.character)[:_LONGEST]))

    def _filter(self, which: ReviewFilter) -> None:
        self._which, self._cursor, self._chosen = which, 0, ""
        self.query_one(TypingLine).show("Search" if which.search else "", which.search)
        self.reload()


def _another(choices: tuple[T, ...], now: T, by: int) -> T:
    return choices[(choices.index(now) + by) % len(choices)]
