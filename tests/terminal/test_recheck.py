"""A verified order counted again by somebody else, on a real ledger: blind, beside all counts, on the log."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from store import figures, log, order_queue, projections, rechecks, review, slots, tallies
from store.acts import Moment, perform
from store.ledger import Ledger
from store.posting import posting
from store.review import ReviewFilter
from terminal.reads import Outcome
from tests.terminal.builders import procedure, read, verdicts
from tests.terminal.floor import GTIN, loaded, made
from verification.acts import Act, ActKind
from verification.codes import Command
from verification.desk import Desk
from verification.meaning import Person
from verification.orders import LineStatus, OrderStatus
from verification.policy import Policy
from verification.recheck import RECHECK, Difference, Recheck, State

ANA, SUE, BEN = Person("Ana"), Person("Sue", supervisor=True), Person("Ben")
ALL = Policy(blind_recheck_percent=100)
PACKED = ("SKU-B", "SKU-C", "SKU-C", "SKU-C", "SKU-C", "SKU-C", "SKU-C")
"""What completes ORD-2."""
NUMBER = "ORD-2"


class Bench:
    """A station's desk and ledger, worked at by one person after the other."""

    def __init__(self, ledger: Ledger) -> None:
        self.ledger = ledger
        self.desk = Desk()
        self.policy = ALL
        self._at = 0.0

    def scan(self, *codes: str, by: Person | None = None, apart: float = 10.0) -> list[Outcome]:
        """Have codes read; `by` somebody else, whose desk is empty."""
        if by is not None:
            self.desk = Desk(by)
        handling = procedure(self.ledger, self.policy, windows={"gun-1": 1.0})
        outcomes = []
        for code in codes:
            self._at += apart
            with posting(self.ledger) as posted:
                outcome, self.desk = handling.handle(posted, self.desk, read(code, self._at))
            outcomes.append(outcome)
        return outcomes

    def act(self, kind: ActKind, **more: object) -> None:
        """A supervisor's act."""
        act = Act(kind, SUE, "looked into the box", **more)  # type: ignore[arg-type]
        with self.ledger.transaction() as db:
            at = Moment("2026-05-01T12:00:00Z", 0.0, "keys")
            picking = rechecks.picking(self.ledger.secret, self.policy.blind_recheck_percent)
            perform(db, self.ledger.chain_key, f"id-{NUMBER}", act, at, picking=picking)

    @property
    def recheck(self) -> Recheck:
        found = rechecks.of(self.ledger.db, f"id-{NUMBER}")
        assert found is not None
        return found


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    """ORD-2 packed and verified by Ana, and picked to be counted again."""
    bench = Bench(Ledger.open(made(tmp_path / "data")))
    assert bench.scan(NUMBER, *PACKED, by=ANA)[-1].verdict == "order_verified"
    yield bench
    assert projections.differences(bench.ledger.db) == []
    assert log.first_break(bench.ledger.db, bench.ledger.chain_key) is None
    bench.ledger.close()


def counts(bench: Bench) -> tuple[object, ...]:
    """All that a re-check must leave alone."""
    db = bench.ledger.db
    tables = ("orders", "lines", "serials", "outbox", "slots")
    return (
        *(db.execute(f"SELECT * FROM {name}").fetchall() for name in tables),
        db.execute("SELECT sum(delta) FROM events").fetchone(),
        slots.shares(db, f"id-{NUMBER}"),
    )


def test_the_picker_is_told_to_leave_the_box_open_and_cannot_count_it_again(bench: Bench) -> None:
    last = list(log.of_order(bench.ledger.db, f"id-{NUMBER}"))[-2]
    assert last.reason.endswith(
        "Order ORD-2 is complete, and a colleague counts it again: leave the box open, put it aside and scan"
        " the next order label."
    )
    refused, wrong = bench.scan(NUMBER, "SKU-C", by=ANA)
    assert refused.message == (
        "Scanned ORD-2: the order is to be counted again by somebody who did not count it. Expected another"
        " label. Put the box aside for a colleague."
    )
    assert verdicts([refused, wrong]) == ["order_locked", "no_order_open"]
    assert bench.recheck == Recheck()


