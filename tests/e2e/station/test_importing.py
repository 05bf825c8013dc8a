"""A file of orders is brought in by keys at the real station, whole or not at all; the log says by whom."""

from __future__ import annotations

import json
import os

from tests.e2e.station.conftest import Shift
from tests.e2e.station.station_pty import StationTerminal
from tests.e2e.station.supervisor import acts_on, answer, approve, packing

HEADER = "order_number,sku_code,quantity,customer_name\n"
TWO = f"{HEADER}ORD-8,SKU-A,2,[b]Acme\x1b[2J\nORD-8,SKU-B,1,[b]Acme\x1b[2J\nORD-9,SKU-C,4,Zoë\n"


def asked_for_a_file(station: StationTerminal) -> None:
    """The page on which a file is chosen."""
    station.press("Ctrl-A")
    station.wait_for("Order number, then Enter:", "F7 takes a file of orders")
    station.press("F7")
    station.wait_for("Orders from a file", "../", "File, chosen with ↑↓ or typed, then Enter: ▏")


def chosen(station: StationTerminal, path: str) -> None:
    answer(station, "File, chosen with ↑↓ or typed, then Enter:", path)


def numbers(shift: Shift) -> list[str]:
    listed = shift.tallyman("orders", "list", "--json").splitlines()
    return sorted(json.loads(each)["order_number"] for each in listed)


def test_a_supervisor_imports_a_file_that_is_chosen_with_arrows(supervised: Shift) -> None:
    (supervised.folder / "new.csv").write_text(TWO)
    (supervised.folder / "old.json").write_text("[]")
    os.utime(supervised.folder / "old.json", (0, 0))
    station = packing(supervised, "Sue")
    asked_for_a_file(station)
    station.wait_for("▸ new.csv", "old.json", "data/")
    station.press("Down")
    station.wait_for("▸ old.json")
    station.press("Up")
    station.wait_for("▸ new.csv")
    station.enter()
    station.wait_for("new.csv: 2 orders, 3 lines, 7 units", "ORD-8", r"[b]Acme\x1b[2J", "ORD-9", "F6 imports")
    station.enter()
    assert numbers(supervised) == ["ORD-1", "ORD-2", "ORD-3"]
    station.press("F6")
    station.wait_for("2 orders imported from new.csv", lambda: "F6 imports" not in station)
    assert numbers(supervised) == ["ORD-1", "ORD-2", "ORD-3", "ORD-8", "ORD-9"]
    for number in ("ORD-8", "ORD-9"):
        assert acts_on(supervised, number) == [("import", "Sue", "new.csv", {})]
    station.scan("ORD-9", "SKU-C")
    station.wait_for("SKU-C: 1 of 4.")


def test_an_operator_imports_with_a_supervisors_pin_for_this_one_import(supervised: Shift) -> None:
    (supervised.folder / "from shop").mkdir()
    (supervised.folder / "from shop" / "a.json").write_text(
        json.dumps([{"order_number": "ORD-8", "items": [{"sku_code": "SKU-A", "quantity": 1}]}])
    )
    station = packing(supervised, "Ana")
    asked_for_a_file(station)
    chosen(station, "from")
    station.wait_for("▸ a.json", "then Enter: from shop/▏")
    station.enter()
    station.wait_for("a.json: 1 order, 1 line, 1 unit")
    station.press("F6")
    approve(station, "Ana", "4711")
    station.wait_for("Ana is no supervisor: ask one. Nothing was changed.", "F6 imports")
    assert numbers(supervised) == ["ORD-1", "ORD-2", "ORD-3"]
    station.press("F6")
    approve(station)
    station.wait_for("1 order imported from a.json")
    assert acts_on(supervised, "ORD-8") == [("import", "Ana", "a.json", {"approved_by": "Sue"})]
    asked_for_a_file(station)
    chosen(station, "from shop/a.json")
    station.wait_for("Order ORD-8 is in the ledger already; nothing was imported.")
    station.press("Escape")
    station.wait_for(lambda: "Orders from a file" not in station)


