"""The keys of a `[[scanner]]` that say what its reads need before they are understood.

`layout` and `host_layout` are the keyboards of scanner and computer; the table `repair` holds what else
`tallyman scanners calibrate` finds out.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from terminal.config_table import shown
from terminal.scanners.layout_repair import NEVER_IN_GS1, Layouts, held_by_gs1
from terminal.scanners.settings import LAYOUTS, ScannerKind

if TYPE_CHECKING:
    from terminal.config_table import Table


def read_repair(table: Table, kind: ScannerKind) -> dict[str, Any]:
    """The fields of `ScannerSettings` that its repair is made of. Raises `ConfigError`."""
    repair = table.table("repair")
    found: dict[str, Any] = {"separator": _read_separator(repair)}
    if kind is ScannerKind.WEDGE:
        layouts = Layouts(
            _read_layout(table, "layout"), _read_layout(table, "host_layout"), repair.flag("caps_lock", False)
        )
        if not (layouts.agree or layouts.known):
            raise table.error(
                f"{table.place('layout')} {layouts.scanner} on a host_layout {layouts.host} cannot be "
                "repaired, for not all keys of both are known; set the scanner to the computer's layout"
            )
        found |= {
            "layout": layouts.scanner,
            "host_layout": layouts.host,
            "caps_lock": layouts.caps_lock,
        }
    else:
        repair.only_for("it belongs to a scanner of kind wedge", "caps_lock")
    repair.finish()
    return found


def _read_layout(table: Table, key: str) -> str:
    name = table.text(key, "us", longest=8)
    if name not in LAYOUTS:
        raise table.refusal(key, f"one of {', '.join(LAYOUTS)} is allowed")
    return name


def _read_separator(repair: Table) -> str:
    separator = _as_text(repair.marker("separator", ""))
    if separator and held_by_gs1(separator):
        raise repair.error(
            f"{repair.place('separator')} is {shown(separator)}, which GS1 data can hold itself; a control"
            f" character or one of {' '.join(NEVER_IN_GS1.strip())} is allowed"
        )
    return separator


def _as_text(marker: bytes) -> str:
    """A mark as it stands in the text of a read."""
    try:
        return marker.decode("utf-8")
    except UnicodeDecodeError:
        return marker.decode("latin-1")
