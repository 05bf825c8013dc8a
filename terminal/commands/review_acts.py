"""What a supervisor does to an order at the command line; `verification.acts` says which act may be done."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import click

from store import orders
from store.acts import Performed
from store.errors import Refused
from store.ledger import reading
from terminal import blind_wording
from terminal.commands.common import DONE, WRONG_USAGE, Command, Failure, here, say
from terminal.commands.numbers import LEFT, PLACE, UNITS
from terminal.commands.signed import Asked, carried_out
from terminal.order_history import order_json
from verification.acts import Act, ActKind, Short
from verification.meaning import Person
from verification.orders import Line, Order
from verification.printable import printable

_Body = Callable[..., int]


def _act(name: str) -> Callable[[_Body], click.Command]:
    """A command that does one act: it takes an order, who answers for it, why, and `--json`."""

    def made(body: _Body) -> click.Command:
        for option in (
            click.option(
                "--json", "as_json", is_flag=True, help="Print the order as `orders show --json` does."
            ),
            click.option("--reason", default="", metavar="TEXT", help="Why, in your own words."),
            click.option(
                "--person",
                required=True,
                metavar="NAME",
                help="The supervisor who answers for it. The PIN or badge code is asked for unseen, else it"
                " is the first line of standard input.",
            ),
            click.argument("order", metavar="ORDER"),
        ):
            body = option(body)
        return click.command(name, cls=Command)(body)

    return made


def _done(order: str, person: str, as_json: bool, asked: Asked, told: Callable[[Performed], str]) -> int:
    """Carry an act out and say what it did."""
    place = here()
    done = carried_out(place, order, person, asked)
    if as_json:
        with reading(place.data) as db:
            after = orders.load(db, done.order.id)
            assert after is not None
            say(json.dumps(order_json(db, after)))
    else:
        number = printable(done.order.order_number, 40)
        again = f" {blind_wording.completed(number)}" if done.recheck else ""
        waits = " It waits to be sent." if place.config().orders_api.url else ""
        say(f"{printable(told(done))}{waits}{again}")
    return DONE


def _plain(name: str, kind: ActKind, help_text: str, told: str) -> click.Command:
    """A command of an act that needs no more than an order, a person and, for some, a reason."""

    def body(order: str, person: str, reason: str, as_json: bool) -> int:
        return _done(
            order,
            person,
            as_json,
            lambda _order, by: Act(kind, by, reason),
            lambda done: f"{done.order.order_number} {told}.",
        )

    body.__doc__ = help_text
    return _act(name)(body)


_PLACE = click.option("--line", "place", type=PLACE, metavar="N", help="The line by its place.")
_SKU = click.option("--sku", default="", metavar="SKU", help="The line by its SKU, where no other has it.")


@_act("adjust")
@_SKU
@_PLACE
@click.option(
    "--to", "units", type=LEFT, required=True, metavar="N", help="The units that the line shall have."
)
def adjust_line(order: str, sku: str, place: int | None, units: int, **asked: Any) -> int:
    """Give a line of ORDER the count that you found, from 0 to its quantity. Needs --reason."""
    return _on_line(ActKind.ADJUST, order, sku, place, units, **asked)


@_act("confirm")
@_SKU
@_PLACE
@click.option("--units", type=UNITS, required=True, metavar="N", help="Units to add.")
def confirm_units(order: str, sku: str, place: int | None, units: int, **asked: Any) -> int:
    """Count units of ORDER by hand that cannot be scanned. Needs --reason."""
    return _on_line(ActKind.CONFIRM, order, sku, place, units, **asked)


def _on_line(
    kind: ActKind,
    order: str,
    sku: str,
    place: int | None,
    units: int,
    *,
    person: str,
    reason: str,
    as_json: bool,
) -> int:
    if bool(sku) == (place is not None):
        raise Failure("Name the line by --sku or by --line.", WRONG_USAGE)

    def asked(found: Order, by: Person) -> Act:
        return Act(kind, by, reason, line_id=_line(found, sku, place).id, units=units)

    def told(done: Performed) -> str:
        line = done.order.line(done.act.line_id)
        return f"{line.sku} of {done.order.order_number} has {line.verified} of {line.quantity} units now."

    return _done(order, person, as_json, asked, told)


def _line(order: Order, sku: str, place: int | None) -> Line:
    """The line that a command line names. Raises Refused when none or several fit."""
    if place is not None:
        fitting = order.lines[place - 1 : place]
    else:
        fitting = tuple(line for line in order.lines if line.sku == sku)
    if len(fitting) == 1:
        return fitting[0]
    number, named = printable(order.order_number, 40), printable(sku) if sku else f"number {place}"
    if fitting:
        raise Refused(
            f"Order {number} has {len(fitting)} lines of {named}: name one by --line; it stays as it is."
        )
    raise Refused(f"Order {number} has no line {named}; it stays as it is.")


@_act("close-short")
@click.option("--code", type=click.Choice([code.value for code in Short]), help="Why units are missing.")
@click.option(
    "--units", type=UNITS, default=None, metavar="N", help="Units missing, as a check on what you see."
)
def close_short(
    *, order: str, code: str | None, units: int | None, person: str, reason: str, as_json: bool
) -> int:
    """End ORDER although units are missing; it stays partially verified, and its metadata says short."""
    short = Short(code) if code else None
    return _done(
        order,
        person,
        as_json,
        lambda _order, by: Act(ActKind.CLOSE_SHORT, by, reason, short=short, units=units),
        lambda done: f"{done.order.order_number} is closed short with {_missing(done)} missing.",
    )


def _missing(done: Performed) -> str:
    units = sum(done.judged.missing.values())
    return f"{units} unit" if units == 1 else f"{units} units"


ACTS = (
    _plain("approve", ActKind.APPROVE, "Say that ORDER was looked at and is right.", "is approved"),
    _plain(
        "send-back",
        ActKind.SEND_BACK,
        "Take every count off ORDER, to have it verified anew. Needs --reason.",
        "is sent back, and nothing is counted on it",
    ),
    adjust_line,
    confirm_units,
    close_short,
    _plain("reopen", ActKind.REOPEN, "Let ORDER be scanned again. Needs --reason.", "is open again"),
    _plain(
        "take-over",
        ActKind.TAKE_OVER,
        "Go on here with ORDER, on which another station counted.",
        "goes on at this station",
    ),
    _plain("release", ActKind.RELEASE, "Make a draft an order to be scanned.", "is released"),
    _plain(
        "ship",
        ActKind.SHIP,
        "Mark ORDER shipped, where [policy] mark_shipped allows it.",
        "is marked shipped",
    ),
)
"""The commands of acts, in the order in which help lists them."""
