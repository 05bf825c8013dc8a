"""`tallyman scanners test`: what scanners send and what it would do, live or from a trace."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from queue import Empty
from typing import IO

import click

from terminal.commands.common import DONE, WRONG_USAGE, Command, Failure, here, say
from terminal.config import Config
from terminal.scanners.settings import DEFAULT_WEDGE, ScannerKind, ScannerSettings
from terminal.scanners.source import SourceState
from terminal.trial.bench import Bench, Rehearsal, Seen, would
from terminal.trial.live import Live, Typed, seen
from terminal.trial.trace import Chunk, Recorder, TraceError, read_trace
from verification.printable import printable

_LONGEST_SILENCE = 60.0
"""Seconds after a trace's end that end whatever it left open."""
_TICK = 0.05


@click.command("test", cls=Command)
@click.argument("scanner_id", metavar="[ID]", required=False)
@click.option("--order", "number", metavar="ORDER", help="Ask what a read would do with this order open.")
@click.option("--record", type=click.Path(path_type=Path), metavar="FILE", help="Write what comes to FILE.")
@click.option("--replay", type=click.Path(path_type=Path), metavar="FILE", help="Take what comes from FILE.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object for each frame.")
def try_scanners(
    scanner_id: str | None, number: str | None, record: Path | None, replay: Path | None, as_json: bool
) -> int:
    """Watch what scanners send, what it is taken for and what it would do. Nothing is counted or written.

    Works beside a running station, but not with a scanner whose line that station holds. Without a screen,
    with --json and for --replay, one line is printed for each frame. A trace made with --record holds all
    that was scanned, badges too.
    """
    if record is not None and replay is not None:
        raise Failure("Give either --record or --replay, not both.", WRONG_USAGE)
    place = here()
    config = place.config()
    scanners = _chosen(config, scanner_id)
    on_screen = sys.stdin.isatty() and sys.stdout.isatty() and not as_json
    with ExitStack() as stack:
        rehearsal = Rehearsal(config, place.data)
        stack.callback(rehearsal.close)
        if number is not None:
            rehearsal.open(number)
        bench = Bench(scanners, rehearsal)
        paper = _printer(as_json=as_json or not sys.stdout.isatty())
        if replay is not None:
            return _replayed(replay, bench, paper)
        recorder = Recorder(stack.enter_context(_opened(record))) if record is not None else None
        live = Live(scanners.values())
        if on_screen:
            return _on_screen(live, bench, recorder, scanners)
        return _headless(live, bench, recorder, scanners, paper)


def _chosen(config: Config, scanner_id: str | None) -> dict[str, ScannerSettings]:
    if scanner_id is None:
        return {scanner.id: scanner for scanner in config.scanners}
    scanner = config.scanner(scanner_id)
    if scanner is None:
        known = ", ".join(known.id for known in config.scanners)
        file = config.path or "the built-in configuration"
        raise Failure(f"Scanner {printable(scanner_id)} is not in {file}, which has: {known}.", WRONG_USAGE)
    return {scanner.id: scanner}


@contextmanager
def _opened(record: Path) -> Iterator[IO[str]]:
    """A new file for a trace, for its owner alone."""
    try:
        record.touch(mode=0o600, exist_ok=False)
        file = record.open("w", encoding="utf-8")
    except FileExistsError:
        raise Failure(f"{record} exists already: name a new file for the trace.", WRONG_USAGE) from None
    except OSError as error:
        raise Failure(f"{record} cannot be written ({error.strerror}): name another file.") from error
    with file:
        yield file


def _printer(*, as_json: bool) -> Callable[[list[Seen]], None]:
    def show(found: list[Seen]) -> None:
        for each in found:
            say(json.dumps(each.as_json()) if as_json else _as_text(each))

    return show


def _as_text(each: Seen) -> str:
    return f"{each.scanner}  {each.frame.kind.value}  {printable(each.code.text, 60)}  {would(each)}"


def _replayed(replay: Path, bench: Bench, paper: Callable[[list[Seen]], None]) -> int:
    at = 0.0
    try:
        for chunk in read_trace(replay):
            at = chunk.at
            paper(bench.feed(chunk))
    except TraceError as error:
        raise Failure(str(error)) from error
    except KeyError as error:
        raise Failure(
            f"{replay} has reads of the scanner {printable(str(error.args[0]))}, which is not in the "
            "configuration: give its scanners.toml with --config.",
            WRONG_USAGE,
        ) from error
    paper(bench.idle(at + _LONGEST_SILENCE))
    return DONE


def _on_screen(
    live: Live, bench: Bench, recorder: Recorder | None, scanners: dict[str, ScannerSettings]
) -> int:
    from terminal.driver import station_driver
    from terminal.trial.app import TrialApp

    typing = [scanner for scanner in scanners.values() if scanner.kind is ScannerKind.WEDGE]
    wedge = typing[0] if typing else DEFAULT_WEDGE

    def hear(data: bytes, at: float) -> None:
        if typing:
            live.news.put(Chunk(at, wedge.id, data))

    try:
        TrialApp(live, bench, recorder, station_driver(wedge.framing, lambda _frame: None, hear)).run()
    finally:
        live.stop()
    return DONE


def _headless(
    live: Live,
    bench: Bench,
    recorder: Recorder | None,
    scanners: dict[str, ScannerSettings],
    paper: Callable[[list[Seen]], None],
) -> int:
    """Print each frame until standard input ends, where it is a scanner, or until Ctrl-C."""
    wedges = [scanner.id for scanner in scanners.values() if scanner.kind is ScannerKind.WEDGE]
    with ExitStack() as stack:
        live.start()
        stack.callback(live.stop)
        if wedges:
            typed = Typed(wedges[0], live.news.put, sys.stdin.fileno())
            typed.start()
            stack.callback(typed.stop)
        while True:
            try:
                news = live.news.get(timeout=_TICK)
            except Empty:
                paper(bench.idle(time.monotonic() - _TICK))
                continue
            if news is None:
                paper(bench.idle(time.monotonic() + _LONGEST_SILENCE))
                return DONE
            if isinstance(news, SourceState):
                click.echo(f"{news.scanner_id}: {news.link}: {news.detail}", err=True)
            paper(seen(news, bench, recorder))
