"""The bars above and below every screen: where we are and who works, and which keys there are."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.cells import cell_len

from terminal.scanners.source import LinkState
from terminal.view import View
from terminal.widgets.painted import Painted, Piece, Row, fit
from verification.printable import printable

if TYPE_CHECKING:
    from sync.status import SyncStatus

_LINK = {
    LinkState.READY: ("●", "bar--ready", "ready"),
    LinkState.STARTING: ("◌", "bar--waiting", "starting"),
    LinkState.DISCONNECTED: ("○", "bar--lost", "unplugged"),
    LinkState.FAILED: ("×", "bar--lost", "failed"),
}

_NETWORK = {
    "online": ("●", "bar--ready"),
    "starting": ("◌", "bar--waiting"),
    "offline": ("○", "bar--waiting"),
}
"""By `Link`. Being offline is no fault, scanning goes on; every other way of standing wants a look."""


class TopBar(Painted):
    """Station, scanners, network and person: the states that must always be in sight."""

    COMPONENT_CLASSES = {"bar--ready", "bar--waiting", "bar--lost", "bar--name", "bar--person"}  # noqa: RUF012

    def __init__(self) -> None:
        super().__init__(id="top-bar")
        self._view: View | None = None

    def show(self, view: View) -> None:
        """Show the station's name, every scanner with its state, the network, and who is signed in."""
        self._view = view
        self.repaint()

    def paint(self, width: int, height: int) -> list[Row]:
        del height
        view = self._view
        if view is None:
            return []
        person = view.desk.person
        name = f" {printable(person.name, 20)} " if person else " Nobody signed in " if view.sign_in else " "
        left: Row = [(f" {printable(view.station, 24)} ", "bar--name"), ("  ", "")]
        marks = view.marks
        for link in view.links:
            symbol, style, word = _LINK[link.link]
            number = f"{marks[link.scanner_id]} " if marks else ""
            left += [(f"{number}{symbol} {printable(link.scanner_id, 16)} {word}", style), ("   ", "")]
        left += [("× No sound", "bar--lost"), ("   ", "")] if view.silent else []
        left.append(("◇ Read only", "") if view.read_only else _network(view.sync))
        used = sum(cell_len(text) for text, _ in left)
        room = width - cell_len(name)
        if used > room:
            left = _cut(left, room)
            used = sum(cell_len(text) for text, _ in left)
        return [[*left, (" " * (room - used), ""), (name, "bar--person")]]


def _network(status: SyncStatus | None) -> Piece:
    """Whether the Orders API is reached, and what waits for it."""
    if status is None:
        return "◇ Local only", ""
    symbol, style = _NETWORK.get(status.link.value, ("×", "bar--lost"))
    return f"{symbol} {status.badge()}", style


def _cut(row: Row, width: int) -> Row:
    """The pieces of `row` that fit into `width` columns, the last one shortened."""
    kept: Row = []
    for text, style in row:
        size = cell_len(text)
        if size > width:
            kept.append((fit(text, width), style))
            break
        kept.append((text, style))
        width -= size
    return kept


class KeyBar(Painted):
    """The keys that work here, each with one word."""

    COMPONENT_CLASSES = {"bar--key"}  # noqa: RUF012

    def __init__(self, keys: tuple[tuple[str, str], ...]) -> None:
        super().__init__(id="key-bar")
        self._keys = keys

    def paint(self, width: int, height: int) -> list[Row]:
        del height
        row: list[Piece] = []
        for key, word in self._keys:
            row += [(f" {key} ", "bar--key"), (f"{word} ", "")]
        return [_cut(row, width)]


class TypingLine(Painted):
    """What is being typed: a code, a name, a search. Hidden while nothing is."""

    COMPONENT_CLASSES = {"typing--label"}  # noqa: RUF012

    def __init__(self) -> None:
        super().__init__(id="typing-line", classes="-empty")
        self._label = ""
        self._text = ""

    def show(self, label: str, text: str, *, hidden: bool = False) -> None:
        """Show `text` behind `label`, as dots when `hidden`; nothing at all when both are empty."""
        self._label, self._text = label, "•" * len(text) if hidden else printable(text)
        self.set_class(not (label or text), "-empty")
        self.repaint()

    def paint(self, width: int, height: int) -> list[Row]:
        del height
        room = max(1, width - cell_len(self._label) - 4)
        return [[(f" {self._label} ", "typing--label"), (f" {self._text[-room:]}▏", "")]]
