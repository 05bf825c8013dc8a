"""Every act of a supervisor is done by keys at the real station, and is in the log with who and why."""

from __future__ import annotations

import json
from pathlib import Path

from store import orders, slots
from store.ledger import Ledger
from tests.e2e.station.conftest import SUPERVISORS_PIN, Shift
from tests.e2e.station.station_pty import StationTerminal
from tests.e2e.station.supervisor import (
    acts_on,
    agree,
    answer,
    approve,
    choose,
    count,
    in_full,
    packing,
)
from tests.sync.stations import BASE, running_server
from verification.acts import ActKind


def verified(shift: Shift, who: str = "Sue") -> StationTerminal:
    """ORD-3, which has one unit, is verified, and its page is open."""
    station = packing(shift, who, "ORD-3")
    station.scan("SKU-C")
    station.wait_for("Order ORD-3 is complete")
    in_full(station, "ORD-3")
    return station


def begun(shift: Shift, who: str = "Sue") -> StationTerminal:
    """ORD-1 has 2 of 3 SKU-A and none of 1 SKU-B, and its page is open."""
    station = packing(shift, who)
    count(station, "SKU-A", "SKU-A")
    in_full(station, "ORD-1")
    station.wait_for("2/4 units")
    return station


def test_a_signed_in_supervisor_approves_and_reopens_without_a_pin(supervised: Shift) -> None:
    station = verified(supervised)
    choose(station, ActKind.APPROVE)
    answer(station, "Note, or nothing", "weighed")
    station.wait_for("ORD-3 is noted as looked at and right, with 1 of 1 units.")
    assert acts_on(supervised, "ORD-3") == []
    agree(station)
    station.wait_for("ORD-3 is approved: 1 of 1 units counted.", "Approved by Sue: weighed")
    choose(station, ActKind.REOPEN)
    station.wait_for("Reason, then Enter:")
    station.enter()
    station.wait_for("It needs a reason in words.")
    answer(station, "Reason, then Enter:", "1 more")
    agree(station)
    station.wait_for("ORD-3 is reopened", "Reopened by Sue: 1 more")
    told = [(act, who, why) for act, who, why, _ in acts_on(supervised, "ORD-3")]
    assert told == [("approve", "Sue", "weighed"), ("reopen", "Sue", "1 more")]


def test_an_operator_sends_back_with_a_supervisors_approval_for_this_one_act(supervised: Shift) -> None:
    station = begun(supervised, "Ana")
    choose(station, ActKind.SEND_BACK)
    answer(station, "Reason, then Enter:", "wrong")
    station.wait_for("2 units come off ORD-1: it is scanned again from the start.")
    agree(station)
    approve(station, pin="999999")
    station.wait_for("Name or PIN is wrong", "Nothing was changed.")
    assert acts_on(supervised, "ORD-1") == []
    agree(station)
    approve(station)
    station.wait_for("ORD-1 is sent back with Sue's approval", "Sent back by Ana, approved by Sue: wrong")
    (told,) = acts_on(supervised, "ORD-1")
    assert told[:3] == ("send_back", "Ana", "wrong")
    assert told[3]["approved_by"] == "Sue"
    assert supervised.verified("ORD-1") == {"SKU-A": 0, "SKU-B": 0}
    choose(station, ActKind.EDIT)  # the approval was for one act: the next one asks anew
    station.wait_for("▸ Customer: Acme Corporation")
    station.enter()
    answer(station, "Customer, then Enter: Acme Corporation▏", "!", before="Acme Corporation")
    agree(station)
    station.wait_for("A supervisor approves. Name")
    station.press(*["Escape"] * 6)
    station.wait_for(lambda: "Lines: counted of ordered" not in station, " Ana ")


