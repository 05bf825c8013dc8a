"""The last read with its verdict, in letters that are read from two metres."""

from __future__ import annotations

import textwrap

from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical

from terminal import words
from terminal.reads import Outcome
from terminal.view import View
from terminal.widgets import letters
from terminal.widgets.painted import Painted, Row, fit
from verification.desk import Alarm
from verification.verdicts import WRONG_ITEM, Verdict

_TONES = {
    Verdict.ACCEPTED: "-good",
    Verdict.LINE_VERIFIED: "-good",
    Verdict.ORDER_VERIFIED: "-complete",
    Verdict.RECOUNTED: "-calm",
    Verdict.ORDER_OPENED: "-calm",
    Verdict.SIGNED_IN: "-calm",
    Verdict.COMMAND: "-calm",
    Verdict.UNREADABLE: "-attention",
    Verdict.UNKNOWN_CODE: "-attention",
    Verdict.AMBIGUOUS_CODE: "-attention",
    Verdict.DUPLICATE_READ: "-attention",
}


class Large(Painted):
    """A few characters in large letters."""

    def __init__(self, *, id: str, right: bool = False) -> None:  # noqa: A002 - Textual's name
        super().__init__(id=id)
        self._text = ""
        self._right = right

    def show(self, text: str) -> None:
        """Show `text`; letters double in size where there is room, and are plain where there is none."""
        if text != self._text:
            self._text = text
            self.repaint()

    def paint(self, width: int, height: int) -> list[Row]:
        double = height >= letters.rows(2) and letters.columns(self._text, 2) <= width
        scale = 2 if double else 1
        if not self._text or letters.columns(self._text, scale) > width or letters.rows(scale) > height:
            return [[(fit(self._text, width, right=self._right), "")]]
        drawn = letters.draw(self._text, scale)
        return [[(fit(row, width, right=self._right), "")] for row in drawn]


class Sentence(Painted):
    """One sentence, wrapped."""

    def __init__(self) -> None:
        super().__init__(id="sentence")
        self._text = ""

    def show(self, text: str) -> None:
        """Show `text`, which is printable already."""
        if text != self._text:
            self._text = text
            self.repaint()

    def paint(self, width: int, height: int) -> list[Row]:
        lines = textwrap.wrap(self._text, max(10, width))
        if len(lines) > height:
            lines = _ends(self._text, max(10, width), height)
        return [[(fit(line, width), "")] for line in lines]


def _ends(text: str, width: int, height: int) -> list[str]:
    """As much of `text` as fits, from its beginning and with its last sentence: what to do next."""
    begin, _, end = text.rpartition(". ")
    words = begin.split()
    while words:
        lines = textwrap.wrap(f"{' '.join(words)} … {end}", width)
        if len(lines) <= height:
            return lines
        words.pop()
    return textwrap.wrap(text, width, max_lines=height, placeholder=" …")


class VerdictPanel(Vertical):
    """The verdict's word, the count, and the sentence; full of the alarm while one is latched."""

    def __init__(self) -> None:
        super().__init__(id="verdict")
        self._tone = ""

    def compose(self) -> ComposeResult:
        with Horizontal(id="large"):
            yield Large(id="word")
            yield Large(id="count", right=True)
        yield Sentence()

    def show(self, view: View, greeting: tuple[str, str]) -> None:
        """Show the last read of `view`, or `greeting` (a word and a sentence) before the first one."""
        word, count, sentence, tone = _content(view, greeting)
        if tone != self._tone:
            self._tone = tone
            self.set_classes(tone)
        self.query_one("#word", Large).show(word)
        counter = self.query_one("#count", Large)
        counter.set_class(not count, "-empty")
        counter.show(count)
        self.query_one(Sentence).show(sentence)


def _content(view: View, greeting: tuple[str, str]) -> tuple[str, str, str, str]:
    """The word, the count, the sentence and the tone to show."""
    alarm, last = view.desk.alarm, view.last
    if alarm is not None:
        return _alarm(alarm, last, view.notice)
    if view.notice:
        return "", "", view.notice, "-attention"
    if last is None:
        return greeting[0], "", greeting[1], "-calm"
    line = last.order.line(last.line_id) if last.order and last.line_id else None
    count = f"{line.verified}/{line.quantity}" if line and last.verdict is Verdict.ACCEPTED else ""
    tone = _TONES.get(last.verdict, "-refused")
    return f"{words.SYMBOL[last.verdict]} {words.WORD[last.verdict]}", count, last.message, tone


def _alarm(alarm: Alarm, last: Outcome | None, notice: str) -> tuple[str, str, str, str]:
    sentence = alarm.message
    if notice:
        sentence = f"{notice} The alarm: {alarm.message}"
    elif last is not None and last.verdict not in WRONG_ITEM:
        sentence = f"{last.message} The alarm: {alarm.message}"
    return f"× {words.WORD[alarm.verdict]}", "", sentence, "-alarm"
