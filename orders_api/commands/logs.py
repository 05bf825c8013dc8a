"""`logs`: the request log."""

from __future__ import annotations

from typing import Any

import click

from orders_api import request_log
from orders_api.commands.shared import database_option, json_option, opened, print_json, visible
from orders_api.request_log import LogFilter

_LONGEST_SHOWN = 300


@click.command()
@click.option(
    "--newest",
    type=click.IntRange(1, 100_000),
    default=50,
    show_default=True,
    help="How many requests to show.",
)
@click.option("--key", "key_name", help="Only requests of the key with this name.")
@click.option("--method", help="Only requests of this method.")
@click.option("--failed", is_flag=True, help="Only requests answered with 400 or above.")
@json_option
@database_option
def logs(  # noqa: PLR0917 - one parameter for each option of the command line
    newest: int,
    key_name: str | None,
    method: str | None,
    failed: bool,
    as_json: bool,
    database_url: str,
) -> None:
    """Show the newest requests, oldest first; with --json one object per line."""
    wanted = LogFilter(newest, key_name, method.upper() if method else None, 400 if failed else None)
    with opened(database_url) as database:
        records = database.read_now(lambda c: list(request_log.read(c, wanted)))
    for record in records:
        if as_json:
            print_json(record)
        else:
            click.echo(_line(record))


def _line(record: dict[str, Any]) -> str:
    """One record for people, with control characters made visible."""
    head = (
        f"{record['at']} {record['status']} {record['method']} {record['path']} "
        f"key={record['key_name'] or '-'}"
    )
    for name in ("raw_body", "mapped_body"):
        if record[name] is not None:
            head += f"\n    {name.removesuffix('_body')}: {record[name][:_LONGEST_SHOWN]}"
    return "\n".join(map(visible, head.split("\n")))
