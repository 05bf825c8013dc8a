"""The tape of one order played again: the order as it was after each read and act, forwards and backwards."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical

from terminal.screens.base import Page
from terminal.widgets.bars import KeyBar
from terminal.widgets.order import Lines, OrderHeader
from terminal.widgets.replay import StepList, StepPanel
from verification.story import Story


class ReplayScreen(Page, inherit_bindings=True):
    """Begins at the last step, as the order stands."""

    CSS_PATH = "full_page.tcss"
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (110, "-wide")]  # noqa: RUF012 - Textual's name
    KEYS = (("←→", "Step"), ("PgUp PgDn", "10 steps"), ("Home End", "Ends"), ("Esc", "Back"))
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("f5,escape", "dismiss", show=False),
        Binding("left,up", "step(-1)", show=False),
        Binding("right,down", "step(1)", show=False),
        Binding("pageup", "step(-10)", show=False),
        Binding("pagedown", "step(10)", show=False),
        Binding("home", "step(-1000000000)", show=False),
        Binding("end", "step(1000000000)", show=False),
    ]

    def __init__(self, story: Story) -> None:
        super().__init__()
        self._story = story
        self._last = len(story.steps) + story.ended_elsewhere()
        self._number = self._last

    def compose(self) -> ComposeResult:
        with Vertical(id="page", classes="-replay") as box:
            box.border_title = "Replay"
            yield OrderHeader()
            yield StepPanel()
            with Horizontal(id="replayed"):
                yield Lines()
                yield StepList()
            yield KeyBar(self.KEYS)

    def on_mount(self) -> None:
        self.call_after_refresh(self.action_step, 0)

    def action_step(self, by: int) -> None:
        """Go to another step, forwards or backwards."""
        self._number = number = min(max(0, self._number + by), self._last)
        story = self._story
        now = number > len(story.steps)
        order = story.order if now else story.after(number)
        touched = story.steps[number - 1].first.line_id if 0 < number <= len(story.steps) else None
        self.query_one(OrderHeader).show(order)
        self.query_one(StepPanel).show(story, number)
        self.query_one(Lines).show(order, touched or "")
        self.query_one(StepList).show(story, number, self._last)
