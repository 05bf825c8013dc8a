"""One simulated shift from one seed: stations, an API, people, and everything that goes wrong."""

from __future__ import annotations

import asyncio
import json
from dataclasses import dataclass, field
from random import Random
from typing import Any

from store import outbox
from sync.pull import ROTATION
from tests.simulation.judge import Judge
from tests.simulation.model import ACTIVE, PAGE, ModelApi
from tests.simulation.network import Broken, Wire
from tests.simulation.station import SimStation
from tests.simulation.virtual import run
from verification.acts import ActKind

SKUS = ("SKU-A", "SKU-B", "SKU-C")
RULED = (
    ActKind.ADJUST,
    ActKind.ADJUST,
    ActKind.CONFIRM,
    ActKind.SEND_BACK,
    ActKind.CLOSE_SHORT,
    ActKind.REOPEN,
    ActKind.APPROVE,
)
"""What supervisors do, as often as they stand here."""
HEALING = 20
"""The most rounds for each station after the last fault, until nothing is written any more."""


@dataclass
class World:
    """Everything of one seed."""

    seed: int
    skew: float = 0.0
    """Seconds by which every station's clock is shifted besides its own error."""
    api: ModelApi = field(default_factory=ModelApi)
    stations: list[SimStation] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.random = Random(self.seed)
        self.api.shows_all = self.random.random() < 0.7
        for n in range(self.random.randint(2, 4)):
            self.order(f"O-{n}")
        error = [self.random.uniform(-1e6, 1e6) for _ in range(3)]
        for n in range(self.random.randint(1, 3)):
            wire = Wire(self.api, Random(self.random.getrandbits(64)))
            name = f"dock-{n}"
            self.stations.append(
                SimStation(name, wire, Random(self.random.getrandbits(64)), error[n] + self.skew)
            )
        self.images: list[tuple[SimStation, bytes]] = []

    def order(self, number: str) -> None:
        items = [
            {
                "sku_code": sku,
                "quantity": self.random.randint(1, 4),
                "verified": int(self.random.random() < 0.1),
            }
            for sku in self.random.sample(SKUS, self.random.randint(1, 3))
        ]
        body = {"order_number": number, "items": items, "metadata": {"erp": {"id": number}}}
        self.api.create(body, created=1 if self.random.random() < 0.2 else None)

    async def shift(self) -> None:
        """Some work with faults, then healing, then what must hold."""
        works = [asyncio.create_task(self._works(station)) for station in self.stations]
        others = asyncio.create_task(self._others())
        try:
            await asyncio.gather(*works, others)
        finally:
            for task in (*works, others):
                task.cancel()
        await self._heal()
        Judge(self.api, self.stations).judge()

    async def _works(self, station: SimStation) -> None:
        random = station.random
        for _ in range(random.randint(3, 6)):
            station.wire.trouble = random.choice([0.0, 0.1, 0.4, 1.0])
            if random.random() < 0.2:
                self.images.append((station, station.image()))
            engine = asyncio.create_task(self._engine(station))
            for _ in range(random.randint(0, 6)):
                await asyncio.sleep(random.random() * 3)
                self._somebody(station, random)
            if random.random() < 0.35:
                engine.cancel()
            await asyncio.wait([engine], timeout=random.choice([0.01, 0.5, 5.0, 60.0]))
            if not engine.done():
                engine.cancel()
                await asyncio.wait([engine])
            if engine.cancelled():
                station.crash()
            elif engine.exception():
                raise engine.exception()  # type: ignore[misc]
            self._disaster(station, random)

    async def _engine(self, station: SimStation) -> None:
        if station.random.random() < 0.3:
            await station.engine.send()
        await station.engine.round()

    def _somebody(self, station: SimStation, random: Random) -> None:
        numbers = [n for (n,) in station.db.execute("SELECT order_number FROM orders ORDER BY order_number")]
        act = random.random()
        if act < 0.08:
            number = random.choice([f"{station.name}-made", "made-twice"])
            if number not in numbers:
                station.create(number, ("SKU-A", 2), ("SKU-B", 1 if random.random() < 0.8 else 3))
        elif not numbers:
            return
        elif act < 0.14:
            change = {"notes": random.choice(["x", "y"])}
            station.change(lambda db, order_id: outbox.edit(db, order_id, change), random.choice(numbers))
        elif act < 0.16:
            station.change(lambda db, order_id: outbox.cancel(db, order_id, "gone"), random.choice(numbers))
        elif act < 0.28:
            station.undo(random.choice(numbers))
        elif act < 0.42:
            kind = random.choice(RULED)
            station.act(random.choice(numbers), kind, random.randint(0, 2), random.randint(0, 4))
        else:
            number = random.choice(numbers)
            station.scan(number, *(random.choice(SKUS) for _ in range(random.randint(1, 3))))

    def _disaster(self, station: SimStation, random: Random) -> None:
        mine = [image for owner, image in self.images if owner is station]
        if mine and random.random() < 0.2:
            station.restore(random.choice(mine), noticed=random.random() < 0.2)
            for _ in range(random.randint(0, 4)):
                self._somebody(station, random)

    async def _others(self) -> None:
        """Humans and other programs at the API."""
        random = Random(self.random.getrandbits(64))
        for n in range(random.randint(0, 8)):
            await asyncio.sleep(random.random() * 10)
            order = random.choice(list(self.api.orders.values()))
            act = random.randint(0, 6)
            if act == 0:
                order["metadata"] = {"erp": {"seen": n}}  # a foreign writer drops all slots
            elif act == 1:
                order["metadata"][f"other-{n}"] = n
            elif act == 2:
                order["status"] = random.choice(["shipped", "cancelled"])
                self.api.ended.add(order["order_number"])
            elif act == 3 and order["status"] not in ACTIVE:
                order["status"] = "pending"
            elif act == 4:
                self.order(f"N-{n}")
            elif act == 5:
                order["notes"] = random.choice(["x", "z"])
            elif random.random() < 0.5:
                order["items"][0]["quantity"] = random.randint(1, 4)

    async def _heal(self) -> None:
        await asyncio.sleep(100)  # whatever was late has arrived
        for station in self.stations:
            station.wire.trouble = 0.0
        least = -(-len(self.api.orders) // min(ROTATION, PAGE))  # in these every order is looked at again
        quiet = 0
        for _ in range(HEALING):
            before = sum(station.wire.writes for station in self.stations)
            for station in self.stations:
                await asyncio.sleep(30)
                await station.engine.round()
            quiet = quiet + 1 if sum(station.wire.writes for station in self.stations) == before else 0
            if quiet >= least:
                return
        raise Broken("the stations do not come to rest")

    def outcome(self) -> str:
        """What the world came to, but for times that people are shown."""

        def timeless(value: Any) -> Any:
            if isinstance(value, dict) and "slots" in value:
                slots = [(name.split(".")[0], timeless(slot)) for name, slot in value["slots"].items()]
                return sorted(slots, key=repr)  # the names of slots are drawn by lot
            if isinstance(value, dict):
                return {k: timeless(v) for k, v in value.items() if k not in ("at", "h")}
            return value

        return json.dumps([timeless(order) for order in self.api.orders.values()], sort_keys=True)


def simulate(seed: int, skew: float = 0.0) -> World:
    """Run one seed to its end. Raises Broken when something does not hold."""

    async def whole() -> World:
        world = World(seed, skew)
        await world.shift()
        return world

    return run(whole())
