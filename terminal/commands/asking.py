"""What commands ask unseen: PINs and badges, never given on the command line, and who answers for an act."""

from __future__ import annotations

import sys

import click

from store import badges, pins
from store.ledger import Ledger
from store.moment import COMMAND_LINE, Moment
from store.pins import PinRefused
from terminal.commands.common import REFUSED, WRONG_USAGE, Failure
from verification.meaning import Person
from verification.names import folded
from verification.printable import printable


def asked_unseen(what: str, *, twice: bool = False) -> str:
    """The answer to a prompt that does not show it; the next line of standard input when it is no terminal.

    Raises Failure when there is none.
    """
    if sys.stdin.isatty():
        answer: str = click.prompt(what, hide_input=True, confirmation_prompt=twice, err=True)
        return answer
    line = sys.stdin.readline()
    if not line.strip():
        raise Failure(f"{what} is missing: standard input has no line for it; nothing was done.", WRONG_USAGE)
    return line.rstrip("\r\n")


def pin_asked(name: str) -> str:
    """The PIN of whoever answers for an act. Ask before the ledger is opened: people take their time."""
    return asked_unseen(f"PIN of {printable(name, 60)}")


def person_proved(ledger: Ledger, name: str, pin: str, *, supervisor: bool = False) -> Person:
    """Who answers for one act, by name and PIN or badge code; with `supervisor`, nobody else will do.

    Raises Failure with one sentence and exit code 3. Nothing of it lasts: the next act asks again.
    """
    now = Moment.now(COMMAND_LINE)
    found = _by_badge(ledger, name, pin, now) or pins.check(ledger.write, ledger.secret, name, pin, now)
    if isinstance(found, PinRefused):
        raise Failure(f"{found.sentence} Nothing was done.", REFUSED)
    if supervisor and not found.supervisor:
        raise Failure(
            f"{printable(found.name)} is no supervisor, and one has to answer for this. Nothing was done.",
            REFUSED,
        )
    return found


def _by_badge(ledger: Ledger, name: str, badge: str, now: Moment) -> Person | None:
    """Whoever has both this name and this badge, and may still act."""
    found = badges.by_badge(ledger.db, ledger.badge_key, badge)
    named = found is not None and folded(found.name) == folded(name)
    return found if found is not None and named and not found.barred(now.today) else None
