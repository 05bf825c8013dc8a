"""What reports are drawn from, read from the ledger: call `tallies.complete` before, in one transaction."""

from __future__ import annotations

import sqlite3

from verification.acts import ActKind
from verification.figures import Accuracy, Confusion, Work, detail_of, refusals, units_in
from verification.records import record

_CLEAN = "refused = 0 AND taken_back = 0 AND acts = 0"
_MOST_ORDERS = 5
"""Orders named for each confusion."""


@record
class Span:
    """From a quarter of an hour until before another one, both UTC as `YYYY-MM-DDTHH:MM`."""

    since: str = ""
    until: str = "~"
    """Sorts behind every moment."""

    @property
    def bounds(self) -> tuple[str, str]:
        """Both ends, to be bound."""
        return self.since, self.until


_AT_ONCE = "completed IS NOT NULL AND acts = 0 AND quarter >= :since AND quarter < :until"
"""Of `order_tallies`: verified in the span and touched by nobody's act. `main` has an index of just these."""
_NOT_SINCE = "order_id NOT IN (SELECT order_id FROM temp.order_tallies)"
_MENDED = """
SELECT refused, taken_back, acts, quarter, person, scanner FROM (
    SELECT refused, taken_back, acts, {quarter} AS quarter,
        coalesce(last.person, '') AS person, coalesce(last.scanner, '') AS scanner
    FROM all_order_tallies AS tallied
    CROSS JOIN orders ON orders.id = tallied.order_id AND orders.status IN ('verified', 'shipped')
    CROSS JOIN events AS last ON last.seq = (
        SELECT max(seq) FROM events WHERE order_id = tallied.order_id AND delta != 0)
    WHERE acts > 0
) WHERE quarter >= :since AND quarter < :until
"""
"""Orders verified in the span on which people acted beside its reads: the last count tells when.

CROSS JOIN has SQLite begin with the few orders that were acted on.
"""


def _mended() -> str:
    from store.tallies import QUARTER

    return _MENDED.format(quarter=QUARTER.format("last."))


def accuracy(db: sqlite3.Connection, span: Span) -> Accuracy:
    """The accuracy report's numbers."""
    bounds = {"since": span.since, "until": span.until}
    verified, clean = db.execute(
        f"SELECT count(*), coalesce(sum({_CLEAN}), 0) FROM ("
        f"SELECT refused, taken_back, acts FROM all_order_tallies WHERE {_AT_ONCE}"
        f" UNION ALL SELECT refused, taken_back, acts FROM ({_mended()}))",
        bounds,
    ).fetchone()
    reads = dict(
        db.execute(
            "SELECT verdict, sum(reads) FROM all_verdict_tallies WHERE quarter >= :since"
            " AND quarter < :until GROUP BY verdict",
            bounds,
        ).fetchall()
    )
    shorts, checks = _closed_short(db, span), _rechecked(db, span)
    return Accuracy(
        orders_verified=verified,
        first_pass=clean,
        reads=sum(reads.values()),
        refused=refusals(reads),
        short_orders=len(shorts),
        short_units=sum(shorts),
        rechecks=len(checks),
        recheck_orders=sum(units > 0 for units in checks),
        recheck_units=sum(checks),
    )


def _acts(db: sqlite3.Connection, span: Span, act: str, unless: str = "") -> list[str | None]:
    """The details of acts of one kind in the span, but for those that an act `unless` has undone since."""
    rows = db.execute(
        "SELECT detail FROM events AS done WHERE act = ? AND at >= ? AND at < ? AND NOT EXISTS ("
        " SELECT 1 FROM events AS later WHERE later.order_id = done.order_id AND later.seq > done.seq"
        " AND later.act IN (?, done.act))",
        (act, *span.bounds, unless),
    )
    return [detail for (detail,) in rows]


def _closed_short(db: sqlite3.Connection, span: Span) -> list[int]:
    """Units that lacked of each order that was closed short and stayed so."""
    return [
        units_in(detail_of(text), "missing")
        for text in _acts(db, span, act=ActKind.CLOSE_SHORT, unless=ActKind.REOPEN)
    ]


def _rechecked(db: sqlite3.Connection, span: Span) -> list[int]:
    """Units by which each order's last second count differed."""
    return [units_in(detail_of(text), "differences") for text in _acts(db, span, act="recheck")]


