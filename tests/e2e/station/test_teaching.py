"""An unknown code on the open order is taught at the bench, by keys alone and with approval."""

from __future__ import annotations

import json

from tests.e2e.station.conftest import Shift
from tests.e2e.station.station_pty import StationTerminal

NEW = "5901234123457"


def taught(shift: Shift) -> dict[str, tuple[str, int]]:
    lines = shift.tallyman("codes", "list", "--json").splitlines()
    return {each["code"]: (each["sku"], each["units"]) for each in map(json.loads, lines)}


def asking(shift: Shift, code: str = NEW) -> StationTerminal:
    """A station whose order is open and which asks what an unknown code stands for."""
    shift.tallyman("people", "add", "Sue", "--role", "supervisor", "--pin", given="271828\n")
    shift.configure(sign_in=True)
    station = shift.station(columns=110, rows=30)
    station.scan("BADGE-ANA", "ORD-1")
    station.wait_for("Order ORD-1 is open")
    station.scan(code)
    station.wait_for("nobody taught this code", "press F7 to teach this one")
    station.press("F7")
    station.wait_for("Teach this code", "▸ SKU-A  3 left", "SKU-B  1 left")
    return station


def approve(station: StationTerminal, pin: str) -> None:
    station.wait_for("A supervisor approves. Name, then Enter:")
    station.type("Sue")
    station.enter()
    station.wait_for("PIN of Sue")
    station.type(pin, seen_as="•" * len(pin))
    station.enter()


def test_an_unknown_code_is_taught_with_approval_and_counts_when_it_is_scanned_again(shift: Shift) -> None:
    station = asking(shift)
    station.press("Down", "2")
    station.wait_for("▸ SKU-B", "Units of one scan: 2")
    station.press("Up")
    station.wait_for("▸ SKU-A", "Units of one scan: 1")
    station.enter()
    station.wait_for("One scan = 1 × SKU-A?")
    assert taught(shift).get(f"0{NEW}") is None
    station.press("F7")
    approve(station, "271828")
    station.wait_for(f"0{NEW} stands for 1 × SKU-A, taught by Ana, approved by Sue: scan it again.")
    assert "Teach this code" not in station
    assert taught(shift)[f"0{NEW}"] == ("SKU-A", 1)
    assert shift.verified("ORD-1") == {"SKU-A": 0, "SKU-B": 0}
    station.scan(NEW)
    station.wait_for("SKU-A: 1 of 3.")
    assert " Ana " in station.lines[0]


def test_enter_escape_and_a_wrong_pin_teach_nothing(shift: Shift) -> None:
    station = asking(shift)
    station.enter()
    station.wait_for("F7 teaches it")
    station.enter()
    station.press("Escape")
    station.wait_for("Enter goes on")
    station.enter()
    station.wait_for("F7 teaches it")
    station.press("F7")
    approve(station, "999999")
    station.wait_for("Name or PIN is wrong: try again. Nothing was approved.")
    station.press("Escape")
    station.wait_for("Enter goes on")
    station.press("Escape")
    station.wait_for(lambda: "Teach this code" not in station)
    assert f"0{NEW}" not in taught(shift)


def test_a_scan_while_the_question_is_open_answers_nothing_and_counts_once(shift: Shift) -> None:
    station = asking(shift)
    station.enter()
    station.wait_for("F7 teaches it")
    station.scan("SKU-A")
    station.wait_for("SKU-A: 1 of 3.", lambda: "Teach this code" not in station)
    station.press("F7")
    station.scan("SKU-A")
    station.wait_for("SKU-A: 2 of 3.")
    assert "Teach this code" not in station
    assert f"0{NEW}" not in taught(shift)
    assert shift.verified("ORD-1") == {"SKU-A": 2, "SKU-B": 0}


def test_a_case_has_its_units_asked(shift: Shift) -> None:
    station = asking(shift, "24006381333935")
    station.wait_for("▸ SKU-A  3 left  the same item number", "type how many the case holds")
    station.enter()
    station.press("3")
    station.wait_for("Units of one scan: 3")
    station.enter()
    station.wait_for("One scan = 3 × SKU-A?")
    station.press("F7")
    approve(station, "271828")
    station.wait_for("stands for 3 × SKU-A")
    station.scan("24006381333935")
    station.wait_for("3 units of SKU-A: 3 of 3.")


def test_where_the_site_never_teaches_f7_does_nothing(shift: Shift) -> None:
    shift.config.write_text(
        shift.config.read_text().replace("sign_in = false", 'sign_in = false\nteach = "never"')
    )
    station = shift.packing(columns=110, rows=30)
    station.scan(NEW)
    station.wait_for("nobody taught this code", "call for help")
    station.press("F7")
    station.scan("SKU-A")
    station.wait_for("SKU-A: 1 of 3.")


def test_who_is_no_supervisor_approves_nothing_whatever_their_pin(shift: Shift) -> None:
    station = asking(shift)
    station.enter()
    station.wait_for("F7 teaches it")
    station.press("F7")
    station.wait_for("A supervisor approves. Name, then Enter:")
    station.type("Ana")
    station.enter()
    station.wait_for("PIN of Ana")
    station.type("4711", seen_as="••••")
    station.enter()
    station.wait_for("Ana is no supervisor: ask one. Nothing was approved.")
    assert f"0{NEW}" not in taught(shift)
