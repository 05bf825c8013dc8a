"""Strict decoding of the order bodies: frozen requests, or every problem with its field's path.

Contract: the create body's table (`order_number` and `items` required, at least one line,
`quantity` an integer of at least 1, dates in ISO 8601) and the update body's table (header fields
only; line items are immutable through PUT).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from orders_api import readings
from orders_api.mapping import Steps


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong with a body."""

    steps: Steps
    """Where; empty means the whole body."""
    sentence: str


@dataclass(frozen=True, slots=True)
class NewLine:
    """One line of a create body."""

    sku_code: str
    quantity: int
    notes: str | None


@dataclass(frozen=True, slots=True)
class NewOrder:
    """A create body that holds to the contract."""

    order_number: str
    header: Mapping[str, Any]
    """The optional header fields by name, each with its value or None."""
    lines: tuple[NewLine, ...]


Check = Callable[[Any], str | None]
"""Says what is wrong with a value, or None."""


def _text(value: Any) -> str | None:
    return None if isinstance(value, str) else f"expected a string, got {_got(value)}"


def _object(value: Any) -> str | None:
    return None if isinstance(value, dict) else f"expected an object, got {_got(value)}"


def _identifier(value: Any) -> str | None:
    if not isinstance(value, str):
        return _text(value)
    if not value.strip():
        return "expected a string that is not blank"
    if len(value) > readings.MAX_IDENTIFIER_LENGTH:
        limit = readings.MAX_IDENTIFIER_LENGTH
        return f"expected at most {limit} characters, got {len(value)}"
    if any(ord(character) < 32 or ord(character) == 127 for character in value):
        return "expected no control characters"
    if value in readings.UNADDRESSABLE_IDENTIFIERS:
        return f"expected a value that a path can carry, got {value!r}"
    return None


def _quantity(value: Any) -> str | None:
    if isinstance(value, bool) or not isinstance(value, int):
        return f"expected an integer, got {_got(value)}"
    if not 1 <= value <= readings.MAX_QUANTITY:
        return f"expected an integer from 1 to {readings.MAX_QUANTITY}, got {value}"
    return None


_MOMENT: Final = re.compile(
    r"\d{4}-\d\d-\d\d[Tt]\d\d:\d\d(:\d\d(\.\d{1,9})?)?([Zz]|[+-]\d\d:\d\d)"
    + ("" if readings.OFFSET_IS_REQUIRED else "?"),
    re.ASCII,
)
_MOMENT_EXPECTED: Final = "expected an ISO 8601 date and time with an offset, such as 2026-05-01T00:00:00Z"


def _moment(value: Any) -> str | None:
    if not isinstance(value, str):
        return f"{_MOMENT_EXPECTED}, got {_got(value)}"
    got = f"{_MOMENT_EXPECTED}, got {value[:40]!a}"
    if not _MOMENT.fullmatch(value):
        return got
    try:
        datetime.fromisoformat(value.upper())
    except ValueError:
        return got
    return None


def _status(value: Any) -> str | None:
    if isinstance(value, str) and value in readings.STATUSES:
        return None
    got = repr(value[:40]) if isinstance(value, str) else _got(value)
    return f"expected one of {', '.join(readings.STATUSES)}; got {got}"


_HEADER_OF_CREATE: Final[dict[str, Check]] = {
    "external_order_id": _identifier,
    "customer_name": _text,
    "customer_info": _object,
    "notes": _text,
    "order_date": _moment,
    "due_date": _moment,
    "metadata": _object,
}
_HEADER_OF_UPDATE: Final[dict[str, Check]] = {
    "customer_name": _text,
    "customer_info": _object,
    "notes": _text,
    "due_date": _moment,
    "metadata": _object,
    "status": _status,
}
_LINE_IS_IMMUTABLE: Final = "line items are immutable through an update; cancel and create instead"


