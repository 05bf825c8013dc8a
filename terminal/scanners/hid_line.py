"""A USB scanner in HID-POS mode, through hidapi, which is an extra: `pip install tallyman[hid]`."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any, Protocol, cast

from terminal.scanners.aim_policy import AimPolicy
from terminal.scanners.hid_reports import REPORT_LENGTH, USAGE_PAGE, ReportsDialogue
from terminal.scanners.line import TICK, LineLostError, NoLineError, Unavailable
from terminal.scanners.line_source import LineSource
from terminal.scanners.source import LinkState

if TYPE_CHECKING:
    from terminal.scanners.line import Connector
    from terminal.scanners.settings import ScannerSettings

NO_HIDAPI = "hidapi is not installed, so HID-POS scanners cannot be used: pip install 'tallyman[hid]'."
_MODULES = ("hidraw", "hid")
_LOST = (OSError, ValueError)
"""What hidapi raises when a device goes away, or is closed."""


class Device(Protocol):
    """One open device, as hidapi's Python module has it."""

    def open_path(self, path: bytes) -> None:
        """Open by the path that `enumerate` gives. Raises OSError."""

    def read(self, max_length: int, timeout_ms: int = 0) -> list[int]:
        """One report; nothing after the time-out."""

    def close(self) -> None:
        """Close."""


class Hidapi(Protocol):
    """The module `hid` of the package hidapi."""

    def enumerate(self, vendor_id: int = 0, product_id: int = 0) -> list[dict[str, Any]]:
        """The devices that are there."""

    def device(self) -> Device:
        """A device that is not open yet."""


def hidapi() -> Hidapi | None:
    """hidapi, or None where it is not installed or its library cannot be loaded.

    On Linux its module `hidraw` goes first: `hid` is built on libusb, which knows no usage pages.
    """
    for name in _MODULES:
        try:
            module = import_module(name)
        except (ImportError, OSError):
            continue
        if hasattr(module, "device"):
            return cast("Hidapi", module)
    return None


class HidSource(LineSource):
    """One scanner in HID-POS mode."""

    def __init__(self, settings: ScannerSettings, library: Hidapi | None = None) -> None:
        identify = settings.aim_id is not AimPolicy.OFF
        library = library or hidapi()
        connector: Connector = HidConnector(settings, library) if library else Unavailable(NO_HIDAPI)
        super().__init__(settings.id, connector, ReportsDialogue(settings.framing, identify=identify))


class HidLine:
    """An open device. Implements `Line`."""

    def __init__(self, device: Device, name: str) -> None:
        self._device = device
        self.name = name
        self.lost = f"The scanner {name} went away: plug it in again, and repeat a read that it had begun."

    def read(self) -> bytes:
        """Wait for one report."""
        try:
            return bytes(self._device.read(REPORT_LENGTH, int(TICK * 1000)))
        except _LOST as error:
            raise LineLostError(str(error)) from error

    def write(self, data: bytes) -> bool:  # noqa: ARG002 - the protocol's own signature
        """Drop it: no answer is made for this kind."""
        return False

    def close(self) -> None:
        """Close the device."""
        self._device.close()


class HidConnector:
    """Finds and opens the device. Implements `Connector`."""

    def __init__(self, settings: ScannerSettings, library: Hidapi) -> None:
        self._match = settings.match
        self._library = library

    def connect(self) -> HidLine:
        """Open the one device that fits. Raises NoLineError."""
        found = [info for info in scanners(self._library) if self._fits(info)]
        if not found:
            raise NoLineError(
                LinkState.DISCONNECTED,
                "No such HID-POS scanner is there: plug it in, and set it to HID-POS as its manual says.",
            )
        if len(found) > 1:
            raise NoLineError(
                LinkState.FAILED,
                f"{len(found)} HID-POS scanners are there: tell them apart with match in scanners.toml.",
            )
        info = found[0]
        device = self._library.device()
        try:
            device.open_path(info["path"])
        except _LOST:
            raise NoLineError(
                LinkState.FAILED,
                f"{name_of(info)} does not open: install the rule that `tallyman scanners udev` prints, or "
                "close the program that holds it.",
            ) from None
        return HidLine(device, name_of(info))

    def close(self) -> None:
        """Hold nothing between attempts."""

    def _fits(self, info: dict[str, Any]) -> bool:
        match = self._match
        return match is None or (
            (info["vendor_id"], info["product_id"]) == (match.vid, match.pid)
            and match.serial_number in (None, info.get("serial_number"))
        )


def scanners(library: Hidapi) -> list[dict[str, Any]]:
    """The HID-POS scanners that are there, as hidapi describes them."""
    try:
        return [info for info in library.enumerate() if info.get("usage_page") == USAGE_PAGE]
    except _LOST:
        return []


def name_of(info: dict[str, Any]) -> str:
    """A device for people: what it calls itself, and its numbers."""
    name = info.get("product_string") or "HID-POS scanner"
    return f"{name} ({info['vendor_id']:04x}:{info['product_id']:04x})"
