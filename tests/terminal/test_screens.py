"""What the screens make of a view: nothing lost, nothing cut that has to be acted on, nothing executed."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from docs import picture
from terminal import refusals, words
from terminal.app import StationApp
from terminal.config import Config, Policy
from terminal.reads import Outcome
from terminal.scanners.source import LinkState, SourceState
from terminal.screens.help import _ROWS as ROWS
from terminal.station import Station
from terminal.view import TapeRow, View
from terminal.widgets import letters
from terminal.widgets.practice import Practice
from verification.codes import Command
from verification.desk import Alarm, Desk
from verification.meaning import Person
from verification.orders import Line, Order
from verification.verdicts import Verdict

ANA = Person("Ana")
AT = "2026-03-02T09:14:07.000Z"
SMALL, WIDE, HUGE = (80, 24), (110, 30), (200, 60)


def order(*lines: Line, number: str = "ORD-1", customer: str = "Acme") -> Order:
    return Order(id="1", order_number=number, customer_name=customer, lines=lines)


def outcome(verdict: Verdict, message: str = "", shown: Order | None = None, **more: object) -> Outcome:
    return Outcome(1, AT, "gun-1", b"SKU-A", "SKU-A", verdict, message, order=shown, **more)  # type: ignore[arg-type]


def packing(opened: Order, **more: object) -> View:
    return View("Dock 1", Desk(ANA, opened), **more)  # type: ignore[arg-type]


@pytest.fixture
def station(tmp_path: Path) -> Iterator[Station]:
    config = Config(policy=Policy(sign_in=False))
    opened = Station.open(config, tmp_path, tell=lambda _news: None, sources=())
    yield opened
    opened.stop()


@pytest.fixture
def show_each(station: Station) -> Callable[..., list[str]]:
    """Show views on one station, one after the other, and return the text on the screen after each."""

    async def run(size: tuple[int, int], views: tuple[View, ...], practice: Practice | None) -> list[str]:
        app = StationApp(station, views[0], practice=practice, sounds=False)
        texts = []
        async with app.run_test(size=size) as pilot:
            for view in views:
                app.screen.show(view)  # type: ignore[attr-defined]
                await pilot.pause()
                texts.append("\n".join(strip.text for strip in app.screen._compositor.render_strips()))
        return texts

    def show_each(*views: View, size: tuple[int, int] = SMALL, practice: Practice | None = None) -> list[str]:
        return asyncio.run(run(size, views, practice))

    return show_each


@pytest.fixture
def show(show_each: Callable[..., list[str]]) -> Callable[..., str]:
    """The same, for the text at the end."""
    return lambda *views, **how: show_each(*views, **how)[-1]


def test_every_word_and_symbol_has_large_letters() -> None:
    for verdict in Verdict:
        for character in words.WORD[verdict] + words.SYMBOL[verdict]:
            assert character == " " or any(row.strip() for row in letters.draw(character)), character


@pytest.mark.parametrize("size", [SMALL, WIDE, HUGE])
def test_every_refusal_keeps_its_next_step_in_sight(show: Callable[..., str], size: tuple[int, int]) -> None:
    opened = order(*(Line(str(n), f"SKU-{n:026d}", 12) for n in range(9)))
    longest = (
        f"Scanned {'4' * 40}: it could be SKU-1 or SKU-2. Expected {refusals.expected(opened)}."
        " Scan another code on the item or call for help."
    )
    last = outcome(Verdict.AMBIGUOUS_CODE, longest, opened)
    text = " ".join(show(packing(opened, last=last), size=size).split())
    assert "Scan another code on the item or call for help." in text


SMALLER = [(80, 14), (60, 15), (40, 12), (40, 20), (60, 24)]


@pytest.mark.parametrize("size", SMALLER)
def test_a_small_window_has_the_whole_sentence_before_anything_else(
    show_each: Callable[..., list[str]], size: tuple[int, int]
) -> None:
    opened = order(*(Line(str(n), f"SKU-{n}", 12) for n in range(9)))
    unknown = (
        f"Scanned NOPE: no code of an order, an item or a command. Expected {refusals.expected(opened)}."
        " Scan another code on the item, or press F7 to teach this one."
    )
    wrong = (
        f"Scanned 036000291452: GLOVES is not on this order. Expected {refusals.expected(opened)}."
        " Put it back, then press F4 or scan ACK."
    )
    refused = packing(opened, last=outcome(Verdict.UNKNOWN_CODE, unknown, opened))
    refused = replace(refused, tape=(TapeRow.of_outcome(outcome(Verdict.UNKNOWN_CODE)),) * 5)
    latched = replace(refused, desk=Desk(ANA, opened, Alarm(Verdict.NOT_ON_ORDER, wrong)), last=None)
    texts = show_each(refused, latched, size=size)
    for text, sentence in zip(texts, (unknown, wrong), strict=True):
        assert sentence in " ".join(text.split())
        assert text.split("\n")[size[1] - 1].startswith(" F1 Help")


@pytest.mark.parametrize("size", SMALLER)
def test_a_small_window_says_how_to_sign_in(station: Station, size: tuple[int, int]) -> None:
    async def run() -> str:
        app = StationApp(station, View("Dock 1"), sounds=False)
        async with app.run_test(size=size) as pilot:
            await pilot.pause()
            return "\n".join(strip.text for strip in app.screen._compositor.render_strips())

    text = asyncio.run(run())
    assert "Scan your badge to begin, or type your name and press Enter." in " ".join(text.split())
    assert text.split("\n")[size[1] - 1].startswith(" F1 Help")


def test_a_count_that_has_no_room_in_large_digits_stands_there_plain(show: Callable[..., str]) -> None:
    opened = order(Line("1", "SKU-A", 3, 1))
    good = packing(opened, last=outcome(Verdict.ACCEPTED, "SKU-A: 1 of 3.", opened, line_id="1", delta=1))
    for size in ((40, 12), (60, 15)):
        assert "✓ GOOD 1/3" in " ".join(show(good, size=size).split())


def test_every_verdict_is_a_word_to_be_read_from_afar(show_each: Callable[..., list[str]]) -> None:
    opened = order(Line("1", "SKU-A", 3, 1))
    views = [packing(opened, last=outcome(v, f"So it is: {v}.", opened, line_id="1")) for v in Verdict]
    for verdict, text in zip(Verdict, show_each(*views, size=WIDE), strict=True):
        assert f"So it is: {verdict}." in text
        drawn = letters.draw(f"{words.SYMBOL[verdict]} {words.WORD[verdict]}")
        assert all(row.strip() in text for row in drawn)


def test_what_is_left_comes_first_and_the_last_reads_line_is_in_sight(show: Callable[..., str]) -> None:
    lines = [Line(str(n), f"SKU-{n:03d}", 2, 2 if n < 5 else 0) for n in range(80)]
    opened = order(*lines)
    before = packing(opened, last=outcome(Verdict.ORDER_OPENED, shown=opened))
    text = show(before)
    assert text.index("SKU-005") < text.index("SKU-006")
    assert "SKU-000" not in text
    assert "more lines" in text
    counted = opened.plus("60", 1)
    after = packing(counted, last=outcome(Verdict.ACCEPTED, shown=counted, line_id="60", delta=1))
    touched = next(line for line in show(before, after).split("\n") if "SKU-060" in line)
    assert touched.startswith(" ▸ SKU-060")
    assert "1/2" in touched


def rows_of_lines(text: str) -> list[str]:
    """The SKUs in sight, with their marks, and what is said of the others."""
    rows = [row[:3].strip() + row.split()[row[1] != " "] for row in text.split("\n") if "SKU-" in row[:9]]
    return rows + [row.strip() for row in text.split("\n") if "…" in row[:5]]


def after_counting(opened: Order, line: str, units: int = 1) -> View:
    counted = opened.plus(line, units)
    return packing(counted, last=outcome(Verdict.ACCEPTED, shown=counted, line_id=line, delta=units))


@pytest.mark.parametrize("touched", range(12))
def test_the_line_just_counted_is_in_sight_wherever_it_stands(show: Callable[..., str], touched: int) -> None:
    opened = order(*(Line(str(n), f"SKU-{n:02d}", 9) for n in range(12)))
    assert f"▸SKU-{touched:02d}" in rows_of_lines(show(after_counting(opened, str(touched))))


def test_the_only_line_with_something_left_is_in_sight_beside_one_just_done(show: Callable[..., str]) -> None:
    done = [Line(str(n), f"SKU-{n:02d}", 2, 1 if n == 9 else 2) for n in range(10) if n != 4]
    text = show(after_counting(order(*done, Line("4", "SKU-04", 2)), "9"))
    assert rows_of_lines(text) == [
        "SKU-04", "✓SKU-05", "✓SKU-06", "✓SKU-07", "✓SKU-08", "✓SKU-09", "… and 4 more lines above",
    ]  # fmt: skip


def test_a_line_just_done_takes_one_row_from_what_is_left(show: Callable[..., str]) -> None:
    opened = order(*(Line(str(n), f"SKU-{n:02d}", 1, int(n > 20)) for n in range(30)))
    assert rows_of_lines(show(after_counting(opened, "20"))) == [
        "SKU-00", "SKU-01", "SKU-02", "SKU-03", "SKU-04", "✓SKU-20", "… and 15 more above, 9 below",
    ]  # fmt: skip


def test_a_line_counted_too_often_by_two_stations_is_marked_and_never_done(show: Callable[..., str]) -> None:
    text = show(packing(order(Line("1", "SKU-A", 3, 2, 2), Line("2", "SKU-B", 1))))
    row = next(line for line in text.split("\n") if "SKU-A" in line)
    assert row.startswith(" ! SKU-A")
    assert "4/3" in row


@pytest.mark.parametrize("size", [SMALL, WIDE, HUGE])
def test_an_alarm_says_its_cause_whatever_was_read_or_pressed_since(
    show_each: Callable[..., list[str]], size: tuple[int, int]
) -> None:
    opened = order(Line("1", "SKU-A", 3))
    alarm = Alarm(Verdict.NOT_ON_ORDER, "Scanned LAMP: LAMP-LED is not on this order. Put it back.")
    latched = View("Dock 1", Desk(ANA, opened, alarm), last=outcome(Verdict.NOT_ON_ORDER, "", opened))
    pending = replace(latched, last=outcome(Verdict.ALARM_PENDING, "Scanned SKU-A: not counted.", opened))
    for text in show_each(latched, pending, replace(pending, notice="Press F12 again."), size=size):
        assert "LAMP-LED is not on this order. Put it back." in " ".join(text.split())
        assert "SKU-A   " not in text


def test_the_state_of_every_scanner_is_in_sight(show: Callable[..., str]) -> None:
    links = tuple(SourceState(f"gun-{n}", link, "") for n, link in enumerate(LinkState))
    top = show(replace(packing(order(Line("1", "A", 1))), links=links), size=WIDE).split("\n")[0]
    for word in ("gun-0 starting", "gun-1 ready", "gun-2 unplugged", "gun-3 failed", "Local only", " Ana "):
        assert word in top


def test_markup_and_controls_in_names_are_shown_as_they_are(show: Callable[..., str]) -> None:
    hostile = "[@click=app.quit]x[/]\x1b]0;y\x07\u202e"
    line = Line("1", hostile, 3, notes=hostile)
    view = View(
        hostile,
        Desk(Person(hostile), order(line, number=hostile, customer=hostile)),
        tape=(TapeRow.of_outcome(replace(outcome(Verdict.UNKNOWN_CODE), code=hostile)),),
        links=(SourceState(hostile, LinkState.READY, ""),),
    )
    text = show(view, size=HUGE)
    assert text.count("[@click=app.q") >= 4
    assert not set(text) & set("\x1b\x07\u202e")


def test_wide_characters_leave_every_row_as_wide_as_the_screen(show: Callable[..., str]) -> None:
    from rich.cells import cell_len

    opened = order(Line("1", "緑茶" * 30, 3, 1, notes="割れ物"), number="注文-1", customer="株式会社" * 20)
    last = outcome(Verdict.ACCEPTED, "緑茶: 1 of 3.", opened, line_id="1", delta=1)
    rows = show(packing(opened, last=last, tape=(TapeRow.of_outcome(last),) * 5)).split("\n")
    assert {cell_len(row) for row in rows} == {80}


def test_the_help_names_every_command_and_fits_a_small_screen() -> None:
    assert {code for _, code, _ in ROWS} >= {command.barcode for command in Command}
    assert max(len(words) for _, _, words in ROWS) <= 76 - 33
    assert len(ROWS) <= 24 - 2


def test_practice_offers_what_counts_next_and_in_an_alarm_its_end(show: Callable[..., str]) -> None:
    practice = Practice(("ORD-1", "ORD-2"), (("SKU-A", "4006381333931"), ("LAMP-LED", "9501101530003")))
    opened = order(Line("1", "SKU-A", 3), Line("2", "SKU-B", 1, 1))
    text = show(packing(opened), size=(120, 40), practice=practice)
    assert "Barcode of SKU-A: 4006381333931" in text
    assert "On this order: SKU-B" not in text
    assert "Not on it: LAMP-LED" in text
    with_lamps = show(packing(order(Line("1", "LAMP-LED", 1))), size=(120, 40), practice=practice)
    assert "Not on it: SKU-A" in with_lamps
    assert "Open an order: ORD-1" in show(View("Dock 1", Desk(ANA)), size=(120, 40), practice=practice)
    alarm = replace(packing(opened), desk=Desk(ANA, opened, Alarm(Verdict.NOT_ON_ORDER, "No.")))
    assert practice.suggestions(alarm) == [("End the alarm", "TALLYMAN:ACK")]


def test_a_fault_closes_the_station_with_a_sentence_and_is_written_down(
    station: Station, tmp_path: Path
) -> None:
    async def run() -> StationApp:
        app = StationApp(station, View("Dock 1", sign_in=False), sounds=False)
        async with app.run_test() as pilot:
            await pilot.pause()
            app.stop_for(RuntimeError("unheard of"))
        return app

    app = asyncio.run(run())
    assert app.return_value is not None
    assert app.return_value.startswith("Tallyman stopped on RuntimeError; this is a fault in Tallyman;")
    assert str(tmp_path / "faults.log") in app.return_value
    assert "unheard of" in (tmp_path / "faults.log").read_text()


def test_the_pictures_are_of_the_station_and_fetch_nothing(tmp_path: Path) -> None:
    picture.main(tmp_path)
    for name in ("station.svg", "alarm.svg"):
        svg = (tmp_path / name).read_text()
        assert svg.startswith("<svg ")
        assert "ORD-1003" in svg
        assert svg.count("http") == 1
