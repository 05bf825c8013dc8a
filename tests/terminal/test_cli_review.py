"""`tallyman review`: the queue and the supervisor's acts at the command line."""

from __future__ import annotations

import json
import os
import pty
import subprocess
from pathlib import Path
from typing import Any

import pytest

from store import orders, slots
from store.ledger import Ledger
from tests.e2e.headless.program import PATIENCE, Tallyman, objects, order

PIN = "918273"
BADGE = "BADGE-SUE"


@pytest.fixture
def tallyman(tmp_path: Path) -> Tallyman:
    """A station with a supervisor, an operator, and an order of two lines."""
    tallyman = Tallyman(tmp_path)
    tallyman.bring_in(order("ORD-1", A=3, B=1))
    for name, role, reads in (
        ("Sue", "supervisor", f"{BADGE}\n{PIN}\n"),
        ("Ana", "operator", "X123\n1234\n"),
    ):
        added = tallyman.run("people", "add", name, "--role", role, "--badge", "--pin", reads=reads)
        assert added.returncode == 0, added.stderr
    return tallyman


def does(tallyman: Tallyman, *arguments: str, pin: str = PIN, person: str = "Sue") -> str:
    """An act that must succeed; returns what was said of it."""
    done = tallyman.run("review", *arguments, "--person", person, reads=f"{pin}\n")
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout


def refused(tallyman: Tallyman, *arguments: str, pin: str = PIN, person: str = "Sue", code: int = 3) -> str:
    """An act that must be refused in one sentence, with nothing changed; returns the sentence."""
    before = tallyman.order("ORD-1")
    done = tallyman.run("review", *arguments, "--person", person, reads=f"{pin}\n")
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (code, "", 1), done.stderr
    assert tallyman.order("ORD-1") == before
    return done.stderr.rstrip("\n")


def counted(shown: dict[str, Any]) -> dict[str, int]:
    return {item["sku"]["sku"]: item["verified_quantity"] for item in shown["items"]}


def test_a_shift_s_doubts_are_listed_and_settled(tallyman: Tallyman) -> None:
    tallyman.scan("ORD-1", "SKU-A", "NOPE", "NOPE", "NOPE", "SKU-A")
    [row] = objects(tallyman.run("review", "list", "--json").stdout)
    assert (row["order_number"], row["status"], row["ruling"]) == ("ORD-1", "in_progress", None)
    assert row["risk"] == 11
    assert row["reasons"] == [{"kind": "refused", "told": "3 reads were refused: 3 unknown.", "weight": 11}]
    listed = tallyman.run("review", "list").stdout.splitlines()
    assert listed[1].split(maxsplit=4)[:4] == ["ORD-1", "11", "in_progress", "2/4"]
    assert "3 reads were refused" in tallyman.run("review", "show", "ORD-1").stdout
    assert tallyman.run("review", "list", "--json", "--reason", "parked").stdout == ""
    told = does(tallyman, "confirm", "ORD-1", "--sku", "SKU-B", "--units", "1", "--reason", "label torn")
    assert told == "SKU-B of ORD-1 has 1 of 1 units now.\n"
    does(tallyman, "adjust", "ORD-1", "--line", "1", "--to", "3", "--reason", "counted by hand")
    (tallyman.folder / "scanners.toml").write_text("[orders_api]\nurl = 'https://acme.example'\n")
    assert does(tallyman, "approve", "ORD-1") == "ORD-1 is approved. It waits to be sent.\n"
    assert tallyman.run("review", "list", "--json").stdout == ""
    assert tallyman.healthy()


def test_an_order_that_an_act_completes_is_counted_again_as_any_other(tallyman: Tallyman) -> None:
    (tallyman.folder / "scanners.toml").write_text("[policy]\nblind_recheck_percent = 100\n")
    tallyman.scan("ORD-1", "SKU-A", "SKU-A", "SKU-A")
    told = does(tallyman, "confirm", "ORD-1", "--sku", "SKU-B", "--units", "1", "--reason", "label torn")
    assert told == (
        "SKU-B of ORD-1 has 1 of 1 units now. Order ORD-1 is complete, and a colleague"
        " counts it again: leave the box open, put it aside and scan the next order label.\n"
    )
    assert tallyman.order("ORD-1")["station"]["recheck"]["state"] == "due"
    [row] = objects(tallyman.run("review", "list", "--json", "--reason", "recheck").stdout)
    assert row["order_number"] == "ORD-1"
    *_, ended = tallyman.scan("ORD-1", "SKU-A", "SKU-A", "SKU-A", "SKU-B", "ORD-1", person="Ben")
    assert ended["recheck"] == "agreed"
    assert tallyman.healthy()


