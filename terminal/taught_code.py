"""A code that somebody types or has in a file, understood as a read of it would be."""

from __future__ import annotations

from store.errors import Refused
from terminal.config import Config
from terminal.scanners.decoding import decode
from terminal.scanners.settings import WEDGE_FRAMING
from verification.gtin import GTIN_LENGTHS, gtin14, is_digits
from verification.printable import printable
from verification.records import record
from verification.teaching import looked_up, no_goods


@record
class Understanding:
    """What the reads of this station can be."""

    longest: int
    """Bytes of a read at the scanner that lets the longest ones through."""

    @classmethod
    def of(cls, config: Config) -> Understanding:
        """By the framing of its scanners; without any, of what is read from standard input."""
        found = (scanner.framing.max_len for scanner in config.scanners)
        return cls(max(found, default=WEDGE_FRAMING.max_len))

    def __call__(self, text: str) -> str:
        """What a read of `text` is looked up as. Raises Refused where no read of it can count goods."""
        data = text.strip(" ").encode("utf-8", "surrogateescape")
        if not data:
            return ""
        code = decode(data)
        why = no_goods(code)
        if len(data) > self.longest:
            why = f"it has {len(data)} bytes, and a read at this station at most {self.longest}"
        if why:
            raise Refused(f"{printable(text, 60)} cannot stand for goods: {why}; nothing was taught.")
        return looked_up(code)


def remark(code: str) -> str:
    """What is odd about a taught code, as a sentence after a blank; empty where nothing is."""
    if len(code) not in GTIN_LENGTHS or not is_digits(code) or gtin14(code):
        return ""
    return " It is no GTIN, for its check digit is wrong: it is kept as an internal code, as it is written."
