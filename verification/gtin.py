"""GTINs compared as one: 8, 12, 13 and 14 digits of the same trade item are equal as a GTIN-14.

GS1 General Specifications, sections 3.3.2 (padding) and 7.9 (check digit).
"""

from __future__ import annotations

import re

_SHAPE = re.compile(r"(?:[0-9]{8}|[0-9]{12,14})\Z")


def check_digit(payload: str) -> str:
    """The mod-10 check digit of ASCII digits without one: weights 3, 1, 3, … from the right."""
    total = sum(int(digit) * (3 if place % 2 == 0 else 1) for place, digit in enumerate(reversed(payload)))
    return str(-total % 10)


def gtin14(text: str) -> str | None:
    """`text` as a GTIN-14, or None when it is not 8, 12, 13 or 14 digits with a right check digit."""
    if not _SHAPE.match(text) or check_digit(text[:-1]) != text[-1]:
        return None
    return text.rjust(14, "0")


def spellings(gtin: str) -> tuple[str, ...]:
    """Every way in which a GTIN-14 may be written as a SKU: with its leading zeros and without."""
    shorter = (gtin[14 - length :] for length in (13, 12, 8) if gtin.startswith("0" * (14 - length)))
    return (gtin, *shorter)
