"""How counts of several stations become one: slots in an order's metadata, merged without a coordinator.

Metadata holds `{"tallyman": {"v": 1, "slots": {"dock-1.9f3a": {"n": 17, "h": "…", "c": {"<item id>": 3}}}}}`.
A slot has one writer. Its `n` rises with every counting event of the order, undo included, `c` holds absolute
counts, and `h` ends in the marks of its newest events, so that two histories of one slot can be told apart.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import field
from typing import Any, Final, TypeGuard

from store.due import same_due
from sync.readings import MOMENTS
from verification.limits import MOST_UNITS
from verification.orders import Ruling
from verification.records import record

KEY: Final = "tallyman"
VERSION: Final = 1
MARK: Final = 4
"""Characters of an event's mark in `h`."""
MARKS: Final = 32
"""How many marks `h` holds."""


@record
class Ruled:
    """A supervisor's word on an order, as it travels with the slot of the station that it was said at."""

    number: int
    """How many rulings it knows of, itself included: of two, the higher is the newer. No clock decides."""
    ruling: Ruling
    who: str = ""
    why: str = ""
    missing: Mapping[str, int] = field(default_factory=dict)
    """Units by the API's item id that stay away from an order closed short."""

    def to_json(self) -> dict[str, Any]:
        """The ruling as a slot holds it."""
        told = {"number": self.number, "is": self.ruling.value, "who": self.who, "why": self.why}
        return {**told, "missing": dict(self.missing)} if self.missing else told

    @classmethod
    def from_json(cls, value: Any) -> Ruled | None:
        """The ruling in `value`; None when it is not one."""
        if not isinstance(value, dict) or not _whole(value.get("number")):
            return None
        known = {ruling.value: ruling for ruling in Ruling}
        ruling = known.get(value["is"]) if isinstance(value.get("is"), str) else None
        missing = value.get("missing", {})
        if ruling is None or not isinstance(missing, dict) or not all(map(_whole, missing.values())):
            return None
        return cls(value["number"], ruling, _text(value.get("who")), _text(value.get("why")), missing)


@record
class Slot:
    """One station's counts for one order."""

    n: int
    h: str
    c: Mapping[str, int]
    """Units by the API's item id."""
    who: str = ""
    at: str = ""
    """When, by the writer's clock; shown, decides nothing."""
    ruled: Ruled | None = None
    """The newest ruling of this slot's station."""

    def to_json(self) -> dict[str, Any]:
        """The slot as metadata holds it."""
        told = {"n": self.n, "h": self.h, "c": dict(self.c), "who": self.who, "at": self.at}
        return {**told, "ruled": self.ruled.to_json()} if self.ruled else told

    @classmethod
    def from_json(cls, value: Any) -> Slot | None:
        """The slot in `value`; None when it is not one."""
        if not isinstance(value, dict):
            return None
        n, h, c = value.get("n"), value.get("h", ""), value.get("c")
        if not (_whole(n) and isinstance(h, str) and isinstance(c, dict) and n > 0):
            return None
        if not all(_whole(units) for units in c.values()):
            return None
        ruled = Ruled.from_json(value.get("ruled"))
        return cls(n, h, c, _text(value.get("who")), _text(value.get("at")), ruled)

    def rank(self) -> tuple[int, str, str]:
        """What merging goes by: the higher `n`; where two histories have one `n`, their content decides."""
        return self.n, self.h, json.dumps(self.to_json(), sort_keys=True)


Slots = Mapping[str, Slot]
"""By slot name, `<station>.<incarnation>`."""


def _whole(value: Any) -> TypeGuard[int]:
    return isinstance(value, int) and not isinstance(value, bool) and -MOST_UNITS <= value <= MOST_UNITS


def _text(value: Any) -> str:
    return value[:200] if isinstance(value, str) else ""


def merge(one: Slots, other: Slots) -> dict[str, Slot]:
    """Per slot the higher `n`: commutative, associative, idempotent."""
    merged = dict(one)
    for name, slot in other.items():
        mine = merged.get(name)
        merged[name] = slot if mine is None else max(mine, slot, key=Slot.rank)
    return merged


