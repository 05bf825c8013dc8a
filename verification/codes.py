"""What a frame says once it is understood.

A code carries every reading of one frame at once: the text as printed, and, where the frame holds one,
the GTIN, lot, serial, expiry and count of the GS1 General Specifications (ISO/IEC 15418, AI 00, 01, 02,
10, 15, 17, 21, 30, 37). Which of these readings names goods, an order, a person or a command is for the
ledger to say, see `verification.meaning`.
"""

from __future__ import annotations

from enum import StrEnum

from verification.records import record

COMMAND_PREFIX = "TALLYMAN:"
"""Codes that begin so are commands. Goods, orders and badges may not, so that no two can collide."""


class Command(StrEnum):
    """What a command code asks for. Its barcode is `COMMAND_PREFIX` and the value in capitals."""

    UNDO = "undo"
    """Take back this order's last counted read."""
    ACKNOWLEDGE = "ack"
    """End the latched alarm."""
    COUNT = "count"
    """Count the read that was held back as a double read."""
    DONE = "done"
    """Leave the order as it stands."""
    NEXT = "next"
    """Leave this order and open the next one that is due."""
    HELP = "help"
    """Show what can be done here."""
    QUANTITY = "quantity"
    """Ask how many more units of the goods read last there are."""
    SIGN_OUT = "signout"
    """End this person's turn."""

    @property
    def barcode(self) -> str:
        """The text that a printed command code holds."""
        return f"{COMMAND_PREFIX}{self.value.upper()}"


@record
class Code:
    """One frame, understood as far as its bytes alone allow."""

    text: str
    """The frame as text, without AIM identifier and surrounding blanks. May hold any character: it is
    never shown without `verification.printable`."""
    gtin: str | None = None
    """GTIN-14 with a proven check digit, padded with zeros on the left."""
    sscc: str | None = None
    """18 digits with a proven check digit."""
    lot: str | None = None
    serial: str | None = None
    expiry: str | None = None
    """`YYYY-MM-DD`, from AI 17 or AI 15."""
    count: int | None = None
    """Units that the label claims, from AI 30 or AI 37."""
    symbology: str | None = None
    """AIM symbology identifier without the bracket, such as `E0` (ISO/IEC 15424)."""
    near: tuple[str, ...] = ()
    """GTIN-14s that this would be, had a leading zero or a check digit not been lost. Never counted:
    only asked about."""
    problem: str | None = None
    """Why the frame cannot be trusted as a whole, as a short clause; then nothing above may be counted."""
