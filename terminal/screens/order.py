"""One order in full, for whoever has to judge it: counts, people, acts, what the API has of it."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from pathlib import Path
from sqlite3 import Connection
from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding, BindingType
from textual.widget import Widget

from terminal.dossier import Dossier, open_dossier
from terminal.screens.full_page import FullPage
from terminal.view import View
from terminal.widgets import dossier as widget
from terminal.widgets.painted import Row
from terminal.widgets.scrolled import GOOD, Scrolled, wrapped
from verification.meaning import Person

if TYPE_CHECKING:
    from terminal.supervision import Supervision


class OrderPage(FullPage[Dossier | None]):
    """The order's page, to look at; its story is a page over it."""

    TITLE_OF_PAGE = "Order"
    KEYS: ClassVar[tuple[tuple[str, str], ...]] = (("↑↓", "Scroll"), ("F5", "Replay"), ("Esc", "Back"))
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+o", "dismiss", show=False),
        Binding("f5", "replay", show=False),
    ]

    def __init__(self, folder: Path, order_id: str) -> None:
        super().__init__(folder)
        self.order_id = order_id
        self._dossier: Dossier | None = None

    def content(self) -> Iterable[Widget]:
        return (Scrolled(id="done", classes="-empty"), Scrolled(id="rows"))

    def fetch(self, db: Connection) -> Dossier | None:
        return open_dossier(db, self.order_id)

    def take(self, found: Dossier | None) -> None:
        if found is None:
            self.trouble("The ledger has no such order any more: go back and choose another one.")
            return
        self._dossier = found
        self.query_one("#rows", Scrolled).show(partial(widget.rows, found))

    def action_replay(self) -> None:
        """Step through its reads and acts."""
        if self._dossier is not None:
            from terminal.screens.replay import ReplayScreen

            self.app.push_screen(ReplayScreen(self._dossier.story))


class OrderScreen(OrderPage):
    """The order's page for whoever stands at the station; the acts are a page over it."""

    KEYS = (("↑↓", "Scroll"), ("F5", "Replay"), ("F6", "Act"), ("Esc", "Back"))
    BINDINGS: ClassVar[list[BindingType]] = [Binding("f6", "acts", show=False)]

    def __init__(self, supervision: Supervision, folder: Path, order_id: str, by: Person | None) -> None:
        super().__init__(folder, order_id)
        self._supervision = supervision
        self._by = by

    def show(self, view: View) -> None:
        self._by = view.desk.person
        super().show(view)

    def say_done(self, told: str) -> None:
        """Say what was just done to the order."""

        def rows(width: int) -> list[Row]:
            return wrapped(told, width, GOOD)

        done = self.query_one("#done", Scrolled)
        done.remove_class("-empty")
        done.show(rows)
        self.reload()

    def action_acts(self) -> None:
        """Choose something to do about it."""
        if self._dossier is not None:
            self.app.push_screen(self._supervision.act_page(self._dossier, self._by, self.say_done))
