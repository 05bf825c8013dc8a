"""A station put together from its configuration, without a screen."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import pytest

from store import orders
from store.errors import LedgerLocked
from terminal.config import Config, Policy, WrongItem
from terminal.scanners.framing import Frame, FrameKind, Framing
from terminal.scanners.settings import ScannerKind, ScannerSettings
from terminal.scanners.source import Answer, Deliver, LinkState, Report, SourceState
from terminal.site_rules import procedure
from terminal.station import Station, connected
from tests.store.builders import ledger_with, order
from tests.terminal.builders import ANA, Ear, read, verdicts

CONFIG = Config(
    policy=Policy(sign_in=False, wrong_item=WrongItem.BEEP),
    scanners=(
        ScannerSettings("keyboard", ScannerKind.WEDGE, Framing(), duplicate_ms=300),
        ScannerSettings("gun-1", ScannerKind.SERIAL, Framing(), duplicate_ms=900, port="loop://"),
    ),
)


class Paper:
    """A scanner that reads from a list, and remembers how it was answered."""

    scanner_id = "paper"

    def __init__(self, *texts: str) -> None:
        self._texts = texts
        self.answers: list[Answer] = []
        self.stopped = False

    def start(self, deliver: Deliver, report: Report) -> None:
        report(SourceState(self.scanner_id, LinkState.READY, "Here."))
        for n, text in enumerate(self._texts):
            deliver(self.scanner_id, Frame(FrameKind.OK, text.encode(), float(n)))

    def stop(self) -> None:
        self.stopped = True

    def feedback(self, answer: Answer) -> None:
        self.answers.append(answer)


@pytest.fixture
def data(tmp_path: Path) -> Path:
    ledger_with(tmp_path, order("ORD-1", ("SKU-A", 2))).close()
    return tmp_path


def test_reads_of_a_scanner_are_counted_and_answered_after_the_commit(data: Path) -> None:
    ear, paper, states = Ear(), Paper("ORD-1", "SKU-A", "NOPE"), list[SourceState]()
    with Station.open(CONFIG, data, tell=ear, report=states.append, sources=[paper]) as station:
        station.take(read("SKU-A"))
        ear.wait_for(4)
        with closing(station.reader()) as reader:
            assert reader.execute("SELECT count(*) FROM events").fetchone() == (4,)
    assert verdicts(ear.outcomes) == ["order_opened", "accepted", "unknown_code", "order_verified"]
    assert [(answer.read_at, answer.verdict.value) for answer in paper.answers] == [
        (0.0, "order_opened"),
        (1.0, "accepted"),
        (2.0, "unknown_code"),
    ]
    assert [state.link for state in states] == [LinkState.READY]
    assert paper.stopped


def test_stopping_finishes_what_was_taken_and_gives_the_ledger_back(data: Path) -> None:
    ear = Ear()
    station = Station.open(CONFIG, data, tell=ear, sources=[Paper("ORD-1", *["SKU-A"] * 500)], person=ANA)
    with pytest.raises(LedgerLocked):
        Station.open(CONFIG, data, tell=ear, sources=[])
    station.start()
    brought_in = station.write(lambda db: orders.insert(db, [order("ORD-2", ("SKU-B", 1))]))
    station.stop()
    assert len(ear.outcomes) == 501
    assert brought_in.result(timeout=0) == 1
    ledger = ledger_with(data)
    assert orders.by_number(ledger.db, "ORD-2")
    ledger.close()


def test_the_site_s_rules_and_each_scanner_s_window_reach_the_procedure(data: Path) -> None:
    ledger = ledger_with(data)
    made = procedure(CONFIG, ledger)
    assert not made.policy.sign_in
    assert not made.policy.alarm_on_wrong_item
    assert made.windows == {"keyboard": 0.3, "gun-1": 0.9, "stdin": 0.0}
    ledger.close()


def test_only_scanners_with_a_line_of_their_own_are_connected() -> None:
    assert [source.scanner_id for source in connected(CONFIG)] == ["gun-1"]
