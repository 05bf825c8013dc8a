"""Summaries of the log for reports: `tallies` and `verdict_tallies` by quarter of an hour, `order_tallies`
by order.

All follow from the events up to a number, the watermark, and are advanced in bulk, so that a scan pays
nothing for them. Whoever reads adds the events behind the watermark with the same statements, in temporary
tables of its own connection, and so is exact however far the summaries are. Quarters of an hour are the
widest step that meets the hours and days of every time zone.

`tallies.units` and `.lines` are those that stand. `order_tallies.refused` counts wrong items, `.acts` a
supervisor's acts that mend an order or end it short; `.completed` is the number of the event that verified
the order, with quarter, person and scanner, and NULL while none stands.
A count that was taken back is taken off where it was counted: from that person, scanner and quarter.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable

from store.errors import LedgerError
from store.ledger import Ledger
from store.moment import COMMAND_LINE
from verification.acts import REASONED, ActKind
from verification.verdicts import WRONG_ITEM, Verdict

_ENOUGH = 1_000
"""Events behind the watermark that are worth a transaction; fewer are added by whoever reads."""
_KEYS = {"tallies": 3, "verdict_tallies": 2, "order_tallies": 1}
"""How many columns of each summary, the first ones, tell its rows apart."""
_ONE_GO = 2_000
"""Events that are summarised in one transaction between reads: some ten milliseconds' work."""

QUARTER = "substr({0}at, 1, 14) || substr('00153045', 1 + CAST(substr({0}at, 15, 2) AS INTEGER) / 15 * 2, 2)"
"""The quarter of an hour in which an event happened; `{0}` is the event's table with a point, or nothing."""


def _quoted(names: Iterable[str]) -> str:
    return ", ".join(f"'{name}'" for name in sorted(names))


_PART = "seq > :after AND seq <= :upto"
_WHO = f"{QUARTER} AS quarter, coalesce({{0}}person, '') AS person, coalesce({{0}}scanner, '') AS scanner"
_SHORT = "({0}verdict = 'accepted' AND {0}read = {0}seq)"
"""1 once for each read that left its last line short: a read fills each line before it goes to the next."""
_A_READ = f"({{0}}act IS NULL OR {{0}}act = '{ActKind.COMPLETE}')"
_BY_A_READ = f"({_A_READ} AND coalesce({{0}}scanner, '') != '{COMMAND_LINE}')"
"""Whether a read made the event; else a person's act did, or it notes what a command did."""
_ADD = "ON CONFLICT DO UPDATE SET"

_TALLY = f"""
INSERT INTO {{where}}.tallies
SELECT quarter, person, scanner, sum(reads), sum(units), sum(lines) FROM (
    SELECT {_WHO.format("")}, read = seq AND {_BY_A_READ.format("")} AS reads,
        CASE WHEN takes_back IS NULL THEN delta ELSE 0 END AS units,
        (delta > 0 AND {_BY_A_READ.format("")}) - {_SHORT.format("")} AS lines
    FROM events WHERE {_PART}
    UNION ALL
    SELECT {_WHO.format("counted.")}, 0, undo.delta,
        {_SHORT.format("counted.")} - {_BY_A_READ.format("counted.")}
    FROM events AS undo JOIN events AS counted ON counted.seq = undo.takes_back
    WHERE undo.seq > :after AND undo.seq <= :upto
) WHERE true GROUP BY 1, 2, 3
{_ADD} reads = reads + excluded.reads, units = units + excluded.units, lines = lines + excluded.lines
"""
_VERDICTS = f"""
INSERT INTO {{where}}.verdict_tallies
SELECT {QUARTER.format("")}, verdict, count(*) FROM events
WHERE {_PART} AND read = seq AND {_BY_A_READ.format("")} GROUP BY 1, 2
{_ADD} reads = reads + excluded.reads
"""
_TROUBLE = f"""
INSERT INTO {{where}}.order_tallies (order_id, refused, taken_back, acts)
SELECT order_id, sum(verdict IN ({_quoted(WRONG_ITEM)}) AND act IS NULL),
    sum(takes_back IS NOT NULL AND read = seq),
    sum(read = seq AND coalesce(act, '') IN ({_quoted(REASONED)}))
FROM events WHERE {_PART} AND order_id IS NOT NULL GROUP BY order_id
{_ADD} refused = refused + excluded.refused, taken_back = taken_back + excluded.taken_back,
    acts = acts + excluded.acts
"""
_REOPENED = f"""
UPDATE {{where}}.order_tallies SET completed = NULL, quarter = NULL, person = NULL, scanner = NULL
WHERE order_id IN (SELECT order_id FROM events WHERE {_PART} AND takes_back IS NOT NULL)
  AND completed IN (SELECT takes_back FROM events WHERE {_PART} AND takes_back IS NOT NULL)
"""
_COMPLETED = f"""
INSERT INTO {{where}}.order_tallies (order_id, completed, quarter, person, scanner)
SELECT order_id, max(seq), {QUARTER.format("")}, coalesce(person, ''), coalesce(scanner, '')
FROM events AS done
WHERE {_PART} AND verdict = '{Verdict.ORDER_VERIFIED}' AND order_id IS NOT NULL
  AND NOT EXISTS (SELECT 1 FROM events AS undo WHERE undo.takes_back = done.seq AND undo.seq <= :upto)
GROUP BY order_id
{_ADD} completed = excluded.completed, quarter = excluded.quarter, person = excluded.person,
    scanner = excluded.scanner
"""


