"""Changing one scanner in `scanners.toml`, with every remark left where it stands.

A change is made in a copy, the copy is read as the station would read it, and only then takes the file's
place in one step: whatever happens, the file is the old one or the new one, and one that starts.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import tomlkit
from tomlkit.items import AoT, Table

from terminal.config import load
from terminal.config_table import ConfigError
from terminal.scanners.calibration import Findings
from terminal.scanners.settings import DEFAULT_WEDGE, ScannerKind, ScannerSettings
from verification.records import record

_BOM = "\ufeff"
Value = str | bool | list[str]


@record
class Change:
    """One key of a scanner that is to say something else."""

    path: tuple[str, ...]
    """The key, after the table within the scanner that it is in, if it is in one."""
    value: Value

    def __str__(self) -> str:
        return f"{'.'.join(self.path)} = {tomlkit.item(self.value).as_string()}"


def changes(scanner: ScannerSettings, found: Findings) -> list[Change]:
    """What has to change for this scanner to be read as it was found to send."""
    wanted: dict[tuple[str, ...], tuple[Value, Value]] = {}
    if scanner.kind is ScannerKind.WEDGE:
        layout, host = found.layouts.scanner, found.layouts.host
        if layout == host:
            layout = host = scanner.host_layout
        wanted["layout",] = scanner.layout, layout
        wanted["host_layout",] = scanner.host_layout, host
        wanted["repair", "caps_lock"] = scanner.caps_lock, found.layouts.caps_lock
    wanted["repair", "separator"] = scanner.separator, found.substitute
    wanted["framing", "prefix"] = _text(scanner.framing.prefix), _text(found.prefix)
    if found.suffix not in scanner.framing.suffixes:
        wanted["framing", "suffix"] = list(map(_text, scanner.framing.suffixes)), [_text(found.suffix)]
    return [Change(path, new) for path, (old, new) in wanted.items() if old != new]


def changed(text: str, scanner_id: str, made: list[Change]) -> str:
    """The file's text with these changes made."""
    document = tomlkit.parse(text)
    if "scanner" not in document:
        only = tomlkit.table()
        only.update({"id": DEFAULT_WEDGE.id, "kind": DEFAULT_WEDGE.kind.value})
        document.append("scanner", AoT([only]))
    (table,) = [each for each in _tables(document) if each["id"] == scanner_id]
    for change in made:
        _enter(table, change.path, change.value)
    return tomlkit.dumps(document)


def _enter(table: Any, path: tuple[str, ...], value: Value) -> None:
    """Set a key, in a table within `table` where the path says so; a new one stands behind the last key."""
    name, *inner = path
    if inner and name in table:
        table[name][inner[0]] = value
        return
    item: Any = tomlkit.item(value)
    if inner:
        item = tomlkit.inline_table()
        item[inner[0]] = value
    if name in table:
        table[name] = item
        return
    last = [key for key, held in table.value.body if key is not None and not isinstance(held, Table)][-1]
    table.value._insert_after(last, tomlkit.key(name), item)  # noqa: SLF001 - else it goes behind the remarks


def _tables(document: Mapping[str, Any]) -> list[Any]:
    return list(document["scanner"])


def write(path: Path, scanner_id: str, made: list[Change], environ: Mapping[str, str]) -> None:
    """Make these changes in the file at `path`. Raises `ConfigError`; the file is then as it was."""
    path = path.resolve()
    try:
        text = path.read_bytes().decode("utf-8")
        new = changed(text.removeprefix(_BOM), scanner_id, made)
        with _draft(path, f"{_BOM if text.startswith(_BOM) else ''}{new}".encode()) as draft:
            try:
                load(draft, environ)
            except ConfigError as error:
                raise ConfigError(
                    f"{path}: with what was found it would not be valid, so nothing was written "
                    f"({str(error).removeprefix(f'{draft}: ').rstrip('.')})."
                ) from None
            shutil.copymode(path, draft)
            draft.replace(path)
        _settle(path.parent)
    except OSError as error:
        raise ConfigError(f"{path}: it cannot be written ({error.strerror}).") from None


@contextmanager
def _draft(path: Path, content: bytes) -> Iterator[Path]:
    """A file beside `path` with this content, on the disk; gone afterwards unless it was renamed."""
    descriptor, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    draft = Path(name)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        yield draft
    finally:
        draft.unlink(missing_ok=True)


def _settle(folder: Path) -> None:
    """See that the renaming is on the disk too, where the system lets a folder be opened."""
    with contextlib.suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def _text(marker: bytes) -> str:
    """A mark as a TOML string has it: a character for each byte."""
    return marker.decode("latin-1")
