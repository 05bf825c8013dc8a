"""Reads that only make sense once the keyboard layouts of scanner and computer are told apart.

Nothing is repaired here: a read that looks mangled is refused, and the station says how to calibrate. Four
shapes are sure enough to be recognised, for nobody prints their mangled form: a command code, a trade item
number with a proven check digit, an AIM identifier before either, and a GS1 Digital Link.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache

from terminal.scanners.element_strings import (
    ElementStringError,
    is_digital_link,
    parse_digital_link,
    parse_element_strings,
)
from terminal.scanners.keyboards import LAYOUTS
from terminal.scanners.layout_repair import Layouts, Unrepairable, landing, repaired
from verification.codes import COMMAND_PREFIX
from verification.gtin import gtin14

_IDENTIFIED = re.compile(r"\]([A-Za-z][0-9A-Za-z])(.*)", re.ASCII | re.DOTALL)
_GS1 = frozenset({"C1", "e0", "d2", "Q3", "J1"})
_DIGITS = "0123456789"
_SHORTEST_LINK = 20
_FEWEST_DIGITS = 4
"""Different ones; a row of hyphens is a rule on a label."""


def every_pair() -> list[Layouts]:
    """All layouts of scanner and computer that do not agree, with and without Caps Lock."""
    pairs = [Layouts(s, h, caps) for caps in (False, True) for s in LAYOUTS for h in LAYOUTS]
    return [layouts for layouts in pairs if not layouts.agree]


def looks_mangled(text: str) -> bool:
    """Whether `text` is nothing by itself and one of the sure shapes between two other layouts."""
    if text.startswith(_commands()):
        return True
    first = text[:1]
    if (
        first in _digits()
        and len(set(text)) >= _FEWEST_DIGITS
        and any(gtin14(text.translate(table)) for table in _digits()[first])
    ):
        return True
    if text.startswith(("HTTP:", "HTTPS:")) and text.upper() != text and is_digital_link(text):
        return True  # nobody mixes cases so; Caps Lock does
    if len(text) >= _SHORTEST_LINK and text[:4].lower() == "http" and "://" not in text:
        return any(_is_link(text, layouts) for layouts in every_pair())
    return any(_is_identified(text, layouts) for layouts in _brackets().get(first, ()))


def _is_link(text: str, layouts: Layouts) -> bool:
    try:
        link = repaired(text, layouts)
        return is_digital_link(link) and bool(parse_digital_link(link))
    except (Unrepairable, ElementStringError):
        return False


def _is_identified(text: str, layouts: Layouts) -> bool:
    try:
        match = _IDENTIFIED.fullmatch(repaired(text, layouts))
        if match is None:
            return False
        return gtin14(match[2]) is not None or (match[1] in _GS1 and bool(parse_element_strings(match[2])))
    except (Unrepairable, ElementStringError):
        return False


@cache
def _commands() -> tuple[str, ...]:
    """How the beginning of a command code arrives when it is mangled."""
    arrived = {_arrived(COMMAND_PREFIX, layouts) for layouts in every_pair()} - {None}
    return tuple(sorted(each for each in arrived if each and each.upper() != COMMAND_PREFIX))


@cache
def _digits() -> Mapping[str, tuple[dict[int, str], ...]]:
    """By the first character that came: what each character would be as a digit."""
    found: dict[str, dict[str, dict[int, str]]] = {}
    for layouts in every_pair():
        arrived = _arrived(_DIGITS, layouts)
        if arrived is not None and not set(arrived) & set(_DIGITS):
            for first in arrived:
                found.setdefault(first, {})[arrived] = dict(zip(map(ord, arrived), _DIGITS, strict=True))
    return {first: tuple(tables.values()) for first, tables in found.items()}


@cache
def _brackets() -> Mapping[str, tuple[Layouts, ...]]:
    """By what came in place of `]`: the layouts that do that."""
    found: dict[str, list[Layouts]] = {}
    for layouts in every_pair():
        if (arrived := landing("]", layouts)) not in (None, "]"):
            found.setdefault(arrived or "", []).append(layouts)
    return {arrived: tuple(pairs) for arrived, pairs in found.items()}


def _arrived(text: str, layouts: Layouts) -> str | None:
    landed = [landing(character, layouts) for character in text]
    return "".join(each or "" for each in landed) if None not in landed else None
