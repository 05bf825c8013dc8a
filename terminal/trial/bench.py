"""A scanner on trial: bytes go through framing, decoding and the rules, against the ledger as it is."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from store import orders
from store.ledger import open_reader
from store.ledger_file import SECRET
from store.posting import Posting
from store.secret import Secret
from terminal.commands.common import Failure
from terminal.config import Config
from terminal.considering import Considered, Considering
from terminal.reads import Delivery
from terminal.scanners.framing import Frame, FrameKind, Framer
from terminal.scanners.settings import ScannerKind, ScannerSettings
from terminal.scanners.wedge import Read, Wedge
from terminal.site_rules import policy, scanning
from terminal.trial.trace import Chunk
from verification.codes import Code
from verification.desk import Desk
from verification.printable import printable
from verification.records import record

NO_LEDGER = "nothing is known here yet: import orders or start the station first"


@record
class Seen:
    """One frame, what it is taken for, and what it would do."""

    scanner: str
    frame: Frame
    code: Code
    badge: bool
    """Whether it is somebody's badge; then its bytes are shown nowhere."""
    verdict: str | None
    """None where there is no ledger to ask."""
    would: str

    @property
    def raw(self) -> bytes:
        """The frame's bytes, none for a badge."""
        return b"" if self.badge else self.frame.data

    def as_json(self) -> dict[str, Any]:
        """The object that `tallyman scanners test --json` prints."""
        code = self.code
        return {
            "at": round(self.frame.at, 6),
            "scanner": self.scanner,
            "kind": self.frame.kind.value,
            "hex": self.raw.hex(),
            "raw": self.raw.decode("utf-8", "backslashreplace"),
            "text": code.text,
            "identifier": code.symbology,
            "gtin": code.gtin,
            "sscc": code.sscc,
            "lot": code.lot,
            "serial": code.serial,
            "expiry": code.expiry,
            "count": code.count,
            "near": list(code.near),
            "problem": code.problem,
            "verdict": self.verdict,
            "would": self.would,
        }


def would(each: Seen) -> str:
    """What a frame would do at the station, in a line."""
    verdict = f"{each.verdict}: " if each.verdict else ""
    return f"WOULD: {verdict}{each.would}"


class Rehearsal:
    """Decides frames as a station would where nobody has to sign in; orders open and fill in memory alone."""

    def __init__(self, config: Config, data: Path) -> None:
        windows, self._decoders = scanning(config)
        self._db: sqlite3.Connection | None = None
        self._desk = Desk()
        key = b""
        if (data / SECRET).exists():
            self._db = open_reader(data)
            key = Secret.load(data / SECRET, create=False).key("badge")
        rules = replace(policy(config), sign_in=False)
        self._considering = Considering(key, rules, windows, self._decoders)

    def open(self, number: str) -> None:
        """Have an order open. Raises Failure where there is none of this number."""
        order = orders.by_number(self._db, number) if self._db else None
        if order is None:
            raise Failure(f"No order has the number {printable(number)}: `tallyman orders list` shows all.")
        self._desk = replace(self._desk, order=order)

    def see(self, scanner: str, frame: Frame) -> Seen:
        """What this frame is, and what it would do now."""
        delivery = Delivery(scanner, frame)
        if self._db is None:
            code = self._considering.understood(delivery)
            return Seen(scanner, frame, code, False, None, NO_LEDGER)
        found: Considered = self._considering.of(Posting(self._db), self._desk, delivery)
        self._desk = replace(found.after, alarm=None)
        return Seen(scanner, frame, found.shown, found.badge, found.decision.verdict.value, found.message)

    def close(self) -> None:
        """Give the ledger up."""
        if self._db is not None:
            self._db.close()


class Bench:
    """Frames the bytes of all scanners and has each frame seen. Pure but for the ledger it asks."""

    def __init__(self, scanners: Mapping[str, ScannerSettings], rehearsal: Rehearsal) -> None:
        self._framers = {scanner.id: _framer(scanner) for scanner in scanners.values()}
        self._rehearsal = rehearsal

    def feed(self, chunk: Chunk) -> list[Seen]:
        """Take bytes as they came. Raises KeyError for a scanner that is not here."""
        framer = self._framers[chunk.scanner]
        return [*self._settled(chunk.at), *self._seen(chunk.scanner, framer.feed(chunk.data, chunk.at))]

    def idle(self, at: float) -> list[Seen]:
        """Note that nothing came until `at`, in the same seconds as the chunks."""
        return self._settled(at)

    def frame(self, scanner: str, frame: Frame) -> list[Seen]:
        """Take what a scanner's own protocol has framed already."""
        return self._seen(scanner, [frame])

    def lost(self, scanner: str, at: float) -> list[Seen]:
        """Note that a scanner went away."""
        return self._seen(scanner, self._framers[scanner].end(at))

    def _settled(self, at: float) -> list[Seen]:
        return [seen for name, framer in self._framers.items() for seen in self._seen(name, framer.idle(at))]

    def _seen(self, scanner: str, frames: list[Frame]) -> list[Seen]:
        return [self._rehearsal.see(scanner, frame) for frame in frames]


class _LineFramer:
    """The framer of a line, with a wedge's way to end."""

    def __init__(self, scanner: ScannerSettings) -> None:
        self._framer = Framer(scanner.framing)

    def feed(self, data: bytes, at: float) -> list[Frame]:
        return self._framer.feed(data, at)

    def idle(self, at: float) -> list[Frame]:
        return self._framer.idle(at)

    def end(self, at: float) -> list[Frame]:
        return self._framer.break_off(FrameKind.ABORTED, at)


class _WedgeFramer:
    """The reads among a terminal's keys."""

    def __init__(self, scanner: ScannerSettings) -> None:
        self._wedge = Wedge(scanner.framing)

    def feed(self, data: bytes, at: float) -> list[Frame]:
        return [item.frame for item in self._wedge.feed(data, at) if isinstance(item, Read)]

    def idle(self, at: float) -> list[Frame]:
        return [item.frame for item in self._wedge.idle(at) if isinstance(item, Read)]

    def end(self, at: float) -> list[Frame]:
        return [item.frame for item in self._wedge.close(at) if isinstance(item, Read)]


class _PacketFramer(_LineFramer):
    """Packets and reports: each chunk is a whole read, as its protocol delivered it."""

    def feed(self, data: bytes, at: float) -> list[Frame]:
        return [*self._framer.feed(data, at), *self._framer.complete(at)]


MARKED = frozenset({ScannerKind.SERIAL, ScannerKind.TCP})
"""Kinds whose reads are told by marks in a stream of bytes."""


def _framer(scanner: ScannerSettings) -> _LineFramer | _WedgeFramer:
    if scanner.kind is ScannerKind.WEDGE:
        return _WedgeFramer(scanner)
    return _LineFramer(scanner) if scanner.kind in MARKED else _PacketFramer(scanner)
