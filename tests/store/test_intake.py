"""Files of orders: every fault is named with its line, field, value and rule, and nothing is taken."""

from __future__ import annotations

import contextlib
import csv
import io
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from store.intake import Rejected, read_orders

HEADER = "order_number,sku_code,quantity"


def from_csv(text: str | bytes) -> list[Any]:
    content = text.encode() if isinstance(text, str) else text
    return list(read_orders(content, comma_separated=True))


def from_json(document: object) -> list[Any]:
    text = document if isinstance(document, str) else json.dumps(document, indent=1)
    return list(read_orders(text.encode(), comma_separated=False))


def faults(read, text: object) -> list[str]:  # type: ignore[no-untyped-def]
    with pytest.raises(Rejected) as rejected:
        read(text)
    return list(rejected.value.faults)


def order(number: str = "ORD-1", **item: object) -> dict[str, object]:
    return {"order_number": number, "items": [{"sku_code": "SKU-A", "quantity": 1, **item}]}


def test_rows_of_one_order_are_its_lines() -> None:
    found = from_csv(
        "\ufefforder_number,external_order_id,customer_name,due_date,sku_code,quantity,notes\r\n"
        'ORD-1,X1,"Zoë, Ltd",2026-05-01,SKU-A,2,"two\nlines"\r\n'
        "ORD-1,X1,,,SKU-B,1,\r\n"
        ",,,,,,\r\n"
        "ORD-2,,,,SKU-A,1,\r\n"
    )
    assert [(each.order_number, [(line.sku, line.quantity) for line in each.lines]) for each in found] == [
        ("ORD-1", [("SKU-A", 2), ("SKU-B", 1)]),
        ("ORD-2", [("SKU-A", 1)]),
    ]
    assert (found[0].customer_name, found[0].lines[0].notes) == ("Zoë, Ltd", "two\nlines")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", ["line 1: column order_number is missing"]),
        (f"{HEADER}\n", ["line 1: the file holds no order; at least one is needed"]),
        (f"{HEADER},colour\n", ["line 1: column 'colour' is unknown; allowed are order_number,"]),
        (f"{HEADER},quantity\n", ["line 1: column quantity stands there twice"]),
        ("order_number,quantity\n", ["line 1: column sku_code is missing"]),
        (f"{HEADER}\nORD-1,SKU-A\n", ["line 2: 2 values for 3 columns; each column needs one"]),
        (
            f"{HEADER}\nORD-1,SKU-A,0\n",
            ["line 2: quantity is 0: must be a whole number from 1 to 2147483647"],
        ),
        (f"{HEADER}\nORD-1,SKU-A,-3\n", ["line 2: quantity is -3: must be a whole number from 1"]),
        (f"{HEADER}\nORD-1,SKU-A,1.5\n", ["line 2: quantity is '1.5': must be a whole number from 1"]),
        (f"{HEADER}\nORD-1,SKU-A,\n", ["line 2: quantity is '': must be a whole number from 1"]),
        (f"{HEADER}\nORD-1,SKU-A,1_0\n", ["line 2: quantity is '1_0'"]),
        (f"{HEADER}\nORD-1,SKU-A,{'9' * 400}\n", ["line 2: quantity is '999"]),
        (f"{HEADER}\n,SKU-A,1\n", ["line 2: order_number is '': must be given and not empty"]),
        (f"{HEADER}\nORD-1,,1\n", ["line 2: sku_code is '': must be given and not empty"]),
        (f"{HEADER}\nORD\x07,SKU-A,1\n", [r"line 2: order_number is 'ORD\x07': must hold printable"]),
        (f"{HEADER}\nTallyman:undo,SKU-A,1\n", ["must not begin with TALLYMAN:, which is kept"]),
        (
            f"{HEADER}\nORD-1,SKU-A,1\nORD-2,SKU-A,1\nORD-1,SKU-B,1\n",
            ["line 4: order_number is 'ORD-1': it stands on line 2 already and must be unique"],
        ),
        (
            f"{HEADER},customer_name\nORD-1,SKU-A,1,Ana\nORD-1,SKU-B,1,Bob\n",
            ["line 3: customer_name is 'Bob': must be the same on all rows of an order"],
        ),
        (
            f"{HEADER},due_date\nORD-1,SKU-A,1,tomorrow\n",
            ["line 2: due_date is 'tomorrow': must be an ISO 8601"],
        ),
        (f"{HEADER}\nORD-1,SKU-A,0\nORD-2,,1\n", ["line 2: quantity is 0", "line 3: sku_code is ''"]),
        (
            f"{HEADER}\nORD-1,SKU-\xe9,1\n".encode("latin-1"),
            ["line 2: byte 0xe9 is not UTF-8; save the file"],
        ),
        (f"{HEADER}\nORD-1,SKU-A,1\n".encode("utf-16"), ["line 1: byte 0xff is not UTF-8"]),
        (f'{HEADER}\nORD-1,"SKU-A,1\n', ["line 2: this is not CSV"]),
    ],
)
def test_a_fault_in_csv_is_named_with_its_line(text: str | bytes, expected: list[str]) -> None:
    found = faults(from_csv, text)
    assert len(found) == len(expected)
    for fault, words in zip(found, expected, strict=True):
        assert words in fault