_WORK = """
SELECT {name}, sum(reads), sum(units), sum(lines), 0, count(DISTINCT CASE WHEN {counts} THEN quarter END)
FROM {where}.tallies AS told WHERE quarter >= :since AND quarter < :until GROUP BY {name}
"""
_ANEW = """
reads > 0 AND NOT EXISTS (
    SELECT 1 FROM main.tallies AS had
    WHERE had.quarter = told.quarter AND had.{name} = told.{name} AND had.reads > 0)
"""
"""Whether a quarter of an hour of the temporary summary is none that the kept one counts already."""
_FINISHED = f"""
WITH finished AS MATERIALIZED (
    SELECT quarter, person, scanner, count(*) AS orders FROM main.order_tallies
    WHERE {_AT_ONCE} AND {_NOT_SINCE} GROUP BY quarter, person, scanner
    UNION ALL
    SELECT quarter, person, scanner, 1 FROM temp.order_tallies WHERE {_AT_ONCE}
    UNION ALL
    SELECT quarter, person, scanner, 1 FROM ({{mended}})
)
SELECT 'person', person, 0, 0, 0, sum(orders), 0 FROM finished GROUP BY person
UNION ALL SELECT 'scanner', scanner, 0, 0, 0, sum(orders), 0 FROM finished GROUP BY scanner
UNION ALL SELECT 'quarter', quarter, 0, 0, 0, sum(orders), 0 FROM finished GROUP BY quarter
"""


@record
class Worked:
    """All work in a span, added up by each of three names."""

    people: tuple[Work, ...]
    scanners: tuple[Work, ...]
    quarters: tuple[Work, ...]


def work(db: sqlite3.Connection, span: Span) -> Worked:
    """What was done, by person, by scanner and by quarter of an hour, each by its name."""
    bounds = {"since": span.since, "until": span.until}
    found: dict[str, dict[str, Work]] = {}
    for name in ("person", "scanner", "quarter"):
        kept = _WORK.format(name=name, where="main", counts="reads > 0")
        since = _WORK.format(name=name, where="temp", counts=_ANEW.format(name=name))
        found[name] = {row[0]: Work._make(row) for row in db.execute(kept, bounds)}
        for row in db.execute(since, bounds):
            _add(found[name], Work._make(row))
    for name, *row in db.execute(_FINISHED.format(mended=_mended()), bounds):
        _add(found[name], Work._make(row))
    return Worked(*(tuple(each.values()) for each in found.values()))


def _add(found: dict[str, Work], more: Work) -> None:
    held = found.get(more.name)
    found[more.name] = more if held is None else held.plus(more)


_CONFUSED = """
SELECT wrong.sku, coalesce(
    (SELECT next.sku FROM events AS next
     WHERE next.order_id = wrong.order_id AND next.seq > wrong.seq AND next.delta > 0
     ORDER BY next.seq LIMIT 1),
    (SELECT max(sku) FROM lines WHERE lines.order_id = wrong.order_id AND counted + elsewhere < quantity
     HAVING count(DISTINCT sku) = 1)
) AS expected, order_number, at
FROM events AS wrong INDEXED BY events_not_on_order LEFT JOIN orders ON orders.id = wrong.order_id
WHERE wrong.verdict = 'not_on_order' AND wrong.sku IS NOT NULL AND at >= ? AND at < ?
ORDER BY wrong.seq
"""


def confusions(db: sqlite3.Connection, span: Span) -> list[Confusion]:
    """Which SKU was scanned where which was expected, the most frequent first."""
    pairs: dict[tuple[str, str | None], list[tuple[str, str]]] = {}
    for scanned, expected, number, at in db.execute(_CONFUSED, span.bounds):
        pairs.setdefault((scanned, expected), []).append((number or "", at))
    found = []
    for (scanned, expected), cases in pairs.items():
        numbers = tuple(dict.fromkeys(number for number, _ in cases if number))
        last = max(at for _, at in cases)
        found.append(Confusion(scanned, expected, len(cases), numbers[:_MOST_ORDERS], len(numbers), last))
    return sorted(found, key=lambda each: (-each.times, each.scanned, each.expected or ""))