def test_a_count_that_agrees_settles_the_order_and_moves_nothing(bench: Bench) -> None:
    before = counts(bench)
    outcomes = bench.scan(NUMBER, *PACKED, Command.DONE.barcode, by=BEN)
    assert verdicts(outcomes) == ["order_opened", *["recounted"] * 7, "command"]
    assert outcomes[-1].message == (
        "The re-check of order ORD-2 agrees: close the box and scan the next order label."
    )
    assert counts(bench) == before
    assert (bench.recheck.state, bench.recheck.person) == (State.AGREED, "Ben")
    assert bench.scan(NUMBER, by=SUE)[0].message.startswith("Scanned ORD-2: the order is verified and closed")
    assert rechecks.differences(bench.ledger.db) == []


def test_a_count_that_differs_is_left_to_a_supervisor_line_by_line(bench: Bench) -> None:
    before = counts(bench)
    outcomes = bench.scan(NUMBER, "SKU-C", "CASE-A", "SKU-C", NUMBER, by=BEN)
    assert outcomes[-1].message == (
        "The re-check of order ORD-2 differs: leave the box as it is and call a supervisor, then scan the"
        " next order label."
    )
    assert counts(bench) == before
    (found,) = rechecks.differences(bench.ledger.db)
    assert (found.order_number, found.person, found.settled) == (NUMBER, "Ben", False)
    assert found.differences == (
        Difference("SKU-A", 0, 3),
        Difference("SKU-B", 1, 0),
        Difference("SKU-C", 6, 2),
    )
    *_, act = log.acts_of(bench.ledger.db, f"id-{NUMBER}")
    assert (act.act, act.person, act.delta) == (RECHECK, "Ben", 0)
    assert json.loads(act.detail or "")["differences"] == {"SKU-A": 3, "SKU-B": -1, "SKU-C": -4}


def test_goods_are_taken_with_the_same_words_whether_they_belong_or_not(bench: Bench) -> None:
    outcomes = bench.scan(NUMBER, "SKU-C", *["SKU-B"] * 5, "SKU-A", by=BEN)[1:]
    assert {each.message.replace(str(each.sku), "SKU") for each in outcomes} == {"Counted: 1 × SKU."}
    for each in outcomes:
        told = each.as_json()
        assert (told["counted"], told["units"], told["recheck"]) == (False, 0, "read")
        assert (told["verified_quantity"], told["quantity"], told["line_status"]) == (None, None, None)


def test_no_sentence_of_a_recheck_holds_a_number_of_the_order(bench: Bench) -> None:
    commands = [command.barcode for command in (Command.ACKNOWLEDGE, Command.UNDO, Command.HELP)]
    said = bench.scan(NUMBER, "nobody-knows", "\x01", "SKU-B", "SKU-C", *commands, "ORD-1", NUMBER, by=BEN)
    said += bench.scan("BADGE-SUE")
    for outcome in said:
        digits = outcome.message.replace(NUMBER, "").replace("ORD-1", "")
        assert not any(number in digits for number in ("6", "7")), outcome.message


def test_codes_that_nobody_knows_are_refused_and_not_to_be_taught(bench: Bench) -> None:
    _, refused = bench.scan(NUMBER, "4006381333948", by=BEN)
    assert refused.message == (
        "Scanned 4006381333948: nobody taught this code. Expected the goods in the box, one by one."
        " Scan another code on the item or call for help."
    )
    assert bench.desk.untaught is None


def test_undo_takes_back_the_last_read_that_stands_and_no_more(bench: Bench) -> None:
    undo = Command.UNDO.barcode
    said = bench.scan(NUMBER, "SKU-B", "CASE-A", undo, undo, undo, by=BEN)
    assert [each.message for each in said[3:]] == [
        "Taken back: 3 × SKU-A; scan it again if it is in the box.",
        "Taken back: 1 × SKU-B; scan it again if it is in the box.",
        "Nothing to take back: nothing is counted again yet.",
    ]
    assert set(bench.recheck.found.values()) == {0}
    assert loaded(bench.ledger, NUMBER).verified == 7