def test_an_operators_own_pin_approves_nothing(supervised: Shift) -> None:
    station = begun(supervised, "Ana")
    choose(station, ActKind.SEND_BACK)
    answer(station, "Reason, then Enter:", "wrong")
    agree(station)
    approve(station, "Ana", "4711")
    station.wait_for("Ana is no supervisor: ask one.", "Nothing was changed.")
    assert acts_on(supervised, "ORD-1") == []


def test_a_line_is_adjusted_within_its_quantity(supervised: Shift) -> None:
    station = begun(supervised)
    choose(station, ActKind.ADJUST)
    station.wait_for("▸ SKU-A  2 of 3")
    station.enter()
    answer(station, "How many it shall have, then Enter:", "4")
    station.wait_for("SKU-A can be from 0 to 3, not 4.")
    station.press("Backspace")
    answer(station, "How many it shall have, then Enter: ▏", "1")
    answer(station, "Reason, then Enter:", "fell")
    station.wait_for("SKU-A of ORD-1 goes from 2 to 1 of 3, as an override.")
    agree(station)
    station.wait_for("SKU-A of ORD-1 has 1 of 3 now.", "2 scanned, -1 by override")
    assert supervised.verified("ORD-1") == {"SKU-A": 1, "SKU-B": 0}


def test_units_that_cannot_be_scanned_are_confirmed(supervised: Shift) -> None:
    station = begun(supervised)
    choose(station, ActKind.CONFIRM)
    station.wait_for("▸ SKU-A  2 of 3")
    station.press("Down")
    station.wait_for("▸ SKU-B  0 of 1")
    station.enter()
    answer(station, "How many to add, then Enter:", "1")
    answer(station, "Reason, then Enter:", "torn")
    agree(station)
    station.wait_for("SKU-B of ORD-1 has 1 of 1 now.", "1 confirmed by hand")
    assert supervised.verified("ORD-1") == {"SKU-A": 2, "SKU-B": 1}


def test_an_order_is_closed_short_with_a_code_units_and_a_note(supervised: Shift) -> None:
    station = begun(supervised)
    choose(station, ActKind.CLOSE_SHORT)
    station.wait_for("▸ out of stock")
    station.press("Down", "Down")
    station.wait_for("▸ damaged")
    station.enter()
    answer(station, "How many are missing, or nothing, then Enter:", "3")
    station.wait_for("2 units are missing, not 3.")
    station.press("Backspace")
    answer(station, "How many are missing, or nothing, then Enter: ▏", "2")
    answer(station, "Note, or nothing, then Enter:", "water")
    station.wait_for("ORD-1 ends with 2 units missing (damaged): 1 × SKU-A, 1 × SKU-B.")
    agree(station)
    station.wait_for("ORD-1 is closed short: 2 of 4 units counted.", "Closed short by Sue: damaged, water")
    (told,) = acts_on(supervised, "ORD-1")
    assert told[:3] == ("close_short", "Sue", "water")
    assert told[3]["short"] == "damaged"
    assert supervised.order("ORD-1")["status"] == "partially_verified"
    station.press("Escape")
    station.scan("SKU-A")
    station.wait_for("closed short")
    assert supervised.verified("ORD-1") == {"SKU-A": 2, "SKU-B": 0}


def test_header_fields_are_edited_and_a_date_that_is_none_is_refused(supervised: Shift) -> None:
    station = begun(supervised)
    choose(station, ActKind.EDIT)
    station.wait_for("▸ Customer: Acme Corporation")
    station.press("Down")
    station.wait_for("▸ Notes: empty")
    station.enter()
    answer(station, "Notes, then Enter:", "ring")
    station.wait_for("Notes of ORD-1 becomes “ring”, it was empty.")
    agree(station)
    station.wait_for("ORD-1 is edited", "Notes: ring")
    choose(station, ActKind.EDIT)
    station.press("Down", "Down")
    station.wait_for("▸ Due")
    station.enter()
    answer(station, "Due, then Enter: 2031-03-01 10:00▏", "x", before="2031-03-01 10:00")
    station.wait_for("A due date is typed as 2031-05-01 14:00, in this station's time.")
    station.press("Backspace", "Backspace")
    answer(station, "Due, then Enter: 2031-03-01 10:0▏", "5", before="2031-03-01 10:0")
    agree(station)
    station.wait_for("due Sat 01 Mar 10:05")
    shown = supervised.order("ORD-1")
    assert (shown["notes"], shown["due_date"]) == ("ring", "2031-03-01T10:05:00Z")
    assert [act for act, *_ in acts_on(supervised, "ORD-1")] == ["edit", "edit"]


