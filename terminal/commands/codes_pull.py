"""`tallyman codes pull`: barcodes and shelf locations from the Orders API."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from dataclasses import asdict
from typing import TYPE_CHECKING

import click

from terminal.commands.common import DONE, FAILED, UNREACHABLE, Command, Failure, here, say
from terminal.commands.sync import address

if TYPE_CHECKING:
    from store.ledger import Ledger
    from sync.codes import CodesPulled


@click.command("pull", cls=Command)
@click.option(
    "--field",
    "fields",
    multiple=True,
    metavar="NAME",
    help="A custom field that holds codes; else barcode, gtin, ean and upc.",
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def pull(fields: tuple[str, ...], as_json: bool) -> int:
    """Learn barcodes from the API's products, and shelf locations where the key may read inventory.

    A code that was taught here for other goods stays as it was taught.
    """
    url, key = address()
    with here().ledger() as ledger:
        pulled = asyncio.run(_pulled(ledger, url, key, fields))
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
    ledger: Ledger, url: str, key: Callable[[], str | None], fields: tuple[str, ...]
) -> CodesPulled:
    from sync.client import OrdersClient
    from sync.codes import FIELDS, pull_codes
    from sync.errors import NotAllowed, Offline, SyncError, Throttled
    from sync.transport import connect
    from sync.writer import writing

    try:
        with writing(ledger) as write:
            async with connect() as http:
                return await pull_codes(OrdersClient(http, url, key), write, fields or FIELDS)
    except (Offline, Throttled) as error:
        raise Failure(str(error), UNREACHABLE) from error
    except NotAllowed as error:
        raise Failure(f"{error} Codes that were taught here go on working.", FAILED) from error
    except SyncError as error:
        raise Failure(str(error), FAILED) from error
