"""What torn, glued and foreign bytes at the terminal count, as the ledger has it: only what came whole."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing

from tests.e2e.station.conftest import Shift
from tests.e2e.station.station_pty import HAND

MARKUP = "[@click=app.quit]x"
Step = bytes | float
A = (b"SKU-A", "accepted")


def kitty(text: str, *, released: bool = False) -> bytes:
    """The keys of `text` in Kitty's keyboard protocol."""
    if released:
        return b"".join(b"\x1b[%d;1:1u\x1b[%d;1:3u" % (ord(each), ord(each)) for each in text)
    return b"".join(b"\x1b[%du" % ord(each) for each in text)


def torn(*data: bytes) -> list[tuple[bytes, str]]:
    return [(each, "unreadable") for each in data]


SCRIPTS: Mapping[str, tuple[list[Step], list[tuple[bytes, str]]]] = {
    "a torn sequence, then a read": ([b"\x1b[", 0.4, b"SKU-A\r"], [A]),
    "a torn sequence with parameters": ([b"\x1b[1;", 0.4, b"SKU-A\r"], [*torn(b"\x1b[1;"), A]),
    "a torn sequence glued to a read": ([b"\x1b[1;SKU-A\r"], torn(b"\x1b[1;SKU-A")),
    "a torn mouse report": ([b"\x1b[M", 0.02, b"SKU-A\r"], torn(b"\x1b[MSKU-A")),
    "a cursor key before a read": ([b"\x1b[ASKU-A\r"], torn(b"\x1b[ASKU-A")),
    "a cursor key in a read": ([b"SKU\x1b[A-A\r"], torn(b"SKU\x1b[A-A")),
    "a function key before a read": ([b"\x1bOPSKU-A\r"], torn(b"\x1bOPSKU-A")),
    "a paste without an end": ([b"\x1b[200~SKU-A", 0.4, b"SKU-A\r"], [*torn(b"SKU-A"), A]),
    "a paste without an end, of whole lines": (
        [b"\x1b[200~SKU-A\r", 0.05, b"SKU-A\r", 0.4, b"SKU-A\r"],
        [A, A, A],
    ),
    "a paste's end alone": ([b"\x1b[201~", 0.5, b"SKU-A\r"], [A]),
    "a paste's end in a read": ([b"SKU-\x1b[201~A\r"], torn(b"SKU-\x1b[201~A")),
    "a paste in a read": (
        [b"SKU-\x1b[200~A\r\x1b[201~"],
        [*torn(b"SKU-"), (b"A", "unknown_code")],
    ),
    "Kitty's keys": ([kitty("SKU-A\r")], [A]),
    "Kitty's keys with their releases": ([kitty("SKU-A\r", released=True)], [A]),
    "Kitty's answer before a read": ([b"\x1b[?0u", 0.3, b"SKU-A\r"], [A]),
    "Ctrl-Q in a read": ([b"SKU\x11-A\r"], torn(b"SKU\x11-A")),
    "Ctrl-Q before a read": ([b"\x11SKU-A\r"], torn(b"\x11SKU-A")),
    "Ctrl-C in a read": ([b"SKU\x03-A\r"], torn(b"SKU\x03-A")),
    "Ctrl-K at the end of a read": ([b"SKU-A\x0b\r"], torn(b"SKU-A\x0b")),
    "a byte that is no UTF-8": ([b"SKU\xe9-A\r"], torn(b"SKU\xe9-A")),
    "an overlong encoding": ([b"SKU-\xc1\x81\r"], torn(b"SKU-\xc1\x81")),
    "CR, and LF 300 ms later": ([b"SKU-A\r", 0.3, b"\n"], [A]),
    "that, and the next read glued to LF": ([b"SKU-A\r", 0.3, b"\nSKU-A\r\n"], [A, A]),
    "line ends in plenty": ([b"\r\nSKU-A\r\n\r\n\n\r"], [A]),
    "a read in single bytes": ([step for byte in b"SKU-A\r" for step in (bytes([byte]), 0.01)], [A]),
    "a title for the window": ([b"\x1b]0;SKU-A\x07\r"], torn(b"\x1b]0;SKU-A\x07")),
    "a title without an end": ([b"\x1b]0;SKU-A\r", 0.4, b"SKU-A\r"], [*torn(b"\x1b]0;SKU-A"), A]),
    "a device's answer glued to a read": ([b"\x1b[24;80RSKU-A\r"], torn(b"\x1b[24;80RSKU-A")),
    "two reads run together": ([b"SKU-ASKU-A\r"], [(b"SKU-ASKU-A", "unknown_code")]),
    "half a command, and the rest too late": (
        [b"TALLYMAN:UN", 0.5, b"DO\r"],
        [*torn(b"TALLYMAN:UN"), (b"DO", "unknown_code")],
    ),
    "markup": ([f"{MARKUP}\r".encode()], [(MARKUP.encode(), "accepted")]),
    "markup that closes what is not open": ([b"SKU[/]\r"], [(b"SKU[/]", "accepted")]),
}


def test_only_what_comes_whole_counts_whatever_else_comes(shift: Shift) -> None:
    items = [{"sku": {"sku": sku}, "quantity": 100} for sku in ("SKU-A", "SKU[/]", MARKUP)]
    given = json.dumps([{"order_number": "BIG", "items": items}])
    shift.tallyman("orders", "import", "-", "--format", "json", given=given)
    station = shift.packing("BIG", columns=120, rows=40)
    expected: list[tuple[bytes, str]] = []
    for number, (script, reads) in enumerate(SCRIPTS.values()):
        station.pause(HAND)
        for step in script:
            if isinstance(step, bytes):
                station.feed(step)
            else:
                station.pause(step)
        station.pause(0.4)
        station.scan(f"AFTER-{number}")
        station.wait_for(f"Scanned AFTER-{number}")
        expected += [*reads, (f"AFTER-{number}".encode(), "unknown_code")]
    assert dict(_by_script(_logged(shift))) == dict(_by_script(expected))
    counted = sum(verdict == "accepted" for _, verdict in expected)
    assert sum(shift.verified("BIG").values()) == counted
    assert station.process.poll() is None


def _logged(shift: Shift) -> list[tuple[bytes, str]]:
    """The reads since the order was opened."""
    opened = "SELECT min(seq) FROM events WHERE verdict = 'order_opened'"
    with closing(sqlite3.connect(f"file:{shift.data}/ledger.db?mode=ro", uri=True)) as db:
        return db.execute(f"SELECT raw, verdict FROM events WHERE seq > ({opened}) ORDER BY seq").fetchall()


def _by_script(reads: list[tuple[bytes, str]]) -> Iterator[tuple[str, list[tuple[bytes, str]]]]:
    """The reads of each script, parted by those that came after it."""
    names, own = iter(SCRIPTS), list[tuple[bytes, str]]()
    for read in reads:
        if read[0].startswith(b"AFTER-"):
            yield next(names), own
            own = []
        else:
            own.append(read)
