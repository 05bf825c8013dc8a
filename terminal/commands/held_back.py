"""`tallyman sync waiting|retry|settle`: what is not sent, and what a person decides about it."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable

import click

from store.errors import Refused
from store.ledger import reading
from terminal.commands.common import DONE, WRONG_USAGE, Command, Failure, here, say
from terminal.commands.named_order import named_order
from terminal.held import Held, State, held_back
from terminal.tables import table
from verification.printable import printable


@click.command("waiting", cls=Command)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object for each row.")
def waiting(as_json: bool) -> int:
    """List what is not sent: orders in conflict, parked ones with the reason, and those that wait.

    Orders of the API that cannot be read, so that nobody can scan them here, are among them.

    Works while a station runs.
    """
    with reading(here().data) as db:
        found = held_back(db)
    if as_json:
        for held in found:
            say(json.dumps(_shape(held)))
    elif found:
        rows = [(held.order_number, held.state.value, held.told) for held in found]
        say(table(("ORDER", "STATE", "WHY"), rows))
    else:
        say("Nothing waits: all that was counted and changed here was sent.")
    return DONE


def _shape(held: Held) -> dict[str, object]:
    return {
        "order_number": held.order_number,
        "state": held.state.value,
        "reason": held.told,
        "kind": held.conflict.kind if held.conflict else None,
        "what": held.conflict.what if held.conflict else None,
    }


@click.command("retry", cls=Command)
@click.argument("order", metavar="ORDER", required=False)
@click.option("--all", "every", is_flag=True, help="Every parked and every unreadable order.")
def retry(order: str | None, every: bool) -> int:
    """Have a parked ORDER sent again, or an unreadable one looked at again, with the next `tallyman sync`.

    A station that runs has the same under F10.
    """

    def again(held: list[Held], db: sqlite3.Connection) -> None:
        for each in held:
            each.retry(db)

    found = _decided(order, every, {State.PARKED, State.UNREADABLE}, again)
    parked = all(held.state is State.PARKED for held in found)
    what = "parked order" if parked else "order"
    say(f"{len(found)} {what}{'s' if len(found) != 1 else ''} will be tried again: {_numbers(found)}.")
    return DONE


@click.command("settle", cls=Command)
@click.argument("order", metavar="ORDER", required=False)
@click.option("--all", "every", is_flag=True, help="Everything that is parked, in conflict or unreadable.")
def settle(order: str | None, every: bool) -> int:
    """Say that somebody has looked at ORDER and put right what was parked or in conflict.

    Counts stay as they were counted. An edit that clashed or was refused is given up. An unreadable order is
    told again when it is met again.
    """

    def settled(held: list[Held], db: sqlite3.Connection) -> None:
        for each in held:
            each.settle(db)

    found = _decided(order, every, {State.PARKED, State.CONFLICT, State.UNREADABLE}, settled)
    say(f"{len(found)} matter{'s' if len(found) != 1 else ''} settled: {_numbers(found)}.")
    return DONE


def _decided(
    order: str | None,
    every: bool,
    states: set[State],
    decide: Callable[[list[Held], sqlite3.Connection], None],
) -> list[Held]:
    """Decide about what is held back of one order or of all; returns what that was."""
    if every == (order is not None):
        raise Failure("Give an ORDER, or --all for all of them.", WRONG_USAGE)
    with here().ledger() as ledger, ledger.transaction() as db:
        held = [each for each in held_back(db) if each.state in states]
        if order is not None:
            held = _of(db, held, order)
        if not held:
            which = f"{order} is not" if order else "Nothing is"
            raise Refused(f"{which} {_either(states)}; `tallyman sync waiting` lists what is.")
        decide(held, db)
    return held


def _of(db: sqlite3.Connection, held: list[Held], order: str) -> list[Held]:
    """What is held back of one order, which the ledger may not have where it could not be read."""
    unread = [each for each in held if each.unread is not None and each.order_number == order]
    if unread and not any(each.order_id for each in unread):
        return unread
    wanted = named_order(db, order)
    return [each for each in held if each.order_id == wanted.id]


def _either(states: set[State]) -> str:
    return " or ".join(sorted("in conflict" if s is State.CONFLICT else s.value for s in states))


def _numbers(found: list[Held]) -> str:
    return printable(", ".join(dict.fromkeys(each.order_number for each in found)))
