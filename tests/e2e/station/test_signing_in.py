"""Who works here: by badge, or by name and PIN."""

from __future__ import annotations

from tests.e2e.station.conftest import Shift


def test_a_name_and_its_pin_sign_in_and_the_pin_is_never_shown(shift: Shift) -> None:
    shift.configure(sign_in=True)
    station = shift.station()
    station.type("Ana")
    station.enter()
    station.wait_for("PIN of Ana")
    station.type("9999", seen_as="••••")
    station.enter()
    station.wait_for("Name or PIN is wrong")
    station.type("Ana")
    station.enter()
    station.wait_for("PIN of Ana")
    station.type("4711", seen_as="••••")
    station.enter()
    station.wait_for("Ana is signed in", "ORD-2")
    assert b"4711" not in station.written
    assert b"9999" not in station.written
    station.press("F8")
    station.wait_for("Signed out: scan your badge to begin.", "Nobody signed in")


def test_escape_begins_the_sign_in_anew(shift: Shift) -> None:
    shift.configure(sign_in=True)
    station = shift.station()
    station.type("Bea")
    station.press("Backspace", "Backspace")
    station.wait_for("B▏")
    station.press("e", "n")
    station.wait_for("Ben▏")
    station.enter()
    station.wait_for("PIN of Ben")
    station.press("Escape")
    station.wait_for(lambda: "PIN of" not in station)


def test_a_badge_scanned_into_the_pin_signs_in_and_types_nothing(shift: Shift) -> None:
    shift.configure(sign_in=True)
    station = shift.station()
    station.type("Ana")
    station.enter()
    station.wait_for("PIN of Ana")
    station.type("12", seen_as="••")
    station.scan("NOPE")
    station.wait_for("NOPE")
    assert "PIN of Ana  ••▏" in station
    station.enter()
    station.wait_for("Name or PIN is wrong")
    station.scan("BADGE-BEN")
    station.wait_for("Ben is signed in", " Ben ", lambda: "▏" not in station)


def test_somebody_signs_out_and_another_in_with_the_order_put_aside(shift: Shift) -> None:
    shift.configure(sign_in=True)
    station = shift.station()
    station.scan("BADGE-ANA", "ORD-1", "SKU-A")
    station.wait_for("1/4 units", " Ana ")
    station.scan("TALLYMAN:SIGNOUT", "BADGE-BEN", "ORD-1", "SKU-A")
    station.wait_for("2/4 units", " Ben ")
    assert shift.order("ORD-1")["station"]["people"] == ["Ana", "Ben"]


def test_five_wrong_pins_lock_the_name_across_a_restart_and_a_badge_still_signs_in(shift: Shift) -> None:
    shift.configure(sign_in=True)
    station = shift.station()

    def give(pin: str) -> None:
        station.type("Ana")
        station.enter()
        station.wait_for("PIN of Ana")
        station.type(pin, seen_as="•" * len(pin))
        station.enter()

    for _ in range(4):
        give("9999")
        station.wait_for("Name or PIN is wrong: try again.", lambda: "PIN of" not in station)
    give("9999")
    station.wait_for("Too many wrong PINs for this name: wait a minute")
    station.press("F12", "F12")
    assert station.ends() == 0
    station = shift.station()
    give("4711")
    station.wait_for("Too many wrong PINs for this name: wait a minute")
    station.scan("BADGE-ANA")
    station.wait_for("Ana is signed in")


def test_another_badge_takes_the_open_order_over_and_f8_lets_it_wait(shift: Shift) -> None:
    shift.configure(sign_in=True)
    station = shift.station()
    station.scan("BADGE-ANA", "ORD-1", "SKU-A", "BADGE-BEN")
    station.wait_for("Ben takes over from Ana: order ORD-1 is open", " Ben ", "1/4 units")
    station.press("F8")
    station.wait_for("Order ORD-1 waits for Ben.", "Nobody signed in")
    station.scan("BADGE-BEN")
    station.wait_for("Ben is signed in: order ORD-1 is open", "1/4 units")
