"""Pages for supervisors at every size: nothing executed, nothing done where one only looks."""

from __future__ import annotations

import asyncio
import json
import re
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from sqlite3 import Connection
from typing import Any

import pytest
from rich.cells import cell_len
from textual.app import App

import terminal
from store import log, order_queue, orders, outbox, slots, unreadable
from store.ledger import Ledger, open_reader, reading
from store.review import ReviewFilter, ReviewPage, ReviewRow
from sync.status import Link, SyncStatus
from terminal.asking import Asking
from terminal.browser.review import ReviewApp
from terminal.dossier import Dossier, open_dossier
from terminal.questions import Question
from terminal.screens.act import ActScreen
from terminal.screens.base import Typed
from terminal.screens.review import ReviewScreen
from terminal.screens.shift import ShiftScreen
from terminal.supervision import Answer, Looking
from terminal.widgets import asking
from terminal.widgets import dossier as widget
from terminal.widgets.replay import StepList, step_rows
from terminal.widgets.review import REASON, ReviewList, Window
from tests.store.builders import event, ledger_with, order
from verification.acts import ActKind
from verification.meaning import Person
from verification.offers import offers
from verification.orders import OrderStatus
from verification.reasons import Reason
from verification.risk import ReasonKind

HOSTILE = "[@click=app.quit]x[/]\x1b]0;y\x07\u202e"
WIDE = "緑茶" * 30
PATIENCE = 1000


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    """Four hundred orders sent back, the first with everything that an order can have."""
    many = [order(f"ORD-{n:03}", ("SKU-A", 3)) for n in range(400)]
    named = order(
        "ORD-000", (HOSTILE, 3), (WIDE, 2), customer_name=WIDE, notes=HOSTILE, due_date="2031-01-01"
    )
    ledger = ledger_with(tmp_path, replace(named, customer_info={HOSTILE: HOSTILE}), *many[1:])
    with ledger.transaction() as db:
        db.execute("UPDATE orders SET ruling = 'sent_back', ruled = 1")
        read = replace(
            event(HOSTILE, 1, order_id="id-ORD-000", line_id="ORD-000.1"), person=WIDE, lot=HOSTILE
        )
        log.append(db, ledger.chain_key, replace(read, reason=HOSTILE, serial=WIDE, scanner=HOSTILE))
        before = orders.load(db, "id-ORD-000")
        assert before is not None
        orders.move_counts(db, before, before.plus("ORD-000.1", 1))
        told = {"n": 1, "h": "", "c": {"ORD-000.2": 1}, "who": HOSTILE, "at": HOSTILE}
        slots.keep(db, "id-ORD-000", {f"{HOSTILE}.1": json.dumps(told)}, {})
        outbox.park(db, "id-ORD-000", HOSTILE)
    yield ledger
    ledger.close()


def dossier(ledger: Ledger) -> Dossier:
    found = open_dossier(ledger.db, "id-ORD-000")
    assert found is not None
    return found


@pytest.mark.parametrize("width", [40, 78, 108, 158])
def test_an_order_in_full_is_as_wide_as_the_page_and_does_nothing(ledger: Ledger, width: int) -> None:
    found = dossier(ledger)
    step = found.story.steps[0]
    offered = offers(replace(found.order, order_number=HOSTILE), may_ship=True, claimed=True)
    asked = Asking(replace(found.order, order_number=HOSTILE), offered, None)
    lines = replace(asked, kind=ActKind.ADJUST, question=Question.LINE)
    questions = (*asking.rows(asked, width, 18), *asking.rows(lines, width, 18))
    listed = StepList()
    listed._story, listed._number, listed._last = found.story, 1, 2
    pages = (*widget.rows(found, width), *step_rows(step, width), *listed.paint(width, 9))
    for row in (*pages, *questions):
        text = "".join(piece for piece, _ in row)
        assert cell_len(text) <= width, text
        assert not set(text) & set("\x1b\x07\u202e")


