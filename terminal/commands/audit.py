"""`tallyman audit`: whether the log is as it was written, and the record of one order."""

from __future__ import annotations

import json
import sqlite3
from datetime import UTC, datetime
from pathlib import Path

import click

from store import chain, evidence, lineage, log
from store.chain import Verified
from store.ledger import reading
from store.ledger_file import SECRET
from store.secret import Secret
from terminal.commands.common import DONE, FAILED, WRONG_USAGE, Failure, Group, here, say
from terminal.commands.named_order import named_order
from terminal.commands.report import write_page
from terminal.order_history import History
from terminal.reports import evidence as told
from terminal.reports.plain import text


@click.group(cls=Group)
def audit() -> None:
    """Prove the log, and show all that is known of one order."""


@audit.command()
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def verify(as_json: bool) -> int:
    """Look at every event of the log: whether it is as it was written, and whether any is missing.

    Exit code 0 when the log holds, 1 when it does not. The log is tamper-evident, no more: whoever has the
    station's secret can write another one.
    """
    with reading(here().data) as db:
        found = _verified(db)
    if as_json:
        say(json.dumps(told.proof(found)))
    elif found.finding is None:
        say(_holds(found))
    if found.finding is None:
        return DONE
    if as_json:
        return FAILED
    raise Failure(
        f"The log does not hold at event {found.finding.seq} ({found.finding.kind}): {found.finding.told};"
        " keep this ledger as it is and call for help."
    )


def _verified(db: sqlite3.Connection) -> Verified:
    """Raises LedgerDamaged where the secret is missing."""
    return chain.verify(db, Secret.load(here().data / SECRET, create=False).key("chain"))


def _holds(found: Verified) -> str:
    heads = f", and holds all that the API was told of {found.heads} orders" if found.heads else ""
    return f"The log holds: {found.events} events, each as it was written{heads}."


@audit.command()
@click.argument("order", metavar="ORDER")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object with every field and hash.")
@click.option("--html", metavar="FILE", type=click.Path(path_type=Path), help="Write a page to print.")
def export(order: str, as_json: bool, html: Path | None) -> int:
    """Show everything about one order, by its number or external id, with the proof of the log."""
    if as_json and html is not None:
        raise Failure("Give one of --json and --html.", WRONG_USAGE)
    with reading(here().data) as db:
        found = named_order(db, order)
        made = told.record(
            found,
            History.of(found, log.of_order(db, found.id)),
            evidence.of_order(db, found.id),
            verified=_verified(db),
            station=lineage.station(db),
            now=datetime.now(UTC),
        )
    if html is not None:
        return write_page(made, html)
    say(json.dumps(made.data) if as_json else text(made))
    return DONE
