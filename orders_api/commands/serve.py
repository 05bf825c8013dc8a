"""`serve`: the server itself."""

from __future__ import annotations

import click

from orders_api.commands.shared import database_option, failed
from orders_api.request_log import DEFAULT_LOG_DAYS


@click.command()
@database_option
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    default=8000,
    show_default=True,
    help="Port to listen on; 0 takes a free one.",
)
@click.option(
    "--workers",
    type=click.IntRange(1, 64),
    default=1,
    show_default=True,
    help="Processes; more than one needs PostgreSQL.",
)
@click.option(
    "--log-days",
    type=click.IntRange(0, 3650),
    default=DEFAULT_LOG_DAYS,
    show_default=True,
    help="Days that the request log is kept.",
)
@click.option("--faults", is_flag=True, help="Build in the fault switches, for training and tests.")
@click.option("--until-stdin-closes", is_flag=True, help="Stop when standard input ends.")
def serve(  # noqa: PLR0917 - one parameter for each option of the command line
    database_url: str,
    host: str,
    port: int,
    workers: int,
    log_days: int,
    faults: bool,
    until_stdin_closes: bool,
) -> None:
    """Serve the Orders API; prints its address on standard output once it listens."""
    if faults and workers > 1:
        raise click.UsageError("--faults works with one worker only: switches live in a process.")
    # Imported here, since the other commands start in half the time without a web framework.
    from orders_api import serving
    from orders_api.app import Settings

    settings = Settings(database_url, log_days, faults)
    listening = serving.Listening(host, port, workers, until_stdin_closes)
    failure = serving.serve(settings, listening)
    if failure:
        raise failed(failure)
