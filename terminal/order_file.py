"""Files of orders as the station finds them: what a folder holds, and what one file would bring in.

Reading blocks, so it is done in a thread; it lets whoever waits for an answer go first.
"""

from __future__ import annotations

import os
import stat
import threading
from collections.abc import Callable, Sequence
from contextlib import closing
from pathlib import Path

from store import orders
from store.errors import LedgerError
from store.intake import Rejected, read_orders
from store.ledger import open_reader
from verification.orders import Order
from verification.printable import printable
from verification.records import record

ENDINGS = (".json", ".csv")
MOST_SHOWN = 20
"""Faults of one file that are told; of the rest, their number."""
MOST_BYTES = 32_000_000
_MOST_LISTED = 1_000
_LONGEST = 200
_LONGEST_WAY = 0.05
"""Seconds after which the next row is looked at though a read waits: slowed by reads, never stopped."""


@record
class Entry:
    """One file of orders, or one folder."""

    name: str
    is_folder: bool = False
    size: int = 0
    """In bytes."""
    changed: float = 0.0
    """In seconds since 1970."""


@record
class Listing:
    """What of a folder may be chosen: files of orders, the newest first, then folders by name."""

    folder: str
    """As it was typed: empty for the working folder, else ending in `/`."""
    where: str = ""
    """Its whole path."""
    entries: tuple[Entry, ...] = ()
    left_out: int = 0
    """Files and folders beyond those that are listed."""
    refusal: str = ""
    """Why it cannot be listed, as a sentence."""


@record
class FileRead:
    """What one file would bring in, or why it cannot."""

    path: str
    """As it was typed or chosen."""
    orders: tuple[Order, ...] = ()
    faults: tuple[str, ...] = ()
    """What is wrong in the file, as `faults_told` has it."""
    refusal: str = ""
    """Why nothing could be read, or what the ledger has against it, as a sentence."""
    is_folder: bool = False


def comma_separated(name: str) -> bool | None:
    """Whether a file is CSV by its ending; None where that tells neither CSV nor JSON."""
    ending = Path(name).suffix.lower()
    return ending == ".csv" if ending in ENDINGS else None


def faults_told(name: str, faults: Sequence[str]) -> list[str]:
    """The faults of a file, a line for each of the first twenty, then that nothing of it was taken."""
    lines = [f"{name}: {fault}" for fault in faults[:MOST_SHOWN]]
    if len(faults) > MOST_SHOWN:
        lines.append(f"and {len(faults) - MOST_SHOWN} more")
    return [*lines, f"{name}: nothing was taken."]


class Abandoned(Exception):
    """Nobody waits any longer for a file that is being read."""


class Files:
    """Files as they are found beside a station, whose reads come first."""

    def __init__(self, ledger: Path, free: threading.Event) -> None:
        """`ledger` is its ledger's folder; `free` is set while the clerk has nothing to do."""
        self._ledger = ledger
        self._free = free

    def listing(self, folder: str) -> Listing:
        """What a folder holds."""
        return listing(folder)

    def read(self, path: str, stop: threading.Event) -> FileRead:
        """What a file would bring in. Raises Abandoned soon after `stop` is set."""

        def give_way() -> None:
            if stop.is_set():
                raise Abandoned
            if not self._free.is_set():
                self._free.wait(_LONGEST_WAY)

        return read(path, self._ledger, give_way)


def listing(folder: str) -> Listing:
    """What `folder` holds."""
    where = os.path.realpath(_at(folder))
    try:
        with os.scandir(where) as entries:
            found = [entry for each in entries if (entry := _entry(each))]
    except (OSError, ValueError) as error:
        return Listing(folder, where, refusal=f"{printable(where)} cannot be listed ({_why(error)}).")
    found.sort(key=lambda each: (each.is_folder, -each.changed if not each.is_folder else 0.0, each.name))
    return Listing(folder, where, tuple(found[:_MOST_LISTED]), max(0, len(found) - _MOST_LISTED))


def _entry(each: os.DirEntry[str]) -> Entry | None:
    """One of a folder's entries, where it may be chosen; one that cannot be looked at may not."""
    try:
        if each.is_dir():
            return Entry(each.name, is_folder=True)
        if comma_separated(each.name) is None or not each.is_file():
            return None
        found = each.stat()
    except OSError:
        return None
    return Entry(each.name, size=found.st_size, changed=found.st_mtime)


def read(path: str, ledger: Path, before_each: Callable[[], None]) -> FileRead:
    """Read a file of orders, and ask the ledger in the folder `ledger` whether it has one of them.

    `before_each` is called before each order or row; what it raises ends the reading.
    """
    name = printable(path, _LONGEST)
    try:
        found = _at(path).stat()
        if stat.S_ISDIR(found.st_mode):
            return FileRead(path, is_folder=True)
        if not stat.S_ISREG(found.st_mode):
            return FileRead(path, refusal=f"{name}: it is a pipe or a device, no file; nothing was taken.")
        as_csv = comma_separated(path)
        if as_csv is None:
            return FileRead(path, refusal=f"{name}: its name has to end in .json or .csv; nothing was taken.")
        with _at(path).open("rb") as file:
            content = file.read(MOST_BYTES + 1)
    except (OSError, ValueError) as error:
        return FileRead(path, refusal=f"{name}: it cannot be read ({_why(error)}); nothing was taken.")
    if len(content) > MOST_BYTES:
        told = f"{name}: it has more than {MOST_BYTES // 1_000_000} MB: split it; nothing was taken."
        return FileRead(path, refusal=told)
    try:
        taken = read_orders(content, comma_separated=as_csv, before_each=before_each)
    except Rejected as error:
        return FileRead(path, faults=tuple(faults_told(name, error.faults)))
    try:
        with closing(open_reader(ledger)) as reader:
            orders.refuse_known(reader, taken)
    except LedgerError as error:
        return FileRead(path, refusal=str(error))
    return FileRead(path, tuple(taken))


def _at(path: str) -> Path:
    try:
        return Path(path).expanduser()
    except RuntimeError:  # nobody has such a home
        return Path(path)


def _why(error: OSError | ValueError) -> str:
    return (error.strerror if isinstance(error, OSError) else "") or "no file can have that name"
