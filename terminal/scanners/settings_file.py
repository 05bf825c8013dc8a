"""Reads one `[[scanner]]` of `scanners.toml`: which keys a kind has, and what they may say."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from store.moment import NO_SCANNERS
from terminal.config_table import words
from terminal.scanners.aim_policy import AimPolicy
from terminal.scanners.framing import Framing
from terminal.scanners.keyboards import LAYOUTS as KEYBOARDS
from terminal.scanners.repair_settings import read_repair
from terminal.scanners.settings import (
    PACKET_FRAMING,
    SERIAL_FRAMING,
    WEDGE_FRAMING,
    Feedback,
    ScannerKind,
    ScannerSettings,
    UsbMatch,
)

if TYPE_CHECKING:
    from terminal.config_table import Table

_FRAMINGS = {
    ScannerKind.WEDGE: WEDGE_FRAMING,
    ScannerKind.EVDEV: WEDGE_FRAMING,
    ScannerKind.SSI: PACKET_FRAMING,
    ScannerKind.HIDPOS: PACKET_FRAMING,
}
_PLAIN = (Feedback.NONE, Feedback.BEL, Feedback.HONEYWELL, Feedback.DATALOGIC)
_FEEDBACK = {
    ScannerKind.SERIAL: _PLAIN,
    ScannerKind.TCP: _PLAIN,
    ScannerKind.SSI: (Feedback.SSI, Feedback.NONE),
}
"""What a kind can be told, its default first; nothing where a kind is missing."""
_OWNERS = {
    "match": (ScannerKind.SERIAL, ScannerKind.SSI, ScannerKind.EVDEV, ScannerKind.HIDPOS),
    "port": (ScannerKind.SERIAL, ScannerKind.SSI, ScannerKind.EVDEV),
    "baud": (ScannerKind.SERIAL, ScannerKind.SSI),
    "rts_cts": (ScannerKind.SERIAL, ScannerKind.SSI),
    "address": (ScannerKind.TCP,),
    "listen": (ScannerKind.TCP,),
    "layout": (ScannerKind.WEDGE, ScannerKind.EVDEV),
    "host_layout": (ScannerKind.WEDGE,),
}
"""The kinds that a key has a meaning for; the other keys are for all."""


def read_scanner(table: Table) -> ScannerSettings:
    """Take one `[[scanner]]` table. Raises `ConfigError`."""
    if not table.has("id"):
        raise table.error(f"{table.place('id')} is missing: every scanner has a name of its own")
    if not table.has("kind"):
        kinds = words(f'"{kind.value}"' for kind in ScannerKind)
        raise table.error(f"{table.place('kind')} is missing, but {kinds} is allowed")
    scanner_id = table.text("id", "", longest=32)
    if scanner_id in NO_SCANNERS:
        names = words(f'"{name}"' for name in sorted(NO_SCANNERS))
        raise table.error(
            f'{table.place("id")} is "{scanner_id}", but {names} is what the log names where no scanner read;'
            " give it another name"
        )
    kind = table.choice("kind", ScannerKind.WEDGE)
    for key, owners in _OWNERS.items():
        if kind not in owners:
            table.only_for(f"it belongs to a scanner of kind {words(owners)}", key)
    feedbacks = _FEEDBACK.get(kind, (Feedback.NONE,))
    settings = ScannerSettings(
        id=scanner_id,
        kind=kind,
        framing=_read_framing(table.table("framing"), _FRAMINGS.get(kind, SERIAL_FRAMING)),
        aim_id=table.choice("aim_id", AimPolicy.OPTIONAL),
        duplicate_ms=table.number("duplicate_ms", 800, 0, 10_000),
        feedback=table.choice("feedback", feedbacks[0], among=feedbacks),
        **_read_connection(table, kind),
        **read_repair(table, kind),
    )
    table.finish()
    return settings


def _read_connection(table: Table, kind: ScannerKind) -> dict[str, Any]:
    """The keys that say where a scanner of this kind is."""
    found: dict[str, Any] = {}
    if kind in (ScannerKind.SERIAL, ScannerKind.SSI):
        found["baud"] = table.number("baud", 9600, 300, 4_000_000)
        found["rts_cts"] = table.flag("rts_cts", default=False)
    if kind is ScannerKind.TCP:
        found["address"], found["listen"] = _read_address(table)
    elif kind is ScannerKind.HIDPOS:
        found["match"] = _read_match(table.table("match")) if table.has("match") else None
    elif kind is not ScannerKind.WEDGE:
        found["match"], found["port"] = _read_port(table)
    if kind is ScannerKind.EVDEV:
        found["layout"] = found["host_layout"] = _read_layout(table)
    return found


def _read_framing(table: Table, default: Framing) -> Framing:
    given = [suffix.decode("latin-1") for suffix in default.suffixes]
    framing = Framing(
        prefix=table.marker("prefix", ""),
        suffixes=table.markers("suffix", given) if given or table.has("suffix") else (),
        idle_ms=table.number("idle_ms", default.idle_ms, 50, 10_000),
        max_len=table.number("max_len", default.max_len, 1, 65_536),
    )
    if framing.prefix and any(suffix in framing.prefix for suffix in framing.suffixes):
        raise table.refusal("prefix", "the beginning of a read must differ from its end (suffix)")
    table.finish()
    return framing


def _read_port(table: Table) -> tuple[UsbMatch | None, str | None]:
    _exactly_one(table, "port", "match")
    if table.has("port"):
        return None, table.text("port", "", longest=255)
    return _read_match(table.table("match")), None


def _read_match(match: Table) -> UsbMatch:
    for key in ("vid", "pid"):
        if not match.has(key):
            raise match.error(f"{match.place(key)} is missing: a USB device is known by vid and pid")
    found = UsbMatch(
        vid=match.number("vid", 0, 1, 0xFFFF),
        pid=match.number("pid", 0, 0, 0xFFFF),
        serial_number=match.text("serial_number", "-") if match.has("serial_number") else None,
    )
    match.finish()
    return found


def _read_address(table: Table) -> tuple[str | None, str | None]:
    """`address` and `listen`, of which a network scanner has one."""
    _exactly_one(table, "address", "listen")
    key = "address" if table.has("address") else "listen"
    value = table.text(key, "", longest=255)
    if host_and_port(value) is None:
        raise table.refusal(key, 'a host and a port such as "192.168.1.20:4001" or "[::1]:4001" is allowed')
    return (value, None) if key == "address" else (None, value)


def host_and_port(address: str) -> tuple[str, int] | None:
    """The two parts of `host:port`; None where it is no such thing. An IPv6 number stands in brackets."""
    match = re.fullmatch(r"(?:\[([0-9A-Fa-f:.%a-z]+)\]|([^\s:\[\]/@]+)):(\d{1,5})", address)
    if match is None or not 0 < int(match[3]) <= 0xFFFF:
        return None
    return match[1] or match[2], int(match[3])


def _exactly_one(table: Table, first: str, second: str) -> None:
    """Refuse a scanner that is in two places, or in none."""
    if table.has(first) == table.has(second):
        given = "both are" if table.has(first) else "neither is"
        raise table.error(
            f"{table.place(first)} or {second} says where the scanner is: give one; {given} given"
        )


def _read_layout(table: Table) -> str:
    """The keyboard that an evdev scanner imitates; the computer's own does not matter to it."""
    layout = table.text("layout", "us", longest=8)
    if layout not in KEYBOARDS:
        raise table.refusal("layout", f"one of {', '.join(KEYBOARDS)} is allowed for a scanner of kind evdev")
    return layout
