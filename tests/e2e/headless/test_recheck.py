"""An order counted again by somebody else, with nothing but pipes."""

from __future__ import annotations

import json

import pytest

from tests.e2e.headless.program import Tallyman, order

PACKED = ("SKU-A", "SKU-A", "SKU-B")


@pytest.fixture
def picked(tallyman: Tallyman) -> Tallyman:
    """A site where every order is counted again, and ORD-1 verified by Ana."""
    (tallyman.folder / "scanners.toml").write_text("[policy]\nblind_recheck_percent = 100\n")
    tallyman.bring_in(order("ORD-1", A=2, B=1))
    assert tallyman.scan("ORD-1", *PACKED)[-1]["verdict"] == "order_verified"
    return tallyman


def test_somebody_else_counts_it_again_without_being_told_a_number_and_agrees(picked: Tallyman) -> None:
    before = picked.order("ORD-1")
    assert before["station"]["recheck"] == {"state": "due", "by": None, "differences": []}
    told = picked.scan("ORD-1", *PACKED, "ORD-1", person="Ben")
    assert [(each["verdict"], each["recheck"]) for each in told] == [
        ("order_opened", "begun"),
        *[("recounted", "read")] * 3,
        ("command", "agreed"),
    ]
    for each in told:
        assert (each["units"], each["verified_quantity"], each["quantity"]) == (0, None, None)
    after = picked.order("ORD-1")
    assert after["station"].pop("recheck") == {"state": "agreed", "by": "Ben", "differences": []}
    assert [(each["act"], each["stage"]) for each in after["station"].pop("acts")] == [("recheck", "agreed")]
    assert after["station"].pop("people") == ["Ana", "Ben"]
    for name in ("recheck", "acts", "people"):
        del before["station"][name]
    assert after == before
    assert picked.healthy()


def test_what_differs_is_shown_to_whoever_looks_and_the_counts_stand(picked: Tallyman) -> None:
    told = picked.scan("ORD-1", "SKU-A", "TALLYMAN:DONE", person="Ben")
    assert told[-1]["recheck"] == "differs"
    shown = picked.order("ORD-1")
    assert (shown["status"], [item["verified_quantity"] for item in shown["items"]]) == ("verified", [2, 1])
    assert shown["station"]["recheck"]["differences"] == [
        {"sku": "SKU-A", "expected": 2, "found": 1},
        {"sku": "SKU-B", "expected": 1, "found": 0},
    ]
    text = picked.run("orders", "show", "ORD-1").stdout
    assert "differs by Ben: SKU-A 1 instead of 2; SKU-B 0 instead of 1" in text


def test_the_one_who_counted_it_is_refused_and_it_stays_owed(picked: Tallyman) -> None:
    refused, lost = picked.scan("ORD-1", "SKU-A", person="Ana")
    assert (refused["verdict"], lost["verdict"]) == ("order_locked", "no_order_open")
    (row,) = map(json.loads, picked.run("orders", "list", "--json").stdout.splitlines())
    assert row["recheck_owed"] is True


def test_a_count_cut_off_half_way_goes_on_in_the_next_process(picked: Tallyman) -> None:
    picked.scan("ORD-1", "SKU-A", "SKU-A", person="Ben")
    assert picked.order("ORD-1")["station"]["recheck"]["state"] == "running"
    told = picked.scan("ORD-1", "SKU-B", "ORD-1", person="Ben")
    assert [each["recheck"] for each in told] == ["resumed", "read", "agreed"]


def test_the_doctor_warns_where_nobody_has_to_say_who_counts(picked: Tallyman) -> None:
    (picked.folder / "scanners.toml").write_text("[policy]\nsign_in = false\nblind_recheck_percent = 5\n")
    assert "who counts again must have signed in" in picked.run("doctor").stdout
