"""The numbers of reports agree with a second count, however far the summaries are."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from store import catalog, figures, projections, tallies
from store.figures import Span, Worked
from store.ledger import Ledger, reading
from tests.store.builders import ledger_with, order
from tests.terminal.reports.recount import Bench, Watched, shift
from verification.figures import Accuracy, Confusion, Throughput, Work
from verification.verdicts import Verdict

NUMBERS = [f"ORD-{n}" for n in range(12)]
ALWAYS = Span()
SKUS = ["SKU-A", "SKU-B", "SKU-C", "CASE-A"]


def stocked(folder: Path) -> Ledger:
    """Orders that hold SKU-A twice, so that one case may fill two lines."""
    orders = [order(number, ("SKU-A", 2), ("SKU-B", 1), ("SKU-A", 2)) for number in NUMBERS]
    ledger = ledger_with(folder, *orders)
    with ledger.transaction() as db:
        catalog.teach(db, ledger.badge_key, catalog.Taught("CASE-A", "SKU-A", 3))
        catalog.teach(db, ledger.badge_key, catalog.Taught("SKU-C", "SKU-C"))
    return ledger


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    ledger = stocked(tmp_path)
    yield ledger
    ledger.close()


def figured(ledger: Ledger, span: Span = ALWAYS) -> tuple[Accuracy, Worked]:
    with reading(ledger.folder) as db:
        tallies.complete(db)
        return figures.accuracy(db, span), figures.work(db, span)


def agree(found: tuple[Accuracy, Worked], watched: Watched) -> None:
    accuracy, work = found
    assert accuracy.reads == watched.reads.total()
    assert {each.verdict: each.reads for each in accuracy.refused} == {
        verdict: count for verdict, count in watched.reads.items() if Verdict(verdict).refused
    }
    assert accuracy.orders_verified == len(watched.verified)
    assert accuracy.first_pass == len(watched.right_at_once)
    units, quarters = watched.units(), Counter(name for name, _ in watched.at_work)
    for place, rows in enumerate((work.people, work.quarters)):
        by_name: Counter[str] = Counter()
        for names, counted in units.items():
            by_name[names[place]] += counted
        assert +Counter({row.name: row.units for row in rows}) == by_name
    assert {row.name: row.quarters for row in (*work.people, *work.scanners)} == quarters
    for rows in (work.people, work.scanners, work.quarters):
        assert sum(row.reads for row in rows) == watched.reads.total()
        assert sum(row.orders for row in rows) == len(watched.verified)


@pytest.mark.parametrize("seed", range(4))
def test_a_shift_is_counted_as_somebody_beside_the_bench_counts_it(ledger: Ledger, seed: int) -> None:
    bench = Bench(ledger)
    for part in range(6):
        shift(bench, seed * 10 + part, NUMBERS, SKUS, 40)
        agree(figured(ledger), bench.watched)
        with ledger.transaction() as db:
            tallies.advance(db, 23 + seed)
        agree(figured(ledger), bench.watched)
    assert bench.watched.verified
    assert bench.watched.undone
    assert bench.watched.wrong
    assert 0 < tallies.watermark(ledger.db) < bench.watched.reads.total()
    assert projections.differences(ledger.db) == []


def lines(ledger: Ledger) -> int:
    return sum(row.lines for row in figured(ledger)[1].people)


def test_lines_that_one_case_filled_are_counted_each(ledger: Ledger) -> None:
    bench = Bench(ledger)
    bench.take("ORD-1")
    bench.take("CASE-A")
    assert lines(ledger) == 1
    bench.take("SKU-A")
    assert lines(ledger) == 2
    bench.take("TALLYMAN:UNDO")
    bench.take("TALLYMAN:UNDO")
    assert lines(ledger) == 0
    bench.take("SKU-A")
    bench.take("CASE-A")
    bench.take("SKU-B")
    assert lines(ledger) == 3


def test_what_is_taken_back_is_taken_off_where_it_was_counted(ledger: Ledger) -> None:
    bench = Bench(ledger)
    bench.take("ORD-1")
    bench.take("SKU-B")
    with ledger.transaction() as db:
        tallies.advance(db)
    bench.hand_over("Ben")
    bench.take("TALLYMAN:UNDO")
    bench.take("SKU-A")
    assert {row.name: row.units for row in figured(ledger)[1].people} == {"Ana": 0, "Ben": 1}


def test_a_period_holds_its_beginning_and_not_its_end(ledger: Ledger) -> None:
    bench = Bench(ledger)
    for _ in range(60):
        bench.take("NOBODY KNOWS")
    first, second, all_of_it = (
        figured(ledger, span)[0].reads
        for span in (Span(until="2026-05-01T08:15"), Span("2026-05-01T08:15"), Span())
    )
    assert (first, second, all_of_it) == (22, 38, 60)


SPOILT = (
    "UPDATE tallies SET units = units + 1 WHERE person = 'Ana'",
    "DELETE FROM verdict_tallies WHERE verdict = 'not_on_order'",
    "UPDATE order_tallies SET completed = 1",
    "UPDATE order_tallies SET refused = 0",
)


@pytest.mark.parametrize("statement", SPOILT)
def test_a_spoilt_summary_is_found_and_drawn_anew(ledger: Ledger, statement: str) -> None:
    bench = Bench(ledger)
    shift(bench, 3, NUMBERS, SKUS, 150)
    with ledger.transaction() as db:
        tallies.advance(db, 100)
        db.execute(statement)
    assert any(each.where.startswith("summary ") for each in projections.differences(ledger.db))
    with ledger.transaction() as db:
        assert projections.rebuild(db) >= 1
    assert projections.differences(ledger.db) == []
    assert tallies.lag(ledger.db) == 0
    agree(figured(ledger), bench.watched)


def test_a_reader_that_may_not_write_is_exact_and_writes_nothing(ledger: Ledger) -> None:
    bench = Bench(ledger)
    shift(bench, 5, NUMBERS, SKUS, 60)
    agree(figured(ledger), bench.watched)
    assert ledger.db.execute("SELECT count(*) FROM tallies").fetchone() == (0,)


_OLDER = f"""
DROP TABLE tallies;
DROP TABLE verdict_tallies;
DROP INDEX order_tallies_completed;
CREATE TABLE tallies (quarter TEXT NOT NULL, person TEXT NOT NULL, scanner TEXT NOT NULL,
    verdict TEXT NOT NULL, provenance TEXT NOT NULL, reads INTEGER NOT NULL,
    units INTEGER NOT NULL, lines INTEGER NOT NULL,
    PRIMARY KEY (quarter, person, scanner, verdict, provenance)) STRICT, WITHOUT ROWID;
