"""A read on its way to the clerk, and what it did when it comes back."""

from __future__ import annotations

from typing import Any

from store.moment import KEYS
from terminal.scanners.framing import Frame, FrameKind
from verification.codes import Command
from verification.events import Provenance
from verification.meaning import Meaning
from verification.orders import Order
from verification.recheck import Stage
from verification.records import record
from verification.verdicts import Verdict


@record
class Delivery:
    """A read as its scanner delivered it, or a wish from the keyboard, which needs no decoding."""

    scanner: str
    frame: Frame
    provenance: Provenance = Provenance.SCANNED
    wish: Meaning | None = None

    @classmethod
    def asked_for(cls, wish: Meaning, at: float) -> Delivery:
        """A command, an order or a person chosen on the screen, at `at` seconds of the monotonic clock."""
        return cls(KEYS, Frame(FrameKind.OK, b"", at), wish=wish)


@record
class Outcome:
    """What one read did, durable by the time anybody sees this."""

    seq: int | None
    """Its number in the log; None when it could not be recorded."""
    at: str
    """UTC, ISO 8601."""
    scanner: str
    raw: bytes
    """The frame; empty when it was a badge."""
    code: str
    """The code as text, not yet made printable."""
    verdict: Verdict
    message: str
    delta: int = 0
    """Units that the order gained; negative for an undo."""
    order: Order | None = None
    """The order that the read was about, as the read left it."""
    line_id: str | None = None
    sku: str | None = None
    command: Command | None = None
    provenance: Provenance = Provenance.SCANNED
    read_at: float = 0.0
    """Monotonic seconds at which the read arrived, as its frame has it."""
    recheck: Stage | None = None
    """What it did to a blind re-check."""

    def as_json(self) -> dict[str, Any]:
        """The object that `tallyman scan --json` prints."""
        line = self.order.line(self.line_id) if self.order and self.line_id else None
        return {
            "seq": self.seq,
            "at": self.at,
            "raw": self.raw.decode("utf-8", "backslashreplace"),
            "verdict": self.verdict.value,
            "counted": self.delta > 0,
            "units": self.delta,
            "order_number": self.order.order_number if self.order else None,
            "sku": self.sku,
            "verified_quantity": line.verified if line else None,
            "quantity": line.quantity if line else None,
            "line_status": line.status.value if line else None,
            "order_status": self.order.status.value if self.order else None,
            "message": self.message,
            "scanner": self.scanner,
            "provenance": self.provenance.value,
            **({"recheck": self.recheck.value} if self.recheck else {}),
        }
