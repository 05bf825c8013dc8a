"""The input devices of a Linux computer, as the kernel describes them in /sys/class/input."""

from __future__ import annotations

import re
from pathlib import Path

from verification.records import record

SYSTEM = Path("/sys/class/input")
DEVICES = Path("/dev/input")
_LETTERS_AND_ENTER = sum(1 << code for code in (*range(16, 26), *range(30, 39), *range(44, 51), 28))
_MAKERS = frozenset({0x05E0, 0x0536, 0x0C2E, 0x05F9, 0x080C, 0x1EAB, 0x065A})
"""USB vendors of scanners: Symbol and Zebra, Hand Held, Metrologic and Honeywell, PSC and Datalogic, Newland,
Opticon."""
_NAMES = re.compile(
    r"bar\s?code|scan(ner|\b)|symbol|zebra|honeywell|metrologic|datalogic|newland|opticon|cino|netum|inateck",
    re.IGNORECASE,
)


@record
class InputDevice:
    """A device that types."""

    path: str
    name: str
    vid: int
    pid: int
    serial_number: str

    @property
    def looks_like_scanner(self) -> bool:
        """Whether its name or maker is that of a scanner; many scanners call themselves keyboards."""
        return self.vid in _MAKERS or _NAMES.search(self.name) is not None


def typing_devices(system: Path = SYSTEM) -> list[InputDevice]:
    """Every device with letters and Enter, in the kernel's order; none where there is no such place."""
    try:
        events = sorted(system.glob("event*"), key=lambda event: int(event.name[5:] or 0))
    except (OSError, ValueError):
        return []
    return [
        InputDevice(
            path=str(DEVICES / event.name),
            name=_text(event / "device" / "name"),
            vid=_number(event / "device" / "id" / "vendor"),
            pid=_number(event / "device" / "id" / "product"),
            serial_number=_text(event / "device" / "uniq"),
        )
        for event in events
        if _keys(event / "device" / "capabilities" / "key") & _LETTERS_AND_ENTER == _LETTERS_AND_ENTER
    ]


def _keys(path: Path) -> int:
    """The set of keys, bit by bit: words of the machine in hexadecimal, the highest first."""
    words = _text(path).split()
    try:
        return sum(int(word, 16) << (64 * place) for place, word in enumerate(reversed(words)))
    except ValueError:
        return 0


def _number(path: Path) -> int:
    try:
        return int(_text(path), 16)
    except ValueError:
        return 0


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8", errors="replace").strip()
    except OSError:
        return ""
