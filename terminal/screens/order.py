"""One order in full, for whoever has to judge it: counts, people, acts, what the API has of it."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from sqlite3 import Connection
from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding, BindingType
from textual.widget import Widget

from terminal.dossier import Dossier, open_dossier
from terminal.screens.full_page import FullPage
from terminal.supervision import BLIND
from terminal.view import View
from terminal.widgets import dossier as widget
from terminal.widgets.painted import Row
from terminal.widgets.scrolled import GOOD, Scrolled, wrapped
from verification.meaning import Person

if TYPE_CHECKING:
    from terminal.supervision import Looking


_ACT = ("F6", "Act")


class OrderScreen(FullPage[Dossier | None]):
    """The order's page; its story and the acts are pages over it."""

    TITLE_OF_PAGE = "Order"
    KEYS = (("↑↓", "Scroll"), ("F5", "Replay"), _ACT, ("Esc", "Back"))
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+o", "dismiss", show=False),
        Binding("f5", "replay", show=False),
        Binding("f6", "acts", show=False),
    ]

    def __init__(self, looking: Looking, order_id: str, by: Person | None) -> None:
        super().__init__(looking.folder)
        self._looking = looking
        self._by = by
        self.order_id = order_id
        self._dossier: Dossier | None = None

    def keys(self) -> tuple[tuple[str, str], ...]:
        return tuple(key for key in self.KEYS if self._looking.acts or key != _ACT)

    def content(self) -> Iterable[Widget]:
        return (Scrolled(id="done", classes="-empty"), Scrolled(id="rows"))

    def show(self, view: View) -> None:
        self._by = view.desk.person
        super().show(view)

    def fetch(self, db: Connection) -> Dossier | None:
        return open_dossier(db, self.order_id)

    def take(self, found: Dossier | None) -> None:
        if found is None:
            self.trouble("The ledger has no such order any more: go back and choose another one.")
            return
        if found.recheck_owed and not (self._by is not None and self._by.supervisor):
            self._dossier = None
            self.trouble(BLIND)
            return
        self._dossier = found
        self.query_one("#rows", Scrolled).show(partial(widget.rows, found))

    def say(self, told: str) -> None:
        """Say what was just done to the order, or why nothing can be."""

        def rows(width: int) -> list[Row]:
            return wrapped(told, width, GOOD)

        done = self.query_one("#done", Scrolled)
        done.remove_class("-empty")
        done.show(rows)
        self.reload()

    def action_replay(self) -> None:
        """Step through its reads and acts."""
        if self._dossier is not None:
            self.app.push_screen(self._looking.replay_page(self._dossier))

    def action_acts(self) -> None:
        """Choose something to do about it."""
        if self._dossier is not None:
            page = self._looking.act_page(self._dossier, self._by, self.say)
            if page is not None:
                self.app.push_screen(page)
