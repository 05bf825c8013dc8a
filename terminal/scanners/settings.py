"""What `scanners.toml` says about one scanner."""

from __future__ import annotations

from enum import StrEnum

from terminal.scanners.aim_policy import AimPolicy
from terminal.scanners.framing import Framing
from terminal.scanners.keyboards import LAYOUTS as KNOWN_KEYBOARDS
from terminal.scanners.layout_repair import Layouts, Repair
from verification.records import record


class ScannerKind(StrEnum):
    """How a scanner is connected."""

    WEDGE = "wedge"
    """It types into the terminal, as a keyboard does."""
    SERIAL = "serial"
    """A serial port, a USB device that offers one, or a pyserial URL."""
    TCP = "tcp"
    """A network connection, made by the station or by the scanner."""
    SSI = "ssi"
    """A serial line on which a Zebra scanner speaks its Simple Serial Interface."""
    EVDEV = "evdev"
    """A scanner that types, taken by the station alone (Linux)."""
    HIDPOS = "hidpos"
    """A USB scanner in HID-POS mode."""


class Feedback(StrEnum):
    """How the scanner is told whether its read counted."""

    NONE = "none"
    BEL = "bel"
    """The byte BEL after a good read."""
    HONEYWELL = "honeywell"
    """Escape commands to scanners whose Host ACK is on."""
    DATALOGIC = "datalogic"
    """ACK, and host commands that sound a tone."""
    SSI = "ssi"
    """Beep and lamp by SSI commands."""


LAYOUTS = (*KNOWN_KEYBOARDS, "be", "ch", "nl", "pt")
"""Layouts that a file may name; between those whose keys are known, reads can be repaired."""


@record
class UsbMatch:
    """Finds the serial port of a USB device, whatever name the system gives it this time."""

    vid: int
    """USB vendor id."""
    pid: int
    """USB product id."""
    serial_number: str | None = None
    """Tells two scanners of one model apart."""


@record
class ScannerSettings:
    """One `[[scanner]]`."""

    id: str
    kind: ScannerKind
    framing: Framing
    aim_id: AimPolicy = AimPolicy.OPTIONAL
    duplicate_ms: int = 800
    """The same code again within this time, in milliseconds, is one trigger pull read twice."""
    feedback: Feedback = Feedback.NONE
    match: UsbMatch | None = None
    port: str | None = None
    """Device file or pyserial URL; a serial, ssi or evdev scanner has this or `match`."""
    baud: int = 9600
    rts_cts: bool = False
    """Whether the lines RTS and CTS say who may send."""
    address: str | None = None
    """`host:port` that the station connects to; a tcp scanner has this or `listen`."""
    listen: str | None = None
    """`host:port` at which the station waits for the scanner."""
    layout: str = "us"
    """The keyboard that the scanner believes it is."""
    host_layout: str = "us"
    """The keyboard that the computer believes the scanner is."""
    caps_lock: bool = False
    """Whether Caps Lock is on at the computer, which a wedge then types through."""
    separator: str = ""
    """What comes in place of GS; empty where GS comes."""

    @property
    def repair(self) -> Repair:
        """What its reads need before they are understood."""
        layouts = Layouts(self.layout, self.host_layout, self.caps_lock)
        return Repair(layouts, self.separator, typed=self.kind is ScannerKind.WEDGE)


WEDGE_FRAMING = Framing(suffixes=(b"\r", b"\n", b"\t"), max_len=512)
SERIAL_FRAMING = Framing(suffixes=(b"\r", b"\n"), max_len=8192)
PACKET_FRAMING = Framing(suffixes=(), max_len=8192)
"""Packets and reports say themselves where a read ends; marks are taken off where a file names them."""
DEFAULT_WEDGE = ScannerSettings("keyboard", ScannerKind.WEDGE, WEDGE_FRAMING)
