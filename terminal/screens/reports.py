"""The reports over the screen: how right and how much the work was, what is confused, what is open."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical

from store.errors import LedgerError
from store.ledger import reading
from terminal.reports.drawn import REPORTS
from terminal.reports.period import Period
from terminal.reports.report import Report
from terminal.screens.base import Page
from terminal.widgets.bars import KeyBar
from terminal.widgets.report import ReportBody, ReportTabs

_TABS = {"Accuracy": "accuracy", "Throughput": "throughput", "Confusions": "confusions", "Orders": "orders"}
_WEEK = timedelta(days=6)


def _last_days(now: datetime) -> Period:
    today = Period.today(now)
    assert today.since is not None
    return Period(Period.today(today.since - _WEEK).since, today.until)


_PERIODS: dict[str, Callable[[datetime], Period]] = {
    "today": Period.today,
    "last 7 days": _last_days,
    "all time": lambda _now: Period(),
}


class ReportsScreen(Page):
    """One report at a time, read from the ledger away from the screen's thread."""

    CSS_PATH = "reports.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+f,escape", "dismiss", show=False),
        Binding("left", "turn(-1)", show=False),
        Binding("right", "turn(1)", show=False),
        Binding("up", "scroll(-1)", show=False),
        Binding("down", "scroll(1)", show=False),
        Binding("pageup", "scroll(-10)", show=False),
        Binding("pagedown", "scroll(10)", show=False),
        Binding("f5", "draw", show=False),
        Binding("f6", "period", show=False),
    ]

    def __init__(self, folder: Path) -> None:
        super().__init__()
        self._folder = folder
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="reports")
        self._tab = 0
        self._period = 0
        self._drawing: asyncio.Task[None] | None = None

    def compose(self) -> ComposeResult:
        with Vertical(id="reports") as box:
            box.border_title = "Reports"
            yield ReportTabs()
            yield ReportBody()
            yield KeyBar(
                (("←→", "Report"), ("F6", "Period"), ("↑↓", "Scroll"), ("F5", "Anew"), ("Esc", "Back"))
            )

    def on_mount(self) -> None:
        self.call_after_refresh(self.action_draw)

    def on_unmount(self) -> None:
        if self._drawing is not None:
            self._drawing.cancel()
        self._thread.shutdown(wait=False, cancel_futures=True)

    def action_turn(self, by: int) -> None:
        """Show the next report, or the one before."""
        self._tab = (self._tab + by) % len(_TABS)
        self.action_draw()

    def action_period(self) -> None:
        """Show another period."""
        self._period = (self._period + 1) % len(_PERIODS)
        self.action_draw()

    def action_scroll(self, by: int) -> None:
        """Show other rows."""
        self.query_one(ReportBody).scroll(by)

    def action_draw(self) -> None:
        """Read the report that is wanted, as the ledger is now; one that is still being read is given up."""
        self.query_one(ReportTabs).show(tuple(_TABS), self._tab, list(_PERIODS)[self._period])
        self.query_one(ReportBody).show(None, "Reading the ledger…")
        if self._drawing is not None:
            self._drawing.cancel()
        self._drawing = asyncio.create_task(self._draw())

    async def _draw(self) -> None:
        name, period = list(_TABS.values())[self._tab], list(_PERIODS.values())[self._period]
        loop = asyncio.get_running_loop()
        drawn: Report | None
        try:
            drawn, sentence = await loop.run_in_executor(self._thread, self._drawn, name, period), ""
        except LedgerError as error:
            drawn, sentence = None, str(error)
        if self.is_mounted:
            self.query_one(ReportBody).show(drawn, sentence)

    def _drawn(self, name: str, period: Callable[[datetime], Period]) -> Report:
        """The report, in the reports' own thread and on a connection of its own."""
        now = datetime.now(UTC)
        with reading(self._folder) as db:
            return REPORTS[name](db, period(now), now)