def test_a_file_that_is_none_or_has_a_fault_is_told_and_nothing_of_it_is_taken(supervised: Shift) -> None:
    rows = "".join(f"ORD-{n},SKU-A,1,Acme\n" for n in range(100, 1_100))
    (supervised.folder / "long.csv").write_text(f"{HEADER}{rows}ORD-X,SKU-A,none,Acme\n")
    (supervised.folder / "latin.csv").write_bytes(f"{HEADER}ORD-8,SKU-A,1,Zoë\n".encode("latin-1"))
    (supervised.folder / "d[red]").mkdir()
    station = packing(supervised, "Sue")
    asked_for_a_file(station)
    chosen(station, "no[/]")
    station.wait_for("no[/]: it cannot be read (No such file or directory); nothing was taken.")
    station.press(*["Backspace"] * 5)
    station.wait_for("then Enter: ▏", "▸ ")
    chosen(station, "lo")
    station.wait_for(
        "long.csv cannot be imported",
        "long.csv: line 1002: quantity is 'none': must be a whole number from 1 to",
        "long.csv: nothing was taken.",
    )
    (supervised.folder / "long.csv").write_text(HEADER)
    station.enter()
    station.wait_for("long.csv: line 1: the file holds no order; at least one is needed")
    station.press("Escape")
    station.wait_for("▸ long.csv", "then Enter: lo▏")
    station.press("Backspace")
    station.wait_for("then Enter: l▏", "latin.csv")
    answer(station, "then Enter: l▏", "a", before="l")
    station.wait_for("latin.csv: line 2: byte 0xeb is not UTF-8; save the file as UTF-8")
    station.press("Escape")
    station.wait_for("▸ latin.csv")
    station.press("Backspace", "Backspace")
    chosen(station, "d[")
    station.wait_for("then Enter: d[red]/▏", "▸ ../")
    assert numbers(supervised) == ["ORD-1", "ORD-2", "ORD-3"]


def test_a_scan_takes_the_page_away_and_counts_and_nothing_is_imported(supervised: Shift) -> None:
    (supervised.folder / "new.csv").write_text(TWO)
    station = packing(supervised, "Sue")
    asked_for_a_file(station)
    station.press("n")
    station.wait_for("then Enter: n▏")
    station.scan("SKU-A")
    station.wait_for("SKU-A: 1 of 3.", lambda: "Orders from a file" not in station)
    asked_for_a_file(station)
    station.wait_for("▸ new.csv")
    station.enter()
    station.wait_for("F6 imports")
    station.scan("SKU-B")
    station.wait_for("SKU-B: 1 of 1.", lambda: "F6 imports" not in station)
    station.press("F6")
    station.scan("SKU-A")
    station.wait_for("SKU-A: 2 of 3.")
    assert numbers(supervised) == ["ORD-1", "ORD-2", "ORD-3"]


def test_scans_count_while_a_long_file_is_read_and_brought_in(supervised: Shift) -> None:
    rows = "".join(f"L-{n // 5},SKU-{n % 5},1,Acme\n" for n in range(15_000))
    (supervised.folder / "long.csv").write_text(f"{HEADER}{rows}")
    station = packing(supervised, "Sue")
    asked_for_a_file(station)
    station.wait_for("▸ long.csv")
    station.enter()
    station.wait_for("Reading long.csv")
    station.scan("SKU-A")
    station.wait_for("SKU-A: 1 of 3.", lambda: "Reading" not in station)
    asked_for_a_file(station)
    station.enter()
    station.wait_for("long.csv: 3000 orders, 15000 lines, 15000 units")
    station.press("F6")
    station.wait_for("One moment")
    station.scan("SKU-A")
    station.wait_for("SKU-A: 2 of 3.")
    assert len(numbers(supervised)) == 3_003
