"""`tallyman backup` and `tallyman init`: the ledger's safe copy, and its beginning."""

from __future__ import annotations

import sys
from contextlib import closing
from importlib.resources import files
from pathlib import Path

import click

from terminal.commands.common import DONE, Command, Failure, Place, here, say

_FILE = "scanners.toml"


@click.command(cls=Command)
@click.argument("file", type=click.Path(path_type=Path))
def backup(file: Path) -> int:
    """Copy the ledger to the new FILE, even while people scan.

    The copy holds every read that was acknowledged before it began. The station's secret is not in it:
    keep a copy of station.key apart, without which the copy's log cannot be proven.
    """
    from store.ledger import back_up, open_reader

    with closing(open_reader(here().data)) as db:
        back_up(db, file)
    say(f"{file} is a whole copy; keep station.key of the data folder too, but not beside it.")
    return DONE


@click.command(cls=Command, unconfigured=True)
def init() -> int:
    """Set a station up: its file in this folder, its ledger, and on a terminal its first supervisor.

    What is there already stays as it is, so that this may be repeated.
    """
    place = here()
    _have_file(place.config_file or Path(_FILE))
    with place.ledger() as ledger:
        say(f"The ledger of station {ledger.station} is in {place.data}.")
        (somebody,) = ledger.db.execute("SELECT EXISTS (SELECT 1 FROM people)").fetchone()
    if not somebody and place.config().policy.sign_in:
        _offer_supervisor(place)
    return DONE


def _have_file(path: Path) -> None:
    try:
        with path.open("x", encoding="utf-8") as file:
            file.write(files("terminal").joinpath(_FILE).read_text(encoding="utf-8"))
    except FileExistsError:
        say(f"{path} is there already and stays as it is.")
    except OSError as error:
        raise Failure(f"Cannot write {path}: {error.strerror}.") from error
    else:
        say(f"{path} written: it says which scanners this station has.")


def _offer_supervisor(place: Place) -> None:
    if not sys.stdin.isatty():
        say("Nobody can sign in yet: `tallyman people add NAME --role supervisor --pin` lets somebody.")
        return
    if not click.confirm("Nobody can sign in yet. Add a supervisor now?", default=True):
        return
    from store.people import SUPERVISOR
    from terminal.commands.people import ask_pin, enter

    name = click.prompt("Name")
    enter(place, name, SUPERVISOR, None, ask_pin())
