"""What must hold when every fault is over and all stations have come to rest."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from store import conflicts, log, orders, outbox, projections, rechecks, slots
from tests.simulation.model import ACTIVE, ModelApi
from tests.simulation.network import Broken
from tests.simulation.station import SECRET, SimStation
from verification.orders import OrderStatus


@dataclass
class Judge:
    """Compares the API, the ledgers and each other."""

    api: ModelApi
    stations: list[SimStation]

    def judge(self) -> None:
        """Raise Broken when something does not hold."""
        for number, times in self.api.creations.items():
            if times != 1:
                raise Broken(f"{number} was created {times} times")
        for station in self.stations:
            self._judge_ledger(station)
        for number, order in self.api.orders.items():
            if order["status"] in ACTIVE:
                self._judge_counts(number, order)
                self._judge_ruling(number, order["metadata"].get("tallyman", {}))
                self._judge_recheck(number, order["metadata"].get("tallyman", {}))

    def _judge_ledger(self, station: SimStation) -> None:
        found = projections.differences(station.db)
        if found:
            raise Broken(f"{station.name}: {found[0]}")
        if log.first_break(station.db, SECRET.key("chain")):
            raise Broken(f"{station.name}: the chain does not hold")
        counted = station.db.execute("SELECT coalesce(sum(delta), 0) FROM events").fetchone()[0]
        if counted != station.acknowledged:
            raise Broken(
                f"{station.name}: {station.acknowledged} were acknowledged, {counted} are in the log"
            )
        for number, goods in station.made.items():
            self._judge_made(station, number, goods)
        self._judge_waiting(station)

    def _judge_waiting(self, station: SimStation) -> None:
        for row in outbox.listed(station.db):
            if row.parked is None:
                raise Broken(f"{station.name}: {row.order_number} still waits: {station.engine.status}")
        for number in station.cancelled:
            if number not in self.api.ended and not self._apart(station, number):
                raise Broken(f"{station.name}: {number} was cancelled here but never in the API")
        for row in station.db.execute("SELECT field FROM edits").fetchall():
            if not conflicts.count(station.db) and not outbox.tallied(station.db)[1]:
                raise Broken(f"{station.name}: an edit of {row[0]} is forgotten")

    def _judge_made(self, station: SimStation, number: str, goods: list[tuple[str, int]]) -> None:
        """An order that was created here is in the API with its goods, or shown as parked."""
        if self._apart(station, number):
            return
        order = self.api.orders.get(number)
        if order is None:
            raise Broken(f"{station.name}: {number} was never created")
        asked = sorted((item["sku"]["sku"], item["asked"]) for item in order["items"])
        if asked != goods:
            raise Broken(f"{station.name}: {number} is another order in the API")

    def _judge_counts(self, number: str, order: dict[str, Any]) -> None:
        seen = order["metadata"].get("tallyman", {}).get("slots", {})
        for item in order["items"]:
            at_api = sum(slot["c"].get(item["id"], 0) for slot in seen.values())
            logged = sum(self._logged(station, number, item) for station in self.stations)
            gone = sum(self._gone(station, number, item, seen) for station in self.stations)
            if at_api != logged + gone:
                told = (
                    f"{number} {item['sku']['sku']}: the API has {at_api}, the logs {logged} and {gone} lost"
                )
                raise Broken(f"{told}; {json.dumps(seen)}")
            for station in self.stations:
                self._judge_view(station, number, item, at_api + item["verified_quantity"])

    def _judge_ruling(self, number: str, held: dict[str, Any]) -> None:
        """All stations have the newest ruling that the API holds; `short` is told of short orders alone."""
        ruled = [(slot["ruled"], name) for name, slot in held.get("slots", {}).items() if "ruled" in slot]
        newest = max(ruled, key=lambda each: (each[0]["number"], each[1]))[0] if ruled else None
        expected = newest["is"] if newest else ""
        if (expected == "short") != ("short" in held):
            raise Broken(f"{number} is ruled {expected or 'nothing'}, but its metadata says otherwise")
        for station in self.stations:
            order = orders.by_number(station.db, number)
            if order is None or self._apart(station, number):
                continue
            if order.ruling.value != expected:
                raise Broken(f"{station.name} has {number} as {order.ruling.value!r}, not {expected!r}")

    def _judge_recheck(self, number: str, held: dict[str, Any]) -> None:
        """Where all are counted again, no verified order is forgotten between those that counted it."""
        counted = any(sum(slot["c"].values()) > 0 for slot in held.get("slots", {}).values())
        if not counted or any(station.restored or self._apart(station, number) for station in self.stations):
            return
        found = [(station, orders.by_number(station.db, number)) for station in self.stations]
        if any(order is None or order.status is not OrderStatus.VERIFIED for _, order in found):
            return
        owing = [rechecks.of(station.db, order.id) for station, order in found if order is not None]
        if not any(recheck is not None and recheck.owed for recheck in owing):
            raise Broken(f"{number} is verified, and no station has it counted again")

    def _logged(self, station: SimStation, number: str, item: dict[str, Any]) -> int:
        if self._apart(station, number):
            return 0
        row = station.db.execute(
            "SELECT coalesce(sum(delta), 0) FROM events JOIN items ON items.line_id = events.line_id"
            " WHERE item_id = ?",
            (item["id"],),
        ).fetchone()
        return int(row[0])

    def _apart(self, station: SimStation, number: str) -> bool:
        """Whether the station has another order under this number, which is parked and shown."""
        row = station.db.execute(
            "SELECT 1 FROM outbox JOIN orders ON orders.id = order_id"
            " WHERE order_number = ? AND parked IS NOT NULL",
            (number,),
        ).fetchone()
        return row is not None

    def _gone(self, station: SimStation, number: str, item: dict[str, Any], seen: dict[str, Any]) -> int:
        """Units that the API had from a life of the station that its log no longer has."""
        units = 0
        own = {
            slot: events
            for order_id in [o.id for o in [orders.by_number(station.db, number)] if o]
            if not self._apart(station, number)
            for slot, events in slots.shares(station.db, order_id).items()
        }
        for slot, content in seen.items():
            if slot.startswith(f"{station.name}.") and content["n"] > len(own.get(slot, [])):
                line = {i: n for n, i in station.db.execute("SELECT line_id, item_id FROM items")}
                marks = [content["h"][i : i + 4] for i in range(0, len(content["h"]), 4)]
                both = [e for e, mark in zip(own.get(slot, []), marks, strict=False) if e[3] == mark]
                kept = sum(e[2] for e in both if e[1] == line.get(item["id"]))
                units += content["c"].get(item["id"], 0) - kept
        return units

    def _judge_view(self, station: SimStation, number: str, item: dict[str, Any], expected: int) -> None:
        order = orders.by_number(station.db, number)
        if order is None:
            raise Broken(f"{station.name} does not know {number}")
        if self._apart(station, number):
            return
        row = station.db.execute("SELECT line_id FROM items WHERE item_id = ?", (item["id"],)).fetchone()
        line = order.line(row[0])
        if line.verified != expected:
            raise Broken(f"{station.name} shows {line.verified} of {number} {line.sku}, not {expected}")
        if line.quantity != item["quantity"]:
            raise Broken(f"{station.name} shows a quantity of {line.quantity}, not {item['quantity']}")
        if line.status == "verified" and line.verified != line.quantity:
            raise Broken(f"{station.name} shows an over-count as verified")
