"""What a code stands for: GTINs of any length alike, nothing with two meanings settled in silence."""

from __future__ import annotations

from pathlib import Path

import pytest

from store import catalog, people
from store.catalog import Taught
from store.code_file import read_codes, teach_all
from store.csv_rows import Rejected
from store.errors import Refused
from store.ledger import Ledger
from terminal.scanners.decoding import decode
from terminal.taught_code import Understanding
from tests.store.builders import content, ledger_with, order
from verification.meaning import Found, GoodsMatch

GTIN_8, GTIN_12, GTIN_13 = "96385074", "614141000036", "4006381333931"
ORDERS = (
    order("ORD-1", ("SKU-A", 3), ("SKU-B", 1), external_order_id="SHOP-9"),
    order("ORD-2", (GTIN_12, 3), external_order_id="SHOP-9"),
)


@pytest.fixture
def ledger(tmp_path: Path):  # type: ignore[no-untyped-def]
    ledger = ledger_with(tmp_path, *ORDERS)
    yield ledger
    ledger.close()


def found(ledger: Ledger, read: str) -> Found:
    return catalog.find(ledger.db, people.badge_key(ledger.secret), decode(read.encode()))


def taught(ledger: Ledger, code: str, sku: str, units: int = 1, *, replace: bool = False) -> Taught:
    with ledger.transaction() as db:
        return catalog.teach(db, ledger.badge_key, Taught(code, sku, units), replace=replace)


@pytest.mark.parametrize("shortest", [GTIN_8, "036000291452", GTIN_13])
def test_a_gtin_is_the_same_in_8_12_13_and_14_digits(ledger: Ledger, shortest: str) -> None:
    spelt = {shortest.rjust(length, "0") for length in (12, 13, 14) if length >= len(shortest)} | {shortest}
    for written in spelt:
        taught(ledger, written, "SKU-A", 6, replace=True)
        for read in spelt:
            assert found(ledger, read).goods == (GoodsMatch("SKU-A", 6),)
    assert len(catalog.taught_codes(ledger.db)) == 1


def test_a_sku_that_is_a_gtin_is_known_by_every_spelling_of_it(ledger: Ledger) -> None:
    for read in (GTIN_12, f"0{GTIN_12}", f"00{GTIN_12}", f"]C1010{GTIN_12.rjust(13, '0')}"):
        assert found(ledger, read).goods == (GoodsMatch(GTIN_12),)


def test_a_sku_goes_by_its_own_name_and_by_every_code_taught(ledger: Ledger) -> None:
    taught(ledger, "BOX-A", "SKU-A", 12)
    assert found(ledger, "SKU-A").goods == (GoodsMatch("SKU-A"),)
    assert found(ledger, "BOX-A").goods == (GoodsMatch("SKU-A", 12),)
    assert found(ledger, "box-a").goods == ()


def test_a_code_with_two_meanings_shows_both(ledger: Ledger) -> None:
    with ledger.transaction() as db:
        catalog.teach(db, ledger.badge_key, Taught("TWICE", "SKU-A"))
        db.execute("INSERT INTO codes (code, sku, units, source) VALUES ('TWICE', 'SKU-B', 1, 'pulled')")
    assert {match.sku for match in found(ledger, "TWICE").goods} == {"SKU-A", "SKU-B"}


def test_an_order_is_found_by_its_number_and_by_an_external_id_that_only_it_has(ledger: Ledger) -> None:
    assert found(ledger, "ORD-1").order_ids == ("id-ORD-1",)
    assert len(found(ledger, "SHOP-9").order_ids) == 2


def test_an_order_whose_number_is_its_external_id_too_is_one_order(tmp_path: Path) -> None:
    ledger = ledger_with(tmp_path, order("SAME", ("SKU-A", 1), external_order_id="SAME"))
    assert found(ledger, "SAME").order_ids == ("id-SAME",)
    ledger.close()


def test_a_name_that_is_taught_and_a_sku_is_told_once(ledger: Ledger) -> None:
    taught(ledger, "SKU-A", "SKU-A", 6)
    assert found(ledger, "SKU-A").goods == (GoodsMatch("SKU-A", 6),)


def test_a_code_with_a_lost_digit_is_near_goods_and_never_goods(ledger: Ledger) -> None:
    without_check_digit = found(ledger, GTIN_12[:-1])
    assert without_check_digit.goods == ()
    assert without_check_digit.near_goods == (GoodsMatch(GTIN_12),)


def test_a_serial_is_told_apart_by_its_goods(ledger: Ledger) -> None:
    taught(ledger, GTIN_13, "SKU-A")
    with ledger.transaction() as db:
        catalog.remember_serial(db, "SKU-A", "S1", 7)
    read = f"]C1010{GTIN_13}21"
    assert found(ledger, f"{read}S1").serial_counted
    assert not found(ledger, f"{read}S2").serial_counted
    assert not found(ledger, f"]C10100{GTIN_12}21S1").serial_counted
    with ledger.transaction() as db:
        catalog.forget_serial(db, 7)
    assert not found(ledger, f"{read}S1").serial_counted


