"""`tallyman sync`: reconcile with the Orders API, without a station."""

from __future__ import annotations

import asyncio
import json
import signal
from collections.abc import Callable
from dataclasses import asdict
from typing import TYPE_CHECKING

import click

from store import rechecks
from terminal.api_key import key_source
from terminal.commands.common import (
    DONE,
    FAILED,
    LEDGER_UNUSABLE,
    UNREACHABLE,
    WRONG_USAGE,
    Failure,
    Group,
    here,
)
from terminal.commands.held_back import retry, settle, waiting
from verification.printable import printable

if TYPE_CHECKING:
    from store.ledger import Ledger
    from sync.engine import Engine
    from sync.status import Result
    from terminal.config import OrdersApi

_AGAIN = 3
"""How often `--once` sends anew what others kept it from settling."""
_BETWEEN = 30.0
"""Seconds between two rounds of `--watch`."""


@click.group(cls=Group, invoke_without_command=True)
@click.option("--once", is_flag=True, help="One round, then end; so it is without --watch too.")
@click.option("--watch", is_flag=True, help="Round after round until it is stopped.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object for each round.")
@click.pass_context
def sync(ctx: click.Context, once: bool, watch: bool, as_json: bool) -> int:
    """Fetch orders from the Orders API and send it what was counted and changed here.

    Works while no station holds the ledger; a station does it by itself. The commands below say what is not
    sent, and decide about it.
    """
    if ctx.invoked_subcommand is not None:
        if once or watch or as_json:
            raise click.UsageError(f"Give options after {ctx.invoked_subcommand}")
        return DONE
    if once and watch:
        raise click.UsageError("Give --once or --watch, not both")
    api, key = configured()
    with here().ledger() as ledger:
        return asyncio.run(_run(ledger, api, key, watch=watch, as_json=as_json))


for _decision in (waiting, retry, settle):
    sync.add_command(_decision)


def configured() -> tuple[OrdersApi, Callable[[], str | None]]:
    """The API that is configured, and what tells its key. Raises Failure when there is none."""
    api = here().config().orders_api
    if api.url is None:
        raise Failure(
            "No Orders API is configured: set [orders_api] url in scanners.toml, or TALLYMAN_API_URL.",
            WRONG_USAGE,
        )
    return api, key_source(api.key, here().data, api.url)


async def _run(
    ledger: Ledger, api: OrdersApi, key: Callable[[], str | None], *, watch: bool, as_json: bool
) -> int:
    from sync.client import OrdersClient
    from sync.engine import Engine
    from sync.errors import Unsafe
    from sync.rechecking import Rechecking
    from sync.transport import connect
    from sync.writer import writing

    picking = rechecks.picking(ledger.secret, here().config().policy.blind_recheck_percent)
    with writing(ledger) as write:
        async with connect(api.ca_file) as http:
            try:
                client = OrdersClient(http, api.url or "", key)
            except Unsafe as error:
                raise Failure(str(error), WRONG_USAGE) from error
            engine = Engine(
                client,
                write,
                ledger.station,
                identifier=api.identifier,
                rechecking=Rechecking(ledger.chain_key, picking),
            )
            if watch:
                return await _watched(engine, as_json=as_json)
            await engine.round()
            for _ in range(_AGAIN):
                if engine.status.waiting and _online(engine):
                    await engine.send()
            _say(await engine.result(), as_json=as_json)
            return _ended(engine)


async def _watched(engine: Engine, *, as_json: bool) -> int:
    """Rounds until SIGINT or SIGTERM; a step that is under way is finished first."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for each in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(each, stop.set)
    while not stop.is_set():
        work = asyncio.ensure_future(engine.round())
        stopped = asyncio.ensure_future(stop.wait())
        await asyncio.wait([work, stopped], return_when=asyncio.FIRST_COMPLETED)
        stopped.cancel()
        if not work.done():
            work.cancel()
            break
        work.result()
        _say(await engine.result(), as_json=as_json)
        if not _online(engine):
            click.echo(engine.status.told, err=True)
        if await engine.wait(stop, _BETWEEN):
            break
    return DONE


def _online(engine: Engine) -> bool:
    from sync.status import Link

    return engine.status.link is Link.ONLINE


def _ended(engine: Engine) -> int:
    from sync.status import Link

    status = engine.status
    if status.link is Link.ONLINE:
        return DONE
    codes = {Link.OFFLINE: UNREACHABLE, Link.LEDGER: LEDGER_UNUSABLE}
    raise Failure(status.told, codes.get(status.link, FAILED))


def _say(result: Result, *, as_json: bool) -> None:
    if as_json:
        told = [{"order_number": number, "reason": why} for number, why in result.unreadable_orders]
        click.echo(json.dumps(asdict(result) | {"unreadable_orders": told}))
        return
    click.echo(
        f"{result.pulled} pulled, {result.pushed} pushed, {result.parked} parked,"
        f" {result.conflicts} conflicts, {result.unreadable} unreadable, {result.requests} requests."
    )
    for number, why in result.unreadable_orders:
        click.echo(f"{printable(number, 60)} cannot be read, so it is not as the API has it here: {why}")
    unnamed = result.unreadable - len(result.unreadable_orders)
    if unnamed > 0:
        click.echo(f"{unnamed} more cannot be read; `tallyman sync waiting` lists them.")
