"""From a frame's bytes to a `Code`: everything that the bytes alone can say.

What a code is allowed to claim:

| the read has                                   | it is                                           |
|------------------------------------------------|-------------------------------------------------|
| identifier `]C1 ]e0 ]d2 ]Q3 ]J1`, or GS in front | GS1 element strings; a misfit is a problem     |
| 8, 12, 13 or 14 digits, check digit proven     | a GTIN, and plain text too                      |
| `]E0` and 8 digits                             | a UPC-E, expanded if its check digit proves it  |
| `]E3` and an add-on of 2 or 5 digits           | the GTIN before the add-on                      |
| a web address with `/01/GTIN` or `/00/SSCC`    | GS1 Digital Link                                |
| 7 to 13 digits that miss a zero or check digit | plain text, and a question: `near`              |
| anything else                                  | plain text: an internal code                    |

Without an identifier, text is never read as element strings: `101234` may be a bin, and AI 10 is a guess.
GS in front is as good as an identifier, for it is how a scanner sends FNC1 in first position when its
identifiers are off, and no printed text begins with it. What a keyboard did to a read is undone first, as
the scanner's settings say; what still looks mangled by one is refused.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from terminal.scanners.aim_policy import AimPolicy
from terminal.scanners.element_strings import (
    SEPARATOR,
    ElementStringError,
    is_digital_link,
    parse_digital_link,
    parse_element_strings,
)
from terminal.scanners.layout_repair import ADVICE, Unrepairable
from terminal.scanners.mangling import looks_mangled
from verification.codes import Code
from verification.gtin import gtin14, is_digits, near, run_together, upc_e

if TYPE_CHECKING:
    from collections.abc import Callable

    from terminal.scanners.element_strings import Elements
    from terminal.scanners.layout_repair import Repair

_IDENTIFIER = re.compile(r"\][A-Za-z][0-9A-Za-z]", re.ASCII)
_CONTROL = re.compile(r"[\x00-\x1c\x1e\x1f\x7f-\x9f]")
"""Control characters (Unicode category Cc) other than `SEPARATOR`."""
_GS1 = frozenset({"C1", "e0", "d2", "Q3", "J1"})
_RETAIL = frozenset({"E0", "E3", "E4"})
_ADD_ON_LENGTHS = (15, 18)
_MANGLED = f"scanner and computer seem to differ in keyboard layout: {ADVICE}"


@lru_cache(1_000)
def decode(data: bytes, *, aim_id: AimPolicy = AimPolicy.OPTIONAL, repair: Repair | None = None) -> Code:
    """Understand one whole frame. Never raises: what cannot be trusted has a `problem`.

    Remembered for the frames that came last: a picker scans the same goods over and over.
    """
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        text = data.decode("utf-8", "backslashreplace")
        return Code(text, problem="its bytes are not UTF-8 text")
    if repair is not None:
        try:
            text = repair.undo(text)
        except Unrepairable as error:
            return Code(text, problem=str(error))
        if repair.typed and looks_mangled(text):
            return Code(text, problem=_MANGLED)
    text, symbology = _take_identifier(text, aim_id)
    text = text.strip(" ")
    problem = _distrust(text, symbology, aim_id)
    if problem:
        return Code(text, symbology=symbology, problem=problem)
    if _claims_gs1(text, symbology):
        return _from_gs1(parse_element_strings, text, symbology)
    if is_digital_link(text):
        return _from_gs1(parse_digital_link, text, symbology)
    if symbology in _RETAIL:
        return _from_retail(text, symbology)
    gtin = gtin14(text)
    return Code(text, gtin=gtin, symbology=symbology, near=() if gtin else near(text))


def _take_identifier(text: str, aim_id: AimPolicy) -> tuple[str, str | None]:
    if aim_id is AimPolicy.OFF or not (match := _IDENTIFIER.match(text)):
        return text, None
    return text[match.end() :], match[0][1:]


def _distrust(text: str, symbology: str | None, aim_id: AimPolicy) -> str | None:
    """Why the frame as a whole is no read of one label, or None."""
    if aim_id is AimPolicy.REQUIRED and symbology is None:
        return "the AIM identifier that this scanner sends first is missing"
    if not text.strip(SEPARATOR):
        return "it is empty"
    if _CONTROL.search(text):
        return "it holds control characters"
    if symbology and f"]{symbology}" in text:
        return "it is two reads run together"
    if not _claims_gs1(text, symbology) and run_together(text):
        return "it is two reads run together"
    return None


def _claims_gs1(text: str, symbology: str | None) -> bool:
    return symbology in _GS1 or text.startswith(SEPARATOR)


def _from_gs1(parse: Callable[[str], Elements], text: str, symbology: str | None) -> Code:
    try:
        elements = parse(text)
    except ElementStringError as error:
        return Code(text, symbology=symbology, problem=str(error))
    return Code(
        text,
        gtin=elements.gtin,
        sscc=elements.sscc,
        lot=elements.lot,
        serial=elements.serial,
        expiry=elements.expiry,
        count=elements.count,
        symbology=symbology,
    )


def _from_retail(text: str, symbology: str | None) -> Code:
    """EAN and UPC symbols always carry a check digit, so one that fails was misread or cut."""
    if not is_digits(text):
        return Code(text, symbology=symbology, problem="an EAN or UPC symbol holds digits only")
    number = text[:13] if symbology == "E3" and len(text) in _ADD_ON_LENGTHS else text
    if len(number) not in (8, 12, 13) and not near(number):
        return Code(text, symbology=symbology, problem="an EAN or UPC symbol holds 8, 12 or 13 digits")
    short = symbology == "E0" and len(number) == 8
    gtin = upc_e(number) if short else gtin14(number)
    if gtin is None and len(number) in (12, 13):
        return Code(text, symbology=symbology, problem="its check digit is wrong")
    guesses = (gtin14(number),) if short and gtin is None else ()
    candidates = tuple(guess for guess in guesses if guess) or near(number)
    return Code(text, gtin=gtin, symbology=symbology, near=() if gtin else candidates)
