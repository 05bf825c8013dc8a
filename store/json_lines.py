"""JSON from outside, read strictly, and on which line of it a value stands, so that a fault can be found."""

from __future__ import annotations

import json
import math
import re
from bisect import bisect_left
from functools import cached_property
from typing import Any

from verification.printable import printable

_BLANK = re.compile(r"[ \t\r\n]*")
_TOKEN = re.compile(r'"[^"\\]*(?:\\.[^"\\]*)*"|[{}\[\],]')
_decoder = json.JSONDecoder()


class NameTwice(ValueError):
    """An object of a JSON text has two fields of one name."""

    def __init__(self, name: str) -> None:
        super().__init__(f"field {printable(name, 60)} stands there twice; each may stand once")


def strictly(text: str) -> Any:
    """The value that a JSON text (RFC 8259) stands for.

    Raises NameTwice where JSON itself would take the last of two fields in silence, ValueError for what is no
    JSON or holds a number that is none or cannot be kept (NaN, 1e999), and RecursionError where it is nested
    too deep.
    """
    return json.loads(
        text,
        parse_constant=_no_constant,
        parse_float=_finite,
        parse_int=_whole,
        object_pairs_hook=_each_once,
    )


def _no_constant(name: str) -> None:
    raise ValueError(f"{name} is not a number that JSON knows")


def _finite(digits: str) -> float:
    number = float(digits)
    if math.isinf(number):
        raise _too_large(digits)
    return number


def _whole(digits: str) -> int:
    try:
        return int(digits)
    except ValueError:  # more digits than Python takes for a number
        raise _too_large(digits) from None


def _too_large(digits: str) -> ValueError:
    return ValueError(f"{printable(digits, 40)} is larger than any number that can be kept")


def _each_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        raise NameTwice(next(name for name in names if names.count(name) > 1))
    return found


def line_of_second(text: str) -> int:
    """The line, from 1, of the first name that stands in its object already; the text is JSON up to there."""
    names: list[set[str] | None] = []
    naming = False
    for token in _TOKEN.finditer(text):
        sign = token[0][0]
        if sign == '"':
            if naming and names[-1] is not None:
                name = json.loads(token[0])
                if name in names[-1]:
                    return text.count("\n", 0, token.start()) + 1
                names[-1].add(name)
            naming = False
        elif sign in "{[":
            names.append(set() if sign == "{" else None)
            naming = sign == "{"
        elif sign == ",":
            naming = bool(names) and names[-1] is not None
        elif names:
            names.pop()
            naming = False
    return 1


class Lines:
    """The lines of one valid JSON text. What was passed on the way to a value is not read again."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._elements: dict[int, list[int]] = {}
        """By the place of a list, the places of its elements as far as they were passed."""

    @cached_property
    def _ends(self) -> list[int]:
        return [end.start() for end in re.finditer("\n", self._text)]

    def of(self, path: tuple[str | int, ...]) -> int:
        """The line, from 1, of the value at `path`, or of its would-be parent."""
        at = self._skip(0)
        for step in path:
            inside = self._member(at, step) if isinstance(step, str) else self._element(at, step)
            if inside is None:
                break
            at = inside
        return bisect_left(self._ends, at) + 1

    def _skip(self, at: int) -> int:
        match = _BLANK.match(self._text, at)
        return match.end() if match else at

    def _after_value(self, at: int) -> int:
        """Past a value and its comma."""
        at = self._skip(_decoder.raw_decode(self._text, at)[1])
        return self._skip(at + 1) if self._text[at] == "," else at

    def _member(self, at: int, name: str) -> int | None:
        text = self._text
        if text[at] != "{":
            return None
        at = self._skip(at + 1)
        while text[at] != "}":
            key, end = _decoder.raw_decode(text, at)
            at = self._skip(self._skip(end) + 1)
            if key == name:
                return at
            at = self._after_value(at)
        return None

    def _element(self, at: int, index: int) -> int | None:
        if self._text[at] != "[":
            return None
        passed = self._elements.setdefault(at, [self._skip(at + 1)])
        while len(passed) <= index and self._text[passed[-1]] != "]":
            passed.append(self._after_value(passed[-1]))
        return passed[index] if index < len(passed) and self._text[passed[index]] != "]" else None
