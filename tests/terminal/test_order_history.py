"""An order's history: what it costs, and what counts as an act."""

from __future__ import annotations

import time
from dataclasses import replace

from terminal.order_history import History
from tests.verification.builders import event, line, order
from verification.acts import ActKind

READS = 10_000


def test_the_history_of_an_order_of_very_many_reads_is_told_at_once() -> None:
    events = [event(seq, "L1", 1) for seq in range(1, READS + 1)]
    begun = time.process_time()
    history = History.of(order(line("L1", "SKU-A", READS, READS)), events)
    assert (history.reads, history.deeds) == (READS, ())
    assert time.process_time() - begun < 3  # the square of the reads takes ten times as long


def test_an_act_of_several_events_is_one_deed_with_all_its_units() -> None:
    acted = [replace(event(seq, f"L{seq - 1}", -seq, read=2), act=ActKind.ADJUST) for seq in (2, 3)]
    history = History.of(order(line("L1", "SKU-A", 5), line("L2", "SKU-B", 5)), [event(1, "L1", 2), *acted])
    assert [(deed.event.seq, deed.units) for deed in history.deeds] == [(2, -5)]
    assert history.reads == 1
