"""The laws of merging, for any slots whatever."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from sync.merge import Field, Slot, carried, common, lost, merge, slots_in, tail, with_slots

NAMES = st.sampled_from(["dock-1.aaaa", "dock-1.bbbb", "dock-2.cccc", "dock-3.dddd"])
ITEMS = st.sampled_from(["i1", "i2", "i3"])
A_SLOT = st.builds(
    Slot,
    st.integers(1, 6),
    st.sampled_from(["", "0a1b", "0a1b2c3d"]),
    st.dictionaries(ITEMS, st.integers(-3, 9), max_size=3),
    st.sampled_from(["", "Ana"]),
    st.just("2026-01-01T00:00:00Z"),
)
SOME = st.dictionaries(NAMES, A_SLOT, max_size=4)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=9), inner, max_size=3),
    max_leaves=8,
)
METADATA = st.dictionaries(st.text(max_size=5), JSON, max_size=3) | st.builds(
    lambda rest, ours: {**rest, "tallyman": ours},
    st.dictionaries(st.text(max_size=5), JSON, max_size=2),
    JSON | st.fixed_dictionaries({"v": JSON, "slots": JSON | st.dictionaries(NAMES, JSON, max_size=3)}),
)


@given(SOME, SOME)
def test_merging_is_commutative(a: dict[str, Slot], b: dict[str, Slot]) -> None:
    assert merge(a, b) == merge(b, a)


@given(SOME, SOME, SOME)
def test_merging_is_associative(a: dict[str, Slot], b: dict[str, Slot], c: dict[str, Slot]) -> None:
    assert merge(merge(a, b), c) == merge(a, merge(b, c))


@given(SOME, SOME)
def test_merging_is_idempotent_and_never_lowers(a: dict[str, Slot], b: dict[str, Slot]) -> None:
    merged = merge(a, b)
    assert merge(merged, a) == merge(merged, merged) == merged
    assert all(merged[name].n >= slot.n for name, slot in [*a.items(), *b.items()])


@given(SOME, SOME)
def test_what_is_carried_is_never_older_and_settles_once_the_api_has_it(
    remembered: dict[str, Slot], seen: dict[str, Slot]
) -> None:
    known = carried(remembered, seen)
    assert {name: slot.n for name, slot in known.items()} == {
        name: slot.n for name, slot in merge(remembered, seen).items()
    }
    assert not lost(known, known)
    assert carried(known, seen) == known
    assert lost(known, seen) == any(known[n].n > (seen[n].n if n in seen else 0) for n in known)


@given(METADATA, SOME)
def test_writing_slots_touches_nothing_else(metadata: dict[str, Any], slots: dict[str, Slot]) -> None:
    written = with_slots(metadata, slots)
    assert {k: v for k, v in written.items() if k != "tallyman"} == {
        k: v for k, v in metadata.items() if k != "tallyman"
    }
    ours = metadata.get("tallyman")
    if isinstance(ours, dict):
        assert all(written["tallyman"][k] == v for k, v in ours.items() if k != "slots")
        if isinstance(ours.get("slots"), dict):
            assert all(
                written["tallyman"]["slots"][k] == v for k, v in ours["slots"].items() if k not in slots
            )
    assert slots_in(written).items() >= slots.items()
    assert with_slots(written, slots) == written


def test_a_slot_with_fields_of_a_later_version_is_left_as_it_is() -> None:
    later = {"n": 2, "h": "0a1b", "c": {"i1": 2}, "who": "", "at": "", "later": {"x": 1}}
    metadata = {"tallyman": {"v": 2, "slots": {"dock-2.cccc": later}}}
    assert with_slots(metadata, slots_in(metadata)) == metadata


@given(METADATA)
def test_reading_any_metadata_never_fails(metadata: dict[str, Any]) -> None:
    assert all(slot.n > 0 for slot in slots_in(metadata).values())


@given(
    st.lists(st.integers(0, 0xFFFF), max_size=80), st.lists(st.integers(0, 0xFFFF), max_size=80), st.data()
)
def test_where_two_histories_part_is_found(ours: list[int], theirs: list[int], data: st.DataObject) -> None:
    shared = data.draw(st.lists(st.integers(0, 0xFFFF), max_size=80))
    mine = [f"{mark:04x}" for mark in (*shared, *ours)]
    other = [f"{mark:04x}" for mark in (*shared, *theirs)]
    while ours and theirs and mine[len(shared)] == other[len(shared)]:
        return  # marks of different events are taken as different
    if not other:
        return
    slot = Slot(len(other), tail(other), {})
    found = common(mine, slot, at_least=min(len(shared), 3))
    reaches = len(other) - 32 <= len(shared)
    if reaches and not set(mine[len(shared) :]) & set(other[len(shared) :]):
        assert found == len(shared) or (not shared and found == 0) or len(shared) == len(other) - 32
    assert found <= min(len(mine), len(other))


@given(st.integers(0, 2), st.integers(0, 2), st.integers(0, 2))
def test_a_field_is_sent_or_clashes_or_may_be_sent(base: int, mine: int, theirs: int) -> None:
    field = Field("notes", base, mine, theirs)
    assert not (field.sent and field.clashes)
    assert field.sent == (mine == theirs)
    if theirs == base:
        assert not field.clashes
