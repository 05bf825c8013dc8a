"""`tallyman orders create|edit|cancel`: changes that hold here at once and wait to be sent to the API."""

from __future__ import annotations

from typing import Any

import click

from store import outbox
from store.json_lines import NameTwice, strictly
from store.order_shape import Fault, order_from_api
from terminal.commands.common import DONE, WRONG_USAGE, Command, Failure, here, say
from terminal.commands.named_order import named_order
from terminal.commands.numbers import UNITS
from terminal.commands.signed import bench
from terminal.header_field import NotAValue, moment
from verification.acts import Act, ActKind
from verification.orders import Order

PERSON = click.option(
    "--person",
    metavar="NAME",
    help="Who answers for it: the PIN is asked for unseen, else the first line of standard input.",
)
"""With it, a change is an act on the log with who and why."""
REASON = click.option(
    "--reason", default="", metavar="TEXT", help="Why; kept on the log where --person says who."
)


@click.command("create", cls=Command)
@click.argument("order_number")
@click.option(
    "--line",
    "lines",
    type=(str, UNITS),
    multiple=True,
    required=True,
    metavar="SKU UNITS",
    help="A line of the order; give one for each.",
)
@click.option("--external-id", "external_order_id", metavar="TEXT", help="The order's id in another system.")
@click.option("--customer", "customer_name", metavar="TEXT", help="The customer's name.")
@click.option("--info", "customer_info", metavar="JSON", help="More of the customer, as a JSON object.")
@click.option("--notes", metavar="TEXT", help="Notes on the order.")
@click.option("--ordered", "order_date", metavar="DATE", help="When it was ordered: ISO 8601, may be past.")
@click.option("--due", "due_date", metavar="DATE", help="When it is due: ISO 8601.")
@REASON
@PERSON
def create_order(
    order_number: str,
    lines: tuple[tuple[str, int], ...],
    reason: str,
    person: str | None,
    **header: str | None,
) -> int:
    """Create ORDER_NUMBER here and, as soon as it can be reached, in the Orders API."""
    items = [{"sku_code": sku, "quantity": units} for sku, units in lines]
    order = _checked({"order_number": order_number, "items": items, **_given(header)})
    with bench(here(), person) as at, at.ledger.transaction() as db:
        at.bring_in(db, [order], Act(ActKind.CREATE, at.by, reason))
    say(f"{order.order_number} is created here{_waits(' and waits to be sent')}.")
    return DONE


@click.command("edit", cls=Command)
@click.argument("order", metavar="ORDER")
@click.option("--customer", "customer_name", metavar="TEXT", help="The customer's name.")
@click.option("--info", "customer_info", metavar="JSON", help="More of the customer, as a JSON object.")
@click.option("--notes", metavar="TEXT", help="Notes on the order.")
@click.option("--due", "due_date", metavar="DATE", help="When it is due: ISO 8601.")
@REASON
@PERSON
def edit_order(order: str, reason: str, person: str | None, **header: str | None) -> int:
    """Change what stands at the head of ORDER; its lines cannot be changed."""
    changes = _given(header)
    if not changes:
        raise Failure("Nothing to change was given: see tallyman orders edit --help.", WRONG_USAGE)
    _checked({"order_number": "x", "items": [{"sku_code": "x", "quantity": 1}], **changes})
    with bench(here(), person) as at, at.ledger.transaction() as db:
        found = named_order(db, order)
        if at.by is not None:
            at.act(db, found.id, Act(ActKind.EDIT, at.by, reason, changes=changes))
        else:
            outbox.edit(db, found.id, changes)
    say(f"{found.order_number} is changed here{_waits(', and the change waits to be sent')}.")
    return DONE


@click.command("cancel", cls=Command)
@click.argument("order", metavar="ORDER")
@click.option("--reason", default="", metavar="TEXT", help="Why; the API keeps it.")
@PERSON
def cancel_order(order: str, reason: str, person: str | None) -> int:
    """Cancel ORDER here at once and, as soon as it can be reached, in the Orders API."""
    with bench(here(), person) as at, at.ledger.transaction() as db:
        found = named_order(db, order)
        if at.by is not None:
            at.act(db, found.id, Act(ActKind.CANCEL, at.by, reason))
        else:
            outbox.cancel(db, found.id, reason)
    say(f"{found.order_number} is cancelled here{_waits(', and that waits to be sent')}.")
    return DONE


def _waits(clause: str) -> str:
    """The clause where there is an Orders API to send to, else nothing."""
    return clause if here().config().orders_api.url else ""


def _given(header: dict[str, str | None]) -> dict[str, Any]:
    """The options that were given, with `customer_info` read from its JSON, and dates with their offset."""
    given: dict[str, Any] = {name: value for name, value in header.items() if value is not None}
    if "customer_info" in given:
        try:
            given["customer_info"] = strictly(given["customer_info"])
        except NameTwice as error:
            raise Failure(f"--info cannot be taken: {error}.", WRONG_USAGE) from error
        except ValueError as error:
            raise Failure(f"--info is not JSON: {error}.", WRONG_USAGE) from error
        except RecursionError as error:
            raise Failure("--info is nested too deep to be taken.", WRONG_USAGE) from error
    for name in {"due_date", "order_date"} & given.keys():
        try:
            given[name] = moment(name, given[name]) if given[name] else ""
        except NotAValue as error:
            raise Failure(str(error), WRONG_USAGE) from error
    return given


def _checked(value: dict[str, Any]) -> Order:
    try:
        return order_from_api(value)
    except Fault as fault:
        raise Failure(f"{fault}.", WRONG_USAGE) from fault
