"""What `scanners.toml` says about one scanner."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from terminal.scanners.decoding import AimPolicy
from terminal.scanners.framing import Framing

if TYPE_CHECKING:
    from terminal.config_table import Table


class ScannerKind(StrEnum):
    """How a scanner is connected."""

    WEDGE = "wedge"
    """It types into the terminal, as a keyboard does."""
    SERIAL = "serial"
    """A serial port, a USB device that offers one, or a pyserial URL."""


class Feedback(StrEnum):
    """How the scanner is told whether its read counted."""

    NONE = "none"
    BEL = "bel"
    """The byte BEL after a good read."""


KINDS_TO_COME = ("tcp", "evdev", "hidpos", "ssi")
FEEDBACK_TO_COME = ("honeywell", "datalogic", "ssi")
LAYOUTS = ("us", "uk", "de", "fr", "es", "it", "be", "ch", "nl", "pt", "se", "no", "dk", "fi", "pl", "cz")


@dataclass(frozen=True, slots=True)
class UsbMatch:
    """Finds the serial port of a USB device, whatever name the system gives it this time."""

    vid: int
    """USB vendor id."""
    pid: int
    """USB product id."""
    serial_number: str | None = None
    """Tells two scanners of one model apart."""


@dataclass(frozen=True, slots=True)
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
    """Device file or pyserial URL; a serial scanner has this or `match`."""
    baud: int = 9600
    layout: str = "us"
    """The keyboard that the scanner believes it is."""
    host_layout: str = "us"
    """The keyboard that the computer believes the scanner is."""


WEDGE_FRAMING = Framing(suffixes=(b"\r", b"\n", b"\t"), max_len=512)
SERIAL_FRAMING = Framing(suffixes=(b"\r", b"\n"), max_len=8192)
DEFAULT_WEDGE = ScannerSettings("keyboard", ScannerKind.WEDGE, WEDGE_FRAMING)
_WHERE = {
    ScannerKind.WEDGE: "it belongs to a scanner of kind serial",
    ScannerKind.SERIAL: "it belongs to a scanner of kind wedge",
}


def read_scanner(table: Table) -> ScannerSettings:
    """Take one `[[scanner]]` table. Raises `ConfigError`."""
    if not table.has("id"):
        raise table.error(f"{table.place('id')} is missing: every scanner has a name of its own")
    if not table.has("kind"):
        raise table.error(f'{table.place("kind")} is missing, but "wedge" or "serial" is allowed')
    scanner_id = table.text("id", "", longest=32)
    kind = table.choice("kind", ScannerKind.WEDGE, later=KINDS_TO_COME)
    wedge = kind is ScannerKind.WEDGE
    layout = host_layout = "us"
    match, port, baud = None, None, 9600
    if wedge:
        layout, host_layout = _read_layouts(table)
        table.only_for(_WHERE[kind], "match", "port", "baud")
    else:
        match, port = _read_port(table)
        baud = table.number("baud", 9600, 300, 4_000_000)
        table.only_for(_WHERE[kind], "layout", "host_layout")
    settings = ScannerSettings(
        id=scanner_id,
        kind=kind,
        framing=_read_framing(table.table("framing"), WEDGE_FRAMING if wedge else SERIAL_FRAMING),
        aim_id=table.choice("aim_id", AimPolicy.OPTIONAL),
        duplicate_ms=table.number("duplicate_ms", 800, 0, 10_000),
        feedback=table.choice(
            "feedback",
            Feedback.NONE,
            later=FEEDBACK_TO_COME,
            among=(Feedback.NONE,) if wedge else (Feedback.NONE, Feedback.BEL),
        ),
        match=match,
        port=port,
        baud=baud,
        layout=layout,
        host_layout=host_layout,
    )
    table.finish()
    return settings


def _read_framing(table: Table, default: Framing) -> Framing:
    framing = Framing(
        prefix=table.marker("prefix", ""),
        suffixes=table.markers("suffix", [s.decode("latin-1") for s in default.suffixes]),
        idle_ms=table.number("idle_ms", default.idle_ms, 50, 10_000),
        max_len=table.number("max_len", default.max_len, 1, 65_536),
    )
    if framing.prefix and any(suffix in framing.prefix for suffix in framing.suffixes):
        raise table.refusal("prefix", "the beginning of a read must differ from its end (suffix)")
    table.finish()
    return framing


def _read_port(table: Table) -> tuple[UsbMatch | None, str | None]:
    if table.has("port") == table.has("match"):
        given = "both are" if table.has("port") else "neither is"
        raise table.error(
            f"{table.place('port')} or match says where the scanner is: give one; {given} given"
        )
    if table.has("port"):
        return None, table.text("port", "", longest=255)
    match = table.table("match")
    for key in ("vid", "pid"):
        if not match.has(key):
            raise match.error(f"{match.place(key)} is missing: a USB device is known by vid and pid")
    found = UsbMatch(
        vid=match.number("vid", 0, 1, 0xFFFF),
        pid=match.number("pid", 0, 0, 0xFFFF),
        serial_number=match.text("serial_number", "-") if match.has("serial_number") else None,
    )
    match.finish()
    return found, None


def _read_layouts(table: Table) -> tuple[str, str]:
    layouts = []
    for key in ("layout", "host_layout"):
        layout = table.text(key, "us", longest=8)
        if layout not in LAYOUTS:
            raise table.refusal(key, f"one of {', '.join(LAYOUTS)} is allowed")
        layouts.append(layout)
    if layouts[0] != layouts[1]:
        raise table.error(
            f"{table.place('layout')} {layouts[0]} on a host_layout {layouts[1]}: repair of keyboard "
            "layouts is not available in this version; set the scanner to the computer's layout"
        )
    return layouts[0], layouts[1]
