"""Orders from a file: JSON in the shape of the API's full order, or CSV with one row for each line.

A file is taken whole or not at all. Each fault names the file, the line, the field, the value and the rule.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, TypeVar

from store.csv_rows import Rejected, rows, text_of, whole
from store.json_lines import Lines, NameTwice, line_of_second, strictly
from store.order_shape import Fault, Path, order_from_api
from verification.orders import Order
from verification.printable import printable

__all__ = ["CSV_COLUMNS", "Rejected", "read_orders"]

CSV_COLUMNS = (
    "order_number", "external_order_id", "customer_name", "due_date", "sku_code", "quantity", "notes",
)  # fmt: skip
_REQUIRED = ("order_number", "sku_code", "quantity")


Place = TypeVar("Place")


def read_orders(
    content: bytes, *, comma_separated: bool, before_each: Callable[[], None] = lambda: None
) -> list[Order]:
    """The orders in a file's content. Raises Rejected when anything in it breaks a rule.

    `before_each` is called before each order or row is looked at; whoever is not to be held up waits there.
    """
    text = text_of(content)
    if comma_separated:
        return _each_once(_from_csv(text, before_each), int)
    lines = Lines(text)
    return _each_once(_from_json(text, lines, before_each), lines.of)


def _each_once(found: list[tuple[Place, Order]], line: Callable[[Place], int]) -> list[Order]:
    """The orders of `found`, each with its place, provided that no number and no id stands twice."""
    places: dict[tuple[str, str], Place] = {}
    faults = []
    for place, order in found:
        names = [("order_number", order.order_number), ("id", order.id)]
        for field, value in [*names, *(("id of an item", item.id) for item in order.lines)]:
            if (field, value) in places:
                faults.append(
                    f"line {line(place)}: {field} is {printable(repr(value), 60)}:"
                    f" it stands on line {line(places[field, value])} already and must be unique"
                )
            places.setdefault((field, value), place)
    if faults:
        raise Rejected(*faults)
    if not found:
        raise Rejected("line 1: the file holds no order; at least one is needed")
    return [order for _, order in found]


# JSON


def _from_json(text: str, lines: Lines, before_each: Callable[[], None]) -> list[tuple[Path, Order]]:
    try:
        document = strictly(text)
    except RecursionError as error:
        raise Rejected("line 1: the file is nested too deep; an order has items, nothing deeper") from error
    except NameTwice as error:
        raise Rejected(f"line {line_of_second(text)}: {error}") from error
    except ValueError as error:
        line = getattr(error, "lineno", 1)
        raise Rejected(f"line {line}: this is not JSON ({getattr(error, 'msg', error)})") from error
    found, faults = [], []
    for path, value in _documents(document):
        before_each()
        try:
            found.append((path, order_from_api(value)))
        except Fault as fault:
            located = Fault((*path, *fault.path), fault.value, fault.rule)
            faults.append(f"line {lines.of(located.path)}: {located}")
    if faults:
        raise Rejected(*faults)
    return found


def _documents(document: Any) -> Iterator[tuple[Path, Any]]:
    """The orders of a document with their paths: one order, a list of orders, or an answer of the API."""
    path: Path = ()
    if isinstance(document, dict) and "data" in document and "order_number" not in document:
        path, document = ("data",), document["data"]
    if isinstance(document, list):
        yield from (((*path, index), value) for index, value in enumerate(document))
    else:
        yield path, document


# CSV


def _from_csv(text: str, before_each: Callable[[], None]) -> list[tuple[int, Order]]:
    faults: list[str] = []
    gathered: list[tuple[int, dict[str, Any]]] = []
    for line, cells in rows(text, CSV_COLUMNS, _REQUIRED, faults):
        before_each()
        _gather(gathered, faults, line, cells)
    if faults:
        raise Rejected(*faults)
    return [(line, order_from_api(value)) for line, value in gathered]


def _gather(
    gathered: list[tuple[int, dict[str, Any]]], faults: list[str], line: int, cells: dict[str, str]
) -> None:
    """Add one row to the order above it when it is the same order, else begin an order with it."""
    item = {
        "sku_code": cells["sku_code"],
        "quantity": whole(cells["quantity"]),
        "notes": cells.get("notes", ""),
    }
    header = {name: cells[name] for name in CSV_COLUMNS[:4] if cells.get(name) or name in _REQUIRED}
    try:
        order_from_api({**header, "items": [item]})
    except Fault as fault:
        plain = Fault((fault.path[-1],), fault.value, fault.rule)
        faults.append(f"line {line}: {plain}")
        return
    if gathered and gathered[-1][1]["order_number"] == cells["order_number"]:
        above = {name: value for name, value in gathered[-1][1].items() if name != "items"}
        faults += (
            f"line {line}: {Fault((name,), cell, 'must be the same on all rows of an order')}"
            for name, cell in header.items()
            if cell != above.get(name, cell)
        )
        gathered[-1][1]["items"].append(item)
    else:
        gathered.append((line, {**header, "items": [item]}))
