"""GS1 element strings: application identifiers and their data, read through biip.

GS1 General Specifications 3 (application identifiers), 7.8 (FNC1 as separator), and the GS1 Digital Link
standard for the same data in a web address. biip takes a tenth of a second to import, and a code without
GS1 data never needs it: so it is imported with the first one, or by `warm_up`.
"""

from __future__ import annotations

import re
from datetime import date
from functools import cache
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlsplit

from verification.gtin import is_proven
from verification.records import record

if TYPE_CHECKING:
    from biip.gs1_element_strings import GS1ElementString

SEPARATOR = "\x1d"
"""How a scanner sends FNC1 between elements: the character GS."""

_DATED = re.compile(r"1[1-35-7](\d\d)(\d\d)(\d\d)", re.ASCII)
_NUMBERED = re.compile(r"(?:0[12](\d{14})|00(\d{18}))", re.ASCII)
_WEIGHED = re.compile(r"310[0-5]\d{6}", re.ASCII)
_FIXED_BEGINS = re.compile(r"(?:1[1-35-7]|0[0-2]|310[0-5])\d{6}", re.ASCII)
"""How each element of fixed length begins that `_fixed_element` knows."""
_OPEN_ENDED = re.compile(r"(?:10|21|30|37|240|241|250|400)[!-z]", re.ASCII)
_LINK = re.compile(
    r"https?://[^/?#]+/(?:[^?#]*/)?(?:01|gtin|00|sscc)/(\d{7,18})(?![^/?#])", re.ASCII | re.IGNORECASE
)
_LINK_LENGTHS = (8, 12, 13, 14, 18)
"""Digits in a Digital Link: a GTIN as it is printed, or an SSCC. What lacks one is never filled up."""
_PART = re.compile(r"[NXYZ](\.\.)?(\d+)", re.ASCII)
_HARVESTED = re.compile(r"7007(\d{6})(\d{6})(?!\d)", re.ASCII)
_NOT_A_LINK = "its address does not follow GS1 Digital Link: /01/ and 14 digits, then known fields"


class ElementStringError(ValueError):
    """The data is not what its identifier claims. The message is a clause without any scanned text."""


@record
class Elements:
    """What one label says, as far as the station asks."""

    gtin: str | None = None
    """GTIN-14 of AI 01, or of AI 02: the goods, or the contents of a logistic unit."""
    sscc: str | None = None
    lot: str | None = None
    serial: str | None = None
    expiry: str | None = None
    """`YYYY-MM-DD`, from AI 17, else AI 15."""
    count: int | None = None


def warm_up() -> None:
    """Import biip ahead of the first GS1 label; meant for a thread that has nothing else to do."""
    parse_element_strings("0195012345678903")


def is_digital_link(text: str) -> bool:
    """Whether this is a web address with a GTIN or an SSCC in its path, on any host."""
    return _LINK.match(text) is not None


def parse_element_strings(text: str) -> Elements:
    """Read a GS1 message, as scanned, with GS where FNC1 separates elements.

    Raises `ElementStringError`.
    """
    kind = _element_string()
    found: list[GS1ElementString] = []
    rest = text.strip(SEPARATOR)
    while rest:
        element = _first_element(kind, rest, len(text) - len(rest))
        rest = rest[len(element) :]
        if element.ai.separator_required and rest and rest[0] != SEPARATOR:
            raise ElementStringError(_misfit(element))
        if element.ai.separator_required and _swallowed(element):
            raise ElementStringError(
                f"AI {element.ai.ai} seems to hold the element after it: a separator is missing"
            )
        found.append(element)
        rest = rest.lstrip(SEPARATOR)
    return _collect(found)


def parse_digital_link(uri: str) -> Elements:
    """Read a GS1 Digital Link URI. Raises `ElementStringError`."""
    from biip import ParseError
    from biip.gs1_digital_link_uris import GS1DigitalLinkURI

    link = _LINK.match(uri)
    if link is None or len(link[1]) not in _LINK_LENGTHS:
        raise ElementStringError(_NOT_A_LINK)
    for name, values in parse_qs(urlsplit(uri).query).items():
        if name.isdigit() and len(set(values)) > 1:  # of which biip would take the last
            raise ElementStringError(_twice(name))
    try:
        elements = GS1DigitalLinkURI.parse(uri).element_strings
    except (ParseError, ValueError):
        raise ElementStringError(_NOT_A_LINK) from None
    return _collect(list(elements))


