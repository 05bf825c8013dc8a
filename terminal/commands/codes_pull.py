"""`tallyman codes pull`: barcodes and shelf locations from the Orders API."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from dataclasses import asdict, replace
from typing import TYPE_CHECKING

import click

from terminal.commands.common import DONE, FAILED, UNREACHABLE, Command, Failure, here, say
from terminal.commands.sync import configured
from terminal.taught_code import Understanding

if TYPE_CHECKING:
    from store.ledger import Ledger
    from sync.codes import CodesPulled
    from terminal.config import OrdersApi


@click.command("pull", cls=Command)
@click.option(
    "--field",
    "fields",
    multiple=True,
    metavar="NAME",
    help="A custom field that holds codes, in place of code_fields in scanners.toml.",
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def pull(fields: tuple[str, ...], as_json: bool) -> int:
    """Learn barcodes from the API's products, and shelf locations where the key may read inventory.

    A code that was taught here for other goods stays as it was taught. Inactive products teach nothing.
    """
    api, key = configured()
    if fields:
        api = replace(api, code_fields=tuple(name for name in fields if name not in api.case_fields))
    understood = Understanding.of(here().config())
    with here().ledger() as ledger:
        pulled = asyncio.run(_pulled(ledger, api, key, understood))
    if as_json:
        say(json.dumps(asdict(pulled)))
        return DONE
    shelves = (
        "no shelves: the key may not read inventory"
        if pulled.located is None
        else f"{pulled.located} located"
    )
    say(f"{pulled.products} products, {pulled.codes} codes, {shelves}.")
    for sentence in pulled.refused:
        say(sentence)
    return DONE


async def _pulled(
    ledger: Ledger, api: OrdersApi, key: Callable[[], str | None], understood: Understanding
) -> CodesPulled:
    from sync.client import OrdersClient
    from sync.codes import Fields, pull_codes
    from sync.errors import NotAllowed, Offline, SyncError, Throttled
    from sync.transport import connect
    from sync.writer import writing

    try:
        with writing(ledger) as write:
            async with connect(api.ca_file) as http:
                client = OrdersClient(http, api.url or "", key)
                fields = Fields(api.code_fields, api.case_fields)
                return await pull_codes(client, write, ledger.badge_key, fields, understood)
    except (Offline, Throttled) as error:
        raise Failure(str(error), UNREACHABLE) from error
    except NotAllowed as error:
        raise Failure(f"{error} Codes that were taught here go on working.", FAILED) from error
    except SyncError as error:
        raise Failure(str(error), FAILED) from error