def carried(remembered: Slots, seen: Slots) -> dict[str, Slot]:
    """What is known after `seen` was sighted: merged, but where `n` is the same, as the API has it.

    So two stations that remember different contents under one `n` end with the API's and do not take turns.
    """
    known = merge(remembered, seen)
    return {
        name: seen[name] if name in seen and seen[name].n == slot.n else slot for name, slot in known.items()
    }


def slots_in(metadata: Mapping[str, Any]) -> dict[str, Slot]:
    """The slots that an order's metadata holds; what is not a slot is passed over."""
    ours = metadata.get(KEY)
    found = ours.get("slots") if isinstance(ours, dict) else None
    if not isinstance(found, dict):
        return {}
    read = {name: Slot.from_json(value) for name, value in found.items()}
    return {name: slot for name, slot in read.items() if slot is not None}


def ruling_in(slots: Slots) -> Ruled | None:
    """The newest ruling of all stations; of two that did not know of each other, the later name's."""
    found = [(slot.ruled.number, name, slot.ruled) for name, slot in slots.items() if slot.ruled]
    return max(found, key=lambda each: each[:2])[2] if found else None


def with_slots(metadata: Mapping[str, Any], slots: Slots) -> dict[str, Any]:
    """The metadata to write: `slots` brought in, everything else as it was, unknown keys untouched.

    An order that is closed short says so under `short`, for readers who know nothing of slots.
    """
    ours = metadata.get(KEY)
    ours = ours if isinstance(ours, dict) else {}
    before = ours.get("slots")
    before = before if isinstance(before, dict) else {}
    kept = slots_in(metadata)
    written = {name: slot.to_json() for name, slot in slots.items() if kept.get(name) != slot}
    ruled = ruling_in({**kept, **slots})
    told = {name: value for name, value in ours.items() if name != "short"}
    if ruled is not None and ruled.ruling is Ruling.SHORT:
        told["short"] = {"missing": dict(ruled.missing), "who": ruled.who, "why": ruled.why}
    return {**metadata, KEY: {"v": VERSION, **told, "slots": {**before, **written}}}


def lost(known: Slots, seen: Slots) -> bool:
    """Whether the API shows less than is known: a slot is missing or older there."""
    return any(name not in seen or seen[name].n < slot.n for name, slot in known.items())


def tail(marks: Sequence[str]) -> str:
    """The `h` of a slot whose events have these marks, oldest first."""
    return "".join(marks[-MARKS:])


def common(marks: Sequence[str], slot: Slot, at_least: int = 0) -> int:
    """How many of a history's first events the API's `slot` shares with it.

    Each mark is drawn from a chained hash, so where two histories agree on one, they agree on all before.
    `at_least` holds where `h` reaches too far or not far enough back to tell.
    """
    shown = [slot.h[i : i + MARK] for i in range(0, len(slot.h), MARK)][-MARKS:]
    first = slot.n - len(shown) + 1
    for number in range(min(len(marks), slot.n), max(first, 1) - 1, -1):
        if marks[number - 1] == shown[number - first]:
            return number
    return 0 if first == 1 and shown else min(at_least, len(marks), slot.n)


def units(slots: Iterable[Slot], item_id: str) -> int:
    """Units of one item over some slots."""
    return sum(slot.c.get(item_id, 0) for slot in slots)


@record
class Field:
    """One header field in three versions, and what follows."""

    name: str
    base: Any
    """As the API had it when it was edited here."""
    mine: Any
    theirs: Any
    """As the API has it now."""

    @property
    def sent(self) -> bool:
        """Whether the API has the edit already."""
        return self._has(self.mine)

    @property
    def clashes(self) -> bool:
        """Whether both sides changed it, and differently: the API's value stays, the edit waits."""
        return not self.sent and not self._has(self.base)

    @property
    def waits(self) -> bool:
        """Whether the API may still take the edit: it has what it had."""
        return not self.sent and not self.clashes

    def _has(self, value: Any) -> bool:
        """Whether the API has `value`; a moment is one however the API writes it."""
        if self.name in MOMENTS and isinstance(value, str) and isinstance(self.theirs, str):
            return same_due(value, self.theirs)
        return bool(value == self.theirs)
