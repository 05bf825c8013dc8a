"""Comma-separated rows from a file, read strictly: known columns only, one value for each."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence

from verification.printable import printable


class Rejected(ValueError):
    """The file as a whole was not taken; `faults` are sentences, in the order of the file's lines."""

    def __init__(self, *faults: str) -> None:
        super().__init__("; ".join(faults))
        self.faults = faults


def text_of(content: bytes) -> str:
    """A file's content as text. Raises Rejected when it is not UTF-8."""
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise Rejected(
            f"line {line}: byte {content[error.start]:#04x} is not UTF-8; save the file as UTF-8"
        ) from error


def rows(
    text: str, allowed: Sequence[str], required: Sequence[str], faults: list[str]
) -> Iterator[tuple[int, dict[str, str]]]:
    """The rows under the header, each with its line and its cells by column; blank rows are passed over.

    A row of the wrong length is added to `faults`. Raises Rejected when the header is wrong or when this is
    not CSV at all.
    """
    table = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        columns = _columns(next(table, []), allowed, required)
        for row in table:
            if not any(cell.strip() for cell in row):
                continue
            if len(row) != len(columns):
                found = f"{len(row)} values for {len(columns)} columns"
                faults.append(f"line {table.line_num}: {found}; each column needs one")
                continue
            yield table.line_num, dict(zip(columns, (cell.strip() for cell in row), strict=True))
    except csv.Error as error:
        raise Rejected(f"line {table.line_num}: this is not CSV ({error})") from error


def _columns(header: list[str], allowed: Sequence[str], required: Sequence[str]) -> list[str]:
    columns = [name.strip() for name in header]
    rule = f"allowed are {', '.join(allowed)}"
    for name in columns:
        if name not in allowed:
            raise Rejected(f"line 1: column {printable(repr(name), 60)} is unknown; {rule}")
        if columns.count(name) > 1:
            raise Rejected(f"line 1: column {name} stands there twice; each may stand once")
    for name in required:
        if name not in columns:
            raise Rejected(f"line 1: column {name} is missing; {rule}")
    return columns


def whole(cell: str) -> int | str:
    """A cell as a whole number when it is one, else as it stands, for the rule to name."""
    digits = cell.removeprefix("-")
    return int(cell) if digits.isascii() and digits.isdigit() and len(digits) < 20 else cell
