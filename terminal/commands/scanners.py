"""`tallyman scanners`: what is connected, and what this computer needs to let the station have it."""

from __future__ import annotations

import json
from dataclasses import asdict

import click

from terminal.commands.calibrate import calibrate
from terminal.commands.common import DONE, Group, here, say
from terminal.commands.try_scanners import try_scanners
from terminal.tables import table
from verification.printable import printable


@click.group(cls=Group)
def scanners() -> None:
    """What is connected, and what it needs."""


scanners.add_command(calibrate)
scanners.add_command(try_scanners)


@scanners.command("list")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def list_scanners(as_json: bool) -> int:
    """Show the scanners of the configuration with their state, and what is plugged in.

    Each scanner's line is opened for a moment. A station that runs on this computer holds its own lines, so
    they show as held by another program meanwhile.
    """
    from terminal.scanners.survey import plugged_in, states

    config = here().config()
    standing = states(config.scanners)
    kinds = {scanner.id: scanner.kind for scanner in config.scanners}
    found, missing = plugged_in()
    if as_json:
        configured = [
            {"id": s.scanner_id, "kind": kinds[s.scanner_id], "state": s.link, "detail": s.detail}
            for s in standing
        ]
        say(json.dumps({"scanners": configured, "found": [asdict(f) for f in found], "missing": missing}))
        return DONE
    rows = [(s.scanner_id, kinds[s.scanner_id].value, f"{s.link}: {s.detail}") for s in standing]
    widths = [max((len(row[column]) for row in rows), default=0) for column in (0, 1)]
    say(f"In {config.path or 'the built-in configuration'}:")
    for row in rows:
        say(f"  {row[0].ljust(widths[0])}  {row[1].ljust(widths[1])}  {printable(row[2], 300)}")
    say("Plugged in:" if found else "Nothing is plugged in that looks like a scanner.")
    if found:
        cells = [(f.way.value, f.place, f.name, f.usb, f.serial_number, f.note) for f in found]
        say(table(("KIND", "PLACE", "NAME", "MATCH", "SERIAL NUMBER", "NOTE"), cells))
    for sentence in missing:
        say(sentence)
    return DONE


@scanners.command("udev")
def print_udev_rules() -> int:
    """Print udev rules for the scanners of the configuration. Nothing is changed."""
    from terminal.scanners.udev import rules

    say(rules(here().config().scanners))
    return DONE
