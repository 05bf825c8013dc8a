"""A scanner that types, taken from the Linux kernel by the station alone: nothing it sends reaches a window.

Its events are read in a process of its own (`evdev_reader.py`) and come through a pipe.
"""

from __future__ import annotations

import errno
import os
import select
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

from terminal.scanners.evdev_keys import KeysDialogue
from terminal.scanners.input_devices import DEVICES, SYSTEM, typing_devices
from terminal.scanners.keyboards import keyboard
from terminal.scanners.line import TICK, LineLostError, NoLineError, Unavailable
from terminal.scanners.line_source import LineSource
from terminal.scanners.source import LinkState

if TYPE_CHECKING:
    from terminal.scanners.line import Connector
    from terminal.scanners.settings import ScannerSettings

_READER = (sys.executable, "-I", "-S", str(Path(__file__).with_name("evdev_reader.py")))
"""The helper's command line; the device's path follows."""
_LONGEST_START = 10.0
"""Seconds until a helper that says nothing is given up."""
_LONGEST_END = 2.0
_MOST_AT_ONCE = 65_536


class EvdevSource(LineSource):
    """One scanner taken from the kernel."""

    def __init__(self, settings: ScannerSettings) -> None:
        super().__init__(
            settings.id, evdev_connector(settings), KeysDialogue(settings.framing, keyboard(settings.layout))
        )


def evdev_connector(settings: ScannerSettings) -> Connector:
    """What opens the device, or says why this computer cannot."""
    if sys.platform != "linux":
        return Unavailable("Scanners of kind evdev need Linux: use kind wedge or serial on this computer.")
    return EvdevConnector(settings)


class EvdevLine:
    """The pipe from a helper that has the device. Implements `Line`."""

    def __init__(self, helper: subprocess.Popen[bytes], name: str) -> None:
        assert helper.stdout is not None
        self._helper = helper
        self._pipe = helper.stdout.fileno()
        self.name = name
        self.lost = f"The scanner at {name} went away: plug it in again, and repeat a read that it had begun."

    def read(self) -> bytes:
        """Wait for the first record and take all that are there."""
        if not select.select([self._pipe], [], [], TICK)[0]:
            return b""
        data = os.read(self._pipe, _MOST_AT_ONCE)
        if not data:
            raise LineLostError("the helper ended")
        return data

    def write(self, data: bytes) -> bool:  # noqa: ARG002 - the protocol's own signature
        """Drop it: a keyboard is not written to."""
        return False

    def close(self) -> None:
        """Let the device go."""
        end(self._helper)


class EvdevConnector:
    """Finds the device and starts the helper that takes it. Implements `Connector`."""

    def __init__(
        self,
        settings: ScannerSettings,
        reader: tuple[str, ...] = _READER,
        *,
        system: Path = SYSTEM,
        devices: Path = DEVICES,
    ) -> None:
        self._settings = settings
        self._reader = reader
        self._system = system
        self._devices = devices

    def connect(self) -> EvdevLine:
        """Take the device. Raises NoLineError."""
        path = self._find()
        try:
            helper = subprocess.Popen(  # noqa: S603 - the program's own helper, and a path from the file
                [*self._reader, path], stdin=subprocess.PIPE, stdout=subprocess.PIPE, start_new_session=True
            )
        except OSError as error:
            why = (
                f"The process that reads {path} does not start ({error.strerror}): start the computer again."
            )
            raise NoLineError(LinkState.DISCONNECTED, why) from None
        said = _first_words(helper)
        if said == b"+":
            return EvdevLine(helper, path)
        end(helper)
        raise trouble(path, int(said[1:] or 0) if said[1:].strip().isdigit() else 0)

    def close(self) -> None:
        """Hold nothing between attempts."""

    def _find(self) -> str:
        """The path of the device now. Raises NoLineError."""
        if not self._devices.exists():
            raise NoLineError(
                LinkState.FAILED,
                f"This computer has no {self._devices}: kind evdev needs a Linux with input devices.",
            )
        match = self._settings.match
        if self._settings.port is not None or match is None:
            return self._settings.port or ""
        found = [
            device
            for device in typing_devices(self._system)
            if (device.vid, device.pid) == (match.vid, match.pid)
            and match.serial_number in (None, device.serial_number)
        ]
        name = f"{match.vid:04x}:{match.pid:04x}"
        if not found:
            raise NoLineError(
                LinkState.DISCONNECTED,
                f"No keyboard {name} is there: plug the scanner in, and see that it is set to USB keyboard.",
            )
        if len(found) > 1:
            raise NoLineError(
                LinkState.FAILED,
                f"{len(found)} keyboards are {name}: add serial_number to match, or use port.",
            )
        return found[0].path


def _first_words(helper: subprocess.Popen[bytes]) -> bytes:
    """`+`, or `-` with the error number; nothing from a helper that could not even start."""
    assert helper.stdout is not None
    said, until = b"", time.monotonic() + _LONGEST_START
    while said != b"+" and not said.endswith(b"\n"):
        left = until - time.monotonic()
        if left <= 0 or not select.select([helper.stdout], [], [], left)[0]:
            return b""
        piece = os.read(helper.stdout.fileno(), 1)
        if not piece:
            return said
        said += piece
    return said


def end(helper: subprocess.Popen[bytes]) -> None:
    """Let a helper end by itself, or end it."""
    assert helper.stdin is not None
    assert helper.stdout is not None
    helper.stdin.close()
    helper.stdout.close()
    try:
        helper.wait(_LONGEST_END)
    except subprocess.TimeoutExpired:
        helper.kill()
        helper.wait()


def trouble(path: str, code: int) -> NoLineError:
    """What a device that cannot be taken needs, from the system's error number."""
    if code in (errno.EACCES, errno.EPERM):
        return NoLineError(
            LinkState.FAILED,
            f"This account may not open {path}: install the rule that `tallyman scanners udev` prints.",
        )
    if code == errno.EBUSY:
        return NoLineError(
            LinkState.FAILED, f"Another program holds {path}: close it, and the station connects by itself."
        )
    if code in (errno.ENOTTY, errno.EINVAL, errno.EISDIR):
        return NoLineError(
            LinkState.FAILED,
            f"{path} is no input device: correct port in scanners.toml (/dev/input/by-id/…).",
        )
    return NoLineError(
        LinkState.DISCONNECTED,
        f"Nothing is connected at {path}: plug the scanner in, or correct port in scanners.toml.",
    )
