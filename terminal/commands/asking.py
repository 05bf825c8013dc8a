"""Who answers for an act at the command line: asked for unseen, never given on it."""

from __future__ import annotations

import sys

import click

from store import people
from store.ledger import Ledger
from terminal.commands.common import REFUSED, WRONG_USAGE, Failure
from verification.meaning import Person
from verification.printable import printable

COMMAND_LINE = "command-line"
"""Where an act was asked for, as the log names it."""


def pin_asked(name: str) -> str:
    """The PIN or badge code of whoever answers for an act, else the first line of standard input.

    Ask before the ledger is opened: people take their time. Raises Failure when there is none.
    """
    what = f"PIN of {printable(name, 60)}"
    if sys.stdin.isatty():
        answer: str = click.prompt(what, hide_input=True, err=True)
        return answer
    line = sys.stdin.readline().strip()
    if not line:
        raise Failure(f"{what} is missing: standard input has no line for it; nothing was done.", WRONG_USAGE)
    return line


def person_proved(ledger: Ledger, name: str, pin: str) -> Person:
    """Who answers for one act, by name and PIN or badge code. Raises Failure with exit code 3.

    Nothing of it lasts: the next act asks again.
    """
    badge = people.by_badge(ledger.db, ledger.badge_key, pin)
    if badge is not None and badge.name.casefold() == name.strip().casefold():
        return badge
    found = people.by_pin(ledger.db, ledger.secret, name, pin)
    if found is None:
        raise Failure("Name or PIN is wrong: try again. Nothing was done.", REFUSED)
    return found
