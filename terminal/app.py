"""The station on the screen: a shell that carries news down to the screens and wishes up to the clerk."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, ClassVar

from textual.binding import BindingType
from textual.driver import Driver
from textual.message import Message
from textual.theme import Theme

from store import people
from terminal.arrivals import Arrival, Arrivals
from terminal.clerk import News
from terminal.faults import record
from terminal.reads import KEYS, Delivery
from terminal.reconciliation import Reconciliation
from terminal.scanners.framing import Frame, FrameKind
from terminal.screens.base import OrderAsked, Page, PinGiven, StationScreen, Told, Typed, Wished
from terminal.screens.pages import PageOf, help_page, reconciling_page, teaching_page
from terminal.screens.queue import QueueScreen
from terminal.screens.sign_in import SignInScreen
from terminal.screens.verify import VerifyScreen
from terminal.span_update import SpanApp
from terminal.station import Station
from terminal.supervision import Supervision
from terminal.theme import STATION
from terminal.view import View
from terminal.widgets.practice import Practice, PracticePanel
from verification.codes import Command
from verification.events import Provenance
from verification.meaning import Badge, Meaning, Person

if TYPE_CHECKING:
    from sync.service import SyncService
    from terminal.screens.sync import RetryAsked, SettleAsked
    from terminal.screens.teach import ApprovalGiven
    from terminal.sounds.loudspeaker import Loudspeaker

_LEAVE_WITHIN = 3.0
"""Seconds in which F12 must be pressed again."""
_ASKS_AGAIN = "Press F12 again to close the station."


@dataclass
class NewsCame(Message):
    """The clerk, a scanner or reconciliation has something to show."""


class StationApp(SpanApp[str], inherit_bindings=False):
    """Shows one station until somebody closes it. Its result is a sentence where the station had to stop."""

    CSS_PATH = "station.tcss"
    TITLE = "Tallyman"
    ENABLE_COMMAND_PALETTE = False
    BINDINGS: ClassVar[list[BindingType]] = []

    def __init__(
        self,
        station: Station,
        view: View,
        *,
        practice: Practice | None = None,
        on_begun: Callable[[], None] = lambda: None,
        on_shown: Callable[[], None] = lambda: None,
        driver_class: type[Driver] | None = None,
        sounds: bool = True,
        service: SyncService | None = None,
        may_ship: bool = False,
    ) -> None:
        super().__init__(driver_class=driver_class)
        self._wear(STATION)
        self.station = station
        self.view = view
        self._practice = practice
        self._arrivals = Arrivals()
        self._reader = station.reader()
        self._leave_asked = -_LEAVE_WITHIN
        self._on_begun = on_begun
        self._on_shown = on_shown
        self._sounds = sounds
        self._reconciliation = Reconciliation(station, service)
        self._supervision = Supervision(station, self._reconciliation, self._by_pin, may_ship=may_ship)
        self._loudspeaker: Loudspeaker | None = None
        self._screens: dict[type[StationScreen], StationScreen] = {
            SignInScreen: SignInScreen(),
            QueueScreen: QueueScreen(self._reader),
            VerifyScreen: VerifyScreen(),
        }

    def _wear(self, theme: Theme) -> None:
        """Take a theme before the first stylesheet is parsed: later, each would be parsed once more."""
        self.register_theme(theme)
        self.set_reactive(StationApp.theme, theme.name)
        self.stylesheet.set_variables(self.get_css_variables())

    def arrive(self, news: Arrival) -> None:
        """Take what the clerk, a scanner or reconciliation tells, in its thread; shown a moment later."""
        if self._loudspeaker is not None and isinstance(news, News):
            self._loudspeaker.answer(outcome.verdict for outcome in news.outcomes)
        if self._arrivals.put(news):
            self.post_message(NewsCame())

    def stop_for(self, fault: Exception) -> None:
        """Close the station with a sentence about a fault that it cannot go on with; from any thread."""
        self.call_later(self._handle_exception, fault)

    def _handle_exception(self, error: Exception) -> None:
        """Textual's last resort, which would print a traceback over the picker's screen."""
        self.exit(record(error, self.station.ledger.folder), return_code=1)

    def on_mount(self) -> None:
        PracticePanel.practice = self._practice
        for kind, screen in self._screens.items():
            screen.set_class(self._practice is not None, "-practice")
            self.install_screen(screen, kind.__name__)  # so that it outlives being left
        self.push_screen(self._screens[self._wanted()])
        self._show(self.view)
        self.call_after_refresh(self._begin)

    def on_unmount(self) -> None:
        if self._loudspeaker is not None:
            self._loudspeaker.stop()
        self._reader.close()

    def on_news_came(self) -> None:
        """Show everything that has arrived; a burst of reads is shown at once, as it stands at its end."""
        view, outcomes = self.view.after(self._arrivals.take_all())
        self._show(view)
        if outcomes:
            self._lay_over(help_page if outcomes[-1].command is Command.HELP else None)
            self._reconciliation.after(outcomes)
        self._on_shown()

    def on_retry_asked(self, message: RetryAsked) -> None:
        self._reconciliation.retry(message.order_id)

    def on_settle_asked(self, message: SettleAsked) -> None:
        self._reconciliation.settle(message.conflict)

    def on_order_asked(self, message: OrderAsked) -> None:
        self._lay_over(lambda view: self._supervision.order_page(message.order_id, view.desk.person))

    def on_told(self, message: Told) -> None:
        self._say(message.sentence)

    def on_wished(self, message: Wished) -> None:
        self._ask(message.wish)

    def on_typed(self, message: Typed) -> None:
        frame = Frame(FrameKind.OK, message.text.encode("utf-8", "surrogateescape"), time.monotonic())
        self.station.take(Delivery(KEYS, frame, Provenance.TYPED))

    def on_pin_given(self, message: PinGiven) -> None:
        self.run_worker(lambda: self._sign_in(message.name, message.pin), thread=True, exclusive=True)

    def on_approval_given(self, message: ApprovalGiven) -> None:
        self.run_worker(lambda: self._approve(message), thread=True, exclusive=True)

    def action_toggle_practice(self) -> None:
        """Codes to practise with: beside the work, then, where that is narrow, alone, then not at all."""
        narrow = self.screen.has_class("-narrow")
        for screen in self._screens.values():
            beside, alone = screen.has_class("-practice"), screen.has_class("-codes")
            screen.set_class(narrow and beside and not alone, "-codes")
            screen.set_class(not beside or (narrow and not alone), "-practice")

    def action_leave(self) -> None:
        """Close the station when asked twice."""
        now = time.monotonic()
        if now - self._leave_asked < _LEAVE_WITHIN:
            self.exit()
            return
        self._leave_asked = now
        self._lay_over(None)
        self._say(_ASKS_AGAIN)
        self.set_timer(_LEAVE_WITHIN, self._stay)

    def _stay(self) -> None:
        """Nobody pressed again: show what stood there before."""
        if self.view.notice == _ASKS_AGAIN:
            self._say("")

    def _begin(self) -> None:
        """Take reads, once the first screen is painted."""
        if self._sounds:
            from terminal.sounds.loudspeaker import Loudspeaker

            self._loudspeaker = Loudspeaker(
                bell=lambda: self.call_later(self.bell),
                fell_silent=lambda _why: self.call_later(self._fall_silent),
            )
            self._loudspeaker.start()
        self.station.start()
        self._reconciliation.start()
        self._on_begun()

    def _fall_silent(self) -> None:
        """Say in the top bar that nobody will hear the verdicts; `tallyman doctor` says why."""
        self._show(replace(self.view, silent=True))

    def action_sync(self) -> None:
        """Show what is sent and what is not, or put it away."""
        self._lay_over(reconciling_page(self._reader))

    def action_teach(self) -> None:
        """Ask what the last read stands for, if nobody knows and it may be taught."""
        if self.view.desk.untaught is not None and self.view.desk.order is not None:
            self._lay_over(teaching_page)

    def action_take_over(self) -> None:
        """Go on here with an order that another station counted on."""
        order = self.view.desk.order
        if order is not None:
            self._reconciliation.take_over(order.id)
            self._say("Taken over: go on scanning.")

    def _ask(self, wish: Meaning) -> None:
        self.station.take(Delivery.asked_for(wish, time.monotonic()))

    def _by_pin(self, name: str, pin: str) -> Person | None:
        with self.station.reader() as reader:
            person = people.by_pin(reader, self.station.ledger.secret, name, pin)
        reader.close()
        return person

    def _sign_in(self, name: str, pin: str) -> None:
        """Check a PIN, away from the screen's thread since it is slow by design."""
        person = self._by_pin(name, pin)
        if person is not None:
            self._ask(Badge(person))
        else:
            notice = "Name or PIN is wrong: type your name again, or scan your badge."
            self.call_from_thread(self._say, notice)

    def _approve(self, given: ApprovalGiven) -> None:
        """Check a supervisor's PIN, and have that one lesson taught."""
        person = self._by_pin(given.name, given.pin)
        if person is not None and person.supervisor:
            self._ask(replace(given.lesson, approved_by=person))
        else:
            notice = "That is no supervisor's name and PIN: nothing was taught."
            self.call_from_thread(self._say, notice)

    def _wanted(self) -> type[StationScreen]:
        desk = self.view.desk
        if self.view.sign_in and desk.person is None:
            return SignInScreen
        return QueueScreen if desk.order is None else VerifyScreen

    def _show(self, view: View) -> None:
        self.view = view
        screen = self._screens[self._wanted()]
        if screen not in self.screen_stack:
            self._lay_over(None)
            self.switch_screen(screen)
        screen.show(view)
        for page in self.screen_stack:
            if isinstance(page, Page):
                page.show(view)

    def _say(self, notice: str) -> None:
        """Show a sentence of the station's own until a read has newer things to say."""
        self._show(replace(self.view, notice=notice))

    def _lay_over(self, page: PageOf | None) -> None:
        """Lay a page over the screen, or take all away: whoever scans wants to see the verdict."""
        shown = self.screen
        wanted = page(self.view) if page is not None else None
        while isinstance(self.screen, Page):
            self.pop_screen()
        if wanted is not None and type(shown) is not type(wanted):
            self.push_screen(wanted)
