"""`tallyman scanners calibrate`: one code is read, and the scanner's settings follow from it."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Generator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import click

from terminal.commands.calibration_sheet import Kind, show, write_sheet
from terminal.commands.common import DONE, FAILED, WRONG_USAGE, Command, Failure, here, say
from terminal.config import Config
from terminal.raw_reading import Unreadable, from_line, from_terminal
from terminal.scanner_file import changes, write
from terminal.scanners.calibration import Findings, Separator, findings
from terminal.scanners.settings import ScannerKind, ScannerSettings
from verification.printable import printable

_CALIBRATED = (ScannerKind.WEDGE, ScannerKind.SERIAL, ScannerKind.TCP)


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
@click.option(
    "--code",
    "kind",
    type=click.Choice([kind.value for kind in Kind]),
    default=Kind.QR.value,
    show_default=True,
    help="One square, or several codes of bars for a scanner that reads no squares.",
)
def calibrate(scanner_id: str | None, yes: bool, sheet: Path | None, kind: str) -> int:
    """Find out how a scanner's reads arrive, from one read of one code, and set the station up for it.

    Shows a code to scan, then what it found, and changes scanners.toml when you agree. Close the station
    first if it uses a scanner on a line of its own. Ctrl-C gives up, and nothing is changed.
    """
    if sheet is not None:
        write_sheet(Kind(kind), sheet)
        return DONE
    place = here()
    config = place.config()
    if config.path is None:
        raise Failure("There is no scanners.toml to change yet: run `tallyman init` first.", WRONG_USAGE)
    scanner = chosen(config, scanner_id)
    found = findings(Kind(kind).texts, _received(scanner, Kind(kind)))
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


def _received(scanner: ScannerSettings, kind: Kind) -> list[bytes]:
    """Show the codes one after the other, and wait for a read of each."""
    if scanner.kind not in _CALIBRATED:
        raise Failure(
            f"Scanner {scanner.id} sends its reads as {scanner.kind} packets, which no keyboard and no mark "
            "can mangle: there is nothing to calibrate."
        )
    received: list[bytes] = []

    def ask() -> None:
        text = kind.texts[len(received)]
        code = "this code" if len(kind.texts) == 1 else f"code {len(received) + 1} of {len(kind.texts)}"
        show(kind, text)
        click.echo(f"Scan {code} with {scanner.id}; Ctrl-C gives up.", err=True)

    with closing(_reads(scanner, ask)) as reads:
        for read in reads:
            if read in received:
                click.echo("That one was scanned already.", err=True)
            else:
                received.append(read)
            if len(received) == len(kind.texts):
                return received
            ask()
    raise click.Abort


def _reads(scanner: ScannerSettings, ask: Callable[[], None]) -> Generator[bytes]:
    """The reads of the scanner; `ask` is called once it is listened to."""
    if scanner.kind is not ScannerKind.WEDGE:
        ask()
        try:
            yield from from_line(scanner)
        except Unreadable as error:
            raise Failure(f"Scanner {scanner.id}: {error}") from error
    if not sys.stdin.isatty():
        raise Failure(
            f"Scanner {scanner.id} types: run this in the terminal that it types into.", WRONG_USAGE
        )
    yield from from_terminal(
        ask, lambda: click.echo("That was a key or half a read: scan the code.", err=True), sys.stdin.fileno()
    )


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
