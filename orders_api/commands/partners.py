"""`partners`: load, list and remove partners and their field mappings."""

from __future__ import annotations

from pathlib import Path

import click

from orders_api import partners as known_partners
from orders_api.commands.shared import database_option, failed, json_option, opened, print_json, say, show
from orders_api.mapping import Mapping
from orders_api.mapping_file import FileProblem, read_partners
from orders_api.partners import Partner


@click.group()
def partners() -> None:
    """Partners: their identifiers and field mappings."""


@partners.command()
@click.argument("file", type=click.Path(path_type=Path))
@database_option
def load(file: Path, database_url: str) -> None:
    """Add or replace the partners in a TOML file; a mistake in it loads none of them."""
    read = read_partners(file)
    if isinstance(read, FileProblem):
        raise failed(read.sentence)
    with opened(database_url) as database:
        database.write_now(lambda c: known_partners.store(c, read))
    say(f"Loaded {len(read)}: {', '.join(partner.name for partner in read)}.")


@partners.command("list")
@json_option
@database_option
def list_partners(as_json: bool, database_url: str) -> None:
    """Show every partner with its identifier field and rules."""
    with opened(database_url) as database:
        found = database.read_now(known_partners.listed)
    if as_json:
        print_json([_shown(partner) for partner in found])
        return
    for partner in found:
        show(f"{partner.name}: orders by {partner.order_identifier}")
        for rule in _rules(partner.mapping):
            show(f"  {rule}")


@partners.command()
@click.argument("name")
@database_option
def remove(name: str, database_url: str) -> None:
    """Remove a partner that no key belongs to."""
    with opened(database_url) as database:
        problem = database.write_now(lambda c: known_partners.remove(c, name))
    if problem:
        raise failed(problem)
    say(f"Removed the partner '{name}'.")


def _shown(partner: Partner) -> dict[str, object]:
    return {
        "name": partner.name,
        "order_identifier": partner.order_identifier,
        "rules": _rules(partner.mapping),
    }


def _rules(mapping: Mapping | None, indent: str = "") -> list[str]:
    if mapping is None:
        return []
    rules = [f"{indent}{rule}" for rule in (*mapping.fields, *mapping.statics)]
    for array in mapping.arrays:
        rules += [f"{indent}{array}", *_rules(array.each, indent + "  ")]
    return rules