def test_a_double_read_is_held_back_and_counted_by_command(bench: Bench) -> None:
    bench.scan(NUMBER, by=BEN)
    twice = bench.scan("SKU-B", "SKU-B", apart=0.1)
    assert verdicts(twice) == ["recounted", "duplicate_read"]
    assert bench.scan(Command.COUNT.barcode)[0].verdict == "recounted"
    assert bench.recheck.found == {"SKU-B": 2}


def test_a_label_that_ended_the_count_and_bounces_is_read_once(bench: Bench) -> None:
    bench.scan(NUMBER, *PACKED, by=BEN)
    ended, bounced = bench.scan(NUMBER, NUMBER, apart=0.2)
    assert (ended.recheck, bounced.verdict) == ("agreed", "duplicate_read")


def test_a_serial_that_counts_already_counts_again_once(tmp_path: Path) -> None:
    bench = Bench(Ledger.open(made(tmp_path / "data")))
    items = [f"]C1010{GTIN}21S{n}" for n in range(6)]
    bench.scan(NUMBER, "SKU-B", *items, by=ANA)
    said = bench.scan(NUMBER, items[0], items[1], items[0], Command.UNDO.barcode, items[1], by=BEN)
    assert verdicts(said[1:]) == ["recounted", "recounted", "duplicate_serial", "command", "recounted"]
    assert bench.desk.alarm is None
    bench.scan("SKU-B", items[0], *items[2:], NUMBER)
    assert bench.recheck.differences == (), bench.recheck
    assert bench.recheck.state is State.AGREED
    bench.ledger.close()


@pytest.mark.parametrize("leave", [Command.SIGN_OUT.barcode, Command.NEXT.barcode, "ORD-1", "BADGE-SUE"])
def test_who_leaves_half_way_goes_on_later_and_another_begins_anew(bench: Bench, leave: str) -> None:
    bench.scan(NUMBER, "SKU-C", "SKU-B", leave, by=BEN)
    assert not bench.desk.recounts
    assert (bench.recheck.state, bench.recheck.found) == (State.RUNNING, {"SKU-C": 1, "SKU-B": 1})
    again = bench.scan(NUMBER, *["SKU-C"] * 5, by=BEN)
    assert again[0].message.startswith(
        "The re-check of order ORD-2 goes on: scan what you have not scanned yet"
    )
    assert bench.recheck.found == {"SKU-C": 6, "SKU-B": 1}
    assert bench.scan(NUMBER, by=SUE)[0].message.startswith("The re-check of order ORD-2 begins")
    assert (bench.recheck.person, bench.recheck.found) == ("Sue", {})
    assert bench.scan(Command.UNDO.barcode)[0].message.startswith("Nothing to take back")


def test_the_picker_who_signs_in_in_the_midst_of_it_counts_nothing_again(bench: Bench) -> None:
    bench.scan(NUMBER, "SKU-C", by=BEN)
    hello, refused, lost = bench.scan("BADGE-ANA", NUMBER, "SKU-C")
    assert hello.message == "Ana is signed in: scan an order label. The re-check of ORD-2 stays open."
    assert verdicts([refused, lost]) == ["order_locked", "no_order_open"]
    assert bench.recheck.found == {"SKU-C": 1}


def test_whoever_counted_at_another_station_cannot_count_it_again_here(bench: Bench) -> None:
    slot = {"n": 3, "h": "", "c": {"x": 3}, "who": "Ben", "at": "2031-01-01T10:00:00Z"}
    with bench.ledger.transaction() as db:
        slots.keep(db, f"id-{NUMBER}", {"dock-2.9f3a": json.dumps(slot)}, {})
    assert bench.scan(NUMBER, by=BEN)[0].verdict == "order_locked"
    assert bench.scan(NUMBER, by=SUE)[0].verdict == "order_opened"


