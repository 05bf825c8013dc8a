"""A clerk of paper: carries out decisions as the design says, with a list for a ledger.

It keeps only what `decide` and `fold` need, so that what the property tests learn is about the rules.
"""

from __future__ import annotations

from dataclasses import replace

from tests.verification.builders import event
from verification.codes import Code, Command
from verification.decide import decide
from verification.desk import Asked, Count, Decision, Desk, settle
from verification.events import Event, Progress, Provenance, fold
from verification.meaning import Badge, Goods, Meaning, Ordered, OrderLabel, Person
from verification.orders import Order, OrderStatus
from verification.policy import Policy

WORKABLE = (OrderStatus.PENDING, OrderStatus.IN_PROGRESS, OrderStatus.PARTIALLY_VERIFIED)
"""Statuses of an order that has work left."""


class Bench:
    """A desk, its orders and their log. Every read goes through `read`."""

    def __init__(self, *orders: Order, policy: Policy | None = None) -> None:
        self.orders = {order.id: order for order in orders}
        self.policy = policy or Policy()
        self.desk = Desk()
        self.log: list[Event] = []
        self.decisions: list[Decision] = []
        self._held_serial: str | None = None

    @property
    def open_order(self) -> Order:
        assert self.desk.order is not None
        return self.desk.order

    def events_of(self, order_id: str) -> list[Event]:
        return [row for row in self.log if row.order_id == order_id]

    def progress(self, order_id: str) -> Progress:
        return fold(self.events_of(order_id))

    def serials_counted(self) -> list[str]:
        """The serials of all reads that still stand, each as often as it counts."""
        standing = (row for order_id in self.orders for row in self.progress(order_id).standing)
        return sorted({(row.read, row.serial) for row in standing if row.serial is not None})

    def sign_in(self, person: Person) -> Decision:
        return self.read(Badge(person))

    def open(self, order_id: str) -> Decision:
        return self.read(OrderLabel(order_id))

    def command(self, command: Command) -> Decision:
        return self.read(Ordered(command))

    def goods(
        self,
        sku: str,
        units: int = 1,
        *,
        double: bool = False,
        serial: str | None = None,
        expired: bool = False,
    ) -> Decision:
        counted = any(serial == taken for _, taken in self.serials_counted())
        means = Goods(sku, units, units > 1, counted)
        return self.read(means, double=double, serial=serial, expired=expired)

    def read(
        self, meaning: Meaning, *, double: bool = False, serial: str | None = None, expired: bool = False
    ) -> Decision:
        """Decide, write down, then let the desk show it."""
        asked = Asked(
            meaning,
            double,
            Provenance.SCANNED,
            labelled=self._labelled(meaning),
            undoable=self._undoable(),
            code=Code("X", expiry="2026-04-30") if expired else None,
            today="2026-05-01",
        )
        decision = decide(self.desk, asked, self.policy)
        counts_held = isinstance(meaning, Ordered) and meaning.command is Command.COUNT
        self._append(decision, self._held_serial if counts_held else serial)
        self._held_serial = serial if decision.held else None
        self.desk = settle(self.desk, decision)
        if self.desk.order is not None:
            self.orders[self.desk.order.id] = self.desk.order
        self.decisions.append(decision)
        return decision

    def _labelled(self, meaning: Meaning) -> Order | None:
        """The order of a label; the first other one with work left where the next is asked for."""
        if isinstance(meaning, OrderLabel):
            return self.orders[meaning.order_id]
        if meaning != Ordered(Command.NEXT):
            return None
        others = (order for order in self.orders.values() if order != self.desk.order)
        return next((order for order in others if order.status in WORKABLE), None)

    def _undoable(self) -> tuple[Count, ...]:
        if self.desk.order is None:
            return ()
        last = self.progress(self.desk.order.id).last_read()
        return tuple(Count(row.line_id, -row.delta, row.seq) for row in last if row.line_id is not None)

    def _append(self, decision: Decision, serial: str | None) -> None:
        first = len(self.log) + 1
        order_id = self.desk.order.id if self.desk.order else None
        counts = decision.counts or (Count(decision.line_id or "", 0),)
        for seq, count in enumerate(counts, start=first):
            row = event(
                seq,
                count.line_id or None,
                count.delta,
                read=first,
                takes_back=count.takes_back,
                verdict=decision.verdict,
            )
            self.log.append(replace(row, order_id=order_id, serial=serial, provenance=decision.provenance))