def test_a_line_says_who_counted_it_and_how(ledger: Ledger) -> None:
    text = " ".join("".join(piece for piece, _ in row) for row in widget.rows(dossier(ledger), 158))
    assert "station 1 · 1 scanned · lot" in text
    assert "Parked: " in text
    assert "Look: " in text


def test_every_reason_has_a_name_to_filter_by() -> None:
    assert set(REASON) == set(ReasonKind)


async def settled(app: App[Any], met: Callable[[], bool], pilot: object) -> None:
    for _ in range(PATIENCE):
        if met():
            return
        await pilot.pause(0.02)  # type: ignore[attr-defined]
    pytest.fail("\n".join(strip.text for strip in app.screen._compositor.render_strips()))


def shown(app: App[Any]) -> str:
    return "\n".join(strip.text for strip in app.screen._compositor.render_strips())


def test_a_window_that_only_reads_shows_all_of_it_and_does_nothing(ledger: Ledger, tmp_path: Path) -> None:
    async def run() -> None:
        with reading(tmp_path) as db:
            app = ReviewApp("Dock 1", db, tmp_path)
            async with app.run_test(size=(110, 36)) as pilot:
                await pilot.press("ctrl+r")
                await settled(app, lambda: "400 orders · by risk" in shown(app), pilot)
                await pilot.press("end")
                await settled(app, lambda: "▸" in shown(app) and "ORD-399" in shown(app), pilot)
                await pilot.press("enter")
                await settled(app, lambda: "ORD-399" in shown(app) and "Lines: counted" in shown(app), pilot)
                await pilot.press("f6")
                await settled(app, lambda: "This window only shows what is there" in shown(app), pilot)
                await pilot.press("f5")
                await settled(app, lambda: "As it stands now" in shown(app), pilot)
                await pilot.press("escape", "escape", "escape", "ctrl+n")
                await settled(app, lambda: "Left: 400 orders" in shown(app), pilot)

    asyncio.run(run())
    assert list(log.acts_of(ledger.db, "id-ORD-399")) == []


def test_a_window_that_only_reads_hides_the_counts_of_an_order_to_be_counted_blind(
    ledger: Ledger, tmp_path: Path
) -> None:
    blind, seen = "This order is to be counted again", "SKU-A"

    async def run() -> None:
        with closing(open_reader(tmp_path)) as db:
            app = ReviewApp("Dock 1", db, tmp_path)
            async with app.run_test(size=(110, 36)) as pilot:
                app.on_typed(Typed("ORD-005"))
                await settled(app, lambda: blind in shown(app), pilot)
                assert seen not in shown(app)
                app.on_typed(Typed("ORD-006"))
                await settled(app, lambda: seen in shown(app) and blind not in shown(app), pilot)
                owe("ORD-006")
                app._look()
                await settled(app, lambda: blind in shown(app) and seen not in shown(app), pilot)

    def owe(number: str) -> None:
        with ledger.transaction() as written:
            written.execute("UPDATE orders SET status = 'verified' WHERE order_number = ?", (number,))
            written.execute("INSERT INTO rechecks VALUES (?, 'due', '', 0, 0, '{}', '[]')", (f"id-{number}",))

    owe("ORD-005")
    asyncio.run(run())


@pytest.mark.parametrize("day", ["9999-12-31T23:59:59Z", "0001-01-01T00:00:00Z"])
def test_an_order_of_the_calendar_s_last_and_first_day_is_shown(
    ledger: Ledger, monkeypatch: pytest.MonkeyPatch, day: str
) -> None:
    with ledger.transaction() as db:
        db.execute(
            "UPDATE orders SET order_date = ?1, created_at = ?1 WHERE order_number = 'ORD-000'", (day,)
        )
    found = dossier(ledger)
    try:
        for zone in ("Europe/Berlin", "America/New_York"):
            monkeypatch.setenv("TZ", zone)
            time.tzset()
            assert widget.rows(found, 110)
    finally:
        monkeypatch.undo()
        time.tzset()


