"""The numbers that options take, each within bounds that everything behind them can hold."""

from __future__ import annotations

from typing import Any

import click

from verification.limits import MOST_UNITS
from verification.printable import printable


class Whole(click.IntRange):
    """A whole number from `min` to `max`, which the sentence about any other value names.

    `least` is the smallest that can be meant, where smaller ones are left to the rules: so it is told.
    """

    def __init__(self, min: int, max: int, least: int | None = None) -> None:  # noqa: A002 - click's own names
        super().__init__(min, max)
        self._least = min if least is None else least

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        try:
            return super().convert(value, param, ctx)
        except click.BadParameter:
            shown = printable(str(value), 40)
            self.fail(f"{shown} is not a whole number from {self._least} to {self.max}", param, ctx)


ROWS = Whole(1, 1_000_000_000)
"""How many rows a list is cut to."""
PLACE = Whole(1, 1_000_000)
"""The place of a line on its order."""
UNITS = Whole(-MOST_UNITS, MOST_UNITS, least=1)
"""Units of goods. What of it may be is for the rules to say, which know the goods."""
LEFT = Whole(-MOST_UNITS, MOST_UNITS, least=0)
"""Units that are left of a line, judged as those are."""
PORT = Whole(0, 65_535)
"""A port to listen at; 0 is any that is free."""
