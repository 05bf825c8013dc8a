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
from terminal.commands.tables import table
from terminal.held import Held, State, held_back


@click.command("waiting", cls=Command)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object for each row.")
def waiting(as_json: bool) -> int:
    """List what is not sent: orders in conflict, parked ones with the reason, and those that wait.

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
@click.option("--all", "every", is_flag=True, help="Every parked order.")
def retry(order: str | None, every: bool) -> int:
    """Have a parked ORDER sent again with the next `tallyman sync`.

    A station that runs has the same under F10.
    """

    def again(held: list[Held], db: sqlite3.Connection) -> None:
        for each in held:
            each.retry(db)

    count, numbers = _decided(order, every, {State.PARKED}, again)
    say(f"{count} parked order{'s' if count != 1 else ''} will be tried again: {numbers}.")
    return DONE


@click.command("settle", cls=Command)
@click.argument("order", metavar="ORDER", required=False)
@click.option("--all", "every", is_flag=True, help="Everything that is parked or in conflict.")
def settle(order: str | None, every: bool) -> int:
    """Say that somebody has looked at ORDER and put right what was parked or in conflict.

    Counts stay as they were counted. An edit that clashed or was refused is given up.
    """

    def settled(held: list[Held], db: sqlite3.Connection) -> None:
        for each in held:
            each.settle(db)

    count, numbers = _decided(order, every, {State.PARKED, State.CONFLICT}, settled)
    say(f"{count} matter{'s' if count != 1 else ''} settled: {numbers}.")
    return DONE


def _decided(
    order: str | None,
    every: bool,
    states: set[State],
    decide: Callable[[list[Held], sqlite3.Connection], None],
) -> tuple[int, str]:
    """Decide about what is held back of one order or of all; returns how much, and of which orders."""
    if every == (order is not None):
        raise Failure("Give an ORDER, or --all for all of them.", WRONG_USAGE)
    words = " or ".join(sorted("in conflict" if s is State.CONFLICT else s.value for s in states))
    with here().ledger() as ledger, ledger.transaction() as db:
        wanted = None if order is None else named_order(db, order)
        held = [
            each
            for each in held_back(db)
            if each.state in states and (wanted is None or each.order_id == wanted.id)
        ]
        if not held:
            which = f"{wanted.order_number} is" if wanted else "Nothing is"
            nothing = " not" if wanted else ""
            raise Refused(f"{which}{nothing} {words}; `tallyman sync waiting` lists what is.")
        decide(held, db)
    return len(held), ", ".join(dict.fromkeys(each.order_number for each in held))