def test_an_order_is_cancelled_with_a_reason_and_then_nothing_counts(supervised: Shift) -> None:
    station = begun(supervised)
    choose(station, ActKind.CANCEL)
    answer(station, "Reason, then Enter:", "called")
    station.wait_for("ORD-1 is cancelled with 2 units counted")
    agree(station)
    station.wait_for("ORD-1 is cancelled: 2 of 4 units counted.")
    assert [told[:3] for told in acts_on(supervised, "ORD-1")] == [("cancel", "Sue", "called")]
    choose(station, ActKind.SEND_BACK)
    station.wait_for("Not now: it is cancelled.")
    station.press("Escape", "Escape")
    station.scan("SKU-A")
    station.wait_for("the order is cancelled")
    assert supervised.order("ORD-1")["status"] == "cancelled"


def test_a_draft_is_released_from_the_queue_and_shipped_where_the_site_says_so(supervised: Shift) -> None:
    shift = supervised
    shift.config.write_text(shift.config.read_text().replace("[policy]", "[policy]\nmark_shipped = true"))
    draft = shift.folder / "draft.json"
    items = [{"sku": {"sku": "SKU-C"}, "quantity": 1}]
    draft.write_text(json.dumps([{"order_number": "ORD-9", "status": "draft", "items": items}]))
    shift.tallyman("orders", "import", str(draft))
    station = shift.station(columns=110, rows=36)
    station.scan("BADGE-SUE")
    station.wait_for("Sue is signed in", "ORD-9")
    station.press("End")
    station.wait_for("▸ ORD-9")
    in_full(station, "ORD-9")
    choose(station, ActKind.RELEASE)
    station.wait_for("ORD-9 is no draft any more")
    agree(station)
    station.wait_for("ORD-9 is released")
    choose(station, ActKind.SHIP)
    station.wait_for("Not now: it is neither verified nor closed short.")
    station.press("Escape", "Escape")
    station.scan("ORD-9", "SKU-C")
    station.wait_for("Order ORD-9 is complete")
    in_full(station, "ORD-9")
    choose(station, ActKind.SHIP)
    agree(station)
    station.wait_for("ORD-9 is marked shipped")
    assert [act for act, *_ in acts_on(shift, "ORD-9")] == ["release", "ship"]
    assert shift.order("ORD-9")["status"] == "shipped"


def test_an_order_that_is_still_to_be_counted_again_is_not_shipped(supervised: Shift) -> None:
    supervised.configure(sign_in=True, policy="mark_shipped = true\nblind_recheck_percent = 100")
    station = packing(supervised, "Ana", "ORD-3")
    station.scan("SKU-C")
    station.wait_for("a colleague counts it again")
    station.scan("TALLYMAN:SIGNOUT", "BADGE-SUE")
    station.wait_for("Sue is signed in", "↻ re-check")
    station.press("Left")
    station.wait_for("1 order", lambda: "ORD-2" not in station)
    in_full(station, "ORD-3")
    choose(station, ActKind.SHIP)
    station.wait_for("Not now: somebody else still has to count it again: have it counted first.")
    assert supervised.order("ORD-3")["status"] == "verified"
    station.press("Escape", "Escape")
    station.wait_for("F12 Close")
    station.scan("ORD-3", "SKU-C", "ORD-3")
    station.wait_for("The re-check of order ORD-3 agrees")
    station.press("Right")
    station.wait_for("ORD-2", "ORD-3")
    station.press("End")
    station.wait_for("▸ ORD-3")
    in_full(station, "ORD-3")
    choose(station, ActKind.SHIP)
    agree(station)
    station.wait_for("ORD-3 is marked shipped")
    assert supervised.order("ORD-3")["status"] == "shipped"