def test_every_act_is_on_the_log_and_the_units_add_up(tallyman: Tallyman) -> None:
    tallyman.scan("ORD-1", "SKU-A", "SKU-A", "SKU-A")
    does(tallyman, "adjust", "ORD-1", "--sku", "SKU-A", "--to", "1", "--reason", "two were other goods")
    does(tallyman, "confirm", "ORD-1", "--sku", "SKU-B", "--units", "1", "--reason", "no label")
    does(tallyman, "close-short", "ORD-1", "--code", "not_found", "--units", "2")
    [shown] = objects(does(tallyman, "reopen", "ORD-1", "--reason", "found them", "--json", pin=BADGE))
    station = shown["station"]
    assert (shown["status"], station["ruling"]) == ("partially_verified", "reopened")
    assert counted(shown) == {"SKU-A": 1, "SKU-B": 1}
    assert station["units"] == {"scanned": 3, "confirmed": 1, "override": -2}
    assert sum(station["units"].values()) == sum(station["counts"].values()) == 2
    assert station["reads"] == 4, "acts are no reads"
    assert [(act["act"], act["person"], act["units"], act["reason"]) for act in station["acts"]] == [
        ("adjust", "Sue", -2, "two were other goods"),
        ("confirm", "Sue", 1, "no label"),
        ("close_short", "Sue", 0, None),
        ("reopen", "Sue", 0, "found them"),
    ]
    assert station["acts"][2]["short"] == "not_found"
    assert list(station["acts"][2]["missing"].values()) == [2]
    assert counted(objects(does(tallyman, "send-back", "ORD-1", "--reason", "mixed up", "--json"))[0]) == {
        "SKU-A": 0,
        "SKU-B": 0,
    }
    told = tallyman.run("orders", "show", "ORD-1").stdout
    assert "Ruling:       sent back" in told
    assert "two were other goods" in told
    assert tallyman.order("ORD-1")["station"]["units"] == {}
    assert tallyman.healthy()


def test_an_act_that_completes_the_order_is_what_verified_it(tallyman: Tallyman) -> None:
    tallyman.scan("ORD-1", "SKU-A", "SKU-A", "SKU-A")
    does(tallyman, "confirm", "ORD-1", "--sku", "SKU-B", "--units", "1", "--reason", "no label")
    station = tallyman.order("ORD-1")["station"]
    assert (station["opened_by"], station["verified_by"]) == ("Ana", "Sue")


def test_what_may_not_be_is_refused_in_a_sentence(tallyman: Tallyman) -> None:
    tallyman.scan("ORD-1", "SKU-A")
    stays = "Order ORD-1 stays as it is: "
    assert refused(tallyman, "approve", "ORD-1") == f"{stays}it is in progress, not verified."
    adjust = ("adjust", "ORD-1", "--reason", "x", "--sku")
    assert refused(tallyman, *adjust, "SKU-A", "--to", "4") == f"{stays}SKU-A can be from 0 to 3, not 4."
    assert refused(tallyman, *adjust, "SKU-A", "--to", "-1") == f"{stays}SKU-A can be from 0 to 3, not -1."
    assert refused(tallyman, *adjust, "NO", "--to", "1") == "Order ORD-1 has no line NO; it stays as it is."
    assert (
        refused(tallyman, "adjust", "ORD-1", "--sku", "SKU-A", "--to", "2") == f"{stays}a reason is needed."
    )
    hostile = ("send-back", "ORD-1", "--reason", "a\x1b[2Jb")
    assert refused(tallyman, *hostile) == f"{stays}the reason holds characters that cannot be printed."
    assert refused(tallyman, "ship", "ORD-1") == f"{stays}this site marks orders shipped elsewhere."
    assert refused(tallyman, "release", "ORD-1") == f"{stays}it is in progress, not a draft."
    assert refused(tallyman, "reopen", "ORD-1", "--reason", "x") == f"{stays}it is open already."
    short = ("close-short", "ORD-1", "--code", "customer", "--units", "1")
    assert refused(tallyman, *short) == f"{stays}3 units are missing, not 1."
    assert "No order has" in refused(tallyman, "approve", "ORD-9", code=1)
    assert "--sku or by --line" in refused(tallyman, "adjust", "ORD-1", "--to", "1", code=2)