def test_moving_among_the_loaded_orders_asks_the_ledger_nothing(ledger: Ledger, tmp_path: Path) -> None:
    async def run() -> None:
        with reading(tmp_path) as db:
            app = ReviewApp("Dock 1", db, tmp_path)
            async with app.run_test(size=(80, 24)) as pilot:
                screen = ReviewScreen(Looking(tmp_path), None)
                app.push_screen(screen)
                await settled(app, lambda: "400 orders" in shown(app), pilot)
                loaded = screen._window
                await pilot.press(*["pagedown"] * 9, *["up"] * 9)
                await settled(app, lambda: "ORD-090" not in shown(app) and "▸" in shown(app), pilot)
                assert screen._window is loaded
                await pilot.press("end")
                await settled(app, lambda: "ORD-399" in shown(app), pilot)
                assert screen._window is not loaded

    asyncio.run(run())


def test_a_key_pressed_again_while_an_act_is_done_does_not_do_it_twice(ledger: Ledger) -> None:
    asked, let_go, done = [], threading.Event(), []
    confirming = Asking(
        dossier(ledger).order,
        (),
        Person("Sue", supervisor=True),
        question=Question.CONFIRM,
        kind=ActKind.CONFIRM,
        line_id="ORD-000.1",
        units=1,
        reason="torn",
    )

    def carry_out(given: Asking, _pin: str) -> Answer:
        asked.append(given.units)
        assert let_go.wait(20)
        return Answer("Counted.", done=True)

    async def run() -> None:
        app = Silent()
        async with app.run_test(size=(80, 24)) as pilot:
            app.push_screen(ActScreen(confirming, asking.rows, carry_out, done.append))
            await pilot.pause()
            await pilot.press("f6", "f6", "enter", "f6")
            let_go.set()
            await settled(app, lambda: done == ["Counted."], pilot)

    asyncio.run(run())
    assert asked == [1]


class Silent(App[None]):
    """Looks as the station does, and tells its pages nothing."""

    CSS_PATH = Path(terminal.__file__).parent / "station.tcss"


def test_the_shift_is_kept_up_to_date_by_itself(ledger: Ledger, tmp_path: Path) -> None:
    async def run() -> None:
        app = Silent()
        async with app.run_test(size=(80, 24)) as pilot:
            app.push_screen(ShiftScreen(tmp_path, None, every=0.05))
            await settled(app, lambda: "Left: 400 orders" in shown(app), pilot)
            with ledger.transaction() as written:
                outbox.cancel(written, "id-ORD-399", "")
            await settled(app, lambda: "Left: 399 orders" in shown(app), pilot)

    asyncio.run(run())


def test_the_shift_says_what_f10_has_to_show(ledger: Ledger, tmp_path: Path) -> None:
    async def run() -> str:
        app = Silent()
        async with app.run_test(size=(80, 24)) as pilot:
            app.push_screen(ShiftScreen(tmp_path, SyncStatus(Link.ONLINE, unreadable=1)))
            await settled(app, lambda: "F10 shows them" in shown(app), pilot)
            return shown(app)

    with ledger.transaction() as written:
        unreadable.note(written, "ODD", "$.data.items: none", 1)
    told = asyncio.run(run())
    assert "Online, 1 order unreadable" in told
    assert "in conflict, 1 unreadable; F10 shows them." in told


class Counting(ReviewScreen):
    """Counts how often it looked whether there is something new, and how often the queue was read."""

    CSS_PATH = Path(terminal.__file__).parent / "screens" / "full_page.tcss"
    looks = readings = 0

    def _look(self) -> None:
        self.looks += 1
        super()._look()

    def fetch(self, db: Connection) -> Window:
        self.readings += 1
        return super().fetch(db)


def in_sight(app: App[Any]) -> list[str]:
    """The numbers of the orders on the screen, from the top, the chosen one with its mark."""
    return re.findall(r"▸? +\d+ (?:ORD-\d+)", shown(app))


