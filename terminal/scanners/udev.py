"""The udev rules that let people at a Linux computer use its scanners without being root.

udev(7) and systemd's 70-uaccess.rules: `uaccess` gives whoever sits at the computer the right to the device,
and must be set in a file that sorts before 73.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from terminal.scanners.settings import ScannerKind

if TYPE_CHECKING:
    from collections.abc import Iterable

    from terminal.scanners.settings import ScannerSettings, UsbMatch

FILE = "/etc/udev/rules.d/70-tallyman.rules"
_HEAD = f"""\
# Lets whoever sits at this computer use its barcode scanners without being root.
# Read it, save it as {FILE}, then, as root:
#   udevadm control --reload && udevadm trigger
# Where people work over ssh, nobody sits at it: write GROUP="NAME", MODE="0660" instead of TAG+="uaccess".
"""
_EXAMPLES = """
# No scanner in scanners.toml is named by match = {{ vid = …, pid = … }}, so there is no rule to give. These
# are examples; `tallyman scanners list` shows the numbers. Name scanners only: whoever may read a
# keyboard's events can read what others type on it.
{}
"""
_EXAMPLE = {"evdev": (0x05E0, 0x1200), "hidpos": (0x0C2E, 0x0B61), "serial": (0x05E0, 0x1701)}


def rules(scanners: Iterable[ScannerSettings]) -> str:
    """The file's text, with a rule for each scanner that is known by its USB numbers."""
    found = [
        f"\n# {scanner.id} ({scanner.kind})\n{rule(scanner.kind, numbers(scanner.match))}"
        for scanner in scanners
        if scanner.match is not None
    ]
    if found:
        return _HEAD + "\n".join(found)
    examples = (f"# {rule(ScannerKind(kind), _usb(*ids))}" for kind, ids in _EXAMPLE.items())
    return _HEAD + _EXAMPLES.format("\n".join(examples)).rstrip("\n")


def rule(kind: ScannerKind, device: str) -> str:
    """One rule for the USB device that `device` describes."""
    if kind is ScannerKind.EVDEV:
        return f'SUBSYSTEM=="input", KERNEL=="event*", {device}, TAG+="uaccess"'
    if kind is ScannerKind.HIDPOS:
        return f'SUBSYSTEM=="hidraw", {device}, TAG+="uaccess"'
    return f'SUBSYSTEM=="tty", {device}, TAG+="uaccess", ENV{{ID_MM_DEVICE_IGNORE}}="1"'


def numbers(match: UsbMatch) -> str:
    """The conditions of a rule for this device. What has a meaning in a pattern stands for any character."""
    serial = "".join(c if c.isalnum() or c in "-_.:" else "?" for c in match.serial_number or "")
    return _usb(match.vid, match.pid) + (f', ATTRS{{serial}}=="{serial}"' if serial else "")


def _usb(vid: int, pid: int) -> str:
    return f'ATTRS{{idVendor}}=="{vid:04x}", ATTRS{{idProduct}}=="{pid:04x}"'