def test_an_order_of_nobody_else_is_not_taken_over(supervised: Shift) -> None:
    station = packing(supervised, "Ana", "ORD-3")
    station.press("Ctrl-T")
    station.wait_for("no other station counts on it, so there is nothing to take over")
    assert acts_on(supervised, "ORD-3") == []


def test_an_order_of_another_station_is_taken_over_by_an_operator(supervised: Shift) -> None:
    ledger = Ledger.open(supervised.data)
    with ledger.transaction() as db:
        order = orders.by_number(db, "ORD-1")
        assert order is not None
        counted = {"n": 1, "h": "", "c": {order.lines[0].id: 1}, "who": "Ben", "at": "2031-01-01T10:00:00Z"}
        slots.keep(db, order.id, {"dock-2.0a0a0a0a": json.dumps(counted)}, {})
    ledger.close()
    station = packing(supervised, "Ana")
    in_full(station, "ORD-1")
    station.wait_for("Ben at dock-2: 1 unit", "dock-2 counts on it too")
    choose(station, ActKind.TAKE_OVER)
    agree(station)
    station.wait_for("ORD-1 is taken over", lambda: "counts on it too" not in station)
    assert [told[:2] for told in acts_on(supervised, "ORD-1")] == [("take_over", "Ana")]


def test_a_scan_takes_the_question_away_and_counts_and_nothing_is_done(supervised: Shift) -> None:
    station = begun(supervised)
    choose(station, ActKind.SEND_BACK)
    answer(station, "Reason, then Enter:", "wrong")
    station.wait_for("F6 does it")
    station.scan("SKU-A")
    station.wait_for("SKU-A: 3 of 3.", lambda: "Send back" not in station)
    assert "Lines: counted of ordered" not in station
    station.press("F6")
    station.scan("SKU-B")
    station.wait_for("Order ORD-1 is complete")
    assert acts_on(supervised, "ORD-1") == []


def test_the_tape_is_played_backwards_and_forwards(supervised: Shift) -> None:
    station = packing(supervised, "Ana")
    count(station, "SKU-A", "SKU-B")
    station.press("F3")
    station.wait_for("Taken back: 1 × SKU-B")
    in_full(station, "ORD-1")
    station.press("F5")
    station.wait_for("4 of 4", "UNDO", "1/4 units")
    station.press("Left")
    station.wait_for("3 of 4", "LINE DONE", "SKU-B: 1 of 1.", "2/4 units", "Taken back later.")
    station.press("Home")
    station.wait_for("0 of 4", "Before the first read at this station.", "0/4 units")
    station.press("Right", "Right")
    station.wait_for("2 of 4", "SKU-A: 1 of 3.", "keyboard", " Ana ", "1/4 units")
    station.press("End", "Escape")
    station.wait_for("Lines: counted of ordered")
    station.press("Escape")
    station.wait_for(lambda: "Lines: counted of ordered" not in station)


def test_the_dashboard_says_what_is_left_and_who_is_on_what(supervised: Shift) -> None:
    station = packing(supervised, "Ana")
    count(station, "SKU-A")
    station.press("Ctrl-N")
    station.wait_for("Left: 3 orders, 36 units", "1 unit counted in the last hour.", "ORD-1", "keyboard")
    station.press("Ctrl-N")
    station.wait_for(lambda: "Left: 3 orders" not in station)


