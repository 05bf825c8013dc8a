"""One station of the simulation: the real rules, the real ledger, the real engine."""

from __future__ import annotations

import asyncio
import json
import sqlite3
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import Any, TypeVar, cast

import httpx

from store import acts, lineage, orders, outbox, rechecks, rulings, slots
from store.acts import Performed
from store.errors import Refused
from store.ledger import Ledger
from store.lock import LedgerLock
from store.moment import Moment
from store.posting import posting
from store.secret import Secret
from sync.client import OrdersClient
from sync.engine import Engine
from sync.pace import Backoff
from sync.rechecking import Rechecking
from terminal.procedure import Procedure
from terminal.reads import Delivery
from terminal.scanners.framing import Frame, FrameKind
from tests.simulation.network import Broken, Wire
from verification.acts import Act, ActKind, Short
from verification.codes import Command
from verification.desk import Desk
from verification.meaning import Ordered, Person
from verification.orders import Line, Order, OrderStatus
from verification.policy import Policy

T = TypeVar("T")
SECRET = Secret(bytes(range(32)))
START = datetime(2026, 1, 2, tzinfo=UTC)
ALL = rechecks.picking(SECRET, 100)
SUE = Person("Sue", supervisor=True)


class _NoLock:
    def release(self) -> None:
        """Nothing is held: the ledger is in memory."""


@cache
def _blank() -> bytes:
    """The bytes of a new ledger, made once by the real thing."""
    with TemporaryDirectory() as folder:
        ledger = Ledger.open(Path(folder), station="blank")
        ledger.db.execute("PRAGMA journal_mode = DELETE")  # memory knows no write-ahead log
        image = ledger.db.serialize()
        ledger.close()
    return image