def read_create(body: Any) -> NewOrder | tuple[Problem, ...]:
    """The order that a POST asks for, or all that is wrong with its body."""
    if not isinstance(body, dict):
        return (Problem((), f"expected an object, got {_got(body)}"),)
    problems = [*_unknown(body, {"order_number", "items", *_HEADER_OF_CREATE}, ())]
    problems += _required(body, {"order_number": _identifier}, ())
    problems += _optional(body, _HEADER_OF_CREATE)
    lines = body.get("items")
    if "items" not in body:
        problems.append(Problem(("items",), "this field is required"))
    elif not isinstance(lines, list):
        problems.append(Problem(("items",), f"expected an array, got {_got(lines)}"))
    elif not lines:
        problems.append(Problem(("items",), "expected at least one line item"))
    else:
        for index, line in enumerate(lines):
            problems += _line_problems(line, ("items", index))
    if problems or not isinstance(lines, list):
        return tuple(problems)
    header = {name: body.get(name) for name in _HEADER_OF_CREATE}
    new_lines = tuple(NewLine(i["sku_code"], i["quantity"], i.get("notes")) for i in lines)
    return NewOrder(body["order_number"], header, new_lines)


def read_update(body: Any) -> dict[str, Any] | tuple[Problem, ...]:
    """The header fields that a PUT replaces, by name, or all that is wrong with its body."""
    if not isinstance(body, dict):
        return (Problem((), f"expected an object, got {_got(body)}"),)
    problems = []
    for name in body:
        if name == "items":
            problems.append(Problem(("items",), _LINE_IS_IMMUTABLE))
        elif name in ("order_number", "external_order_id", "order_date", "id", "created_at"):
            problems.append(Problem((name,), "this field cannot be updated"))
    known = {*_HEADER_OF_UPDATE, *(str(problem.steps[0]) for problem in problems)}
    problems += _unknown(body, known, ())
    for name, check in _HEADER_OF_UPDATE.items():
        if name in body and not (body[name] is None and name in readings.PUT_NULL_CLEARS):
            problems += _checked(body[name], check, (name,))
    changes = {name: body[name] for name in _HEADER_OF_UPDATE if name in body}
    return tuple(problems) if problems else changes


def read_cancel(body: Any) -> str | tuple[Problem, ...] | None:
    """The reason that a DELETE gives, if any, or all that is wrong with its body."""
    if not isinstance(body, dict):
        return (Problem((), f"expected an object, got {_got(body)}"),)
    problems = _unknown(body, {"reason"}, ()) + _optional(body, {"reason": _text})
    return tuple(problems) if problems else body.get("reason")


def _line_problems(line: Any, at: Steps) -> list[Problem]:
    if not isinstance(line, dict):
        return [Problem(at, f"expected an object, got {_got(line)}")]
    problems = _unknown(line, {"sku_code", "quantity", "notes"}, at)
    problems += _required(line, {"sku_code": _identifier, "quantity": _quantity}, at)
    if line.get("notes") is not None:
        problems += _checked(line["notes"], _text, (*at, "notes"))
    return problems


def _unknown(body: dict[str, Any], known: set[str], at: Steps) -> list[Problem]:
    if not readings.UNKNOWN_FIELDS_ARE_REFUSED:
        return []
    strays = (name for name in body if name not in known)
    return [Problem((*at, name), "this field is not known here") for name in strays]


def _required(body: dict[str, Any], checks: dict[str, Check], at: Steps) -> list[Problem]:
    problems = []
    for name, check in checks.items():
        if name not in body:
            problems.append(Problem((*at, name), "this field is required"))
        else:
            problems += _checked(body[name], check, (*at, name))
    return problems


def _optional(body: dict[str, Any], checks: dict[str, Check]) -> list[Problem]:
    found = [
        _checked(body[name], check, (name,)) for name, check in checks.items() if body.get(name) is not None
    ]
    return [problem for problems in found for problem in problems]


def _checked(value: Any, check: Check, steps: Steps) -> list[Problem]:
    sentence = check(value)
    return [Problem(steps, sentence)] if sentence else []


_KINDS: Final = {dict: "an object", list: "an array", str: "a string", bool: "a boolean"}


def _got(value: Any) -> str:
    """The JSON word for a value of the wrong type."""
    return "null" if value is None else _KINDS.get(type(value), f"the number {value}")
