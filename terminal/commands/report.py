"""`tallyman report`: how right and how much the work was, what gets confused, what is still open."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from store import tallies
from store.errors import LedgerError
from store.ledger import Ledger, reading
from terminal.commands.common import DONE, WRONG_USAGE, Failure, Group, here, say
from terminal.reports.drawn import REPORTS
from terminal.reports.period import NoMoment, Period
from terminal.reports.report import Report

_WORTH_KEEPING = 20_000
"""Events behind the summaries from which on a report brings them forward itself, where no station runs."""


@click.group(cls=Group)
def report() -> None:
    """Numbers about the work and the orders, as tables, CSV, JSON, or a page to print."""


def _period(command: Callable[..., int]) -> Callable[..., int]:
    for option in (
        click.option(
            "--until", metavar="WHEN", help="A day, which belongs to it, or a moment before which it ends."
        ),
        click.option("--since", metavar="WHEN", help="A day as 2026-01-31, or a moment; local time."),
    ):
        command = option(command)
    return command


def _form(command: Callable[..., int]) -> Callable[..., int]:
    for option in (
        click.option(
            "--html", metavar="FILE", type=click.Path(path_type=Path), help="Write a page to print."
        ),
        click.option("--csv", "as_csv", is_flag=True, help="Print comma-separated values."),
        click.option("--json", "as_json", is_flag=True, help="Print one JSON object."),
    ):
        command = option(command)
    return command


@report.command()
@_period
@_form
def accuracy(since: str | None, until: str | None, **form: Any) -> int:
    """First-pass yield, refused reads by verdict, shorts, and differences of re-checks."""
    return _report("accuracy", since, until, **form)


@report.command()
@_period
@_form
def throughput(since: str | None, until: str | None, **form: Any) -> int:
    """Orders, lines and units, in all and per hour: by person, scanner, hour and day."""
    return _report("throughput", since, until, **form)


@report.command()
@_period
@_form
def confusions(since: str | None, until: str | None, **form: Any) -> int:
    """Which SKU was scanned where which other one was expected."""
    return _report("confusions", since, until, **form)


@report.command()
@_form
def orders(**form: Any) -> int:
    """The open orders by when they are due and by age, with the oldest named."""
    return _report("orders", None, None, **form)


@report.command()
@_form
def health(**form: Any) -> int:
    """What waits for the Orders API, what is parked or in conflict, and how the last try ended."""
    return _report("health", None, None, **form)


def _report(
    name: str, since: str | None, until: str | None, *, as_json: bool, as_csv: bool, html: Path | None
) -> int:
    if as_json + as_csv + (html is not None) > 1:
        raise Failure("Give one of --json, --csv and --html.", WRONG_USAGE)
    try:
        period = Period.given(since, until)
    except NoMoment as error:
        raise Failure(str(error), WRONG_USAGE) from error
    _bring_summaries_forward(here().data)
    with reading(here().data) as db:
        drawn = REPORTS[name](db, period, datetime.now(UTC))
    if html is not None:
        return write_page(drawn, html)
    _print(drawn, as_json=as_json, as_csv=as_csv)
    return DONE


def _print(drawn: Report, *, as_json: bool, as_csv: bool) -> None:
    if as_json:
        say(json.dumps(drawn.data))
    elif as_csv:
        from terminal.reports.comma import separated

        say(separated(drawn.sheet))
    else:
        from terminal.reports.plain import text

        say(text(drawn))


def write_page(drawn: Report, file: Path) -> int:
    """Write a report as a page to print. Raises Failure when `file` cannot be written."""
    from terminal.reports.page import html

    try:
        file.write_text(html(drawn), encoding="utf-8")
    except OSError as error:
        raise Failure(f"Cannot write {file}: {error.strerror}; name another file.") from error
    say(f"{file} written: open it in a browser to read or print it.")
    return DONE


def _bring_summaries_forward(folder: Path) -> None:
    """Save later reports the work, where the summaries are far behind and nobody holds the ledger."""
    with reading(folder) as db:
        if tallies.lag(db) < _WORTH_KEEPING:
            return
    try:
        ledger = Ledger.open(folder)
    except LedgerError:  # a station runs, or the disk takes nothing: the report is exact all the same
        return
    try:
        with ledger.transaction() as db:
            tallies.advance(db, tallies.lag(db))
    except LedgerError:
        return
    finally:
        ledger.close()