def ruled(ledger: Ledger, ruling: str, *numbers: str) -> None:
    with ledger.transaction() as db:
        for number in numbers:
            db.execute("UPDATE orders SET ruling = ? WHERE order_number = ?", (ruling, number))


def test_the_queue_is_kept_up_to_date_and_the_chosen_order_stays_where_it_is(
    ledger: Ledger, tmp_path: Path
) -> None:
    async def run() -> None:
        app = Silent()
        async with app.run_test(size=(80, 24)) as pilot:
            screen = Counting(Looking(tmp_path), None, every=0.02)
            app.push_screen(screen)
            await settled(app, lambda: "400 orders" in shown(app), pilot)
            await pilot.press(*["pagedown"] * 3, "up", "up")
            await pilot.pause()
            before = in_sight(app)
            assert any(each.startswith("▸") for each in before)
            ruled(ledger, "", "ORD-001", "ORD-002", "ORD-003")
            await settled(app, lambda: "397 orders" in shown(app), pilot)
            assert in_sight(app) == before
            ruled(ledger, "sent_back", "ORD-002")
            await settled(app, lambda: "398 orders" in shown(app), pilot)
            assert in_sight(app) == before

    asyncio.run(run())


def test_an_order_that_moves_far_in_the_queue_stays_chosen(ledger: Ledger, tmp_path: Path) -> None:
    async def run() -> None:
        app = Silent()
        async with app.run_test(size=(80, 24)) as pilot:
            app.push_screen(ReviewScreen(Looking(tmp_path), None, every=0.02))
            await settled(app, lambda: "400 orders" in shown(app), pilot)
            await pilot.press("end")
            await settled(app, lambda: "▸   30 ORD-399" in shown(app), pilot)
            with ledger.transaction() as db:
                outbox.park(db, "id-ORD-399", "refused")
            await settled(app, lambda: "▸   70 ORD-399" in shown(app), pilot)

    asyncio.run(run())


def test_the_next_order_is_chosen_where_the_chosen_one_is_settled(ledger: Ledger, tmp_path: Path) -> None:
    async def run() -> None:
        app = Silent()
        async with app.run_test(size=(80, 24)) as pilot:
            app.push_screen(ReviewScreen(Looking(tmp_path), None, every=0.02))
            await settled(app, lambda: "▸" in shown(app) and "ORD-001" in shown(app), pilot)
            await pilot.press("down")
            await settled(app, lambda: "▸   30 ORD-001" in shown(app), pilot)
            ruled(ledger, "", "ORD-001")
            await settled(app, lambda: "▸   30 ORD-002" in shown(app), pilot)

    asyncio.run(run())


def test_a_ledger_that_nobody_writes_to_is_not_read_again(ledger: Ledger, tmp_path: Path) -> None:
    async def run() -> None:
        app = Silent()
        async with app.run_test(size=(80, 24)) as pilot:
            screen = Counting(Looking(tmp_path), None, every=0.01)
            app.push_screen(screen)
            await settled(app, lambda: "400 orders" in shown(app), pilot)
            await settled(app, lambda: screen.looks >= 20, pilot)
            assert screen.readings == 1

    asyncio.run(run())


def test_rows_that_are_not_loaded_yet_leave_their_place() -> None:
    summary = order_queue.Summary("1", "ORD-1", "Acme", "", OrderStatus.VERIFIED, 1, 1)
    row = ReviewRow(summary, 70, (Reason(ReasonKind.CONFLICT, HOSTILE, 70),))
    listed = ReviewList()
    listed._window, listed._cursor = Window(ReviewFilter(), 10, ReviewPage((row,), 12)), 10
    text = ["".join(piece for piece, _ in each) for each in listed.paint(78, 30)]
    assert sum("…" in line and "ORD" not in line for line in text) >= 1
    assert any("▸   70 ORD-1" in line for line in text)
    assert not set("".join(text)) & set("\x1b\x07\u202e")
