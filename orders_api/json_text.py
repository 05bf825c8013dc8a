"""Strict reading of JSON bodies: bytes in, a value or one sentence about what is wrong with them.

Stricter than RFC 8259 where a lenient reading would let two programs see two different bodies:
duplicate names, NaN and Infinity, numbers out of range, NUL and lone surrogates in strings, and
nesting beyond `readings.MAX_NESTING` are all refused.
"""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from typing import Any

from orders_api import readings


@dataclass(frozen=True, slots=True)
class Unreadable:
    """Why a body is not acceptable JSON."""

    sentence: str


class _Refused(ValueError):
    """Raised inside the parser's hooks, which have no other way out; never leaves this module."""


def parse(body: bytes) -> Any | Unreadable:
    """The value in `body`, or what is wrong with it."""
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError as error:
        return Unreadable(f"the body is not UTF-8: byte {error.start} cannot be read")
    try:
        value = _DECODER.decode(text)
    except _Refused as refused:
        return Unreadable(str(refused))
    except json.JSONDecodeError as error:
        return Unreadable(f"the body is not JSON: {error.msg} at character {error.pos}")
    except RecursionError:
        return Unreadable(_TOO_DEEP)
    return _inspect(value)


_TOO_DEEP = f"the body nests deeper than {readings.MAX_NESTING} levels"


def nests_too_deep(value: Any) -> bool:
    """Whether a value from a file nests deeper than a body may."""
    waiting: list[tuple[Any, int]] = [(value, 1)]
    while waiting:
        node, depth = waiting.pop()
        if not isinstance(node, dict | list):
            continue
        if depth > readings.MAX_NESTING:
            return True
        waiting.extend((child, depth + 1) for child in (node.values() if isinstance(node, dict) else node))
    return False


def _inspect(value: Any) -> Any | Unreadable:
    """Walks the value without recursion; refuses depth and characters that no store can keep."""
    waiting: list[tuple[Any, int]] = [(value, 1)]
    while waiting:
        node, depth = waiting.pop()
        if isinstance(node, str):
            if sentence := _text_problem(node):
                return Unreadable(sentence)
            continue
        if isinstance(node, dict):
            children = [*node.keys(), *node.values()]
        elif isinstance(node, list):
            children = node
        else:
            continue
        if depth > readings.MAX_NESTING:
            return Unreadable(_TOO_DEEP)
        waiting.extend((child, depth + 1) for child in children)
    return value


def _text_problem(text: str) -> str | None:
    if "\0" in text:
        return "the body has a NUL character in a string"
    if text.isascii():
        return None
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return "the body has half of a surrogate pair in a string"
    return None


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        seen: set[str] = set()
        for name, _ in pairs:
            if name in seen:
                raise _Refused(f"the body names {name[:80]!a} twice in one object")
            seen.add(name)
    return found


def _integer(digits: str) -> int:
    if len(digits) <= 20:
        number = int(digits)
        if readings.SMALLEST_INTEGER <= number <= readings.LARGEST_INTEGER:
            return number
    raise _Refused(f"the body has an integer beyond 64 bits: {digits[:24]}…")


def _float(digits: str) -> float:
    number = float(digits)
    if math.isinf(number):
        raise _Refused(f"the body has a number out of range: {digits[:24]}")
    return number


def _constant(name: str) -> Any:
    raise _Refused(f"the body has {name}, which JSON does not know")


_DECODER = json.JSONDecoder(
    object_pairs_hook=_object, parse_int=_integer, parse_float=_float, parse_constant=_constant
)
