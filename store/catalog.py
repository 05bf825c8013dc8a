"""What codes stand for: SKUs, taught barcodes with their units, order labels, badges and counted serials."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from functools import cache

from store.badges import by_badge
from store.errors import Refused
from store.sealed import sealed_badge
from verification.codes import COMMAND_PREFIX, Code
from verification.gtin import gtin14, spellings
from verification.meaning import Found, GoodsMatch
from verification.printable import printable
from verification.records import record


@record
class Taught:
    """A barcode that somebody taught the station."""

    code: str
    """As the ledger keeps it: a GTIN-14 where it is one, else the text itself."""
    sku: str
    units: int = 1
    source: str = "taught"


def kept_as(code: str) -> str:
    """The form under which a code is kept and compared: GTINs of any length as GTIN-14."""
    return gtin14(code) or code


def find(db: sqlite3.Connection, badge_key: bytes, code: Code) -> Found:
    """Everything in the ledger that goes by `code`: one answer to all questions, whatever is true first."""
    rows = _named(db, code.text, code.gtin, sealed_badge(badge_key, code.text))
    goods = () if code.sscc is not None or code.problem is not None else _goods(rows)
    return Found(
        goods=goods,
        near_goods=tuple([match for near in code.near for match in goods_named(db, near, near)]),
        order_ids=_order_ids(rows),
        person=by_badge(db, badge_key, code.text) if _is_badge(rows) else None,
        serial_counted=_serial_counted(db, goods, code.serial),
    )


def goods_named(db: sqlite3.Connection, text: str, gtin: str | None) -> tuple[GoodsMatch, ...]:
    """The SKUs that go by a text or by a GTIN-14, each once, with the units a read of it stands for."""
    return _goods(_named(db, text, gtin))


_Row = tuple[str, str, int]
"""`taught`, a SKU and its units; `sku`, a name that is one, and 1; `order`, its id, and 0; or `badge`, whose
it is, and 0."""


def _named(db: sqlite3.Connection, text: str, gtin: str | None, badge: str = "") -> list[_Row]:
    """The goods and orders that go by a text, or by a GTIN-14 in any spelling; whose `badge` it is."""
    names = (badge, text, *spellings(gtin)) if gtin else (badge, text)
    return db.execute(_asking(len(names) - 1), names).fetchall()


@cache
def _asking(names: int) -> str:
    """The SQL for so many names. One statement for all: a read pays more for each than for what it looks up.

    ?1 is the badge as it is kept, ?2 the text and ?3 the GTIN-14; the shorter spellings after them are never
    what a code is kept as.
    """
    taught = [f"SELECT 'taught', sku, units FROM codes WHERE code = {name}" for name in ("?2", "?3")[:names]]
    known = [
        f"SELECT 'sku', ?{n}, 1 WHERE EXISTS (SELECT 1 FROM lines WHERE sku = ?{n})"
        f" OR EXISTS (SELECT 1 FROM codes WHERE sku = ?{n})"
        for n in range(2, names + 2)
    ]
    labelled = (
        "SELECT * FROM (SELECT 'order', id, 0 FROM orders WHERE order_number = ?2"
        " OR external_order_id = nullif(?2, '') LIMIT 2)"
    )
    owned = "SELECT 'badge', name, 0 FROM people WHERE badge = ?1"
    return " UNION ALL ".join([*taught, *known, labelled, owned])


def _goods(rows: list[_Row]) -> tuple[GoodsMatch, ...]:
    """What was taught, then by name what is a SKU itself and was not taught; each once."""
    found = [(sku, units) for kind, sku, units in rows if kind == "taught"]
    taught = [sku for sku, _ in found]
    found += [(sku, units) for kind, sku, units in sorted(rows) if kind == "sku" and sku not in taught]
    return tuple([GoodsMatch(sku, units) for sku, units in dict.fromkeys(found)])


def _order_ids(rows: list[_Row]) -> tuple[str, ...]:
    """Orders whose label says the text: their number or their external id; two are enough to be unclear."""
    return tuple([order_id for kind, order_id, _ in rows if kind == "order"])


def _is_badge(rows: list[_Row]) -> bool:
    return any(kind == "badge" for kind, _, _ in rows)


def _serial_counted(db: sqlite3.Connection, goods: tuple[GoodsMatch, ...], serial: str | None) -> bool:
    return serial is not None and any(
        db.execute("SELECT 1 FROM serials WHERE sku = ? AND serial = ?", (match.sku, serial)).fetchone()
        for match in goods
    )


def has_serials(db: sqlite3.Connection, sku: str | None) -> bool:
    """Whether a serial of these goods was ever counted here."""
    return db.execute("SELECT 1 FROM serials WHERE sku = ? LIMIT 1", (sku,)).fetchone() is not None


def teach(db: sqlite3.Connection, badge_key: bytes, taught: Taught, *, replace: bool = False) -> Taught:
    """Keep a barcode for a SKU and return it as kept.

    Raises Refused when it is a command, a badge, an order's label or a SKU of other goods, when the units are
    not 1 to 1,000,000, or, unless `replace`, when it stands for something else already.
    """
    kept = checked(db, badge_key, taught, replace=replace)
    db.execute("DELETE FROM codes WHERE code = ?", (kept.code,))
    db.execute(
        "INSERT INTO codes (code, sku, units, source) VALUES (?, ?, ?, ?)",
        (kept.code, kept.sku, kept.units, kept.source),
    )
    return kept


def checked(db: sqlite3.Connection, badge_key: bytes, taught: Taught, *, replace: bool = False) -> Taught:
    """A barcode as `teach` would keep it. Raises what `teach` raises; writes nothing."""
    kept = Taught(kept_as(taught.code.strip(" ")), taught.sku.strip(), taught.units, taught.source)
    shown = printable(kept.code)
    if not kept.code or not kept.sku:
        raise Refused("A code and a SKU are both needed; nothing was taught.")
    if not (kept.code.isprintable() and kept.sku.isprintable()):
        raise Refused(f"{shown} holds characters that cannot be printed; nothing was taught.")
    if not 1 <= kept.units <= 1_000_000:
        raise Refused(f"Units of {shown} must be 1 to 1000000, not {kept.units}; nothing was taught.")
    if kept.code.upper().startswith(COMMAND_PREFIX):
        raise Refused(f"{shown} is kept for commands; use another code.")
    if _order_ids(_named(db, kept.code, None)):
        raise Refused(f"{shown} is an order's number; it cannot stand for goods too.")
    if by_badge(db, badge_key, taught.code.strip(" ")) is not None:
        raise Refused("That is somebody's badge; it cannot stand for goods too.")
    _refuse_other_meaning(db, kept, shown, replace=replace)
    return kept


def _refuse_other_meaning(db: sqlite3.Connection, kept: Taught, shown: str, *, replace: bool) -> None:
    for other in goods_named(db, kept.code, gtin14(kept.code)):
        taught = db.execute(
            "SELECT 1 FROM codes WHERE code = ? AND sku = ?", (kept.code, other.sku)
        ).fetchone()
        if not taught and other.sku != kept.sku:
            raise Refused(
                f"{shown} is itself the SKU of other goods; it cannot stand for {printable(kept.sku)}."
            )
        if taught and not replace and (other.sku, other.units) != (kept.sku, kept.units):
            raise Refused(
                f"{shown} stands for {other.units} of {printable(other.sku)} already; --replace changes it."
            )


def gtins_of(db: sqlite3.Connection, skus: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """The GTIN-14s that were taught for each of these SKUs."""
    asked = "SELECT code FROM codes WHERE sku = ?"
    return {sku: tuple(code for (code,) in db.execute(asked, (sku,)) if gtin14(code)) for sku in skus}


def taught_codes(db: sqlite3.Connection) -> list[Taught]:
    """All barcodes that the station was taught, by SKU."""
    return [
        Taught(*row) for row in db.execute("SELECT code, sku, units, source FROM codes ORDER BY sku, code")
    ]


def remember_serial(db: sqlite3.Connection, sku: str, serial: str, seq: int) -> None:
    """A serial counts once in the ledger."""
    db.execute("INSERT INTO serials (sku, serial, seq) VALUES (?, ?, ?)", (sku, serial, seq))


def forget_serial(db: sqlite3.Connection, seq: int) -> None:
    """The serial that the event `seq` counted may count again."""
    db.execute("DELETE FROM serials WHERE seq = ?", (seq,))
