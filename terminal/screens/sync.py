"""What is sent and what is not: the state of reconciliation, and what a person can do about it."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.message import Message

from sync.status import SyncStatus
from terminal.held import Held, State, held_back
from terminal.screens.base import Page
from terminal.view import View
from terminal.widgets.bars import KeyBar
from terminal.widgets.sync import HeldList, SyncSummary


@dataclass
class RetryAsked(Message):
    """Somebody wants a parked order to be sent again, or an unreadable one to be looked at again."""

    held: Held


@dataclass
class SettleAsked(Message):
    """Somebody has looked at what is parked, in conflict or unreadable, and settles it."""

    held: Held


class SyncScreen(Page):
    """The orders that wait, are parked, in conflict or unreadable, and what was asked of the API last."""

    CSS_PATH = "sync.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("f10,escape", "dismiss", show=False),
        Binding("up", "move(-1)", show=False),
        Binding("down", "move(1)", show=False),
        Binding("f5", "retry", show=False),
        Binding("f6", "settle", show=False),
    ]

    def __init__(self, reader: sqlite3.Connection, status: SyncStatus | None) -> None:
        super().__init__()
        self._reader = reader
        self._status = status
        self._held: tuple[Held, ...] = ()
        self._cursor = 0

    def compose(self) -> ComposeResult:
        with Vertical(id="sync") as box:
            box.border_title = "Orders API"
            yield SyncSummary()
            yield HeldList()
            yield KeyBar((("↑↓", "Choose"), ("F5", "Try again"), ("F6", "Settle"), ("Esc", "Back")))

    def on_mount(self) -> None:
        self.call_after_refresh(self._show, self._status)

    def show(self, view: View) -> None:
        self._show(view.sync)

    def _show(self, status: SyncStatus | None) -> None:
        """Show `status`, and what the ledger holds back now."""
        self._status = status
        self._held = held_back(self._reader)
        self.query_one(SyncSummary).show(status)
        self.action_move(0)

    def action_move(self, by: int) -> None:
        """Move the cursor by a number of rows."""
        self._cursor = min(max(0, self._cursor + by), max(0, len(self._held) - 1))
        self.query_one(HeldList).show(self._held, self._cursor)

    def action_retry(self) -> None:
        """Send the chosen parked order again, or look again at one that could not be read."""
        chosen = self._chosen()
        if chosen and chosen.state in (State.PARKED, State.UNREADABLE):
            self.post_message(RetryAsked(chosen))

    def action_settle(self) -> None:
        """Settle what is chosen, unless it only waits."""
        chosen = self._chosen()
        if chosen and chosen.state is not State.WAITING:
            self.post_message(SettleAsked(chosen))

    def _chosen(self) -> Held | None:
        return self._held[self._cursor] if self._held else None
