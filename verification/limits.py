"""How large the values of an order may be: what the Orders API takes, a station takes."""

from __future__ import annotations

from typing import Final

MOST_UNITS: Final = 2**31 - 1
"""The highest quantity of a line and the most that may be counted on it. The API's page names no highest one;
a signed integer of 32 bits is what its database holds."""

LONGEST_TEXT: Final = 10 * 1024 * 1024
"""Characters of notes and names. The API caps the body of a request alone, at 10 MB."""

DEEPEST: Final = 64
"""Levels of nesting of a free object, such as metadata, as deep as a request to the API may nest. Python's
own encoder and decoder go some hundred levels deep."""
