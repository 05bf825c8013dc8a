"""Barcodes from a CSV file: code, sku_code and, where it is not 1, units. Taken whole or not at all."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable

from store.catalog import Taught, kept_as, teach
from store.csv_rows import Rejected, rows, text_of, whole
from store.errors import Refused
from verification.printable import printable

CSV_COLUMNS = ("code", "sku_code", "units")
_REQUIRED = ("code", "sku_code")


def read_codes(content: bytes, understood: Callable[[str], str]) -> list[tuple[int, Taught]]:
    """The codes in a file's content, each with its line. Raises Rejected when a row breaks a rule.

    `understood` tells what a read of a code is looked up as, or raises Refused.
    """
    faults: list[str] = []
    found: list[tuple[int, Taught]] = []
    lines: dict[str, int] = {}
    for line, cells in rows(text_of(content), CSV_COLUMNS, _REQUIRED, faults):
        units = whole(cells.get("units") or "1")
        if not isinstance(units, int):
            shown = printable(repr(units), 60)
            faults.append(f"line {line}: units is {shown}: must be a whole number from 1 to 1000000")
            continue
        try:
            code = understood(cells["code"])
        except Refused as error:
            faults.append(f"line {line}: {error}")
            continue
        first = lines.setdefault(kept_as(code), line)
        if first != line:
            shown = printable(repr(cells["code"]), 60)
            faults.append(
                f"line {line}: code is {shown}: it stands on line {first} already and must be unique"
            )
            continue
        found.append((line, Taught(code, cells["sku_code"], units, "imported")))
    if faults:
        raise Rejected(*faults)
    if not found:
        raise Rejected("line 1: the file holds no code; at least one is needed")
    return found


def teach_all(
    db: sqlite3.Connection, badge_key: bytes, found: list[tuple[int, Taught]], *, replace: bool
) -> int:
    """Keep all of them; returns how many. Call it inside a transaction, for it may keep some.

    Raises Rejected with what the ledger has against each that it refuses.
    """
    faults = []
    for line, taught in found:
        try:
            teach(db, badge_key, taught, replace=replace)
        except Refused as error:
            faults.append(f"line {line}: {error}")
    if faults:
        raise Rejected(*faults)
    return len(found)
