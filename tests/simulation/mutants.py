"""Deliberate faults: each one line of the source changed. The simulation must catch every one."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Mutant:
    """A fault, by the text that it replaces; `before` must stand in the file exactly once."""

    name: str
    file: str
    before: str
    after: str
    known: int = 0
    """A seed that noticed it, where the search begins: it may not any more, and then one after it has to."""


MUTANTS = (
    Mutant(
        "lost slots are not asserted again",
        "sync/merge.py",
        "any(name not in seen or seen[name].n < slot.n for name, slot in known.items())",
        "any(name in seen and seen[name].n < slot.n for name, slot in known.items())",
    ),
    Mutant(
        "others' slots are not carried",
        "sync/plan.py",
        "with_slots(answer.order.metadata, taken.slots)",
        'with_slots({**answer.order.metadata, "tallyman": {}}, {n: s for n, s in taken.slots.items()'
        " if n in {share.slot for share in standing.shares}})",
    ),
    Mutant(
        "the lower count wins",
        "sync/merge.py",
        "slot if mine is None else max(mine, slot, key=Slot.rank)",
        "slot if mine is None else min(mine, slot, key=Slot.rank)",
    ),
    Mutant(
        "foreign keys of metadata are dropped",
        "sync/merge.py",
        'return {**metadata, KEY: {"v": VERSION, **told',
        'return {KEY: {"v": VERSION, **told',
    ),
    Mutant(
        "an order completed by merging is left to others",
        "sync/rechecking.py",
        "return status is not OrderStatus.VERIFIED",
        "return False",
        known=39,
    ),
    Mutant(
        "an undo lowers n",
        "sync/standing.py",
        "return Slot(len(self.events), tail(self.marks)",
        "return Slot(max(1, sum(e.delta for e in self.events)), tail(self.marks)",
        known=7,
    ),
    Mutant(
        "a restored ledger does not fork",
        "sync/plan.py",
        "        if slot is None or slot.n == keep:",
        "        if slot is None or keep >= 0:",
    ),
    Mutant(
        "the events after a fork are forgotten",
        "sync/plan.py",
        "moved = Share(f\"{fresh}{len(forks) or ''}\", rest) if rest else None",
        "moved = None",
    ),
    Mutant(
        "shipped and cancelled orders are written",
        "sync/readings.py",
        "FINAL: Final = frozenset({OrderStatus.SHIPPED, OrderStatus.CANCELLED})",
        "FINAL: Final = frozenset[OrderStatus]()",
    ),
    Mutant(
        "a write is taken as its own proof",
        "sync/push.py",
        "            await self._write_once(step)\n",
        "            await self._write_once(step)\n"
        "            await self._desk.write(lambda db: outbox.settle(db, order_id))\n            return\n",
    ),
    Mutant(
        "waiting rows are dropped after a failure",
        "sync/push.py",
        "            self._unanswered += 1\n",
        "            self._unanswered += 1\n"
        "            await self._desk.write(lambda db: outbox.settle(db, order_id))\n",
    ),
    Mutant(
        "the API's own counts are passed over",
        "sync/plan.py",
        "everywhere = reported.get(line.id, 0) + sum(",
        "everywhere = sum(",
    ),
    Mutant(
        "Retry-After is passed over",
        "sync/pace.py",
        "        if after:\n",
        "        if after > 1e9:\n",
    ),
    Mutant(
        "another order under the same number is taken as ours",
        "sync/plan.py",
        "if standing.creating and not same_goods(standing.order, remote):",
        "if standing.creating and standing is remote:",
        known=26,
    ),
    Mutant(
        "open orders are not looked at in rotation",
        "sync/pull.py",
        "sightings.rotation(db, ROTATION)",
        "sightings.rotation(db, 0)",
    ),
    Mutant(
        "a counted read does not mark its order",
        "store/orders.py",
        "    outbox.wait(db, after.id)\n",
        "",
    ),
    Mutant(
        "this station's counts are shown twice",
        "sync/plan.py",
        "elsewhere=everywhere - mine",
        "elsewhere=everywhere",
    ),
    Mutant(
        "a slot that is ahead at the API is overwritten",
        "sync/plan.py",
        "if name not in slots or slots[name].n <= slot.n}",
        "if slot}",
    ),
    Mutant(
        "a body is replayed",
        "sync/push.py",
        "await client.update_order(name, step.action.body)",
        "[await client.update_order(name, step.action.body) for _ in range(2)]",
    ),
    Mutant(
        "the attempt is recorded after the answer",
        "store/outbox.py",
        "(order_id, method, json.dumps(body))",
        '(order_id, method, "null")',
    ),
    Mutant(
        "an edit overwrites what somebody else wrote",
        "sync/merge.py",
        "return not self.sent and not self._has(self.base)",
        "return False",
        known=9,
    ),
    Mutant(
        "a cancelled order goes on in the API",
        "sync/plan.py",
        "return (Cancel(standing.reason),) if standing.cancelling else (Settle(),)",
        "return (Settle(),)",
    ),
    Mutant(
        "an older ruling holds",
        "sync/merge.py",
        "return max(found, key=lambda each: each[:2])[2]",
        "return min(found, key=lambda each: each[:2])[2]",
        known=120,
    ),
    Mutant(
        "a reopened order goes on being told as short",
        "sync/merge.py",
        'told = {name: value for name, value in ours.items() if name != "short"}',
        "told = dict(ours)",
        known=141,
    ),
    Mutant(
        "a ruling knows of none before it",
        "verification/orders.py",
        "ruled=self.ruled + 1",
        "ruled=1",
        known=22,
    ),
    Mutant(
        "a ruling without counts is not sent",
        "store/acts.py",
        "        outbox.wait(db, order_id)\n        orders.bring_along",
        "        orders.bring_along",
    ),
    Mutant(
        "an order closed short goes on as in progress",
        "verification/orders.py",
        "if verified or ruling is Ruling.SHORT:",
        "if verified:",
    ),
)
