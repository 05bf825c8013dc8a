"""The station on the screen: a shell that carries news down to the screens and wishes up to the clerk."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from pathlib import Path, PurePath
from typing import TYPE_CHECKING, ClassVar

from textual import events
from textual.driver import Driver
from textual.message import Message

from store import rechecks
from store.moment import KEYS
from store.pins import PinRefused
from terminal.arrivals import Arrival, Arrivals
from terminal.clerk import News
from terminal.idle import IdleWatch
from terminal.proof import Proof
from terminal.reads import Delivery
from terminal.reconciliation import Reconciliation
from terminal.scanners.framing import Frame, FrameKind
from terminal.screens.base import OrderAsked, PinGiven, StationScreen, Told, Typed, Wished
from terminal.screens.pages import page_after, reconciling_page, reports_page, shift_page, teaching_page
from terminal.screens.queue import QueueScreen
from terminal.screens.recheck import RecheckScreen
from terminal.screens.sign_in import SignInScreen
from terminal.screens.verify import VerifyScreen
from terminal.shell import LOOKS, Shell
from terminal.station import Station
from terminal.view import View
from terminal.widgets.practice import Practice, PracticePanel
from verification.codes import Command
from verification.events import Provenance
from verification.meaning import Badge, Meaning, Ordered

if TYPE_CHECKING:
    from sync.service import SyncService
    from terminal.screens.approval import ApprovalGiven
    from terminal.screens.sync import RetryAsked, SettleAsked
    from terminal.sounds.loudspeaker import Loudspeaker
    from terminal.supervision import Supervision

_LOOKS_EVERY = 1.0
"""Seconds between two looks whether somebody is still at the bench."""

_SCREENS = Path(__file__).with_name("screens")
_CHANGED_BY_SCANS = (QueueScreen, SignInScreen, VerifyScreen)
"""Screens whose looks are parsed with the first ones: whichever came later would have all others parsed once
more, before the first picture or in the middle of the first scan."""


@dataclass
class NewsCame(Message):
    """The clerk, a scanner or reconciliation has something to show."""


class StationApp(Shell, inherit_bindings=False):
    """Shows one station until somebody closes it. Its result is a sentence where the station had to stop."""

    CSS_PATH: ClassVar[str | PurePath | list[str | PurePath] | None] = [
        LOOKS,
        *(_SCREENS / str(screen.CSS_PATH) for screen in _CHANGED_BY_SCANS),
    ]

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
        lock_after: int = 0,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """`lock_after` is in minutes, 0 for never; `clock` is what they are measured on."""
        super().__init__(view, station.ledger.folder, driver_class)
        self.station = station
        self._practice = practice
        self._arrivals = Arrivals()
        self._reader = station.reader()
        self._proof = Proof(station)
        self._clock = clock
        self._idle = IdleWatch(lock_after, clock())
        self._on_begun = on_begun
        self._on_shown = on_shown
        self._sounds = sounds
        self._reconciliation = Reconciliation(station, service)
        self._may_ship = may_ship
        self._loudspeaker: Loudspeaker | None = None
        self._screens = {
            SignInScreen: SignInScreen(),
            QueueScreen: QueueScreen(self._reader),
            VerifyScreen: VerifyScreen(self._reader),
            RecheckScreen: RecheckScreen(self._reader),
        }

    @cached_property
    def _supervision(self) -> Supervision:
        """What supervisors look at and do; loaded when it is first asked for, long after the first paint."""
        from terminal.supervision import Supervision

        return Supervision(self.station, self._reconciliation, self._proof, may_ship=self._may_ship)

    def arrive(self, news: Arrival) -> None:
        """Take what the clerk, a scanner or reconciliation tells, in its thread; shown a moment later."""
        if self._loudspeaker is not None and isinstance(news, News):
            self._loudspeaker.answer(outcome.verdict for outcome in news.outcomes)
        if self._arrivals.put(news):
            self.post_message(NewsCame())

    def stop_for(self, fault: Exception) -> None:
        """Close the station with a sentence about a fault that it cannot go on with; from any thread."""
        self.call_later(self._handle_exception, fault)

    def on_mount(self) -> None:
        """Before the shell's own, which Textual calls too."""
        PracticePanel.practice = self._practice
        for screen in self._screens.values():
            screen.set_class(self._practice is not None, "-practice")

    async def on_event(self, event: events.Event) -> None:
        """Textual's first sight of any event: whoever presses something is at the bench."""
        if isinstance(event, events.Key | events.MouseDown):
            self._idle.stir(self._clock())
        await super().on_event(event)

    def on_unmount(self) -> None:
        if self._loudspeaker is not None:
            self._loudspeaker.stop()
        self._reader.close()

    def on_news_came(self) -> None:
        """Show everything that has arrived; a burst of reads is shown at once, as it stands at its end."""
        view, outcomes = self.view.after(self._arrivals.take_all())
        self._show(view)
        if outcomes:
            self._idle.stir(self._clock())
            self._lay_over(page_after(outcomes[-1], view))
            self._reconciliation.after(outcomes)
        self._on_shown()

    def on_retry_asked(self, message: RetryAsked) -> None:
        self._reconciliation.retry(message.held)

    def on_settle_asked(self, message: SettleAsked) -> None:
        self._reconciliation.settle(message.held)

    def on_order_asked(self, message: OrderAsked) -> None:
        if rechecks.hidden(self._reader, message.order_id, self.view.desk):
            from terminal.supervision import BLIND

            self._say(BLIND)
            return
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
        if self._practice is None:
            return
        narrow = self.screen.has_class("-narrow") or self.screen.has_class("-slim")
        for screen in self._screens.values():
            beside, alone = screen.has_class("-practice"), screen.has_class("-codes")
            screen.set_class(narrow and beside and not alone, "-codes")
            screen.set_class(not beside or (narrow and not alone), "-practice")

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
        self.set_interval(_LOOKS_EVERY, self._look_after_the_bench)
        self._on_begun()

    def _look_after_the_bench(self) -> None:
        """Sign out whoever has left it, for whom the order waits, and whoever's last day is over."""
        person = self.view.desk.person
        if person is None or not self.view.sign_in:
            return
        today = date.today().isoformat()  # noqa: DTZ011 - the day at the station
        if why := person.barred(today) or (self._idle.why if self._idle.is_over(self._clock()) else ""):
            self._ask(Ordered(Command.SIGN_OUT, why))

    def _fall_silent(self) -> None:
        """Say in the top bar that nobody will hear the verdicts; `tallyman doctor` says why."""
        self._show(replace(self.view, silent=True))

    def action_sync(self) -> None:
        """Show what is sent and what is not, or put it away."""
        self._lay_over(reconciling_page(self._reader))

    def action_review(self) -> None:
        """Show what waits for a supervisor, or put it away."""
        self._lay_over(lambda view: self._supervision.review_page(view.desk.person))

    def action_reports(self) -> None:
        """Show the reports, or put them away."""
        self._lay_over(reports_page(self.station.ledger.folder))

    def action_create(self) -> None:
        """Ask for a new order, or put the question away."""
        self._lay_over(lambda view: self._supervision.create_page(view.desk.person, self._say))

    def action_shift(self) -> None:
        """Show how the shift stands, or put it away."""
        self._lay_over(shift_page(self.folder))

    def action_teach(self) -> None:
        """Ask what the last read stands for, if nobody knows and it may be taught."""
        if self.view.desk.untaught is not None and self.view.desk.order is not None:
            self._lay_over(teaching_page)
        else:
            self._say("There is no code to teach: scan it on its order first.")

    def action_take_over(self) -> None:
        """Go on here with an order that another station counted on."""
        order = self.view.desk.order
        if order is not None and not self.view.desk.recounts:
            self._supervision.take_over(
                order.id, self.view.desk.person, lambda told: self.call_later(self._say, told)
            )

    def _ask(self, wish: Meaning) -> None:
        self.station.take(Delivery.asked_for(wish, time.monotonic()))

    def _sign_in(self, name: str, pin: str) -> None:
        """Check a PIN, in a thread of its own."""
        found = self._proof.person(name, pin)
        if isinstance(found, PinRefused):
            self._notice(found.sentence)
        else:
            self._ask(Badge(found))

    def _approve(self, given: ApprovalGiven) -> None:
        """Check a supervisor's PIN, in a thread of its own, and have that one act done."""
        found = self._proof.supervisor(given.name, given.pin)
        if isinstance(found, PinRefused):
            self._notice(f"{found.sentence} Nothing was approved.")
        else:
            self._ask(replace(given.act, approved_by=found))

    def _notice(self, sentence: str) -> None:
        """Show a sentence of the station's own; from another thread."""
        self.call_from_thread(self._say, sentence)

    def _wanted(self) -> type[StationScreen]:
        desk = self.view.desk
        if self.view.sign_in and desk.person is None:
            return SignInScreen
        if desk.order is None:
            return QueueScreen
        return RecheckScreen if desk.recounts else VerifyScreen
