"""`python -m orders_api`: serve, keys, partners, seed, logs, check.

Exit codes: 0 done, 1 failed, 2 wrong usage. An error is one sentence on standard error.
"""

from __future__ import annotations

from typing import Any

import click

from orders_api.commands.check import check
from orders_api.commands.keys import keys
from orders_api.commands.logs import logs
from orders_api.commands.partners import partners
from orders_api.commands.seed import seed
from orders_api.commands.serve import serve


class _Commands(click.Group):
    def invoke(self, ctx: click.Context) -> Any:
        """Runs the command; an argument that is no text, of which no name or address is made, is refused."""
        try:
            return super().invoke(ctx)
        except UnicodeEncodeError as error:
            if error.reason != "surrogates not allowed":
                raise
            raise click.UsageError("An argument holds bytes that are not UTF-8; nothing was done.") from None


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]})
def orders_api() -> None:
    """A reference server of the Orders API."""


for _command in (serve, keys, partners, seed, logs, check):
    orders_api.add_command(_command)


def main() -> None:
    """Runs the command line."""
    orders_api(prog_name="python -m orders_api")
