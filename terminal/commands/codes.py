"""`tallyman codes`: what barcodes stand for."""

from __future__ import annotations

import json
from dataclasses import asdict

import click

from store.catalog import Taught, taught_codes, teach
from store.code_file import read_codes, teach_all
from store.csv_rows import Rejected
from store.ledger import reading
from terminal.commands.codes_pull import pull
from terminal.commands.common import DONE, Group, here, say
from terminal.commands.faulty_file import content_of, rejected
from terminal.commands.numbers import UNITS
from terminal.tables import table
from terminal.taught_code import Understanding, remark

_REPLACE_HELP = "Let a code stand for something else from now on."


@click.group(cls=Group)
def codes() -> None:
    """Teach the station what barcodes stand for."""


@codes.command("teach")
@click.argument("code")
@click.argument("sku")
@click.option(
    "--units",
    type=UNITS,
    default=1,
    metavar="N",
    help="Units that one read stands for: 1, or a case of more.",
)
@click.option("--replace", is_flag=True, help=_REPLACE_HELP)
def teach_code(code: str, sku: str, units: int, replace: bool) -> int:
    """Let CODE stand for SKU. A GTIN is one and the same with 8, 12, 13 or 14 digits.

    CODE may be all that a label holds, with its AIM identifier: of a GS1 code, the GTIN is kept.
    """
    place = here()
    code = Understanding.of(place.config())(code)
    with place.ledger() as ledger, ledger.transaction() as db:
        kept = teach(db, ledger.badge_key, Taught(code, sku, units), replace=replace)
    say(f"{kept.code} stands for {kept.units} of {kept.sku}.{remark(kept.code)}")
    return DONE


@codes.command("list")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object for each code.")
def list_codes(as_json: bool) -> int:
    """List the codes that the station was taught, by SKU."""
    with reading(here().data) as db:
        found = taught_codes(db)
    if as_json:
        for taught in found:
            say(json.dumps(asdict(taught)))
    else:
        rows = [(taught.code, taught.sku, str(taught.units), taught.source) for taught in found]
        say(table(("CODE", "SKU", "UNITS", "SOURCE"), rows))
    return DONE


codes.add_command(pull)


@codes.command("import")
@click.argument("file")
@click.option("--replace", is_flag=True, help=_REPLACE_HELP)
def import_codes(file: str, replace: bool) -> int:
    """Teach all codes of FILE or none: CSV with the columns code, sku_code and, if you like, units."""
    try:
        place = here()
        found = read_codes(content_of(file), Understanding.of(place.config()))
        with place.ledger() as ledger, ledger.transaction() as db:
            count = teach_all(db, ledger.badge_key, found, replace=replace)
    except Rejected as error:
        raise rejected(file, error.faults) from error
    say(f"{count} code{'s' if count != 1 else ''} imported.")
    return DONE
