"""The calibration code to look at: on the screen, or on a page to print."""

from __future__ import annotations

import shutil
import sys
from enum import StrEnum
from pathlib import Path

import click

from terminal.commands.common import Failure, say
from terminal.scanners.calibration_code import calibration_text, calibration_texts

_BLACK_ON_WHITE, _PLAIN = "\x1b[38;5;16;48;5;231m", "\x1b[0m"
_BAR_ROWS = 6
"""Rows of the screen that bars are high."""


class Kind(StrEnum):
    """What the calibration code is shown as."""

    QR = "qr"
    """One square."""
    CODE_128 = "code128"
    """Several codes of bars, for scanners that read no squares."""

    @property
    def texts(self) -> tuple[str, ...]:
        """What each code holds."""
        return (calibration_text(),) if self is Kind.QR else calibration_texts()

    @property
    def option(self) -> str:
        """How the command line names it, where that is needed."""
        return "" if self is Kind.QR else f" --code {self}"


def write_sheet(kind: Kind, file: Path) -> None:
    """Write a page with the calibration code."""
    from terminal.sheets.labels import Label, Sheet
    from terminal.sheets.paper import html

    command = f"tallyman scanners calibrate{kind.option}"
    words = (f"Scan it while `{command}` waits.", "At a station it counts nothing.")
    bars = kind is Kind.CODE_128
    labels = tuple(
        Label(f"Code {n} of {len(kind.texts)}", words, text, bars_alone=bars)
        for n, text in enumerate(kind.texts, 1)
    )
    hint = "Scan each once, a second after the one before." if bars else "For every scanner of a station."
    try:
        file.write_text(html(Sheet("Calibration", hint, labels)), encoding="utf-8")
    except OSError as error:
        raise Failure(f"{file} cannot be written ({error.strerror}): name another file.") from error
    say(f"The calibration code is in {file}: print it, then run `{command}`.")


def show(kind: Kind, text: str) -> None:
    """Put one code on the screen, where it is one and has room."""
    if not sys.stderr.isatty():
        return
    rows = _drawn(kind, text)
    columns, lines = shutil.get_terminal_size()
    if columns < len(rows[0]) or lines < len(rows) + 1:
        click.echo(
            f"The code needs a window of {len(rows[0])} columns and {len(rows) + 1} rows: make it larger and "
            f"start again, or print the code with{kind.option} --print FILE and scan that.",
            err=True,
        )
        return
    for row in rows:
        click.echo(f"{_BLACK_ON_WHITE}{row}{_PLAIN}", err=True)


def _drawn(kind: Kind, text: str) -> list[str]:
    if kind is Kind.QR:
        from terminal.widgets.practice import qr_rows

        return qr_rows(text, small=True)
    return [bar_row(text)] * _BAR_ROWS


def bar_row(text: str) -> str:
    """`text` in Code 128 as one row of half blocks, black on white: two modules a column."""
    from terminal.sheets import code128

    widths = code128.widths(text, fnc1=True)
    assert widths is not None
    quiet = " " * code128.QUIET
    bars = "".join(("█", " ")[place % 2] * width for place, width in enumerate(widths))
    modules = f"{quiet}{bars}{quiet}"
    halves = {"██": "█", "█ ": "▌", " █": "▐", "  ": " "}
    return "".join(halves[modules[at : at + 2].ljust(2)] for at in range(0, len(modules), 2))