def with_work(shift: Shift) -> StationTerminal:
    """ORD-1 has three wrong items read at it and ORD-3 is sent back; the queue of orders is shown."""
    station = packing(shift, "Sue", "ORD-3")
    station.scan("SKU-C")
    station.wait_for("Order ORD-3 is complete")
    in_full(station, "ORD-3")
    choose(station, ActKind.SEND_BACK)
    answer(station, "Reason, then Enter:", "wet")
    agree(station)
    station.wait_for("ORD-3 is sent back")
    station.scan("ORD-1")
    station.wait_for("Order ORD-1 is open")
    for _ in range(3):
        station.scan("LAMP")
        station.wait_for_large("WRONG ITEM")
        station.press("F4")
        station.wait_for("Alarm ended")
    station.press("F2")
    station.wait_for("put aside")
    return station


def test_the_review_queue_is_ranked_filtered_searched_and_opens_an_order(supervised: Shift) -> None:
    station = with_work(supervised)
    station.press("Ctrl-R")
    station.wait_for(
        "2 orders · by risk · every reason", "▸   30 ORD-3", "Sent back", "11 ORD-1", "reads were refused"
    )
    station.press("F4")
    station.wait_for("2 orders · by due date", "▸   30 ORD-3")
    station.press("F4", "F4")
    station.wait_for("by risk")
    for reason in ("typed units", "units confirmed by hand", "overridden units", "refused reads"):
        station.press("Right")
        station.wait_for(f"by risk · {reason}")
    station.wait_for("1 order · ", "▸   11 ORD-1", lambda: "ORD-3" not in station)
    station.press("Left", "Left", "Left", "Left")
    station.wait_for("every reason")
    station.type("corner")
    station.wait_for("1 order · ", 'like "corner"', "▸   30 ORD-3")
    station.enter()
    station.wait_for("Lines: counted of ordered", "ORD-3  Corner Bookshop", "Look: ")
    choose(station, ActKind.CANCEL)
    answer(station, "Reason, then Enter:", "wet")
    agree(station)
    station.wait_for("ORD-3 is cancelled: 0 of 1 units counted.")
    station.press("Escape")
    station.wait_for("Nothing waits for a supervisor here.")
    station.press("Escape")
    station.wait_for("1 order · ", "ORD-1")


def test_the_review_queue_shows_by_itself_what_the_orders_api_told_meanwhile(
    supervised: Shift, tmp_path: Path
) -> None:
    with running_server(tmp_path / "orders.db") as server:
        items = [{"sku_code": server.ask("GET", "/products/")[0]["sku"], "quantity": 2}]
        for number in ("UP-1", "UP-2"):
            server.ask("POST", "/orders/", {"order_number": number, "items": items})
        supervised.configure(sign_in=True, more=f'[orders_api]\nurl = "{server.url}{BASE}"\n')
        key = supervised.data / "orders-api.key"
        key.write_text(server.key)
        key.chmod(0o600)
        supervised.tallyman("sync", "--once")
        sku = items[0]["sku_code"]
        supervised.tallyman("scan", "--person", "Ana", given=f"UP-1\n{sku}\nUP-2\n{sku}\n")
        confirm = ("confirm", "UP-1", "--sku", sku, "--units", "1", "--reason", "torn", "--person", "Sue")
        supervised.tallyman("review", *confirm, given=f"{SUPERVISORS_PIN}\n")
        supervised.tallyman("sync", "--once")
        server.ask("DELETE", "/orders/UP-2/", {"reason": "the customer called"})
        server.kill()
        station = supervised.station(columns=110, rows=36)
        station.scan("BADGE-SUE")
        station.wait_for("Sue is signed in", "Offline since")
        station.press("Ctrl-R")
        station.wait_for("1 order · by risk", "▸   10 UP-1")
        server.start()
        station.wait_for("2 orders · by risk", "▸   10 UP-1", "71 UP-2", "cancelled")
        assert "10 UP-1" in station.row("▸"), "the chosen order stays so"
        station.press("Up")
        station.wait_for("▸   71 UP-2")


