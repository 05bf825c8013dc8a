"""What scanners there are: those of the file with their state, and what is plugged into this computer."""

from __future__ import annotations

import os
import queue
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

from terminal.scanners.input_devices import DEVICES, typing_devices
from terminal.scanners.settings import ScannerKind
from terminal.scanners.source import LinkState, SourceState
from terminal.scanners.sources import source_of
from verification.records import record

if TYPE_CHECKING:
    from collections.abc import Iterable

    from terminal.scanners.settings import ScannerSettings

_LONGEST_LOOK = 4.0
"""Seconds until a scanner that neither connects nor says why is given up."""


@record
class Found:
    """A device that is there, whether or not the file names it."""

    way: ScannerKind
    """The kind that would use it."""
    place: str
    """Its port or path."""
    name: str
    usb: str
    """Its numbers as `match` wants them; empty where it is no USB device."""
    serial_number: str
    note: str
    """What else is to be known: whether it looks like a scanner, what right is missing."""


def states(scanners: Iterable[ScannerSettings]) -> list[SourceState]:
    """How the line of each scanner stands, found out by opening it for a moment, all at the same time."""
    looked = [(scanner, _Look(scanner)) for scanner in scanners]
    end = time.monotonic() + _LONGEST_LOOK
    return [look.result(end) for _scanner, look in looked]


class _Look:
    """Opens one scanner's line to see how it stands."""

    def __init__(self, scanner: ScannerSettings) -> None:
        self._states: queue.SimpleQueue[SourceState] = queue.SimpleQueue()
        self._last = SourceState(scanner.id, LinkState.READY, "It types into the terminal.")
        self._source = None if scanner.kind is ScannerKind.WEDGE else source_of(scanner)
        if self._source is not None:
            self._source.start(lambda _scanner_id, _frame: None, self._states.put)

    def result(self, end: float) -> SourceState:
        """The first state that says something, or the last one at `end`."""
        if self._source is None:
            return self._last
        try:
            while True:
                self._last = self._states.get(timeout=max(0.0, end - time.monotonic()))
                if self._last.link is not LinkState.STARTING:
                    return self._last
        except queue.Empty:
            return self._last
        finally:
            self._source.stop()


def plugged_in() -> tuple[list[Found], list[str]]:
    """The devices of each kind, and a sentence for each kind that this computer cannot look for."""
    found, missing = [], []
    for look in (_serial_ports, _input_devices, _hid_devices):
        try:
            found += look()
        except _NotHereError as why:
            missing.append(str(why))
    return found, missing


class _NotHereError(Exception):
    """This computer lacks what a kind needs."""


def _serial_ports() -> list[Found]:
    from serial.tools.list_ports import comports

    try:
        ports = sorted(comports(), key=lambda port: str(port.device))
    except OSError as error:
        raise _NotHereError(f"Serial ports cannot be listed ({error.strerror}).") from error
    return [
        Found(
            ScannerKind.SERIAL,
            str(port.device),
            "" if port.description in (None, "n/a") else str(port.description),
            _usb(port.vid or 0, port.pid or 0),
            port.serial_number or "",
            _right(str(port.device)),
        )
        for port in ports
    ]


def _input_devices() -> list[Found]:
    if sys.platform != "linux" or not DEVICES.exists():
        raise _NotHereError(
            f"There is no {DEVICES} here: scanners of kind evdev need a Linux with input devices."
        )
    return [
        Found(
            ScannerKind.EVDEV,
            device.path,
            device.name,
            _usb(device.vid, device.pid),
            device.serial_number,
            "; ".join(
                filter(
                    None,
                    (
                        "looks like a scanner" if device.looks_like_scanner else "a keyboard",
                        _right(device.path),
                    ),
                )
            ),
        )
        for device in typing_devices()
    ]


def _hid_devices() -> list[Found]:
    from terminal.scanners import hid_line

    library = hid_line.hidapi()
    if library is None:
        raise _NotHereError(hid_line.NO_HIDAPI)
    return [
        Found(
            ScannerKind.HIDPOS,
            info["path"].decode(errors="replace"),
            info.get("product_string") or "",
            _usb(info["vendor_id"], info["product_id"]),
            info.get("serial_number") or "",
            "",
        )
        for info in hid_line.scanners(library)
    ]


def _right(path: str) -> str:
    """What is missing to open a device file."""
    readable = not Path(path).exists() or os.access(path, os.R_OK)
    return "" if readable else "this account may not open it: see tallyman scanners udev"


def _usb(vid: int, pid: int) -> str:
    return f"vid = 0x{vid:04x}, pid = 0x{pid:04x}" if vid else ""
