"""`check`: the contract as a probe against any server."""

from __future__ import annotations

import click


@click.command()
def check() -> None:
    """Probe a server."""
