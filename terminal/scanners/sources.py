"""The source of each kind of scanner. Each is loaded when a station has one of its kind."""

from __future__ import annotations

from typing import TYPE_CHECKING

from terminal.scanners.settings import ScannerKind

if TYPE_CHECKING:
    from terminal.scanners.settings import ScannerSettings
    from terminal.scanners.source import Source


def source_of(settings: ScannerSettings) -> Source:
    """The source of a scanner that has a line of its own; the keyboard wedge belongs to the screen."""
    match settings.kind:
        case ScannerKind.TCP:
            from terminal.scanners.tcp_line import TcpSource

            return TcpSource(settings)
        case ScannerKind.SSI:
            from terminal.scanners.ssi_source import SsiSource

            return SsiSource(settings)
        case ScannerKind.EVDEV:
            from terminal.scanners.evdev_line import EvdevSource

            return EvdevSource(settings)
        case ScannerKind.HIDPOS:
            from terminal.scanners.hid_line import HidSource

            return HidSource(settings)
        case _:
            from terminal.scanners.serial_line import SerialSource

            return SerialSource(settings)
