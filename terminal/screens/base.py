"""What all screens of the station share: bars, the last verdict, typing, and the keys of the commands.

Nothing here is ever focused and no field is ever open to a scanner: reads go to the clerk before a key event
exists. What arrives as keys was typed by a person, and waits in the typing line until Enter.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import ClassVar

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.message import Message
from textual.screen import ModalScreen, Screen
from textual.widget import Widget

from terminal.view import View
from terminal.widgets.bars import KeyBar, TopBar, TypingLine
from terminal.widgets.practice import PracticePanel
from terminal.widgets.tape import Tape
from terminal.widgets.verdict import VerdictPanel
from verification.codes import Command
from verification.meaning import Meaning, Ordered

_LONGEST_TYPED = 200


@dataclass
class Wished(Message):
    """Somebody asked for something by key that a code could have asked for too."""

    wish: Meaning


@dataclass
class Typed(Message):
    """Somebody typed a code by hand and pressed Enter."""

    text: str


@dataclass
class PinGiven(Message):
    """Somebody typed their name and PIN."""

    name: str
    pin: str


@dataclass
class OrderAsked(Message):
    """Somebody wants to see an order in full."""

    order_id: str


@dataclass
class Told(Message):
    """Something was done that its page is no longer there to say."""

    sentence: str


class Page(ModalScreen[None], inherit_bindings=False):
    """Lies over a screen until a key, a read or a command takes it away."""

    AUTO_FOCUS = None
    BINDINGS: ClassVar[list[BindingType]] = [Binding("f12", "app.leave", show=False)]

    def show(self, view: View) -> None:
        """Show what of `view` the page is about."""


class StationScreen(Screen[None], inherit_bindings=False):
    """Base of the screens. `show` hands the view down; wishes go up as messages."""

    AUTO_FOCUS = None
    HORIZONTAL_BREAKPOINTS = [(0, "-slim"), (75, "-narrow"), (110, "-wide"), (150, "-huge")]  # noqa: RUF012 - Textual's name
    VERTICAL_BREAKPOINTS = [(0, "-short"), (20, "-low"), (36, "-tall")]  # noqa: RUF012
    KEYS: ClassVar[tuple[tuple[str, str], ...]] = ()
    """What the key bar names."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("f1", "command('help')", show=False),
        Binding("f2", "command('done')", show=False),
        Binding("f3", "command('undo')", show=False),
        Binding("f4", "command('ack')", show=False),
        Binding("f5", "command('next')", show=False),
        Binding("f6", "command('count')", show=False),
        Binding("f7", "app.teach", show=False),
        Binding("ctrl+k", "command('quantity')", show=False),
        Binding("ctrl+t", "app.take_over", show=False),
        Binding("ctrl+f", "app.reports", show=False),
        Binding("ctrl+o", "order", show=False),
        Binding("ctrl+n", "app.shift", show=False),
        Binding("ctrl+a", "app.create", show=False),
        Binding("ctrl+r", "app.review", show=False),
        Binding("f8", "command('signout')", show=False),
        Binding("f10", "app.sync", show=False),
        Binding("f9", "app.toggle_practice", show=False),
        Binding("f12", "app.leave", show=False),
    ]

    def __init__(self) -> None:
        super().__init__()
        self.typed = ""
        self.shown: View | None = None
        """What `show` was last given; painted once the screen is there."""
        self.greeting = ("", "")
        """The word and sentence that stand where no read has been yet."""

    def compose(self) -> ComposeResult:
        yield TopBar()
        yield from self.above()
        yield VerdictPanel()
        yield from self.below()
        with Horizontal(id="work"):
            yield from self.work()
            yield Tape()
            yield PracticePanel()
        yield TypingLine()
        yield KeyBar(self.keys())

    def above(self) -> Iterable[Widget]:
        """What stands above the verdict here."""
        return ()

    def below(self) -> Iterable[Widget]:
        """What stands between the verdict and the work."""
        return ()

    def work(self) -> Iterable[Widget]:
        """What is worked on here, beside the tape."""
        return ()

    def keys(self) -> tuple[tuple[str, str], ...]:
        """What the key bar names here."""
        return (*self.KEYS[:1], ("F9", "Codes"), *self.KEYS[1:]) if PracticePanel.practice else self.KEYS

    def show(self, view: View) -> None:
        """Show the station as it stands, at once or as soon as the screen is there."""
        self.shown = view
        if self.is_mounted:
            self.paint(view)

    def paint(self, view: View) -> None:
        """Hand `view` down to every part of the screen."""
        self.query_one(TopBar).show(view)
        self.query_one(VerdictPanel).show(view, self.greeting)
        self.query_one(Tape).show(view)
        self.query_one(PracticePanel).show(view)
        self.set_class(view.desk.alarm is not None, "-alarm")

    def on_mount(self) -> None:
        self.call_after_refresh(self._catch_up)

    def _catch_up(self) -> None:
        """Show what came before the parts of the screen were there."""
        self.show_typing()
        if self.shown is not None:
            self.paint(self.shown)

    def action_command(self, name: str) -> None:
        """Ask for a command, as its code would."""
        self.post_message(Wished(Ordered(Command(name))))

    def action_order(self) -> None:
        """Show in full the order that is worked on or chosen here."""
        order_id = self.order_in_question()
        if order_id is not None:
            self.post_message(OrderAsked(order_id))

    def order_in_question(self) -> str | None:
        """The id of the order that is worked on or chosen here."""
        order = self.shown.desk.order if self.shown else None
        return order.id if order else None

    def on_key(self, event: events.Key) -> None:
        if event.is_printable and event.character:
            event.stop()
            if event.character == "?" and not self.typed:
                self.action_command("help")
                return
            self.typed = (self.typed + event.character)[:_LONGEST_TYPED]
            self.show_typing()
        elif event.key in ("backspace", "escape") and self.typed:
            event.stop()
            self.typed = self.typed[:-1] if event.key == "backspace" else ""
            self.show_typing()
        elif event.key == "enter":
            event.stop()
            text, self.typed = self.typed, ""
            self.submit(text)
            self.show_typing()

    def submit(self, text: str) -> None:
        """Do what Enter does with the text typed so far, which may be empty."""
        if text:
            self.post_message(Typed(text))

    def show_typing(self) -> None:
        """Show what is typed, or nothing."""
        self.query_one(TypingLine).show("Type a code, then Enter" if self.typed else "", self.typed)
