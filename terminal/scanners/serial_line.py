"""A scanner on a serial line: a port, a USB device that offers one, or a pyserial URL.

Its thread waits in a read that returns with the first byte, so nothing is polled and nothing is late.
When the line is lost, the read that had begun is set aside and the port is looked for again, more and
more rarely, until it is back; that is also how a missing right or a busy port is noticed as mended.
"""

from __future__ import annotations

import errno
import threading
import time
from typing import TYPE_CHECKING

import serial
from serial.tools.list_ports import comports

from terminal.scanners.framing import FrameKind, Framer
from terminal.scanners.settings import Feedback
from terminal.scanners.source import LinkState, SourceState, arrived_at

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from serial.tools.list_ports_common import ListPortInfo

    from terminal.scanners.framing import Frame
    from terminal.scanners.settings import ScannerSettings, UsbMatch
    from terminal.scanners.source import Deliver, Report

_TICK = 0.1
"""Seconds after which a silent read looks at the clock and whether to stop. Bytes never wait for it; it
is fixed because pyserial sets the line up anew whenever its timeout changes."""
_FIRST_RETRY, _LAST_RETRY = 0.2, 5.0
"""Seconds between attempts to connect; doubled each time."""
_MOST_AT_ONCE = 65_536
_BEL = b"\a"
_LOST = (serial.SerialException, OSError, TypeError)
"""What pyserial raises when a device goes away; TypeError where it closed the port while it read."""


class NoPortError(Exception):
    """There is no port to open. The state says why."""

    def __init__(self, link: LinkState, detail: str) -> None:
        super().__init__(detail)
        self.link = link


class SerialSource:
    """One scanner on a serial line, in a thread of its own. Implements `Source`."""

    def __init__(
        self,
        settings: ScannerSettings,
        ports: Callable[[], Iterable[ListPortInfo]] = comports,
    ) -> None:
        self._settings = settings
        self._ports = ports
        self._port: serial.SerialBase | None = None
        self._stopping = threading.Event()
        self._thread: threading.Thread | None = None
        self._deliver: Deliver = lambda _scanner_id, _frame: None
        self._report: Report = lambda _state: None
        self._state: SourceState | None = None

    @property
    def scanner_id(self) -> str:
        """The id that `scanners.toml` gives it."""
        return self._settings.id

    def start(self, deliver: Deliver, report: Report) -> None:
        """Begin to deliver frames; returns at once."""
        self._deliver, self._report = deliver, report
        self._tell(LinkState.STARTING, "The scanner is being connected.")
        self._thread = threading.Thread(target=self._run, name=f"scanner {self.scanner_id}")
        self._thread.start()

    def stop(self) -> None:
        """End the connection, within a tenth of a second. Nothing is delivered after it returns."""
        self._stopping.set()
        if self._thread is not None:
            self._thread.join()

    def feedback(self, good: bool) -> None:
        """Sound BEL on a scanner that is set to it, after a good read. Never waits for the line."""
        port = self._port
        if good and port is not None and self._settings.feedback is Feedback.BEL:
            try:
                port.write(_BEL)
            except _LOST:
                return  # the reading thread notices the same and says so

    def _run(self) -> None:
        wait = _FIRST_RETRY
        while not self._stopping.is_set():
            try:
                name = _find(self._settings, self._ports)
                port = _open(name, self._settings.baud)
            except NoPortError as trouble:
                self._tell(trouble.link, str(trouble))
                self._stopping.wait(wait)
                wait = min(wait * 2, _LAST_RETRY)
                continue
            wait = _FIRST_RETRY
            with port:
                self._port = port
                self._tell(LinkState.READY, f"Connected at {name}.")
                self._listen(port, name)
                self._port = None

    def _listen(self, port: serial.SerialBase, name: str) -> None:
        """Deliver frames until the line is lost or the source is stopped."""
        framer = Framer(self._settings.framing)
        while not self._stopping.is_set():
            deadline, started = framer.deadline, time.monotonic()
            try:
                data = _read(port)
            except _LOST:
                self._hand_on(framer.break_off(FrameKind.ABORTED, time.monotonic()))
                self._tell(LinkState.DISCONNECTED, _lost(name))
                self._stopping.wait(_FIRST_RETRY)
                return
            now = time.monotonic()
            if data:
                self._hand_on(framer.feed(data, arrived_at(now, deadline)))
            else:
                self._hand_on(framer.idle(min(now, started + _TICK)))
        self._hand_on(framer.break_off(FrameKind.ABORTED, time.monotonic()))

    def _hand_on(self, frames: list[Frame]) -> None:
        for frame in frames:
            self._deliver(self.scanner_id, frame)

    def _tell(self, link: LinkState, detail: str) -> None:
        """Report a state once, however often it is found again."""
        state = SourceState(self.scanner_id, link, detail)
        if state != self._state:
            self._state = state
            self._report(state)


def _read(port: serial.SerialBase) -> bytes:
    """Wait for the first byte, then take all that are there."""
    data: bytes = port.read(1)
    while data and len(data) < _MOST_AT_ONCE and (waiting := port.in_waiting):
        data += port.read(waiting)
    return data


def _find(settings: ScannerSettings, ports: Callable[[], Iterable[ListPortInfo]]) -> str:
    """The port's name now. Raises `NoPortError`."""
    if settings.port is not None or settings.match is None:
        return settings.port or ""
    found = [info for info in ports() if _is(info, settings.match)]
    device = f"{settings.match.vid:04x}:{settings.match.pid:04x}"
    if not found:
        raise NoPortError(
            LinkState.DISCONNECTED,
            f"No USB device {device} is there: plug the scanner in, and see that it is set to USB serial.",
        )
    if len(found) > 1:
        raise NoPortError(
            LinkState.FAILED,
            f"{len(found)} USB devices are {device}: add serial_number to match in scanners.toml.",
        )
    return str(found[0].device)


def _is(info: ListPortInfo, match: UsbMatch) -> bool:
    same_model = (info.vid, info.pid) == (match.vid, match.pid)
    return same_model and match.serial_number in (None, info.serial_number)


def _open(name: str, baud: int) -> serial.SerialBase:
    """Open the port for this process alone. Raises `NoPortError`."""
    try:
        return serial.serial_for_url(name, baud, timeout=_TICK, write_timeout=0, exclusive=True)
    except (serial.SerialException, OSError) as error:
        raise trouble(name, error.errno) from None
    except ValueError:
        raise NoPortError(
            LinkState.FAILED, f"{name} at {baud} baud cannot be: correct port and baud in scanners.toml."
        ) from None


def trouble(name: str, code: int | None) -> NoPortError:
    """What a port that does not open needs, from the system's error number."""
    if code in (errno.EACCES, errno.EPERM):
        return NoPortError(
            LinkState.FAILED,
            f"This account may not open {name}: add it to the group dialout and sign in again.",
        )
    if code in (errno.EBUSY, errno.EAGAIN):
        return NoPortError(
            LinkState.FAILED, f"Another program holds {name}: close it, and the station connects by itself."
        )
    return NoPortError(
        LinkState.DISCONNECTED,
        f"Nothing is connected at {name}: plug the scanner in, or correct port in scanners.toml.",
    )


def _lost(name: str) -> str:
    return f"The scanner at {name} went away: plug it in again, and repeat a read that it had begun."