@pytest.mark.parametrize("wrap", [lambda o: o, lambda o: [o], lambda o: {"data": o}, lambda o: {"data": [o]}])
def test_json_may_be_an_order_a_list_or_an_answer_of_the_api(wrap) -> None:  # type: ignore[no-untyped-def]
    assert [each.order_number for each in from_json(wrap(order()))] == ["ORD-1"]


@pytest.mark.parametrize(
    ("document", "expected"),
    [
        ("{", ["line 1: this is not JSON"]),
        ('{"a": 1,\n "b": NaN}', ["line 1: this is not JSON (NaN is not a number"]),
        pytest.param("[" * 100_000, ["line 1: the file is nested too deep"], id="nested without an end"),
        ([], ["line 1: the file holds no order"]),
        ("7", ["line 1: the file is 7: must be an order"]),
        ("null", ["line 1: the file is null: must be an order"]),
        (
            '{"order_number": "A", "notes": "{\\"a\\": [1,",\n"items": [{"quantity": 2,\n"quantity": 3}]}',
            ["line 3: field quantity stands there twice; each may stand once"],
        ),
        (
            '[{"id": "a", "b": ["id", {"id": 1}]},\n{"id": 1, "\\u0069d": 2}]',
            ["line 2: field id stands there"],
        ),
        ([order(), 7], ["line 11: [1] is 7: must be an order"]),
        ({"order_number": "A"}, ["line 1: items is missing: must be a list of at least one item"]),
        ({"order_number": "A", "items": []}, ["line 3: items is []: must be a list of at least one item"]),
        ({"items": [{"sku_code": "A", "quantity": 1}]}, ["line 1: order_number is missing: must be given"]),
        (order(quantity=0), ["line 6: items[0].quantity is 0: must be a whole number from 1"]),
        (order(quantity=-1), ["items[0].quantity is -1"]),
        (order(quantity=1.5), ["items[0].quantity is 1.5"]),
        (order(quantity=True), ["items[0].quantity is true"]),
        (order(quantity="1"), ["items[0].quantity is '1'"]),
        (order(quanttiy=1), ["items[0].quanttiy is 1: unknown field; allowed are id, notes, quantity"]),
        (order(sku_code=None), ["items[0].sku_code is null: must be given and not empty"]),
        ({**order(), "status": "lost"}, ["status is 'lost': must be one of draft, pending"]),
        ({**order(), "due_date": "2026-13-01"}, ["due_date is '2026-13-01': must be an ISO 8601"]),
        ({**order(), "metadata": []}, ["metadata is []: must be an object"]),
        ({**order(), "notes": "a\x00b"}, ["must hold no NUL"]),
        ('{"order_number": "\\ud800", "items": []}', ["items is []: must be a list"]),
        ([order("A"), order("B"), order("A")], ["order_number is 'A': it stands on line 2 already"]),
        ([order("A", quantity=0), order("B", quantity=0)], ["line 7: [0].items[0]", "line 16: [1].items[0]"]),
    ],
)
def test_a_fault_in_json_is_named_with_its_line(document: object, expected: list[str]) -> None:
    found = faults(from_json, document)
    assert len(found) == len(expected)
    for fault, words in zip(found, expected, strict=True):
        assert words in fault


