"""`tallyman review`: the orders that a supervisor should look at, the riskiest first, and acts on them."""

from __future__ import annotations

import json

import click

from store import review as store_review
from store.ledger import reading
from store.review import ReviewFilter, ReviewRow, Sort
from terminal.commands.common import DONE, Group, here, say
from terminal.commands.named_order import named_order
from terminal.commands.numbers import ROWS
from terminal.commands.review_acts import ACTS
from terminal.order_history import order_json, order_told
from terminal.tables import table
from verification.orders import OrderStatus
from verification.printable import printable
from verification.reasons import Reason
from verification.risk import ReasonKind


@click.group(cls=Group)
def review() -> None:
    """Orders that a supervisor should look at, and what to do about them."""


for _act in ACTS:
    review.add_command(_act)


@review.command("list")
@click.option(
    "--reason", type=click.Choice([kind.value for kind in ReasonKind]), help="Only orders with this reason."
)
@click.option(
    "--status", type=click.Choice([status.value for status in OrderStatus]), help="Only of this status."
)
@click.option("--search", default="", metavar="TEXT", help="Part of a number, external id or customer.")
@click.option(
    "--sort", type=click.Choice([sort.value for sort in Sort]), default=Sort.RISK.value, show_default=True
)
@click.option("--limit", type=ROWS, default=None, help="At most so many.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object for each order.")
def list_queue(
    *, reason: str | None, status: str | None, search: str, sort: str, limit: int | None, as_json: bool
) -> int:
    """List the orders to look at, each with its reasons and its risk, the highest first."""
    which = ReviewFilter(
        search, OrderStatus(status) if status else None, ReasonKind(reason) if reason else None, Sort(sort)
    )
    with reading(here().data) as db:
        page = store_review.queue(db, which, 0, limit or -1)
    if as_json:
        for row in page.rows:
            say(json.dumps(_row(row)))
        return DONE
    rows = [
        (
            row.summary.order_number,
            str(row.risk),
            row.summary.ruling.value or row.summary.status.value,
            f"{row.summary.verified}/{row.summary.quantity}",
            row.summary.due_date,
            row.reasons[0].told + (f" (+{len(row.reasons) - 1})" if len(row.reasons) > 1 else ""),
        )
        for row in page.rows
    ]
    say(table(("ORDER", "RISK", "STATUS", "UNITS", "DUE", "WHY"), rows))
    return DONE


def _row(row: ReviewRow) -> dict[str, object]:
    order = row.summary
    return {
        "id": order.id,
        "order_number": order.order_number,
        "customer_name": order.customer_name or None,
        "due_date": order.due_date or None,
        "status": order.status.value,
        "ruling": order.ruling.value or None,
        "verified_quantity": order.verified,
        "quantity": order.quantity,
        "risk": row.risk,
        "reasons": [_reason(reason) for reason in row.reasons],
    }


def _reason(reason: Reason) -> dict[str, object]:
    return {"kind": reason.kind.value, "told": printable(reason.told), "weight": reason.weight}


@review.command("show")
@click.argument("order", metavar="ORDER")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object as `orders show` does.")
def show_reasons(order: str, as_json: bool) -> int:
    """Show why ORDER should be looked at, and what happened to it at this station."""
    with reading(here().data) as db:
        found = named_order(db, order)
        why = store_review.of(db, found.id)
        risk = sum(reason.weight for reason in why)
        if as_json:
            shown = order_json(db, found)
            shown["station"] |= {"risk": risk, "reasons": [_reason(reason) for reason in why]}
            say(json.dumps(shown))
        else:
            told = [f"{reason.weight:>4}  {printable(reason.told)}" for reason in why]
            risks = [f"Risk:         {risk}", *told] if why else ["Risk:         0, nothing to look at"]
            say("\n".join([*risks, "", order_told(db, found)]))
    return DONE
