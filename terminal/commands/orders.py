"""`tallyman orders`: bring orders in, and look at them."""

from __future__ import annotations

import json
from pathlib import Path

import click

from store import order_queue
from store.intake import Rejected, read_orders
from store.ledger import reading
from terminal.commands.common import DONE, WRONG_USAGE, Failure, Group, here, say
from terminal.commands.faulty_file import STANDARD_INPUT, content_of, rejected
from terminal.commands.named_order import named_order
from terminal.commands.numbers import ROWS
from terminal.commands.order_changes import PERSON, cancel_order, create_order, edit_order
from terminal.commands.signed import bench
from terminal.order_file import comma_separated
from terminal.order_history import order_json, order_told
from terminal.review_wording import counted
from terminal.tables import table
from verification.acts import Act, ActKind
from verification.orders import OrderStatus
from verification.printable import printable


@click.group(cls=Group)
def orders() -> None:
    """Bring orders in and look at them."""


for _change in (create_order, edit_order, cancel_order):
    orders.add_command(_change)


@orders.command("import")
@click.argument("file")
@click.option(
    "--format", "file_format", type=click.Choice(["json", "csv"]), help="Else FILE's ending says it."
)
@click.option(
    "--reason",
    default="",
    metavar="TEXT",
    help="Why, kept on the log where --person says who; else FILE's name.",
)
@PERSON
def import_orders(file: str, file_format: str | None, reason: str, person: str | None) -> int:
    """Bring in the orders of FILE, all of them or none.

    FILE holds JSON in the shape of the API's full order, or CSV with one row for each line of an order and
    the columns order_number, external_order_id, customer_name, due_date, sku_code, quantity, notes. `-` is
    standard input and needs --format, but not with --person, whose PIN it then has.
    """
    if person is not None and file == STANDARD_INPUT:
        raise Failure("With --person, standard input is for the PIN: name a FILE of orders.", WRONG_USAGE)
    as_csv = _is_csv(file, file_format)
    try:
        found = read_orders(content_of(file), comma_separated=as_csv)
    except Rejected as error:
        raise rejected(file, error.faults) from error
    with bench(here(), person) as at, at.ledger.transaction() as db:
        at.bring_in(db, found, Act(ActKind.IMPORT, at.by, reason or printable(Path(file).name)))
    say(f"{counted(len(found), 'order')} imported.")
    return DONE


def _is_csv(file: str, file_format: str | None) -> bool:
    told = file_format == "csv" if file_format else comma_separated(file)
    if told is None:
        raise Failure(
            f"Whether {file} is JSON or CSV cannot be told: give --format json or csv.", WRONG_USAGE
        )
    return told


@orders.command("list")
@click.option(
    "--status",
    type=click.Choice([status.value for status in OrderStatus]),
    help="Only orders of this status.",
)
@click.option("--search", default="", metavar="TEXT", help="Part of a number, external id or customer.")
@click.option("--limit", type=ROWS, default=None, help="At most so many.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object for each order.")
def list_orders(status: str | None, search: str, limit: int | None, as_json: bool) -> int:
    """List the orders, those still to do first, then by due date."""
    which = order_queue.Filter(search, OrderStatus(status) if status else None)
    with reading(here().data) as db:
        found = order_queue.page(db, which, 0, limit or -1)
    if as_json:
        for order in found:
            say(json.dumps(_row(order)))
    else:
        rows = [
            (o.order_number, o.status.value, f"{o.verified}/{o.quantity}", o.due_date, o.customer_name)
            for o in found
        ]
        say(table(("ORDER", "STATUS", "UNITS", "DUE", "CUSTOMER"), rows))
    return DONE


def _row(order: order_queue.Summary) -> dict[str, object]:
    return {
        "id": order.id,
        "order_number": order.order_number,
        "customer_name": order.customer_name or None,
        "due_date": order.due_date or None,
        "status": order.status.value,
        "verified_quantity": order.verified,
        "quantity": order.quantity,
        **({"recheck_owed": True} if order.recheck_owed else {}),
    }


@orders.command("show")
@click.argument("order", metavar="ORDER")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object in the API's full-order shape.")
def show_order(order: str, as_json: bool) -> int:
    """Show one order by its number or its external id, with what happened to it at this station."""
    with reading(here().data) as db:
        found = named_order(db, order)
        say(json.dumps(order_json(db, found)) if as_json else order_told(db, found))
    return DONE
