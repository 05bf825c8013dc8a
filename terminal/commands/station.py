"""`tallyman run` and `tallyman demo`: the station with its screen."""

from __future__ import annotations

import gc
import os
import signal
import sys

import click

from terminal.commands.common import WRONG_USAGE, Command, Failure, here


@click.command(cls=Command)
def run() -> None:
    """Open the station: the screen that people scan at."""
    _need_terminal()
    gc.disable()  # until the first paint; then `terminal.collector` says when it may run
    place = here()
    config = place.config()
    from terminal.run import run_station

    _stopped(run_station(config, place.data))


@click.command(cls=Command)
def demo() -> None:
    """Try the station on sample orders, with codes to scan on screen."""
    _need_terminal()
    place = here()
    from terminal.demo import run_demo
    from terminal.reference_api import ReferenceApiError

    signal.signal(signal.SIGTERM, lambda number, _frame: sys.exit(128 + number))  # tidying up on the way
    try:
        why = run_demo(config_file=place.config_file, data_folder=place.data_folder, environ=os.environ)
    except ReferenceApiError as error:
        raise Failure(str(error)) from error
    _stopped(why)


def _need_terminal() -> None:
    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        raise Failure("The station needs a terminal; where there is none, use `tallyman scan`.", WRONG_USAGE)


def _stopped(why: str) -> None:
    """Fail with the sentence of a station that could not go on."""
    if why:
        raise Failure(why)
