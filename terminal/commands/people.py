"""`tallyman people`: who may sign in. Badges and PINs are asked for, never given on the command line."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable
from dataclasses import asdict
from datetime import date
from pathlib import Path

import click

from store import people as register
from store import pins
from store.errors import LedgerError
from store.ledger import Ledger, reading
from store.ledger_file import SECRET
from store.moment import COMMAND_LINE, Moment
from store.secret import Secret
from terminal.commands.asking import asked_unseen, person_proved, pin_asked
from terminal.commands.common import DONE, WRONG_USAGE, Failure, Group, Place, here, say
from terminal.commands.roster import note_change
from terminal.tables import table
from verification.printable import printable

_by = click.option(
    "--person", "by", metavar="NAME", help="The supervisor who answers for this; asks for their PIN."
)
_until = click.option("--until", default="", metavar="DATE", help="The last day, as 2031-12-31.")


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
@_until
@_by
def add_person(name: str, role: str, *, with_badge: bool, with_pin: bool, until: str, by: str | None) -> int:
    """Let NAME sign in, by badge, by PIN, or by either.

    The badge code and the PIN are asked for unseen; where standard input is no terminal they are its first
    lines, the badge before the PIN. Neither can be read back from the ledger.
    """
    if not (with_badge or with_pin):
        raise Failure("Nobody can sign in by name alone: give --badge, --pin or both.", WRONG_USAGE)
    place = here()
    proof = _proof(by)
    badge = _badge_text(place, asked_unseen("Badge code")) if with_badge else None
    pin = ask_pin() if with_pin else None
    enter(place, name, role, badge, pin, until=until, proof=proof)
    return DONE


def enter(
    place: Place,
    name: str,
    role: str,
    badge: str | None,
    pin: str | None,
    *,
    until: str = "",
    proof: tuple[str, str] | None = None,
) -> None:
    """Put a person on the list, and say so. Raises what the ledger raises."""

    def change(db: sqlite3.Connection, ledger: Ledger) -> tuple[str, str]:
        register.add(db, ledger.secret, name, role, badge=badge, pin=pin, until=until)
        return name.strip(), _may(name.strip(), f" as {role}", until)

    _carry_out(place, "add", proof, change)


def _may(name: str, role: str, until: str) -> str:
    """Until when somebody may sign in from now on, or that their last day, which the list took, is over."""
    last = date.fromisoformat(until).isoformat() if until else ""
    if last and last < Moment.now(COMMAND_LINE).today:
        return (
            f"{name} is on the list{role} but may not sign in, for {last} is over: `tallyman people enable`"
            " gives them another day."
        )
    return f"{name} may sign in{role}{f' until {last}' if last else ''}."


@people.command("disable")
@click.argument("name")
@_by
def disable_person(name: str, by: str | None) -> int:
    """Let NAME neither sign in nor approve from now on; what they did stays on the log."""

    def change(db: sqlite3.Connection, _ledger: Ledger) -> tuple[str, str]:
        listed = register.disable(db, name)
        return listed, f"{listed} may not sign in any longer."

    return _carry_out(here(), "disable", _proof(by), change)


@people.command("enable")
@click.argument("name")
@_until
@_by
def enable_person(name: str, until: str, by: str | None) -> int:
    """Let NAME sign in again, with --until to the end of that day, without it for good."""

    def change(db: sqlite3.Connection, _ledger: Ledger) -> tuple[str, str]:
        listed = register.enable(db, name, until=until)
        return listed, _may(listed, "", until)

    return _carry_out(here(), "enable", _proof(by), change)


@people.command("pin")
@click.argument("name")
@_by
def set_pin(name: str, by: str | None) -> int:
    """Give NAME a new PIN. It is asked for unseen; where standard input is no terminal it is a line of it."""
    place = here()
    proof, pin = _proof(by), ask_pin()

    def change(db: sqlite3.Connection, ledger: Ledger) -> tuple[str, str]:
        listed = pins.new_pin(db, ledger.secret, name, pin)
        return listed, f"{listed} has a new PIN."

    return _carry_out(place, "pin", proof, change)


@people.command("unlock")
@click.argument("name")
@_by
def unlock_person(name: str, by: str | None) -> int:
    """Let NAME try again at once after too many wrong PINs."""

    def change(db: sqlite3.Connection, ledger: Ledger) -> tuple[str, str]:
        listed = register.named(db, name).name
        pins.unlock(db, ledger.secret, listed)
        return listed, f"{listed} may try again at once."

    return _carry_out(here(), "unlock", _proof(by), change)


def ask_pin() -> str:
    """A new PIN, asked for twice."""
    return asked_unseen("PIN", twice=True)


def _proof(by: str | None) -> tuple[str, str] | None:
    """The name and PIN of the supervisor who answers for a change, where one is named."""
    return (by, pin_asked(by)) if by is not None else None


def _carry_out(
    place: Place,
    what: str,
    proof: tuple[str, str] | None,
    change: Callable[[sqlite3.Connection, Ledger], tuple[str, str]],
) -> int:
    """Change the list and put on the log who did it, in one transaction; say what was done."""
    with place.ledger() as ledger:
        by = person_proved(ledger, *proof, supervisor=True) if proof else None
        with ledger.transaction() as db:
            name, told = change(db, ledger)
            sentence = printable(told)
            note_change(db, ledger, what, name, sentence, by=by)
    say(sentence)
    return DONE


def _badge_text(place: Place, line: str) -> str:
    """The badge's code as the station will understand it when the scanner reads it."""
    from terminal.scanners.aim_policy import AimPolicy
    from terminal.scanners.decoding import decode

    wedge = place.config().wedge
    frame = line.encode("utf-8", "surrogateescape")
    if wedge is not None:
        frame = frame.removeprefix(wedge.framing.prefix)
    code = decode(
        frame, aim_id=wedge.aim_id if wedge and wedge.aim_id is AimPolicy.OFF else AimPolicy.OPTIONAL
    )
    if code.problem:
        raise Failure(f"The badge cannot be used: {code.problem}; nothing was changed.")
    return code.text


@people.command("list")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object for each person.")
def list_people(as_json: bool) -> int:
    """List who may sign in, how, and until when."""
    folder, now = here().data, Moment.now(COMMAND_LINE)
    with reading(folder) as db:
        found = register.listed(db)
        locked = _locked(db, folder, found, now)
    states = {
        e.name: "locked" if e.name in locked and e.state(now.today) == "active" else e.state(now.today)
        for e in found
    }
    if as_json:
        for entry in found:
            say(json.dumps({**asdict(entry), "state": states[entry.name]}))
    else:
        rows = [(e.name, e.role, _yes(e.badge), _yes(e.pin), states[e.name], e.until) for e in found]
        say(table(("NAME", "ROLE", "BADGE", "PIN", "STATE", "UNTIL"), rows))
    return DONE


def _locked(db: sqlite3.Connection, folder: Path, found: list[register.Entry], now: Moment) -> frozenset[str]:
    """Who is locked after wrong PINs; nobody is known to be where the station's secret may not be read."""
    try:
        secret = Secret.load(folder / SECRET, create=False)
    except LedgerError:
        return frozenset()
    return frozenset(entry.name for entry in found if pins.waiting(db, secret, entry.name, now))


def _yes(fact: bool) -> str:
    return "yes" if fact else "no"
