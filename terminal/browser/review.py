"""A look at the ledger beside the station that writes it: orders as they stand, the tape, what waits.

It opens a reader alone and holds no lock, so it can neither count nor keep a station from starting.
"""

from __future__ import annotations

import sqlite3
from dataclasses import replace
from pathlib import Path

from textual.driver import Driver

from store import log, orders, rechecks
from store.ledger import open_reader
from terminal.config import Config
from terminal.run import DriverFor
from terminal.scanners.decoding import decode
from terminal.scanners.framing import Frame, FrameKind
from terminal.scanners.settings import DEFAULT_WEDGE
from terminal.screens.base import OrderAsked, PinGiven, StationScreen, Typed, Wished
from terminal.screens.pages import help_page, reconciling_page, reports_page, shift_page
from terminal.screens.queue import QueueScreen
from terminal.screens.sync import RetryAsked, SettleAsked
from terminal.screens.verify import VerifyScreen
from terminal.shell import Shell
from terminal.supervision import BLIND, ONLY_LOOKS, Looking
from terminal.view import TAPE_LENGTH, TapeRow, View
from verification.codes import Command
from verification.desk import Desk
from verification.meaning import Meaning, Ordered, OrderLabel
from verification.orders import Order

_LOOKS_EVERY = 1.0
"""Seconds between two looks at what has changed."""


def run_review(config: Config, data: Path, *, driver: DriverFor) -> str:
    """Show the ledger in `data` until somebody closes the window. Returns why it had to stop, or nothing.

    Raises what `open_reader` raises.
    """
    shown: list[ReviewApp] = []

    def deliver(frame: Frame) -> None:
        shown[0].read(frame)

    reader = open_reader(data)
    try:
        wedge = config.wedge or DEFAULT_WEDGE
        app = ReviewApp(config.station.name, reader, data, driver_class=driver(wedge.framing, deliver))
        shown.append(app)
        return app.run() or ""
    finally:
        reader.close()


class ReviewApp(Shell, inherit_bindings=False):
    """Shows orders, reports, the shift, the tape and what waits; refuses every act with a sentence."""

    def __init__(
        self,
        station: str,
        reader: sqlite3.Connection,
        folder: Path,
        *,
        driver_class: type[Driver] | None = None,
    ) -> None:
        super().__init__(View(station, sign_in=False, read_only=True), folder, driver_class)
        self._reader = reader
        self._looking = Looking(folder)
        self._version = -1
        queue, order = QueueScreen(reader), VerifyScreen(reader)
        queue.greeting = ("READ ONLY", "Choose an order to look at it, or scan its label.")
        order.greeting = ("READ ONLY", "This is the order as it stands; F2 goes back to the list.")
        self._screens = {QueueScreen: queue, VerifyScreen: order}

    def read(self, frame: Frame) -> None:
        """Take a read, in the input thread: an order's label is looked up, nothing else means anything."""
        if frame.kind is FrameKind.OK:
            self.post_message(Typed(decode(frame.data).text))

    def on_wished(self, message: Wished) -> None:
        self._wish(message.wish)

    def on_typed(self, message: Typed) -> None:
        found = orders.named(self._reader, message.text)
        if found:
            self._open(found[0])
        else:
            self._say(f"That is no order's number. {ONLY_LOOKS}")  # not repeated: it may be a badge

    def on_order_asked(self, message: OrderAsked) -> None:
        self._lay_over(lambda _view: self._looking.order_page(message.order_id, None))

    def on_pin_given(self, _message: PinGiven) -> None:
        self._say(ONLY_LOOKS)

    def on_retry_asked(self, _message: RetryAsked) -> None:
        self._refuse()

    def on_settle_asked(self, _message: SettleAsked) -> None:
        self._refuse()

    def action_teach(self) -> None:
        """Refuse: teaching writes."""
        self._refuse()

    def action_take_over(self) -> None:
        """Refuse: taking over writes."""
        self._refuse()

    def action_create(self) -> None:
        """Refuse: a new order writes."""
        self._refuse()

    def action_toggle_practice(self) -> None:
        """There is nothing to practise where nothing counts."""
        self._refuse()

    def action_sync(self) -> None:
        """Show what waits to be sent, or put it away."""
        self._lay_over(reconciling_page(self._reader))

    def action_review(self) -> None:
        """Show what waits for a supervisor, or put it away."""
        self._lay_over(lambda _view: self._looking.review_page(None))

    def action_reports(self) -> None:
        """Show the reports, or put them away."""
        self._lay_over(reports_page(self.folder))

    def action_shift(self) -> None:
        """Show how the shift stands, or put it away."""
        self._lay_over(shift_page(self.folder))

    def _begin(self) -> None:
        self._look()
        self.set_interval(_LOOKS_EVERY, self._look)

    def _wish(self, wish: Meaning) -> None:
        match wish:
            case OrderLabel(order_id):
                self._open(orders.load(self._reader, order_id))
            case Ordered(Command.DONE):
                self._open(None)
            case Ordered(Command.HELP):
                self._lay_over(help_page)
            case _:
                self._refuse()

    def _open(self, order: Order | None) -> None:
        """Look at one order, or at the list."""
        self._lay_over(None)
        self._show_order(order, "")

    def _show_order(self, order: Order | None, notice: str) -> None:
        """Show an order, or the list where there is none, or where it is still to be counted blind."""
        if order is not None and rechecks.hidden(self._reader, order.id, Desk()):
            order, notice = None, BLIND
        self._show(replace(self.view, desk=Desk(order=order), notice=notice))

    def _refuse(self) -> None:
        self._lay_over(None)
        self._say(ONLY_LOOKS)

    def _look(self) -> None:
        """Show what the station has written since the last look, if it has written anything."""
        (version,) = self._reader.execute("PRAGMA data_version").fetchone()
        if version == self._version:
            return
        self._version = version
        order = self.view.desk.order
        tape = tuple(map(TapeRow.of_event, log.latest(self._reader, TAPE_LENGTH)))
        self.view = replace(self.view, tape=tape)
        self._show_order(orders.load(self._reader, order.id) if order else None, self.view.notice)

    def _wanted(self) -> type[StationScreen]:
        return QueueScreen if self.view.desk.order is None else VerifyScreen
