"""More units of the goods read last are counted at the keypad: by keys alone, and approved by policy."""

from __future__ import annotations

import pytest

from tests.e2e.station.conftest import Shift
from tests.e2e.station.station_pty import StationTerminal

BOLTS = "order_number,sku_code,quantity\nORD-9,BOLT-M8,40\nORD-9,NUT-M8,40\n"


def entrust(shift: Shift, who: str) -> None:
    """Let counts be typed by `who`."""
    shift.tallyman("orders", "import", "-", "--format", "csv", given=BOLTS)
    shift.tallyman("people", "add", "Sue", "--role", "supervisor", "--pin", given="271828\n")
    shift.configure(sign_in=True)
    shift.config.write_text(shift.config.read_text().replace("true", f'true\nquantity_entry = "{who}"', 1))


def counting(shift: Shift, who: str = "operator") -> StationTerminal:
    """A station where one bolt was scanned and the keypad is open."""
    entrust(shift, who)
    station = shift.station(columns=110, rows=30)
    station.scan("BADGE-ANA", "ORD-9", "BOLT-M8")
    station.wait_for("BOLT-M8: 1 of 40.")
    station.press("Ctrl-K")
    station.wait_for("How many more of BOLT-M8?", "39 missing on this order")
    return station


def test_a_typed_number_counts_when_it_is_confirmed_by_key_and_undo_takes_it_back(shift: Shift) -> None:
    station = counting(shift)
    station.press("1", "2")
    station.wait_for("12▏")
    station.enter()
    station.wait_for("Enter counts nothing")
    assert shift.verified("ORD-9") == {"BOLT-M8": 1, "NUT-M8": 0}
    station.press("Ctrl-K")
    station.wait_for("12 units of BOLT-M8: 13 of 40, typed by Ana.", "12 × BOLT-M8 13/40")
    station.wait_for(lambda: "Count by keypad" not in station)
    assert shift.verified("ORD-9") == {"BOLT-M8": 13, "NUT-M8": 0}
    station.press("F3")
    station.wait_for("Taken back: 12 × BOLT-M8, now 1 of 40")


@pytest.mark.parametrize("number", ["0", "-3", "99999999999", "1.5", ""])
def test_what_is_no_count_is_said_to_be_none(shift: Shift, number: str) -> None:
    station = counting(shift)
    station.press(*number)
    if number:
        station.wait_for(f"{number}▏")
    station.press("Ctrl-K")
    station.wait_for(f"{number or 'Nothing'} is no count: type a whole number from 1 to 1000000.")
    station.press("Escape")
    station.wait_for(lambda: "Count by keypad" not in station)
    assert shift.verified("ORD-9") == {"BOLT-M8": 1, "NUT-M8": 0}


@pytest.mark.parametrize("code", ["NUT-M8", "BOLT-M8", "12", "7"])
def test_a_scan_while_the_keypad_is_open_is_a_read_and_never_its_number(shift: Shift, code: str) -> None:
    station = counting(shift)
    station.press("5")
    station.wait_for("5▏")
    station.scan(code)
    station.wait_for(lambda: "Count by keypad" not in station)
    station.press("Ctrl-K")
    counted = shift.verified("ORD-9")
    assert counted == {"BOLT-M8": 1 + (code == "BOLT-M8"), "NUT-M8": int(code == "NUT-M8")}


def test_more_than_remain_are_refused_whole(shift: Shift) -> None:
    station = counting(shift)
    station.press("4", "0", "Ctrl-K")
    station.wait_for("Typed 40 × BOLT-M8, but only 39 are missing.")
    assert shift.verified("ORD-9") == {"BOLT-M8": 1, "NUT-M8": 0}


def test_a_supervisor_approves_with_name_and_pin_and_a_wrong_pin_counts_nothing(shift: Shift) -> None:
    station = counting(shift, "supervisor")
    station.press("3", "9", "Ctrl-K")
    for pin, said in [("999999", "Nothing was approved"), ("271828", "typed by Ana, approved by Sue.")]:
        station.wait_for("A supervisor approves. Name, then Enter:")
        station.type("Sue")
        station.enter()
        station.wait_for("PIN of Sue")
        station.type(pin, seen_as="•" * len(pin))
        station.enter()
        station.wait_for(said)
        if pin == "999999":
            assert shift.verified("ORD-9")["BOLT-M8"] == 1
            station.press("S")  # the notice goes, and the question is there again
            station.press("Backspace")
    assert shift.verified("ORD-9") == {"BOLT-M8": 40, "NUT-M8": 0}
    assert " Ana " in station.lines[0]


def test_the_command_code_opens_the_keypad_too(shift: Shift) -> None:
    entrust(shift, "operator")
    station = shift.station(columns=110, rows=30)
    station.scan("BADGE-ANA", "ORD-9", "NUT-M8", "TALLYMAN:QUANTITY")
    station.wait_for("How many more of NUT-M8?")
    station.press("2", "Ctrl-K")
    station.wait_for("2 units of NUT-M8: 3 of 40, typed by Ana.")


def test_the_sheet_of_commands_has_the_keypads_code_only_where_counts_may_be_typed(shift: Shift) -> None:
    assert "TALLYMAN:QUANTITY" not in shift.tallyman("sheet", "commands")
    entrust(shift, "operator")
    assert "TALLYMAN:QUANTITY" in shift.tallyman("sheet", "commands")


def test_where_no_count_may_be_typed_the_key_says_so(shift: Shift) -> None:
    station = shift.packing(columns=110, rows=30)
    station.scan("SKU-A")
    station.wait_for("SKU-A: 1 of 3.")
    station.press("Ctrl-K")
    station.wait_for("No count can be typed: this station counts by scanning alone.")
    assert "Count by keypad" not in station
