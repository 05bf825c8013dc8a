"""What does not belong is refused aloud: what was scanned, what was expected, what to do next."""

from __future__ import annotations

from tests.e2e.station.conftest import Shift

ALARM = "e00000"
EXPECTED = "Expected 3 × SKU-A, 1 × SKU-B."


def test_a_wrong_item_raises_an_alarm_that_only_its_acknowledgement_ends(shift: Shift) -> None:
    station = shift.packing(columns=110, rows=30)
    station.scan("SKU-C")
    station.wait_for(
        f"Scanned SKU-C: it is not on this order. {EXPECTED} Put it back, then press F4 or scan ACK."
    )
    station.wait_for_large("WRONG ITEM")
    station.wait_for(lambda: [station.backgrounds(row) for row in range(30)].count({ALARM}) > 15)
    assert b"\a" in station.written
    station.scan("SKU-A", "ORD-2", "TALLYMAN:UNDO", "TALLYMAN:DONE")
    station.wait_for("× TALLYMAN:DONE")
    for _ in range(2):
        station.press("F2", "F3", "F5", "F6", "F8")
    station.wait_for(lambda: station.text.count("× TALLYMAN:SIGNOUT") > 0)
    assert station.shows_large("WRONG ITEM")
    station.press("F12")
    station.wait_for("Press F12 again to close the station. The alarm: Scanned SKU-C")
    assert {ALARM} in [station.backgrounds(row) for row in range(30)]
    station.press("F4")
    station.wait_for("Alarm ended: scan 3 × SKU-A, 1 × SKU-B.")
    station.wait_for(lambda: not [row for row in range(30) if ALARM in station.backgrounds(row)])
    station.scan("SKU-C")
    station.wait_for_large("WRONG ITEM")
    station.scan("TALLYMAN:ACK")
    station.wait_for("Alarm ended")
    station.scan("SKU-A")
    station.wait_for_large("1/3")
    assert shift.verified("ORD-1") == {"SKU-A": 1, "SKU-B": 0}


def test_the_help_and_an_alarm_do_not_hide_one_another(shift: Shift) -> None:
    station = shift.packing()
    station.press("F1")
    station.wait_for("Esc or F1: back")
    station.scan("SKU-C")
    station.wait_for_large("WRONG ITEM")
    station.wait_until(lambda: "Esc or F1: back" not in station, "help to go")


NOT_COUNTED: dict[str | bytes, tuple[str, str]] = {
    "14006381333938": ("TOO MANY", "it holds 10, but only 3 of SKU-A are missing."),
    "NOPE": ("UNKNOWN", "Scanned NOPE: nobody taught this code."),
    "36000291452": ("UNCLEAR", "Scanned 36000291452: it could be"),
    "5901234123457" * 2: ("SCAN AGAIN", "it is two reads run together"),
    b"AB\xe9CD": ("SCAN AGAIN", "Scanned AB"),
    b"X" * 600: ("SCAN AGAIN", "it is longer than any code"),
}


def test_codes_that_count_nothing_say_what_they_were(shift: Shift) -> None:
    station = shift.packing(columns=160, rows=30)
    for code, (word, told) in NOT_COUNTED.items():
        station.scan(code)
        station.wait_for(told, EXPECTED, "0/4 units")
        station.wait_for_large(word)
        station.scan("TALLYMAN:ACK")
        station.wait_for_large("OK")


def test_a_badge_hands_the_open_order_over(shift: Shift) -> None:
    station = shift.packing()
    station.scan("BADGE-ANA")
    station.wait_for("Ana is signed in: scan 3 × SKU-A, 1 × SKU-B.", " Ana ")


def test_a_line_that_is_full_takes_no_more(shift: Shift) -> None:
    station = shift.packing(columns=120, rows=30)
    station.scan("SKU-B", "SKU-B")
    station.wait_for(
        "Scanned SKU-B: it is complete already. Expected 3 × SKU-A. Put it back, then press F4 or scan ACK."
    )
    station.wait_for_large("TOO MANY")
    assert shift.verified("ORD-1") == {"SKU-A": 0, "SKU-B": 1}


def test_goods_without_an_order_and_without_a_person_are_refused(shift: Shift) -> None:
    shift.configure(sign_in=True)
    station = shift.station()
    station.scan("SKU-A")
    station.wait_for("nobody is signed in. Expected a badge. Scan your badge first.")
    station.scan("BADGE-BEN", "SKU-A")
    station.wait_for("no order is open. Expected an order label.")
    station.wait_for_large("NO ORDER")


def test_a_double_read_is_held_back_and_f6_counts_it_after_all(shift: Shift) -> None:
    shift.configure(duplicate_ms=10_000)
    station = shift.packing(columns=110, rows=30)
    station.scan("SKU-A", "SKU-A")
    station.wait_for("Scanned SKU-A twice in a moment: counted once.", "press F6 or scan COUNT")
    station.wait_for_large("TWICE")
    station.wait_for("= SKU-A", "1/4 units")
    station.press("F6")
    station.wait_for_large("2/3")
    station.wait_for("2/4 units")
    station.scan("SKU-A", "SKU-A")
    station.wait_for("3/4 units", "= SKU-A")
    station.scan("TALLYMAN:COUNT")
    station.wait_for("SKU-A is complete already.")


def test_an_undo_by_key_or_by_code_takes_back_the_last_count(shift: Shift) -> None:
    station = shift.packing(columns=110, rows=30)
    station.scan("SKU-A", "SKU-B", "NOPE")
    station.wait_for("2/4 units", "? NOPE")
    station.press("F3")
    station.wait_for("Taken back: 1 × SKU-B, now 0 of 1; take it out of the box.", "1/4 units")
    station.scan("TALLYMAN:UNDO")
    station.wait_for("Taken back: 1 × SKU-A, now 0 of 3", "0/4 units")
    station.scan("TALLYMAN:UNDO")
    station.wait_for("Nothing to take back")
    assert shift.verified("ORD-1") == {"SKU-A": 0, "SKU-B": 0}
    assert shift.order("ORD-1")["station"]["taken_back"] == 2
