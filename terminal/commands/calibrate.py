"""`tallyman scanners calibrate`: one read of one code, and the scanner's settings follow from it."""

from __future__ import annotations

import os
import shutil
import sys
from dataclasses import replace
from pathlib import Path

import click

from terminal.commands.common import DONE, FAILED, WRONG_USAGE, Command, Failure, here, say
from terminal.config import Config
from terminal.raw_reading import Unreadable, from_line, from_terminal
from terminal.scanner_file import changes, write
from terminal.scanners.calibration import Findings, Separator, findings
from terminal.scanners.calibration_code import calibration_text
from terminal.scanners.settings import ScannerKind, ScannerSettings
from verification.printable import printable

_CALIBRATED = (ScannerKind.WEDGE, ScannerKind.SERIAL, ScannerKind.TCP)
_BLACK_ON_WHITE, _PLAIN = "\x1b[38;5;16;48;5;231m", "\x1b[0m"


@click.command(cls=Command)
@click.argument("scanner_id", metavar="[ID]", required=False)
@click.option("--yes", is_flag=True, help="Write what was found without asking.")
@click.option(
    "--print",
    "sheet",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Write the code to FILE as HTML.",
)
def calibrate(scanner_id: str | None, yes: bool, sheet: Path | None) -> int:
    """Find out how a scanner's reads arrive, from one read of one code, and set the station up for it.

    Shows a code to scan, then what it found, and changes scanners.toml when you agree. Close the station
    first if it uses a scanner on a line of its own. Ctrl-C gives up, and nothing is changed.
    """
    if sheet is not None:
        return _printed(sheet)
    place = here()
    config = place.config()
    if config.path is None:
        raise Failure("There is no scanners.toml to change yet: run `tallyman init` first.", WRONG_USAGE)
    scanner = chosen(config, scanner_id)
    found = findings(calibration_text(), _received(scanner))
    if found.problem is not None:
        raise Failure(found.problem)
    made = changes(scanner, found)
    for sentence in report(scanner, found):
        say(sentence)
    if not made:
        say(f"Nothing has to be changed in {config.path}.")
        return DONE
    say(f"To be changed in {config.path}, scanner {scanner.id}:")
    for change in made:
        say(f"  {change}")
    if not (yes or click.confirm("Write this?", default=False, err=True)):
        raise Failure("Nothing was written.", FAILED)
    write(config.path, scanner.id, made, os.environ)
    say("Written: start the station again, then scan an item to see that it is understood.")
    return DONE


def chosen(config: Config, scanner_id: str | None) -> ScannerSettings:
    """The scanner of this id; without one the wedge, or the only scanner there is."""
    file = config.path or "the built-in configuration"
    if scanner_id is not None:
        if (scanner := config.scanner(scanner_id)) is None:
            known = ", ".join(known.id for known in config.scanners)
            raise Failure(
                f"Scanner {printable(scanner_id)} is not in {file}, which has: {known}.", WRONG_USAGE
            )
        return scanner
    if config.wedge is None and len(config.scanners) != 1:
        raise Failure(f"Name one of the scanners of {file}.", WRONG_USAGE)
    return config.wedge or config.scanners[0]


def _printed(sheet: Path) -> int:
    """Write a page with the calibration code."""
    from terminal.sheets.labels import Label, Sheet
    from terminal.sheets.paper import html

    words = ("Scan it while `tallyman scanners calibrate` waits.", "At a station it counts nothing.")
    page = html(
        Sheet(
            "Calibration",
            "For every scanner of a station.",
            (Label("Calibration", words, calibration_text()),),
        )
    )
    try:
        sheet.write_text(page, encoding="utf-8")
    except OSError as error:
        raise Failure(f"{sheet} cannot be written ({error.strerror}): name another file.") from error
    say(f"The calibration code is in {sheet}: print it, then run `tallyman scanners calibrate`.")
    return DONE


def _received(scanner: ScannerSettings) -> bytes:
    """Show the code, and wait for the read of it."""
    if scanner.kind not in _CALIBRATED:
        raise Failure(
            f"Scanner {scanner.id} sends its reads as {scanner.kind} packets, which no keyboard and no mark "
            "can mangle: there is nothing to calibrate."
        )

    def ask() -> None:
        _show_code()
        click.echo(f"Scan this code with {scanner.id}; Ctrl-C gives up.", err=True)

    if scanner.kind is not ScannerKind.WEDGE:
        ask()
        try:
            return from_line(scanner)
        except Unreadable as error:
            raise Failure(f"Scanner {scanner.id}: {error}") from error
    if not sys.stdin.isatty():
        raise Failure(
            f"Scanner {scanner.id} types: run this in the terminal that it types into.", WRONG_USAGE
        )
    received = from_terminal(
        ask, lambda: click.echo("That was a key or half a read: scan the code.", err=True), sys.stdin.fileno()
    )
    if received is None:
        raise click.Abort
    return received


def _show_code() -> None:
    """Put the code on the screen, where it is one and has room."""
    from terminal.widgets.practice import qr_rows

    rows = qr_rows(calibration_text(), small=True)
    columns, lines = shutil.get_terminal_size()
    if not sys.stderr.isatty():
        return
    if columns < len(rows[0]) or lines < len(rows) + 1:
        click.echo(
            f"The code needs a window of {len(rows[0])} columns and {len(rows) + 1} rows: make it larger and "
            "start again, or print the code with --print FILE and scan that.",
            err=True,
        )
        return
    for row in rows:
        click.echo(f"{_BLACK_ON_WHITE}{row}{_PLAIN}", err=True)


def report(scanner: ScannerSettings, found: Findings) -> list[str]:
    """What was found, and which setting of the scanner would be better, a sentence each."""
    told = [_keyboards(found)] if scanner.kind is ScannerKind.WEDGE else []
    if found.lost:
        told.append(
            f"These characters do not come through: {' '.join(found.lost)}. If your codes hold them, set the "
            f"scanner's keyboard layout to {found.layouts.host} and calibrate again."
        )
    if found.layouts.caps_lock:
        told.append("Caps Lock is on: better turn it off and calibrate again, or leave it on from now on.")
    marks = f"after each code comes {_shown(found.suffix)}"
    told.append(
        f"Marks: {f'before each code comes {_shown(found.prefix)}, ' if found.prefix else ''}{marks}."
    )
    if found.doubled:
        told.append("The end mark comes twice, which does no harm: one of the two can be switched off.")
    told.append(_separator(found))
    if not found.identified:
        told.append("No AIM identifier comes: set the scanner to send it, for GS1 labels are known by it.")
    return told


def _keyboards(found: Findings) -> str:
    layouts = found.layouts
    if replace(layouts, caps_lock=False).agree:
        return "Keyboard: scanner and computer agree."
    return (
        f"Keyboard: the scanner types as on {layouts.scanner}, the computer is set to {layouts.host}; reads "
        "are repaired. Better set the scanner to the computer's layout."
    )


def _separator(found: Findings) -> str:
    if found.separator is Separator.KEPT:
        return "Separator: GS comes through."
    if found.separator is Separator.REPLACED:
        return f"Separator: {_shown(found.substitute.encode())} comes in place of GS, and is taken for it."
    return (
        "Separator: GS is lost, so GS1 labels with several fields will be refused: set the scanner to send "
        "GS (1D hex) for FNC1, or a character such as | in its place."
    )


_NAMES = {b"\r": "CR", b"\n": "LF", b"\t": "TAB", b"\x02": "STX", b"\x03": "ETX", b"\r\n": "CR LF"}


def _shown(mark: bytes) -> str:
    return _NAMES.get(mark, printable(mark))