def test_only_a_supervisor_with_the_right_pin_may(tallyman: Tallyman) -> None:
    tallyman.scan("ORD-1", "SKU-A")
    back = ("send-back", "ORD-1", "--reason", "x")
    assert "PIN is wrong" in refused(tallyman, *back, pin="918274")
    assert "PIN is wrong" in refused(tallyman, *back, pin="X123")
    assert "PIN is wrong" in refused(tallyman, *back, person="Nobody")
    assert "only a supervisor" in refused(tallyman, *back, person="Ana", pin="1234")
    assert "PIN of Sue is missing" in refused(tallyman, *back, pin="", code=2)


def test_an_order_of_two_lines_of_one_sku_needs_the_line(tallyman: Tallyman) -> None:
    twice = {"order_number": "ORD-2", "items": [{"sku_code": "SKU-A", "quantity": 2}] * 2}
    tallyman.bring_in(twice)
    adjust = ("adjust", "ORD-2", "--to", "2", "--reason", "x")
    assert "name one by --line" in refused(tallyman, *adjust, "--sku", "SKU-A")
    does(tallyman, *adjust, "--line", "2")
    assert [item["verified_quantity"] for item in tallyman.order("ORD-2")["items"]] == [0, 2]


def test_a_site_s_policy_lets_orders_be_marked_shipped(tallyman: Tallyman) -> None:
    (tallyman.folder / "scanners.toml").write_text("[policy]\nmark_shipped = true\nsign_in = false\n")
    tallyman.scan("ORD-1", "SKU-A", "SKU-A", "SKU-A", "SKU-B")
    does(tallyman, "ship", "ORD-1")
    assert tallyman.order("ORD-1")["status"] == "shipped"
    assert "it is shipped" in refused(tallyman, "reopen", "ORD-1", "--reason", "x")


def test_an_order_is_shipped_only_when_its_second_count_is_settled(tallyman: Tallyman) -> None:
    (tallyman.folder / "scanners.toml").write_text(
        "[policy]\nmark_shipped = true\nblind_recheck_percent = 100\n"
    )
    tallyman.scan("ORD-1", "SKU-A", "SKU-A", "SKU-A", "SKU-B")
    stays = "Order ORD-1 stays as it is: "
    owed = f"{stays}somebody else still has to count it again: have it counted first."
    assert refused(tallyman, "ship", "ORD-1") == owed
    tallyman.scan("ORD-1", "SKU-A", person="Ben")
    assert refused(tallyman, "ship", "ORD-1") == owed
    tallyman.scan("ORD-1", "ORD-1", person="Ben")
    assert refused(tallyman, "ship", "ORD-1") == (
        f"{stays}its second count differs: approve, adjust, send back or reopen it first."
    )
    does(tallyman, "approve", "ORD-1", "--reason", "looked into the box")
    does(tallyman, "ship", "ORD-1")
    assert tallyman.order("ORD-1")["status"] == "shipped"
    assert tallyman.healthy()


def test_an_order_whose_second_count_agrees_is_shipped(tallyman: Tallyman) -> None:
    (tallyman.folder / "scanners.toml").write_text(
        "[policy]\nmark_shipped = true\nblind_recheck_percent = 100\n"
    )
    packed = ("ORD-1", "SKU-A", "SKU-A", "SKU-A", "SKU-B")
    tallyman.scan(*packed)
    tallyman.scan(*packed, "ORD-1", person="Ben")
    does(tallyman, "ship", "ORD-1")
    assert tallyman.order("ORD-1")["status"] == "shipped"


def test_a_draft_is_released(tallyman: Tallyman) -> None:
    tallyman.bring_in(order("ORD-D", A=1) | {"status": "draft"})
    does(tallyman, "release", "ORD-D")
    assert tallyman.order("ORD-D")["status"] == "pending"


