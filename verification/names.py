"""Names of people, compared as people compare them."""

from __future__ import annotations

import unicodedata


def folded(name: str) -> str:
    """What two writings of one name have in common: in whatever case, with accents composed or not.

    Unicode's caseless match of canonical equivalents (chapter 3.13, D145), without blanks around it.
    """
    return unicodedata.normalize("NFC", unicodedata.normalize("NFD", name.strip()).casefold())