def test_an_order_sent_back_in_the_midst_of_it_takes_no_more_reads_and_falls_due_anew(bench: Bench) -> None:
    bench.scan(NUMBER, "SKU-C", by=BEN)
    bench.act(ActKind.SEND_BACK)
    bench.desk = procedure(bench.ledger, ALL).refreshed(bench.desk)
    refused, left = bench.scan("SKU-C", Command.DONE.barcode)
    assert refused.message == (
        "Scanned SKU-C: the order was changed while it was counted again, so this count is void. Expected"
        " another label. Press F2, and put the box aside for a supervisor."
    )
    assert left.recheck is None
    assert loaded(bench.ledger, NUMBER).verified == 0
    bench.scan(NUMBER, *PACKED, by=SUE)
    assert bench.recheck == Recheck()
    assert bench.scan(NUMBER, by=BEN)[0].recheck == "begun"


@pytest.mark.parametrize("kind", [ActKind.APPROVE, ActKind.SEND_BACK])
def test_a_supervisors_word_settles_a_difference(bench: Bench, kind: ActKind) -> None:
    bench.scan(NUMBER, "SKU-C", NUMBER, by=BEN)
    assert len(rechecks.differences(bench.ledger.db, open_only=True)) == 1
    bench.act(kind)
    assert rechecks.differences(bench.ledger.db, open_only=True) == []
    (found,) = rechecks.differences(bench.ledger.db)
    assert found.settled


def test_an_undo_that_opens_the_order_again_takes_it_out_of_those_owed(bench: Bench) -> None:
    owed = order_queue.Filter(recheck_owed=True)
    assert [each.order_number for each in order_queue.page(bench.ledger.db, owed, 0, 9)] == [NUMBER]
    bench.desk = Desk(ANA, loaded(bench.ledger, NUMBER))
    bench.scan(Command.UNDO.barcode)
    assert order_queue.page(bench.ledger.db, owed, 0, 9) == []
    assert bench.scan("SKU-C")[0].verdict == "order_verified"
    assert order_queue.count(bench.ledger.db, owed) == 1


@pytest.mark.parametrize(
    ("kind", "units"), [(ActKind.CONFIRM, 2), (ActKind.ADJUST, 6)], ids=["confirmed", "adjusted"]
)
def test_an_order_that_a_supervisors_act_completes_falls_due_as_one_that_a_read_completes(
    tmp_path: Path, kind: ActKind, units: int
) -> None:
    bench = Bench(Ledger.open(made(tmp_path / "data")))
    bench.scan(NUMBER, *PACKED[:5], by=ANA)
    line = loaded(bench.ledger, NUMBER).lines[1]
    bench.act(kind, line_id=line.id, units=units)
    *_, act, due = log.of_order(bench.ledger.db, f"id-{NUMBER}")
    assert (act.act, due.act, due.read, due.delta) == (kind, "recount", act.read, 0)
    assert (due.person, due.reason) == ("Sue", "To be counted again by somebody else.")
    assert bench.recheck == Recheck()
    assert [each.verdict for each in log.latest(bench.ledger.db, 1)] == ["accepted"], "no read of its own"
    for counter in (ANA, SUE):
        assert bench.scan(NUMBER, by=counter)[0].verdict == "order_locked"
    *_, ended = bench.scan(NUMBER, *PACKED, NUMBER, by=BEN)
    assert ended.recheck == "agreed"
    assert projections.differences(bench.ledger.db) == []
    bench.ledger.close()


def test_an_act_that_does_not_complete_the_order_makes_nothing_due(tmp_path: Path) -> None:
    bench = Bench(Ledger.open(made(tmp_path / "data")))
    bench.scan(NUMBER, *PACKED[:5], by=ANA)
    bench.act(ActKind.CONFIRM, line_id=loaded(bench.ledger, NUMBER).lines[1].id, units=1)
    assert rechecks.of(bench.ledger.db, f"id-{NUMBER}") is None
    bench.ledger.close()


