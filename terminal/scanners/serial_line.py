"""A scanner on a serial line: a port, a USB device that offers one, or a pyserial URL."""

from __future__ import annotations

import errno
from typing import TYPE_CHECKING

import serial
from serial.tools.list_ports import comports

from terminal.scanners.dialogue import PlainDialogue
from terminal.scanners.line import TICK, LineLostError, NoLineError
from terminal.scanners.line_source import LineSource
from terminal.scanners.source import LinkState

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from serial.tools.list_ports_common import ListPortInfo

    from terminal.scanners.dialogue import Dialogue
    from terminal.scanners.settings import ScannerSettings, UsbMatch

    Ports = Callable[[], Iterable[ListPortInfo]]

_LONGEST_WRITE = 1.0
"""Seconds until an answer that the scanner does not take (RTS/CTS) is dropped."""
_MOST_AT_ONCE = 65_536
_LOST = (serial.SerialException, OSError, TypeError)
"""What pyserial raises when a device goes away; TypeError where it closed the port while it read."""


class SerialSource(LineSource):
    """One scanner on a serial line, with plain bytes unless another dialogue is given."""

    def __init__(
        self, settings: ScannerSettings, ports: Ports = comports, dialogue: Dialogue | None = None
    ) -> None:
        plain = PlainDialogue(settings.framing, settings.feedback)
        super().__init__(settings.id, SerialConnector(settings, ports), dialogue or plain)


class SerialLine:
    """An open port. Implements `Line`."""

    def __init__(self, port: serial.SerialBase, name: str) -> None:
        self._port = port
        self.name = name
        self.lost = f"The scanner at {name} went away: plug it in again, and repeat a read that it had begun."

    def read(self) -> bytes:
        """Wait for the first byte, then take all that are there."""
        try:
            data: bytes = self._port.read(1)
            while data and len(data) < _MOST_AT_ONCE and (waiting := self._port.in_waiting):
                data += self._port.read(waiting)
        except _LOST as error:
            raise LineLostError(str(error)) from error
        return data

    def write(self, data: bytes) -> bool:
        """Send; what the scanner does not take within a second is dropped."""
        try:
            self._port.write(data)
        except serial.SerialTimeoutException:
            return False
        except _LOST as error:
            raise LineLostError(str(error)) from error
        return True

    def close(self) -> None:
        """Close the port."""
        self._port.close()


class SerialConnector:
    """Finds and opens the port that the settings name. Implements `Connector`."""

    def __init__(self, settings: ScannerSettings, ports: Ports = comports) -> None:
        self._settings = settings
        self._ports = ports

    def connect(self) -> SerialLine:
        """Open the port for this process alone. Raises NoLineError."""
        settings = self._settings
        name = find_port(settings, self._ports)
        try:
            port = serial.serial_for_url(
                name,
                settings.baud,
                timeout=TICK,
                write_timeout=_LONGEST_WRITE,
                rtscts=settings.rts_cts,
                exclusive=True,
            )
        except (serial.SerialException, OSError) as error:
            raise trouble(name, error.errno) from None
        except ValueError:
            raise NoLineError(
                LinkState.FAILED,
                f"{name} at {settings.baud} baud cannot be: correct port and baud in scanners.toml.",
            ) from None
        return SerialLine(port, name)

    def close(self) -> None:
        """Hold nothing between attempts."""


def find_port(settings: ScannerSettings, ports: Ports = comports) -> str:
    """The port's name now. Raises NoLineError."""
    if settings.port is not None or settings.match is None:
        return settings.port or ""
    found = [info for info in ports() if _is(info, settings.match)]
    device = f"{settings.match.vid:04x}:{settings.match.pid:04x}"
    if not found:
        raise NoLineError(
            LinkState.DISCONNECTED,
            f"No USB device {device} is there: plug the scanner in, and see that it is set to USB serial.",
        )
    if len(found) > 1:
        raise NoLineError(
            LinkState.FAILED,
            f"{len(found)} USB devices are {device}: add serial_number to match in scanners.toml.",
        )
    return str(found[0].device)


def _is(info: ListPortInfo, match: UsbMatch) -> bool:
    same_model = (info.vid, info.pid) == (match.vid, match.pid)
    return same_model and match.serial_number in (None, info.serial_number)


def trouble(name: str, code: int | None) -> NoLineError:
    """What a port that does not open needs, from the system's error number."""
    if code in (errno.EACCES, errno.EPERM):
        return NoLineError(
            LinkState.FAILED,
            f"This account may not open {name}: add it to the group dialout and sign in again.",
        )
    if code in (errno.EBUSY, errno.EAGAIN):
        return NoLineError(
            LinkState.FAILED, f"Another program holds {name}: close it, and the station connects by itself."
        )
    return NoLineError(
        LinkState.DISCONNECTED,
        f"Nothing is connected at {name}: plug the scanner in, or correct port in scanners.toml.",
    )