INSERT INTO tallies SELECT {tallies.QUARTER.format("")}, person, scanner, verdict, provenance, count(*),
    sum(delta), sum(verdict IN ('line_verified', 'order_verified')) FROM events GROUP BY 1, 2, 3, 4, 5;
DELETE FROM _sqlite_migrations WHERE name = 'summaries_as_reports_ask';
PRAGMA user_version = 8;
"""
"""Puts a ledger's summaries of single counts back to the shape that they had before the ninth step."""


def test_summaries_of_an_older_ledger_are_brought_along(tmp_path: Path) -> None:
    ledger = stocked(tmp_path)
    bench = Bench(ledger)
    for code in ("ORD-1", "SKU-A", "SKU-B", "SKU-C", "SKU-A", "SKU-A", "SKU-A", "ORD-2", "SKU-B"):
        bench.take(code, "gun-2" if code == "SKU-C" else "gun-1")
    with ledger.transaction() as db:
        tallies.advance(db)
    before = figured(ledger)
    ledger.db.executescript(_OLDER)
    ledger.close()
    older = Ledger.open(tmp_path)
    assert projections.differences(older.db) == []
    assert tallies.lag(older.db) == 0
    assert figured(older) == before
    agree(before, bench.watched)
    older.close()


def confused(ledger: Ledger) -> list[Confusion]:
    with reading(ledger.folder) as db:
        return figures.confusions(db, Span())


def test_what_was_expected_is_what_was_counted_next_on_that_order(ledger: Ledger) -> None:
    bench = Bench(ledger)
    for code in ("ORD-1", "SKU-C", "SKU-B", "ORD-2", "SKU-C", "NOBODY KNOWS", "SKU-C", "SKU-A"):
        bench.take(code)
    pairs = {(each.scanned, each.expected): (each.times, each.orders) for each in confused(ledger)}
    assert pairs == {("SKU-C", "SKU-B"): (1, ("ORD-1",)), ("SKU-C", "SKU-A"): (2, ("ORD-2",))}


def test_where_nothing_was_counted_after_it_is_the_only_line_that_is_short(ledger: Ledger) -> None:
    bench = Bench(ledger)
    for code in ("ORD-1", "SKU-B", "SKU-C"):
        bench.take(code)
    (pair,) = confused(ledger)
    assert pair.expected == "SKU-A"  # twice on the order, and the only SKU that lacks


def test_where_several_lines_lack_nobody_knows_what_was_expected(ledger: Ledger) -> None:
    bench = Bench(ledger)
    bench.take("ORD-1")
    last = bench.take("SKU-C")
    assert confused(ledger) == [Confusion("SKU-C", None, 1, ("ORD-1",), 1, last.at)]


def test_hours_are_the_quarters_in_which_somebody_read() -> None:
    people = [Work("Ben", 2, 6, quarters=1), Work("Cem"), Work("Ana", 8, 6, orders=1, quarters=2)]
    quarters = [
        Work("2026-05-01T08:00", reads=6, units=4, quarters=1),
        Work("2026-05-01T09:15", reads=4, units=8, quarters=1),
        Work("2026-05-01T09:30", orders=1),
    ]
    found = Throughput.of(people, (), quarters, lambda quarter: (quarter[:10], quarter[11:13]))
    assert [(each.name, each.units, each.hours) for each in found.people] == [
        ("Ana", 6, 0.5),
        ("Ben", 6, 0.25),
    ]
    assert (found.whole.hours, found.whole.per_hour(found.whole.units)) == (0.5, 24.0)
    assert [(each.name, each.units, each.orders) for each in found.hours] == [("08", 4, 0), ("09", 8, 1)]


def test_where_nothing_was_done_there_are_no_rates() -> None:
    found = Throughput.of((), (), (), lambda quarter: (quarter, quarter))
    assert (found.whole.units, found.whole.per_hour(0)) == (0, None)
    assert Accuracy(0, 0, 0, ()).first_pass_yield is None
