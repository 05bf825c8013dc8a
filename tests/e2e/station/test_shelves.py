"""Where goods lie, beside the lines of the open order."""

from __future__ import annotations

from dataclasses import replace

from store import shelves
from store.ledger import Ledger
from terminal.widgets.order import Lines
from terminal.widgets.painted import changed_spans
from tests.e2e.station.conftest import Shift
from verification.orders import Line


def stored(shift: Shift) -> Shift:
    ledger = Ledger.open(shift.data)
    with ledger.transaction() as db:
        shelves.keep(db, {"SKU-A": ["B-02-1", "A-01-3", "C-9"], "SKU-C": ["\x1b[31mX"]})
    ledger.close()
    return shift


def test_the_shelf_of_each_line_is_in_sight_and_stays_while_it_is_counted(shift: Shift) -> None:
    station = stored(shift).packing("ORD-1", columns=80, rows=24)
    station.wait_for("A-01-3 +2")
    assert "SKU-A" in station.row("A-01-3 +2")
    assert "0/3" in station.row("A-01-3 +2")
    assert "SKU-B" in station.row("Fragile"), "a line whose place nobody knows keeps its row"
    station.scan("SKU-A")
    station.wait_for("SKU-A: 1 of 3.", "A-01-3 +2")
    station.press("F2")
    station.wait_for("put aside")
    station.scan("ORD-2")
    station.wait_for("Order ORD-2 is open", "A-01-3 +2")
    assert "SKU-C" in station.row("[31mX"), "shown as it is, and not obeyed"


def test_a_narrow_screen_keeps_the_name_and_leaves_the_shelf_out(shift: Shift) -> None:
    station = stored(shift).packing("ORD-1", columns=56, rows=24)
    station.wait_for("SKU-B", "Fragile")
    assert "A-01-3" not in station


def test_a_scan_paints_no_shelf_again() -> None:
    lines = Lines()
    before = Line("1", "SKU-A", 40, 3)
    lines.show(None, None, {"SKU-A": ("A-01-3", "B-2")})
    for width in (80, 120, 240):
        lines._touched = None
        old = lines._row(before, width)
        lines._touched = "1"
        new = lines._row(replace(before, counted=4), width)
        text = "".join(piece for piece, _ in new)
        place = text.index("A-01-3 +1")
        spans = changed_spans(old, new, width)
        assert spans
        assert all(end <= place for _, end in spans)
