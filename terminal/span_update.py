"""What goes to the terminal when part of the screen changed: those columns, and no more.

Textual writes a changed row from the left edge of its widget up to the change, and gives each piece of text
a style and a reset of its own. Here the cursor goes to the change itself, and a style is sent when it differs
from the one before. Over a slow line, that is the difference between a repaint and a wait.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Self

from rich.color import ColorSystem
from rich.console import Console, RenderableType
from rich.style import Style
from textual._compositor import ChopsUpdate
from textual.app import App, ReturnType
from textual.screen import Screen
from textual.strip import Strip

_RESET = "\x1b[0m"


class SpanUpdate(ChopsUpdate):
    """The same change of the screen as a `ChopsUpdate`, in fewer bytes."""

    @classmethod
    def of(cls, update: ChopsUpdate) -> Self:
        """What `update` would write."""
        return cls(update.chops, update.spans, update.chop_ends)

    def render_segments(self, console: Console) -> str:
        """The sequences to write to the terminal; all styles are off at their end."""
        names = {"standard": ColorSystem.STANDARD, "256": ColorSystem.EIGHT_BIT}
        colors = names.get(console.color_system or "", ColorSystem.TRUECOLOR)
        written: list[str] = []
        here: tuple[int, int] | None = None
        pen = ""
        for x, y, strip in self._strips():
            if here is None or here[1] != y:
                written.append(f"\x1b[{y + 1};{x + 1}H")
            elif here[0] != x:
                written.append(f"\x1b[{x - here[0]}C")
            for text, style, _ in strip:
                wanted = _ansi(style, colors)
                if wanted != pen:
                    written.append(f"\x1b[0;{wanted}m" if wanted else _RESET)
                    pen = wanted
                written.append(text)
            here = (x + strip.cell_length, y)
        if pen:
            written.append(_RESET)
        return "".join(written)

    def _strips(self) -> Iterator[tuple[int, int, Strip]]:
        """Column, row and content of each changed piece, from left to right and from top to bottom."""
        for y, start, end in self.spans:
            for chop_end, (x, strip) in zip(self.chop_ends[y], self.chops[y].items(), strict=False):
                left, right = max(x, start), min(chop_end, end)
                if strip is not None and left < right:
                    yield left, y, strip.crop(left - x, right - x)


def _ansi(style: Style | None, colors: ColorSystem) -> str:
    """The parameters that switch `style` on, from all styles off."""
    if style is None:
        return ""
    return Strip.render_ansi(style, colors)


class SpanApp(App[ReturnType], inherit_bindings=False):
    """An app whose partial updates are `SpanUpdate`s."""

    def _display(self, screen: Screen[Any], renderable: RenderableType | None) -> None:
        """Textual's last step before the terminal."""
        super()._display(
            screen, SpanUpdate.of(renderable) if isinstance(renderable, ChopsUpdate) else renderable
        )