REFUSALS = {
    ("", "SKU-A", 1): "A code and a SKU are both needed",
    ("X", " ", 1): "A code and a SKU are both needed",
    ("X\x1b[2J", "SKU-A", 1): r"X\\x1b\[2J holds characters that cannot be printed",
    ("X", "SKU-A", 0): "Units of X must be 1 to 1000000, not 0",
    ("X", "SKU-A", 1_000_001): "not 1000001",
    ("tallyman:undo", "SKU-A", 1): "is kept for commands",
    ("ORD-2", "SKU-A", 1): "is an order's number",
    ("SHOP-9", "SKU-A", 1): "is an order's number",
    ("SKU-B", "SKU-A", 1): "is itself the SKU of other goods",
    (f"0{GTIN_12}", "SKU-A", 1): "is itself the SKU of other goods",
    ("KNOWN", "SKU-B", 1): "stands for 2 of SKU-A already; --replace changes it",
    ("KNOWN", "SKU-A", 3): "stands for 2 of SKU-A already",
}


@pytest.mark.parametrize(("lesson", "why"), REFUSALS.items())
def test_a_code_that_would_confuse_is_not_taught(
    ledger: Ledger, lesson: tuple[str, str, int], why: str
) -> None:
    taught(ledger, "KNOWN", "SKU-A", 2)
    before = content(ledger.db)
    with pytest.raises(Refused, match=why):
        taught(ledger, *lesson)
    assert content(ledger.db) == before


def test_a_code_may_be_taught_again_as_it_is_or_replaced_on_purpose(ledger: Ledger) -> None:
    taught(ledger, "KNOWN", "SKU-A", 2)
    taught(ledger, "KNOWN", "SKU-A", 2)
    assert taught(ledger, " KNOWN ", "SKU-B", 5, replace=True) == Taught("KNOWN", "SKU-B", 5)
    assert catalog.taught_codes(ledger.db) == [Taught("KNOWN", "SKU-B", 5)]


def imported(ledger: Ledger, text: str | bytes, *, replace: bool = False) -> int:
    content = text.encode() if isinstance(text, str) else text
    with ledger.transaction() as db:
        return teach_all(db, ledger.badge_key, read_codes(content, Understanding(512)), replace=replace)


def test_a_file_of_codes_is_taught_whole(ledger: Ledger) -> None:
    assert imported(ledger, "\ufeffcode,sku_code,units\r\nA,SKU-A,6\r\n\r\nB,SKU-B,\r\n") == 2
    assert catalog.taught_codes(ledger.db) == [
        Taught("A", "SKU-A", 6, "imported"),
        Taught("B", "SKU-B", 1, "imported"),
    ]


@pytest.mark.parametrize(
    ("text", "faults"),
    [
        ("code,sku\n", ["line 1: column 'sku' is unknown; allowed are code, sku_code, units"]),
        ("code\n", ["line 1: column sku_code is missing; allowed are code, sku_code, units"]),
        ("", ["line 1: column code is missing; allowed are code, sku_code, units"]),
        ("code,sku_code\n", ["line 1: the file holds no code; at least one is needed"]),
        ("code,sku_code\nA\n", ["line 2: 1 values for 2 columns; each column needs one"]),
        (
            "code,sku_code,units\nA,SKU-A,2.5\nB,SKU-B,six\n",
            [
                "line 2: units is '2.5': must be a whole number from 1 to 1000000",
                "line 3: units is 'six': must be a whole number from 1 to 1000000",
            ],
        ),
        (
            f"code,sku_code\n{GTIN_12},SKU-A\n0{GTIN_12},SKU-A\n",
            [f"line 3: code is '0{GTIN_12}': it stands on line 2 already and must be unique"],
        ),
        (
            "code,sku_code,units\nA,SKU-A,1\nORD-1,SKU-A,1\nB,SKU-A,0\n",
            [
                "line 3: ORD-1 is an order's number; it cannot stand for goods too.",
                "line 4: Units of B must be 1 to 1000000, not 0; nothing was taught.",
            ],
        ),
        (b"code,sku_code\nA,SKU-\xff\n", ["line 2: byte 0xff is not UTF-8; save the file as UTF-8"]),
        ('code,sku_code\nA,"SKU-A\n', ["line 2: this is not CSV (unexpected end of data)"]),
    ],
)
def test_a_file_of_codes_with_a_fault_teaches_nothing(
    ledger: Ledger, text: str | bytes, faults: list[str]
) -> None:
    with pytest.raises(Rejected) as rejected:
        imported(ledger, text)
    assert list(rejected.value.faults) == faults
    assert catalog.taught_codes(ledger.db) == []