def test_an_undo_that_makes_two_stations_counts_fit_completes_the_order(tmp_path: Path) -> None:
    bench = Bench(Ledger.open(made(tmp_path / "data")))
    bench.scan(NUMBER, *PACKED[:6], by=ANA)
    line = loaded(bench.ledger, NUMBER).lines[1]
    with bench.ledger.transaction() as db:
        db.execute("UPDATE lines SET elsewhere = 2 WHERE id = ?", (line.id,))
    bench.desk = Desk(ANA, loaded(bench.ledger, NUMBER))
    (undone,) = bench.scan(Command.UNDO.barcode)
    assert undone.message.endswith(
        "Order ORD-2 is complete, and a colleague counts it again: leave the box open, put it aside and scan"
        " the next order label."
    )
    assert bench.recheck == Recheck()
    bench.ledger.close()


def test_no_order_is_picked_where_the_site_wants_none(tmp_path: Path) -> None:
    bench = Bench(Ledger.open(made(tmp_path / "data")))
    bench.policy = Policy()
    *_, last = bench.scan(NUMBER, *PACKED, by=ANA)
    assert last.message.endswith("is complete: close the box and scan the next order label.")
    assert rechecks.of(bench.ledger.db, f"id-{NUMBER}") is None
    bench.ledger.close()


def test_the_table_is_drawn_anew_from_the_log(bench: Bench) -> None:
    bench.scan(NUMBER, "SKU-C", "SKU-A", Command.UNDO.barcode, "SKU-B", NUMBER, by=BEN)
    before = bench.recheck
    with bench.ledger.transaction() as db:
        db.execute("UPDATE rechecks SET state = 'agreed', found = '{}'")
    (told,) = projections.differences(bench.ledger.db)
    assert str(told) == (
        "re-check of order id-ORD-2 says agreed with 0 units, the log says differs with 2 units"
    )
    with bench.ledger.transaction() as db:
        assert projections.rebuild(db) == 1
    assert bench.recheck == before


def test_what_is_verified_stays_so_throughout(bench: Bench) -> None:
    for outcome in bench.scan(NUMBER, "SKU-C", "SKU-A", "SKU-A", NUMBER, by=BEN):
        assert outcome.order is not None
        assert outcome.order.status is OrderStatus.VERIFIED
        assert {line.status for line in outcome.order.lines} == {LineStatus.VERIFIED}


def test_review_names_what_is_owed_and_what_differs_until_a_supervisor_settles_it(
    bench: Bench,
) -> None:
    def reasons() -> list[str]:
        return [reason.kind.value for reason in review.of(bench.ledger.db, f"id-{NUMBER}")]

    assert reasons() == ["recheck"]
    bench.scan(NUMBER, "SKU-C", by=BEN)
    assert reasons() == ["recheck"]
    bench.scan(NUMBER)
    assert reasons() == ["recheck_difference"]
    (row,) = review.queue(bench.ledger.db, ReviewFilter(), 0, 9).rows
    assert "6" in row.reasons[0].told, "one of SKU-B and five of SKU-C"
    bench.act(ActKind.APPROVE)
    assert reasons() == []


def test_an_order_that_is_owed_shows_its_counts_to_supervisors_alone_and_to_none_who_counts(
    bench: Bench,
) -> None:
    def hidden(desk: Desk) -> bool:
        return rechecks.hidden(bench.ledger.db, f"id-{NUMBER}", desk)

    assert hidden(Desk(BEN))
    assert hidden(Desk())
    assert not hidden(Desk(SUE))
    assert hidden(Desk(SUE, loaded(bench.ledger, NUMBER), recounts=True))
    bench.scan(NUMBER, *PACKED, NUMBER, by=BEN)
    assert not hidden(Desk(BEN))


def test_accuracy_tells_rechecks_apart_from_how_orders_were_counted_first(bench: Bench) -> None:
    bench.scan(NUMBER, "nobody-knows", "SKU-C", Command.UNDO.barcode, "SKU-C", NUMBER, by=BEN)
    with bench.ledger.transaction() as db:
        tallies.complete(db)
        told = figures.accuracy(db, figures.Span())
    assert (told.orders_verified, told.first_pass, told.reads, told.refused) == (1, 1, 8, ())
    assert (told.rechecks, told.recheck_orders, told.recheck_units) == (1, 1, 6)
