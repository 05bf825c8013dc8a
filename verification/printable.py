"""Text from outside made harmless to show: on a screen, in a log, in a report.

Barcode text is hostile. It may hold control sequences that move a cursor or rename a window, marks that
turn the direction of the text around it (Unicode UAX #9), or characters that show as nothing at all.
"""

from __future__ import annotations

import re
import unicodedata

_PLAIN = re.compile(r"[ -~]*\Z")
_INVISIBLE = re.compile(
    "[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u2800\u3164\ufe00-\ufe0f\uffa0\U000e0100-\U000e01ef]"
)
"""Letters and marks that show as nothing: fillers, blanks and variation selectors (Unicode, chapter 23)."""
_UNSHOWABLE = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
_MARKS = frozenset({"Mn", "Me"})


def printable(text: str | bytes, limit: int = 200) -> str:
    """One line that shows what `text` holds and does nothing.

    Control, format, surrogate, private and unassigned characters, letters that show as nothing, and every
    combining mark after the first in a row become their Python escapes (`\\x1b`, `\\u202e`). Bytes that are
    not UTF-8 become `\\xNN`. What is longer than `limit` characters ends in `…`.
    """
    if isinstance(text, bytes):
        text = text.decode("utf-8", errors="backslashreplace")
    if _PLAIN.match(text):
        return _cut(text, limit)
    shown: list[str] = []
    marked = True  # a mark with nothing before it to sit on is escaped too
    for character in unicodedata.normalize("NFC", text[: limit + 1]):
        category = unicodedata.category(character)
        if category in _UNSHOWABLE or _INVISIBLE.match(character) or (category in _MARKS and marked):
            shown.append(character.encode("unicode_escape").decode("ascii"))
            marked = True
        else:
            shown.append(character)
            marked = category in _MARKS
    return _cut("".join(shown), limit)


def _cut(text: str, limit: int) -> str:
    return text if len(text) <= limit else text[: limit - 1] + "…"
