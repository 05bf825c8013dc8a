"""F10: what is not sent to the Orders API, and what a person decides about it, by keys alone."""

from __future__ import annotations

import json
import re

import pytest

from store import conflicts, orders, outbox, unreadable
from store.ledger import Ledger
from tests.e2e.station.conftest import Shift
from tests.e2e.station.station_pty import StationTerminal

NOBODY_THERE = '[orders_api]\nurl = "http://127.0.0.1:9/api/integrations/v1"\n'
REASON = "The API refused it (400 SERVICE_ERROR): sku_code does not exist: SKU-A"
CLASH = "notes was changed here and in the API; the API's value stands."


@pytest.fixture
def held(shift: Shift) -> Shift:
    """A station that cannot reach its API, with one order parked, one in conflict and one that waits."""
    with_key = shift.data / "orders-api.key"
    with_key.write_text("sk_live_nobody")
    with_key.chmod(0o600)
    shift.configure(more=NOBODY_THERE)
    ledger = Ledger.open(shift.data)
    with ledger.transaction() as db:
        ids = {number: orders.named(db, number)[0].id for number in ("ORD-1", "ORD-2", "ORD-3")}
        outbox.park(db, ids["ORD-1"], REASON)
        conflicts.replace(db, ids["ORD-2"], [("header", "notes", CLASH)])
        outbox.wait(db, ids["ORD-3"])
    ledger.close()
    return shift


def rows(shift: Shift) -> list[tuple[str, str]]:
    found = map(json.loads, shift.tallyman("sync", "waiting", "--json").splitlines())
    return [(each["order_number"], each["state"]) for each in found]


def looking(shift: Shift) -> StationTerminal:
    station = shift.station(columns=120, rows=30)
    badge = re.compile(r"Offline since \d\d:\d\d, 2 orders waiting")
    station.wait_for(lambda: badge.search(station.text) is not None)
    station.press("F10")
    station.wait_for("! conflict ORD-2", "■ parked   ORD-1", "◷ waiting  ORD-3", REASON[:40], "next try in")
    return station


def test_a_parked_order_is_tried_again_and_a_conflict_settled(held: Shift) -> None:
    station = looking(held)
    station.press("F6")
    station.wait_for(lambda: "ORD-2" not in station, "▸ ■ parked   ORD-1")
    station.press("F5")
    station.wait_for("◷ waiting  ORD-1", lambda: "parked   " not in station)
    assert rows(held) == [("ORD-1", "waiting"), ("ORD-3", "waiting")]


def test_a_parked_order_is_settled_and_one_that_only_waits_is_not(held: Shift) -> None:
    station = looking(held)
    station.press("Down", "F6")
    station.wait_for(lambda: "ORD-1" not in station, "▸ ◷ waiting  ORD-3")
    station.press("F6", "F5", "Up")
    station.wait_for("▸ ! conflict ORD-2", "◷ waiting  ORD-3")
    assert rows(held) == [("ORD-2", "conflict"), ("ORD-3", "waiting")]


def test_an_order_that_cannot_be_read_is_shown_and_settled(held: Shift) -> None:
    ledger = Ledger.open(held.data)
    with ledger.transaction() as db:
        unreadable.note(db, "ORD-9", "The answer breaks its contract at $.data.status.", 1)
    ledger.close()
    station = looking(held)
    station.wait_for("? unreadable ORD-9", "at $.data.status", "1 unreadable")
    station.press("Down", "F6")
    station.wait_for(lambda: "ORD-9" not in station)
    assert rows(held) == [("ORD-2", "conflict"), ("ORD-1", "parked"), ("ORD-3", "waiting")]


def test_the_command_line_does_the_same_with_the_same_words(held: Shift) -> None:
    assert rows(held) == [("ORD-2", "conflict"), ("ORD-1", "parked"), ("ORD-3", "waiting")]
    table = held.tallyman("sync", "waiting")
    assert table.splitlines()[1].split()[:2] == ["ORD-2", "conflict"]
    assert held.tallyman("sync", "retry", "ORD-1") == "1 parked order will be tried again: ORD-1.\n"
    again = held.attempt("sync", "retry", "--all")
    assert again.returncode == 3
    assert again.stderr == "Nothing is parked or unreadable; `tallyman sync waiting` lists what is.\n"
    waits = held.attempt("sync", "settle", "ORD-3")
    assert (waits.returncode, "ORD-3 is not in conflict or parked or unreadable" in waits.stderr) == (3, True)
    assert held.tallyman("sync", "settle", "--all") == "1 matter settled: ORD-2.\n"
    assert rows(held) == [("ORD-1", "waiting"), ("ORD-3", "waiting")]


@pytest.mark.parametrize(
    "wrong",
    [
        ["sync", "retry"],
        ["sync", "retry", "ORD-1", "--all"],
        ["sync", "--once", "waiting"],
        ["sync", "settle"],
        ["sync", "no-such"],
    ],
)
def test_a_wrong_command_line_is_one_sentence(held: Shift, wrong: list[str]) -> None:
    done = held.attempt(*wrong)
    assert done.returncode == 2
    assert len(done.stderr.splitlines()) == 1


def test_nothing_held_back_is_said(shift: Shift) -> None:
    assert shift.tallyman("sync", "waiting").startswith("Nothing waits")
    assert shift.tallyman("sync", "waiting", "--json") == ""
