"""Changes of the people's list on the log: what changed and who did it, never a badge or a digit of a PIN."""

from __future__ import annotations

import getpass
import sqlite3

from store import log
from store.ledger import Ledger
from store.moment import COMMAND_LINE, Moment
from verification.meaning import Person
from verification.verdicts import Verdict


def note_change(
    db: sqlite3.Connection, ledger: Ledger, what: str, name: str, sentence: str, *, by: Person | None = None
) -> None:
    """Put on the log what was done to `name`, within the transaction that does it."""
    log.note(
        db,
        ledger.chain_key,
        Moment.now(COMMAND_LINE),
        act="people",
        code=f"people {what} {name}",
        verdict=Verdict.COMMAND,
        person=by.name if by else "",
        reason=f"{sentence} {_done_by(by)}",
    )


def _done_by(by: Person | None) -> str:
    """The supervisor who answered for it with their PIN, else whoever used this computer."""
    if by is not None:
        return f"Done by {by.name}."
    try:
        return f"Done by the user {getpass.getuser()} of this computer."
    except (OSError, KeyError):
        return "Done by a user of this computer."