def _summarise(db: sqlite3.Connection, where: str, after: int, upto: int) -> None:
    """Bring the summaries in the schema `where` from the event numbered `after` on to `upto`."""
    for statement in (_TALLY, _VERDICTS, _TROUBLE, _REOPENED, _COMPLETED):
        db.execute(statement.format(where=where), {"after": after, "upto": upto})


def watermark(db: sqlite3.Connection) -> int:
    """The number of the last event that the summaries hold."""
    row = db.execute("SELECT value FROM about WHERE name = 'tallied'").fetchone()
    return int(row[0]) if row else 0


def _last(db: sqlite3.Connection) -> int:
    number: int = db.execute("SELECT coalesce(max(seq), 0) FROM events").fetchone()[0]
    return number


def lag(db: sqlite3.Connection) -> int:
    """How many events of the log the summaries lack."""
    return _last(db) - watermark(db)


def advance(db: sqlite3.Connection, most: int = _ONE_GO) -> None:
    """Bring the summaries forward by at most `most` events. Call it inside a transaction."""
    after = watermark(db)
    upto = min(_last(db), after + most)
    _summarise(db, "main", after, upto)
    db.execute("INSERT OR REPLACE INTO about (name, value) VALUES ('tallied', ?)", (str(upto),))


def advance_when_free(ledger: Ledger) -> bool:
    """Bring the summaries some way forward where they are far behind; whether there is more to do.

    For the one who writes the ledger, between reads. A disk that takes nothing is for the next read to tell.
    """
    if lag(ledger.db) < _ENOUGH:
        return False
    try:
        with ledger.transaction() as db:
            advance(db)
    except LedgerError:
        return False
    return lag(ledger.db) >= _ENOUGH


def complete(db: sqlite3.Connection) -> None:
    """Make `all_verdict_tallies` and `all_order_tallies` on this connection: summaries and what they lack.

    What `tallies` lacks is in the temporary table of its name: each of both is grouped as it is stored.

    Temporary, so that a read-only connection may. Call it inside the transaction that reads them.
    """
    after, upto = watermark(db), _last(db)
    for name in _KEYS:
        db.execute(f"DROP VIEW IF EXISTS temp.all_{name}")
    _have_temporary(db)
    db.execute(
        "INSERT INTO temp.order_tallies SELECT * FROM main.order_tallies WHERE order_id IN"
        " (SELECT order_id FROM events WHERE seq > ?)",
        (after,),
    )
    _summarise(db, "temp", after, upto)
    db.execute(
        "CREATE TEMP VIEW all_verdict_tallies AS"
        " SELECT * FROM main.verdict_tallies UNION ALL SELECT * FROM temp.verdict_tallies"
    )
    db.execute(
        "CREATE TEMP VIEW all_order_tallies AS SELECT * FROM temp.order_tallies UNION ALL"
        " SELECT * FROM main.order_tallies WHERE order_id NOT IN (SELECT order_id FROM temp.order_tallies)"
    )


def _have_temporary(db: sqlite3.Connection) -> None:
    """Empty temporary tables of the summaries' shape, which hide theirs where no schema is named."""
    for name in _KEYS:
        (shape,) = db.execute("SELECT sql FROM main.sqlite_master WHERE name = ?", (name,)).fetchone()
        db.execute(f"DROP TABLE IF EXISTS temp.{name}")
        db.execute(shape.replace("CREATE TABLE", "CREATE TEMP TABLE", 1))


def unlike_the_log(db: sqlite3.Connection) -> list[tuple[str, str, str]]:
    """Rows of the summaries that do not follow from the log: which, what is kept, what follows."""
    _have_temporary(db)
    _summarise(db, "temp", 0, watermark(db))
    found = []
    for name, key in _KEYS.items():
        kept = db.execute(f"SELECT * FROM main.{name} EXCEPT SELECT * FROM temp.{name}").fetchall()
        follow = db.execute(f"SELECT * FROM temp.{name} EXCEPT SELECT * FROM main.{name}").fetchall()
        mine = {row[:key]: row[key:] for row in kept}
        theirs = {row[:key]: row[key:] for row in follow}
        found += [
            (f"summary {' '.join(each)}", _told(mine.get(each)), _told(theirs.get(each)))
            for each in sorted(mine.keys() | theirs.keys())
        ]
        db.execute(f"DROP TABLE temp.{name}")
    return found


def _told(values: tuple[object, ...] | None) -> str:
    return (
        "nothing" if values is None else ", ".join("-" if value is None else str(value) for value in values)
    )


def rebuild(db: sqlite3.Connection) -> None:
    """Draw the summaries anew from the whole log. Call it inside a transaction."""
    for name in _KEYS:
        db.execute(f"DELETE FROM main.{name}")
    db.execute("DELETE FROM about WHERE name = 'tallied'")
    advance(db, _last(db))
