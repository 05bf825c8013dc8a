"""`keys`: make, list and switch API keys, and the workspace's integration."""

from __future__ import annotations

from datetime import UTC, datetime

import click

from orders_api import access, clock
from orders_api import keys as api_keys
from orders_api.commands.shared import database_option, failed, json_option, opened, print_json, say, show
from orders_api.keys import KeyProblem, KeyRecord


@click.group()
def keys() -> None:
    """API keys, and the integration switch of the workspace."""


@keys.command()
@click.argument("name")
@click.option(
    "--scope",
    "scopes",
    multiple=True,
    metavar="SCOPE",
    help="May be given several times; integrations.* when absent.",
)
@click.option(
    "--expires",
    type=click.DateTime(["%Y-%m-%d", "%Y-%m-%dT%H:%M:%SZ"]),
    help="When it expires, in UTC.",
)
@click.option("--partner", help="The partner whose field mapping and identifiers it uses.")
@database_option
def create(
    name: str,
    scopes: tuple[str, ...],
    expires: datetime | None,
    partner: str | None,
    database_url: str,
) -> None:
    """Make a key and print it; it cannot be shown again."""
    expires_at = clock.moment(expires.replace(tzinfo=UTC)) if expires else None
    if not name.strip():
        raise click.UsageError("A key needs a name.")
    with opened(database_url) as database:
        minted = database.write_now(
            lambda c: api_keys.create(c, name, scopes or api_keys.DEFAULT_SCOPES, expires_at, partner)
        )
    if isinstance(minted, KeyProblem):
        raise failed(minted.sentence)
    click.echo(minted.value)
    say(f"This is the key of '{name}'. Keep it now: only its hash is stored.")


@keys.command("list")
@json_option
@database_option
def list_keys(as_json: bool, database_url: str) -> None:
    """Show every key's name, scopes, expiry and state, never its value."""
    with opened(database_url) as database:
        records = database.read_now(api_keys.listed)
    if as_json:
        print_json([_shown(record) for record in records])
        return
    for key in records:
        state = "active" if key.active else "inactive"
        expiry = f"until {_moment(key.expires_at)}" if key.expires_at else "without expiry"
        partner = f", partner {key.partner}" if key.partner else ""
        show(f"{key.name}: {state}, {expiry}, {' '.join(key.scopes)}{partner}")


def _shown(record: KeyRecord) -> dict[str, object]:
    return {
        "name": record.name,
        "scopes": list(record.scopes),
        "created_at": clock.text(record.created_at),
        "expires_at": _moment(record.expires_at),
        "active": record.active,
        "partner": record.partner,
    }


def _moment(moment: int | None) -> str | None:
    return None if moment is None else clock.text(moment)


@keys.command()
@click.argument("name")
@database_option
def deactivate(name: str, database_url: str) -> None:
    """Switch a key off; a running server refuses it at once."""
    _switch(database_url, name, active=False)


@keys.command()
@click.argument("name")
@database_option
def activate(name: str, database_url: str) -> None:
    """Switch a key on again."""
    _switch(database_url, name, active=True)


def _switch(database_url: str, name: str, *, active: bool) -> None:
    with opened(database_url) as database:
        problem = database.write_now(lambda c: api_keys.set_active(c, name, active=active))
    if problem:
        raise failed(problem.sentence)
    say(f"The key '{name}' is {'active' if active else 'inactive'}.")


@keys.command()
@click.argument("state", type=click.Choice(["on", "off"]), required=False)
@json_option
@database_option
def integration(state: str | None, as_json: bool, database_url: str) -> None:
    """Show or set the workspace's switch; off refuses every key with 403."""
    with opened(database_url) as database:
        if state:
            database.write_now(lambda c: access.switch_integration(c, on=state == "on"))
        on = database.read_now(access.integration_is_on)
    if as_json:
        print_json({"integration": "on" if on else "off"})
    else:
        click.echo(f"The integration is {'on' if on else 'off'}.")
