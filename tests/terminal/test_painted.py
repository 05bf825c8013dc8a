"""Rows painted in parts are rows painted at once, and only what changed is painted."""

from __future__ import annotations

import pyte
from hypothesis import given
from hypothesis import strategies as st
from rich.color import ColorSystem
from rich.console import Console
from rich.segment import Segment
from rich.style import Style
from textual._compositor import ChopsUpdate
from textual.strip import Strip

from terminal.span_update import SpanUpdate
from terminal.widgets.painted import Row, changed_spans

WIDTH = 24
STYLES = {"": Style(color="#f2f2f2", bgcolor="#0c0f14"), "loud": Style(color="#ffd166", bold=True)}

pieces = st.tuples(st.text("ab 0/✓緑茶", max_size=8), st.sampled_from(sorted(STYLES)))
rows = st.lists(pieces, max_size=4)


def strip(row: Row) -> Strip:
    return Strip([Segment(text, STYLES[name]) for text, name in row if text]).adjust_cell_length(
        WIDTH, STYLES[""]
    )


def update(row: Row, spans: list[tuple[int, int]], x: int = 0) -> str:
    chops = ChopsUpdate([{x: strip(row)}], [(0, x + start, x + end) for start, end in spans], [[x + WIDTH]])
    return SpanUpdate.of(chops).render_segments(Console(color_system="truecolor"))


def painted(screen: pyte.Screen) -> list[tuple[str, str, bool]]:
    cells = [screen.buffer[0][x] for x in range(WIDTH)]
    return [(cell.data, cell.fg if cell.data.strip() else "", cell.bold) for cell in cells]


def show(*updates: str) -> pyte.Screen:
    screen = pyte.Screen(WIDTH, 1)
    stream = pyte.Stream(screen)
    for data in updates:
        stream.feed(data)
    return screen


@given(rows, rows)
def test_a_row_changed_in_spans_looks_as_if_painted_whole(old: Row, new: Row) -> None:
    whole = [(0, WIDTH)]
    by_spans = show(update(old, whole), update(new, changed_spans(old, new, WIDTH)))
    assert painted(by_spans) == painted(show(update(new, whole)))


@given(rows)
def test_a_row_that_stays_has_no_spans(row: Row) -> None:
    assert changed_spans(row, list(row), WIDTH) == []


def test_a_count_that_rises_is_one_column() -> None:
    old: Row = [(" ✓ SKU-A      ", ""), ("7/40", "")]
    new: Row = [(" ✓ SKU-A      ", ""), ("8/40", "")]
    assert changed_spans(old, new, WIDTH) == [(14, 15)]


def test_a_wide_character_is_never_parted() -> None:
    assert changed_spans([("a緑b", "")], [("a茶b", "")], WIDTH) == [(1, 3)]


def test_changes_that_lie_close_together_are_one_span() -> None:
    assert changed_spans([("1....1.........1", "")], [("2....2.........2", "")], WIDTH) == [(0, 6), (15, 16)]


def test_the_cursor_goes_to_the_change_and_a_style_is_sent_once() -> None:
    sgr = Strip.render_ansi(STYLES[""], ColorSystem.TRUECOLOR)
    written = update([("0123456789", "")], [(2, 4), (8, 9)], x=5)
    assert written == f"\x1b[1;8H\x1b[0;{sgr}m23\x1b[4C8\x1b[0m"
