"""Values that a read builds: equal by what they hold, usable as keys, and closed to anything else."""

from __future__ import annotations

from dataclasses import field, replace

import pytest

from verification.records import record


@record
class Parcel:
    sku: str
    units: int = 1
    label: str = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "label", f"{self.units} × {self.sku}")


def test_equal_values_are_equal_and_one_key() -> None:
    assert Parcel("SKU-A", 2) == Parcel("SKU-A", 2)
    assert len({Parcel("SKU-A", 2), Parcel("SKU-A", 2), Parcel("SKU-A", 3)}) == 2


def test_another_value_is_made_and_the_first_stays() -> None:
    first = Parcel("SKU-A")
    assert replace(first, units=3).label == "3 × SKU-A"
    assert first.label == "1 × SKU-A"


def test_a_value_has_room_for_its_fields_only() -> None:
    with pytest.raises(AttributeError):
        setattr(Parcel("SKU-A"), "colour", "red")  # noqa: B010 - the type checker would refuse it before
