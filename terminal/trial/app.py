"""The screen of `tallyman scanners test`: the last bytes, what they are, and what they would do."""

from __future__ import annotations

import textwrap
import time
from collections import deque
from queue import Empty
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.driver import Driver

from terminal.scanners.source import LinkState, SourceState
from terminal.span_update import SpanApp
from terminal.trial.bench import Bench, Seen, would
from terminal.trial.live import Live, seen
from terminal.trial.trace import Chunk, Recorder
from terminal.widgets.painted import Painted, Row, fit
from verification.printable import printable

_TICK = 0.1
_TAPE = 50
_SYMBOL = {
    LinkState.READY: "●",
    LinkState.STARTING: "◌",
    LinkState.DISCONNECTED: "○",
    LinkState.FAILED: "×",
}
_LABEL = 14


class TrialView(Painted):
    """Everything on one page, so that it can be read out over the telephone from top to bottom."""

    COMPONENT_CLASSES = {"trial--title", "trial--label", "trial--would"}  # noqa: RUF012

    def __init__(self) -> None:
        super().__init__(id="trial")
        self.links: dict[str, SourceState] = {}
        self.chunk: Chunk | None = None
        self.hidden = False
        """Whether the last bytes were a badge, which is not shown."""
        self.frames: deque[Seen] = deque(maxlen=_TAPE)
        self.now = 0.0

    def paint(self, width: int, height: int) -> list[Row]:
        title = " Scanner test: nothing is counted and nothing is written.  F12 or Ctrl-C: close"
        rows: list[Row] = [[(fit(title, width), "trial--title")]]
        for link in self.links.values():
            told = f"{_SYMBOL[link.link]} {link.scanner_id}: {link.detail}"
            rows.append([(fit(f" {printable(told)}", width), "")])
        rows.append([])
        rows += self._bytes(width)
        if self.frames:
            rows += _frame(self.frames[0], width)
            rows += [[], [(" Before that:", "trial--label")]]
            rows += [[(fit(_short(each), width), "")] for each in list(self.frames)[1:]]
        return rows[:height]

    def _bytes(self, width: int) -> list[Row]:
        chunk = self.chunk
        if chunk is None:
            return [_row("Bytes", "none yet: scan something", width)]
        data = b"" if self.hidden else chunk.data[-200:]
        shown = "a badge, which is not shown" if self.hidden else ascii(data)[2:-1]
        return [
            _row("Scanner", printable(chunk.scanner), width),
            _row("Last byte", f"{max(0.0, self.now - chunk.at):.1f} s ago, {len(chunk.data)} at once", width),
            _row("Hex", data.hex(" "), width),
            _row("Bytes", shown, width),
        ]


def _frame(each: Seen, width: int) -> list[Row]:
    code = each.code
    parts = {
        "GTIN": code.gtin,
        "SSCC": code.sscc,
        "lot": code.lot,
        "serial": code.serial,
        "expires": code.expiry,
        "count": code.count,
        "could be": " or ".join(code.near) or None,
        "but": code.problem,
    }
    fields = ", ".join(f"{name} {printable(str(value), 60)}" for name, value in parts.items() if value)
    return [
        [],
        _row("Frame", f"{each.frame.kind.value}, {len(each.raw)} bytes", width),
        _row("Identifier", f"]{code.symbology}" if code.symbology else "none", width),
        _row("Text", printable(code.text) or "(empty)", width),
        _row("Fields", fields or "none: plain text", width),
        *_wrapped(each, width),
    ]


def _wrapped(each: Seen, width: int) -> list[Row]:
    lines = textwrap.wrap(would(each), max(20, width - 2)) or [""]
    return [[(fit(f" {line}", width), "trial--would")] for line in lines]


def _short(each: Seen) -> str:
    return f" {each.scanner}  {each.frame.kind.value}  {printable(each.code.text, 60)}  {each.verdict or ''}"


def _row(label: str, text: str, width: int) -> Row:
    return [(fit(f" {label}", _LABEL), "trial--label"), (fit(text, max(0, width - _LABEL)), "")]


class TrialApp(SpanApp[None], inherit_bindings=False):
    """Shows what `live` hears until somebody closes it."""

    CSS_PATH = "trial.tcss"
    TITLE = "Tallyman: scanner test"
    ENABLE_COMMAND_PALETTE = False
    BINDINGS: ClassVar[list[BindingType]] = [Binding("f12,escape,ctrl+c", "close", show=False)]

    def __init__(self, live: Live, bench: Bench, recorder: Recorder | None, driver: type[Driver]) -> None:
        super().__init__(driver_class=driver)
        self._live = live
        self._bench = bench
        self._recorder = recorder

    def compose(self) -> ComposeResult:
        yield TrialView()

    def on_mount(self) -> None:
        self.call_after_refresh(self._begin)

    def _begin(self) -> None:
        self._live.start()
        self.set_interval(_TICK, self._look)
        self._look()

    def action_close(self) -> None:
        """End the test."""
        self.exit()

    def _look(self) -> None:
        """Take what has come, note the silence, and show both."""
        view = self.query_one(TrialView)
        while True:
            try:
                news = self._live.news.get_nowait()
            except Empty:
                break
            if isinstance(news, SourceState):
                view.links[news.scanner_id] = news
            elif isinstance(news, Chunk):
                view.chunk, view.hidden = news, False
            self._show(view, seen(news, self._bench, self._recorder))
        view.now = time.monotonic()
        if self._live.news.empty():
            self._show(view, self._bench.idle(view.now - _TICK))
        view.repaint()

    def _show(self, view: TrialView, found: list[Seen]) -> None:
        view.frames.extendleft(found)
        view.hidden = view.hidden or any(each.badge for each in found)