LABELS = st.text(st.characters(categories=["L", "N", "P"]), min_size=1, max_size=12).filter(
    lambda label: not label.upper().startswith("TALLYMAN:")
)


@given(
    st.dictionaries(
        LABELS, st.lists(st.tuples(LABELS, st.integers(1, 10**9)), min_size=1, max_size=4), min_size=1
    )
)
def test_what_is_written_as_csv_or_json_is_read_back(shapes: dict[str, list[tuple[str, int]]]) -> None:
    sheet = io.StringIO()
    rows = csv.writer(sheet)
    rows.writerow(HEADER.split(","))
    rows.writerows((number, sku, units) for number, lines in shapes.items() for sku, units in lines)
    documents = [
        {"order_number": number, "items": [{"sku": {"sku": sku}, "quantity": units} for sku, units in lines]}
        for number, lines in shapes.items()
    ]
    for found in (from_csv(sheet.getvalue()), from_json(documents)):
        assert {
            each.order_number: [(line.sku, line.quantity) for line in each.lines] for each in found
        } == shapes


@given(st.binary(max_size=300), st.booleans())
def test_any_bytes_are_orders_or_faults(content: bytes, comma_separated: bool) -> None:
    try:
        assert read_orders(content, comma_separated=comma_separated)
    except Rejected as rejected:
        faults = rejected.faults
    else:
        faults = ("line 1: none",)
    assert all(fault.startswith("line ") and fault.isprintable() for fault in faults)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (
            (
                '[{"order_number": "A", "items": [{"id": "1", "sku_code": "S", "quantity": 1}]},\n'
                ' {"order_number": "B", "items": [{"id": "1", "sku_code": "S", "quantity": 1}]}]'
            ),
            "line 2: id of an item is '1': it stands on line 1 already and must be unique",
        ),
        (
            (
                '[{"id": "x", "order_number": "A", "items": [{"sku_code": "S", "quantity": 1}]},\n'
                ' {"id": "x", "order_number": "B", "items": [{"sku_code": "S", "quantity": 1}]}]'
            ),
            "line 2: id is 'x': it stands on line 1 already and must be unique",
        ),
        (
            '{"order_number": "A", "items": [{"sku_code": "S", "quantity": 1}], "metadata": {"n": 1e400}}',
            "line 1: this is not JSON (1e400 is larger than any number that can be kept)",
        ),
        (
            '{"order_number": "A", "items": [{"sku": "S", "quantity": 1}],\n"metadata": {"a": "\\u0000"}}',
            'line 2: metadata is {"a": "\\u0000"}: must hold no NUL and no broken characters',
        ),
    ],
)
def test_what_could_not_be_kept_or_told_apart_is_refused_at_its_line(text, told):
    with pytest.raises(Rejected) as refused:
        read_orders(text.encode(), comma_separated=False)
    assert refused.value.faults == (told,)


def test_every_fault_of_a_long_file_has_its_line() -> None:
    one = '{"order_number": "ORD-%d",\n "items": [{"sku_code": "S", "quantity": 1}, {"quantity": 1}]}'
    text = "[" + ",\n".join(one % n for n in range(3_000)) + "]"
    found = faults(from_json, text)
    assert [fault.partition(":")[0] for fault in found] == [f"line {2 * n + 2}" for n in range(3_000)]
    assert found[-1] == "line 6000: [2999].items[1].sku is missing: must be given and not empty"


@pytest.mark.parametrize(
    ("text", "as_csv"),
    [(f"{HEADER}\nA,SKU,1\nA,SKU-B,1\nB,SKU,1\n", True), (json.dumps([order(), order(), order()]), False)],
)
def test_others_may_have_their_turn_before_each_row_or_order(text: str, as_csv: bool) -> None:
    turns: list[None] = []
    with contextlib.suppress(Rejected):
        read_orders(text.encode(), comma_separated=as_csv, before_each=lambda: turns.append(None))
    assert len(turns) == 3