class SimStation:
    """Scans, crashes, is restored, and reconciles."""

    def __init__(self, name: str, wire: Wire, random: Random, skew: float) -> None:
        self.name = name
        self.wire = wire
        wire.station = self
        self.random = random
        self.skew = timedelta(seconds=skew)
        self.acknowledged = 0
        self.high: dict[tuple[str, str], int] = {}
        """The most events that any life of this station durably had, by order and slot."""
        self.cancelled: set[str] = set()
        self.restored = False
        """Whether it ever lost what its ledger had, and with it which orders are to be counted again."""
        self.made: dict[str, list[tuple[str, int]]] = {}
        """SKUs and quantities of the orders that were created here."""
        self._load(_blank())
        about = {"station": name, "incarnation": f"{random.getrandbits(64):016x}"}
        self.db.executemany("UPDATE about SET value = ?2 WHERE name = ?1", about.items())
        self.db.execute("DELETE FROM incarnations")
        self.db.execute("INSERT INTO incarnations VALUES (?, 0)", (f"{name}.{about['incarnation'][:8]}",))
        self._begin()

    def _load(self, image: bytes) -> None:
        self.db = sqlite3.connect(":memory:", isolation_level=None, cached_statements=256)  # as on disk
        self.db.deserialize(image)
        self.ledger = Ledger(Path("/nowhere"), cast(LedgerLock, _NoLock()), SECRET, self.db)

    def _begin(self) -> None:
        """A new process on the ledger as it is."""
        everything = Policy(sign_in=False, blind_recheck_percent=100)
        self.procedure = Procedure(self.ledger, everything, now=self.now)
        client = OrdersClient(
            httpx.AsyncClient(transport=self.wire, trust_env=False),
            "http://127.0.0.1",
            lambda: "sk_live_simulation",
            backoff=Backoff(first=0.5, total=15.0, tries=3),
            random=self.random,
            now=self.now,
        )
        self.engine = Engine(
            client,
            self.write,
            self.name,
            unused=lambda: f"{self.random.getrandbits(32):08x}",
            now=self.now,
            rechecking=Rechecking(SECRET.key("chain"), ALL, self._moment),
        )

    def now(self) -> datetime:
        return START + self.skew + timedelta(seconds=asyncio.get_running_loop().time())

    async def write(self, change: Callable[[sqlite3.Connection], T]) -> T:
        await asyncio.sleep(0)
        with self.ledger.transaction() as db:
            result = change(db)
        await asyncio.sleep(0)
        return result

    # what people do

    def scan(self, number: str, *skus: str) -> None:
        self._take(number, *(Delivery("gun", Frame(FrameKind.OK, sku.encode(), 0.0)) for sku in skus))

    def undo(self, number: str) -> None:
        self._take(number, Delivery("gun", Frame(FrameKind.OK, b"", 0.0), wish=Ordered(Command.UNDO)))

    def _take(self, number: str, *deliveries: Delivery) -> None:
        """Reads on one order that wait together, so that they are committed together."""
        order, counted = orders.by_number(self.db, number), 0
        with posting(self.ledger) as posted:
            for delivery in deliveries:
                outcome, after = self.procedure.handle(posted, Desk(Person("Ana", True), order), delivery)
                order, counted = after.order or order, counted + outcome.delta
            if counted and (order is None or outbox.of(posted.written(), order.id) is None):
                raise Broken(f"a counted read of {number} does not wait to be sent")
        self.acknowledged += counted
        self.note_high(number)

    def act(self, number: str, kind: ActKind, line: int, units: int) -> None:
        """What a supervisor does at this station, if it may be done to the order as it is."""
        order = orders.by_number(self.db, number)
        if order is None:
            return
        act = Act(
            kind,
            SUE,
            "seen",
            line_id=order.lines[line % len(order.lines)].id,
            units=units,
            short=Short.NOT_FOUND,
        )
        if kind is ActKind.CLOSE_SHORT:
            act = replace(act, units=None)
        try:
            with self.ledger.transaction() as db:
                key = SECRET.key("chain")
                done = acts.perform(db, key, order.id, act, self._moment(), may_ship=True, picking=ALL)
                if outbox.of(db, order.id) is None:
                    raise Broken(f"{kind.value} of {number} does not wait to be sent")
                if rulings.newest(db, order.id) != (done.order.ruling, done.order.ruled):
                    raise Broken(f"{kind.value} of {number} is not the last word on it")
        except Refused:
            return
        self._judge_act(done)
        self.acknowledged += sum(count.delta for count in done.judged.counts)
        self.note_high(number)

    def _moment(self) -> Moment:
        return Moment(self.now().isoformat(timespec="milliseconds"), 0.0, "keys")

    @staticmethod
    def _judge_act(done: Performed) -> None:
        """An act leaves the lines that it moves between 0 and their quantity, and what has ended alone; a
        short order is closed, and partially verified."""
        moved = {count.line_id for count in done.judged.counts}
        if any(not 0 <= line.verified <= line.quantity for line in done.order.lines if line.id in moved):
            raise Broken(f"{done.act.kind.value} left a line outside of its bounds")
        if moved and done.before.status in (OrderStatus.SHIPPED, OrderStatus.CANCELLED):
            raise Broken(f"{done.act.kind.value} changed an order that had ended")
        short = done.act.kind is ActKind.CLOSE_SHORT
        if short and (done.order.closed, done.order.status) != ("short", OrderStatus.PARTIALLY_VERIFIED):
            raise Broken(f"an order closed short is {done.order.status.value}")

    def create(self, number: str, *wanted: tuple[str, int]) -> None:
        lines = tuple(Line(f"{self.name}-{number}-line-{n:04d}", *each) for n, each in enumerate(wanted))
        with self.ledger.transaction() as db:
            orders.insert(db, [Order(f"{self.name}-{number}", number, lines)])
            outbox.create(db, f"{self.name}-{number}")
        self.made[number] = sorted(wanted)

    def change(self, work: Callable[[sqlite3.Connection, str], None], number: str) -> None:
        """An edit or a cancellation at this station, if the order allows it."""
        order = orders.by_number(self.db, number)
        if order is None:
            return
        try:
            with self.ledger.transaction() as db:
                work(db, order.id)
                row = outbox.of(db, order.id)
                if row is not None and row.cancelling:
                    self.cancelled.add(number)
        except Refused:
            pass

    # what befalls it

    def crash(self) -> None:
        """The process ends; the ledger is as its last commit left it."""
        if self.db.in_transaction:
            raise Broken("a transaction was open across an await")
        self.wire.forget()
        self._begin()

    def image(self) -> bytes:
        return self.db.serialize()

    def restore(self, image: bytes, *, noticed: bool) -> None:
        """The ledger is put back as it was; whether that can be noticed at opening differs."""
        self.note_high()
        self.restored = True
        self._load(image)
        known = {n for (n,) in self.db.execute("SELECT order_number FROM orders")}
        self.cancelled.clear()
        self.made = {number: goods for number, goods in self.made.items() if number in known}
        self.acknowledged = self.db.execute("SELECT coalesce(sum(delta), 0) FROM events").fetchone()[0]
        if noticed:
            with self.ledger.transaction() as db:
                lineage.renew(db)
        self.wire.forget()
        self._begin()

    # what must hold

    def note_high(self, number: str | None = None) -> None:
        """Note what the ledger has of one order, or of all."""
        rows = self.db.execute(
            "SELECT id, order_number FROM orders WHERE order_number = coalesce(?, order_number)", (number,)
        )
        for order_id, name in rows.fetchall():
            for slot, events in slots.shares(self.db, order_id).items():
                self.high[name, slot] = max(self.high.get((name, slot), 0), len(events))

    def judge_write(self, method: str, number: str, body: Any, seen: dict[str, Any] | None) -> None:
        """A write leaves only with its attempt on record, and claims no more than the log has."""
        row = self.db.execute(
            "SELECT method, body FROM attempts WHERE outcome IS NULL ORDER BY number DESC LIMIT 20"
        ).fetchall()
        told = body.get("reason", "") if method == "DELETE" and body else body if body is not None else ""
        if not any(m == method and json.loads(b) == told for m, b in row):
            raise Broken(f"{method} {number} without a recorded attempt")
        if method == "PUT" and seen is not None and "notes" in body and "notes" in seen:
            edit = self.db.execute("SELECT base FROM edits WHERE field = 'notes'").fetchall()
            if json.dumps(seen["notes"] or "") not in [base for (base,) in edit]:
                raise Broken(f"an edit of {number} overwrites what somebody else wrote")
        if method == "PUT" and "metadata" in body:
            self.note_high(number)
            for slot, content in body["metadata"]["tallyman"]["slots"].items():
                owned = slot.startswith(f"{self.name}.")
                if owned and content["n"] > self.high.get((number, slot), 0):
                    raise Broken(f"{slot} of {number} claims {content['n']} events that were never durable")