def test_an_order_is_taken_over_where_another_station_counts_on_it(tallyman: Tallyman) -> None:
    assert refused(tallyman, "take-over", "ORD-1", person="Ana", pin="1234") == (
        "Order ORD-1 stays as it is: no other station counts on it, so there is nothing to take over."
    )
    ledger = Ledger.open(tallyman.data)
    with ledger.transaction() as db:
        found = orders.by_number(db, "ORD-1")
        assert found is not None
        ben = {"n": 1, "h": "", "c": {found.lines[0].id: 1}, "who": "Ben", "at": "2031-01-01T10:00:00Z"}
        slots.keep(db, found.id, {"dock-2.0a0a0a0a": json.dumps(ben)}, {})
    ledger.close()
    assert does(tallyman, "take-over", "ORD-1", person="Ana", pin="1234") == (
        "ORD-1 goes on at this station.\n"
    )


def test_a_station_that_holds_the_ledger_is_told(tallyman: Tallyman) -> None:
    held = Ledger.open(tallyman.data)
    try:
        done = tallyman.run("review", "approve", "ORD-1", "--person", "Sue", reads=f"{PIN}\n")
        assert (done.returncode, done.stdout, done.stderr.count("\n")) == (5, "", 1)
        assert tallyman.run("review", "list").returncode == 0
    finally:
        held.close()


def test_changes_of_orders_are_acts_where_somebody_answers_for_them(tallyman: Tallyman) -> None:
    def changes(*arguments: str) -> None:
        done = tallyman.run("orders", *arguments, "--person", "Ana", reads="1234\n")
        assert (done.returncode, done.stderr) == (0, "")

    (tallyman.folder / "more.json").write_text(json.dumps([order("ORD-3", A=1)]))
    changes("import", "more.json")
    (tallyman.folder / "late.json").write_text(json.dumps([order("ORD-4", A=1), order("ORD-5", A=1)]))
    changes("import", "late.json", "--reason", "the shop was late")
    changes("create", "ORD-2", "--line", "SKU-A", "1", "--reason", "asked at the door")
    changes("edit", "ORD-2", "--notes", "fragile", "--reason", "asked by phone")
    changes("cancel", "ORD-2", "--reason", "changed mind")
    shown = tallyman.order("ORD-2")
    assert (shown["notes"], shown["status"]) == ("fragile", "cancelled")
    acts = [(act["act"], act["person"], act["reason"]) for act in shown["station"]["acts"]]
    assert acts == [
        ("create", "Ana", "asked at the door"),
        ("edit", "Ana", "asked by phone"),
        ("cancel", "Ana", "changed mind"),
    ]
    for number, reason in (
        ("ORD-3", "more.json"),
        ("ORD-4", "the shop was late"),
        ("ORD-5", "the shop was late"),
    ):
        [act] = tallyman.order(number)["station"]["acts"]
        assert (act["act"], act["person"], act["reason"]) == ("import", "Ana", reason)
    assert tallyman.order("ORD-1")["station"]["acts"] == []
    wrong = tallyman.run("orders", "edit", "ORD-1", "--notes", "x", "--person", "Ana", reads="9999\n")
    assert (wrong.returncode, tallyman.order("ORD-1")["notes"]) == (3, None)
    piped = tallyman.run("orders", "import", "-", "--format", "json", "--person", "Ana", reads="1234\n[]")
    assert piped.returncode == 2
    assert tallyman.healthy()


def test_on_a_terminal_the_pin_is_asked_for_unseen(tallyman: Tallyman) -> None:
    tallyman.scan("ORD-1", "SKU-A")
    controller, terminal = pty.openpty()
    command = tallyman.command("review", "send-back", "ORD-1", "--reason", "mixed up", "--person", "Sue")
    with subprocess.Popen(
        command,
        stdin=terminal,
        stdout=terminal,
        stderr=terminal,
        cwd=tallyman.folder,
        env=tallyman.environment,
        start_new_session=True,
    ) as acting:
        os.close(terminal)
        seen = b""
        while not seen.endswith(b"PIN of Sue: "):
            seen += os.read(controller, 1024)
        os.write(controller, f"{PIN}\n".encode())
        while b"is sent back" not in seen:
            seen += os.read(controller, 1024)
        assert acting.wait(PATIENCE) == 0
    os.close(controller)
    assert PIN.encode() not in seen
