"""`seed`: sample orders and products, or a site's own products from a file."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import click

from orders_api import products, seeding
from orders_api.commands.shared import database_option, failed, opened, say
from orders_api.product_file import ProductFileProblem, read_products


def _within_bounds(_: click.Context, __: click.Parameter, today: datetime | None) -> datetime | None:
    first, last = seeding.EARLIEST, seeding.LATEST
    if today is not None and not first <= today.date() <= last:
        raise click.BadParameter(f"{today.date()} is not in the range {first} to {last}.")
    return today


@click.command()
@click.option(
    "--orders",
    "count",
    type=click.IntRange(0, 5_000_000),
    default=0,
    help="How many sample orders to add, with the sample products that they need.",
)
@click.option(
    "--seed",
    "number",
    type=click.IntRange(0, 2**32 - 1),
    default=1,
    show_default=True,
    help="Same seed, same orders.",
)
@click.option(
    "--today",
    type=click.DateTime(["%Y-%m-%d"]),
    callback=_within_bounds,
    help="The day that due dates lie around; the present day when absent.",
)
@click.option(
    "--products",
    "product_file",
    type=click.Path(path_type=Path),
    help="A JSON file of products to add or replace.",
)
@database_option
def seed(
    count: int, number: int, today: datetime | None, product_file: Path | None, database_url: str
) -> None:
    """Fill the database: sample orders for demo and training, or products of a site."""
    if not count and product_file is None:
        raise click.UsageError("Nothing to do: give --orders N, --products FILE, or both.")
    read = read_products(product_file) if product_file else ()
    if isinstance(read, ProductFileProblem):
        raise failed(read.sentence)
    day: date = (today or datetime.now(UTC)).date()
    with opened(database_url) as database:
        database.write_now(lambda c: products.keep_all(c, read))
        if count:
            added = database.write_now(lambda c: seeding.seed(c, count, number, day))
            if isinstance(added, seeding.SeedProblem):
                raise failed(added.sentence)
    say(f"Added {count} orders and {len(read)} products from the file.")
