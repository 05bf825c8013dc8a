"""`tallyman people`: who may sign in. Badges and PINs are asked for, never given on the command line."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict

import click

from store import people as register
from store.ledger import reading
from terminal.commands.common import DONE, WRONG_USAGE, Failure, Group, Place, here, say
from terminal.commands.tables import table


@click.group(cls=Group)
def people() -> None:
    """Who may sign in at the station."""


@people.command("add")
@click.argument("name")
@click.option(
    "--role",
    type=click.Choice([register.OPERATOR, register.SUPERVISOR]),
    default=register.OPERATOR,
    show_default=True,
)
@click.option("--badge", "with_badge", is_flag=True, help="Ask for the code on the badge.")
@click.option("--pin", "with_pin", is_flag=True, help="Ask for a PIN.")
def add_person(name: str, role: str, with_badge: bool, with_pin: bool) -> int:
    """Let NAME sign in, by badge, by PIN, or by either.

    The badge code and the PIN are asked for unseen; where standard input is no terminal they are its first
    lines, the badge before the PIN. Neither can be read back from the ledger.
    """
    if not (with_badge or with_pin):
        raise Failure("Nobody can sign in by name alone: give --badge, --pin or both.", WRONG_USAGE)
    place = here()
    badge = _badge_text(place, _asked("Badge code")) if with_badge else None
    pin = _asked("PIN", twice=True) if with_pin else None
    enter(place, name, role, badge, pin)
    return DONE


def enter(place: Place, name: str, role: str, badge: str | None, pin: str | None) -> None:
    """Put a person on the list, and say so. Raises what the ledger raises."""
    with place.ledger() as ledger, ledger.transaction() as db:
        register.add(db, ledger.secret, name, role, badge=badge, pin=pin)
    say(f"{name.strip()} may sign in as {role}.")


def ask_pin() -> str:
    """A new PIN, asked for twice."""
    return _asked("PIN", twice=True)


def _asked(what: str, *, twice: bool = False) -> str:
    if sys.stdin.isatty():
        answer: str = click.prompt(what, hide_input=True, confirmation_prompt=twice, err=True)
        return answer
    line = sys.stdin.readline()
    if not line.strip():
        raise Failure(f"{what} is missing: standard input has no line for it; nobody was added.", WRONG_USAGE)
    return line.rstrip("\r\n")


def _badge_text(place: Place, line: str) -> str:
    """The badge's code as the station will understand it when the scanner reads it."""
    from terminal.scanners.decoding import AimPolicy, decode

    wedge = place.config().wedge
    frame = line.encode("utf-8", "surrogateescape")
    if wedge is not None:
        frame = frame.removeprefix(wedge.framing.prefix)
    code = decode(
        frame, aim_id=wedge.aim_id if wedge and wedge.aim_id is AimPolicy.OFF else AimPolicy.OPTIONAL
    )
    if code.problem:
        raise Failure(f"The badge cannot be used: {code.problem}; nobody was added.")
    return code.text


@people.command("list")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object for each person.")
def list_people(as_json: bool) -> int:
    """List who may sign in, and how."""
    with reading(here().data) as db:
        found = register.listed(db)
    if as_json:
        for entry in found:
            say(json.dumps(asdict(entry)))
    else:
        rows = [(e.name, e.role, _yes(e.badge), _yes(e.pin), _yes(e.active)) for e in found]
        say(table(("NAME", "ROLE", "BADGE", "PIN", "ACTIVE"), rows))
    return DONE


def _yes(fact: bool) -> str:
    return "yes" if fact else "no"