def test_an_operator_sees_the_review_queue_only_with_a_supervisors_pin(supervised: Shift) -> None:
    station = packing(supervised, "Ana")
    station.press("Ctrl-R")
    approve(station, "Ana", "4711")
    station.wait_for("Ana is no supervisor: ask one.")
    approve(station)
    station.wait_for("Nothing waits for a supervisor here.")
    station.press("Escape", "Ctrl-R")
    station.wait_for("A supervisor approves. Name, then Enter:")
    station.scan("SKU-A")
    station.wait_for("SKU-A: 1 of 3.", " Ana ", lambda: "A supervisor approves" not in station)


def test_an_order_is_created_by_keys_and_one_whose_number_is_taken_is_not(supervised: Shift) -> None:
    station = packing(supervised, "Ana")
    station.press("Ctrl-A")
    answer(station, "Order number, then Enter:", "ORD-2")
    answer(station, "SKU and units, as SKU-A 3, then Enter", "X")
    station.wait_for("A line is typed as SKU-A 3: the SKU, a blank, the units.")
    station.press("Backspace")
    answer(station, "then Enter: ▏", "SKU-B 2")
    station.wait_for("2 × SKU-B", "Enter alone ends")
    station.enter()
    station.wait_for("2 units on 1 line. F6 creates it")
    station.press("F6")
    approve(station)
    station.wait_for("Order ORD-2 is in the ledger already")
    station.press("Escape")
    station.wait_for("Enter alone ends: ▏")
    station.press("Escape")
    station.wait_for("SKU and units, as SKU-A 3, then Enter: ▏")
    station.press("Escape")
    answer(station, "Order number, then Enter: ORD-2▏", "7", before="ORD-2")
    answer(station, "SKU and units, as SKU-A 3, then Enter", "SKU-B 2")
    station.wait_for("2 × SKU-B")
    station.enter()
    station.wait_for("F6 creates it")
    station.press("F6")
    approve(station)
    station.wait_for("ORD-27 is created with 2 units")
    ((act, who, _, more),) = acts_on(supervised, "ORD-27")
    assert (act, who, more["approved_by"]) == ("create", "Ana", "Sue")
    assert supervised.verified("ORD-27") == {"SKU-B": 0}
    station.scan("ORD-27", "SKU-B")
    station.wait_for("SKU-B: 1 of 2.")


def test_whoever_may_have_to_count_blind_does_not_see_the_order_in_full(supervised: Shift) -> None:
    supervised.configure(sign_in=True, policy="blind_recheck_percent = 100")
    station = packing(supervised, "Ana", "ORD-3")
    station.scan("SKU-C")
    station.wait_for("a colleague counts it again")
    station.scan("TALLYMAN:SIGNOUT", "BADGE-BEN")
    station.wait_for("Ben is signed in", "ORD-2")
    station.press("Left")
    station.wait_for("1 order", lambda: "ORD-2" not in station)
    station.press("Ctrl-O")
    station.wait_for("until then only a supervisor sees it in full")
    station.press("Ctrl-R")
    approve(station)
    station.wait_for("1 order · ", "▸ ", "ORD-3")
    station.enter()
    station.wait_for("until then only a supervisor sees it in full", "F5 Replay")
    assert "SKU-C" not in station
    station.press("F5", "F6", "Escape", "Escape")
    station.wait_for("F12 Close")
    station.enter()
    station.wait_for("The re-check of order ORD-3 begins")
    station.press("Ctrl-O")
    station.scan("SKU-C", "SKU-C")
    station.wait_for(lambda: station.text.count("SKU-C") >= 3)
    station.press("F2")
    station.wait_for("differs")
    station.scan("TALLYMAN:SIGNOUT", "BADGE-SUE")
    station.wait_for("Sue is signed in")
    station.press("Ctrl-R")
    station.wait_for("1 order · ", "▸ ", "ORD-3")
    station.enter()
    station.wait_for("counted again (SKU-C differs by +1) by Ben")