def _swallowed(element: GS1ElementString) -> bool:
    """Whether an element looks as if it had taken in the one after it: no part of fixed length can."""
    start = _open_from(element.ai.format)
    return start is not None and holds_another_element(element.value, max(1, start))


@cache
def _open_from(layout: str) -> int | None:
    """Where the part of free length begins in data of a format, `N4+N8[+N..4]`; None without one."""
    begins = 0
    for free, length in _PART.findall(layout)[1:]:  # the first part is the AI itself
        if free:
            return begins
        begins += int(length)
    return None


def holds_another_element(value: str, start: int = 1) -> bool:
    """Whether data of free length looks as if the separator after it was lost.

    Fixed rule: from some character on, `start` or a later one, it reads, to its end, as a date (AI 11 to 17),
    a GTIN or SSCC with proven check digit (AI 00, 01, 02) or a weight (AI 310n), and then nothing or another
    element.
    """
    if _FIXED_BEGINS.search(value, start) is None:
        return False
    return any(_reads_as_elements(value[at:]) for at in range(start, len(value)))


def _reads_as_elements(text: str) -> bool:
    length = 0
    while found := _fixed_element(text[length:]):
        length += found
    return length > 0 and (length == len(text) or _OPEN_ENDED.match(text, length) is not None)


def _fixed_element(text: str) -> int:
    """Length of the element of fixed length and provable content that begins here, or 0."""
    if (match := _DATED.match(text)) and _is_date(*map(int, match.groups())):
        return match.end()
    if (match := _NUMBERED.match(text)) and is_proven(match[1] or match[2]):
        return match.end()
    return match.end() if (match := _WEIGHED.match(text)) else 0


def _is_day(digits: str) -> bool:
    return _is_date(int(digits[:2]), int(digits[2:4]), int(digits[4:]))


def _is_date(year: int, month: int, day: int) -> bool:
    """Day 00 stands for the last of the month (GS1 General Specifications 3.4)."""
    try:
        date(2000 + year, month, day or 1)
    except ValueError:
        return False
    return True


def _first_element(kind: type[GS1ElementString], text: str, position: int) -> GS1ElementString:
    try:
        return kind.extract(text)
    except (_parse_error(), ValueError):
        pass  # why, is found out only now: most elements are right
    from biip import ParseError
    from biip.gs1_application_identifiers import GS1ApplicationIdentifier

    try:
        ai = GS1ApplicationIdentifier.extract(text)
    except ParseError:
        raise ElementStringError(
            f"a GS1 application identifier is expected at character {position + 1} and none is there"
        ) from None
    if (range_ := _HARVESTED.match(text)) and all(map(_is_day, range_.groups())):
        return kind(ai=ai, value="".join(range_.groups()), pattern_groups=list(range_.groups()))
    raise ElementStringError(f"AI {ai.ai} does not fit its format {ai.format}")


@cache
def _parse_error() -> type[Exception]:
    from biip import ParseError

    return ParseError


@cache
def _element_string() -> type[GS1ElementString]:
    from biip.gs1_element_strings import GS1ElementString

    return GS1ElementString


def _misfit(element: GS1ElementString) -> str:
    return f"AI {element.ai.ai} does not fit its format {element.ai.format}"


def _twice(ai: str) -> str:
    return f"AI {ai} is in it twice with different values"


def _collect(found: list[GS1ElementString]) -> Elements:
    """Gather the elements the station asks for; the same AI may repeat only with the same value."""
    values: dict[str, str] = {}
    for element in found:
        ai = element.ai.ai
        if values.setdefault(ai, element.value) != element.value:
            raise ElementStringError(_twice(ai))
        if element.gtin_error or element.sscc_error:
            raise ElementStringError(f"the check digit of AI {ai} is wrong")
    if "01" in values and "02" in values:
        raise ElementStringError("it names goods (AI 01) and contents (AI 02) at once")
    if "02" in values and "37" not in values:
        raise ElementStringError("it names contents (AI 02) and not how many there are (AI 37)")
    if "30" in values and "37" in values:
        raise ElementStringError("it counts pieces (AI 30) and contents (AI 37) at once")
    dates = {element.ai.ai: element.date for element in found if element.date}
    expiry = dates.get("17") or dates.get("15")
    count = values.get("37") or values.get("30")
    return Elements(
        gtin=values.get("01") or values.get("02"),
        sscc=values.get("00"),
        lot=values.get("10"),
        serial=values.get("21"),
        expiry=expiry.isoformat() if expiry else None,
        count=int(count) if count else None,
    )
