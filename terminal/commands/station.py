"""`tallyman run` and `tallyman demo`: the station with its screen."""

from __future__ import annotations

import click

from terminal.commands.common import Command, here


@click.command(cls=Command)
def run() -> int:
    """Open the station: the screen that people scan at."""
    place = here()
    config = place.config()
    from terminal.app import run_station

    return run_station(config, place.data)


@click.command(cls=Command)
def demo() -> int:
    """Try the station on sample orders, with codes to scan on screen."""
    place = here()
    from terminal.demo import run_demo

    return run_demo(config_file=place.config_file, data_folder=place.data_folder)
