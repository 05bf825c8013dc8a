"""`tallyman serve`: the station in a browser."""

from __future__ import annotations

import os
import secrets
import socket
import sys

import click

from sync.loopback import is_loopback
from terminal.commands.common import DONE, FAILED, WRONG_USAGE, Command, Failure, Place, here, say
from terminal.commands.numbers import PORT


@click.command(cls=Command)
@click.option("--host", default="127.0.0.1", show_default=True, help="Where to listen.")
@click.option("--port", type=PORT, default=8100, show_default=True, help="0: any.")
@click.option(
    "--token",
    metavar="TEXT",
    envvar="TALLYMAN_SERVE_TOKEN",
    help="What windows elsewhere must know; made and shown once where it is not given.",
)
@click.option("--read-only", is_flag=True, help="Only show what is there, even where no station runs.")
@click.option("--window", is_flag=True, hidden=True, help="The program behind one window; `serve` starts it.")
def serve(host: str, port: int, token: str | None, *, read_only: bool, window: bool) -> int:
    """Serve the station to browsers: on this computer alone, or with --host to others that know the token.

    The first window is the station itself, unless a station runs on the same ledger already; every other one
    shows orders, the tape and what waits, and writes nothing.
    """
    place = here()
    if window:
        return _window(place, read_only=read_only)
    place.config()
    if read_only:
        from store.ledger import reading

        with reading(place.data):
            pass  # so that what is wrong is said here and not in each window
    token = _token(host, token)
    from terminal.browser.server import StationServer

    listening = _listening(host, port)
    server = StationServer(_command(place, read_only=read_only), token=token)
    server.run(listening, lambda: _say_where(listening, host, token))
    return DONE


def _token(host: str, given: str | None) -> str | None:
    """What windows must know; None where only this computer is served."""
    from terminal.browser.admission import SHORTEST_TOKEN

    if given is not None and not (
        len(given) >= SHORTEST_TOKEN and given.isascii() and given.replace("-", "").replace("_", "").isalnum()
    ):
        raise Failure(
            f"A token needs at least {SHORTEST_TOKEN} letters, digits, - or _; without --token one is made.",
            WRONG_USAGE,
        )
    if given is None and not is_loopback(host):
        return secrets.token_urlsafe(32)
    return given


def _listening(host: str, port: int) -> socket.socket:
    try:
        host.encode("idna")
    except UnicodeError as error:
        raise Failure(f"Cannot listen on {host}: that is no name of a host.", WRONG_USAGE) from error
    try:
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        return socket.create_server((host, port), family=family)
    except OSError as error:
        raise Failure(
            f"Cannot listen on {host}, port {port}: {error.strerror or error}; choose others.",
            FAILED,
        ) from error


def _say_where(listening: socket.socket, host: str, token: str | None) -> None:
    """The address to open, once windows can be opened; the token is shown here and never again."""
    shown = f"[{host}]" if ":" in host else host
    address = f"http://{shown}:{listening.getsockname()[1]}/"
    say(f"Open {address}{f'?token={token}' if token else ''} in a browser; Ctrl-C ends it.")
    if not is_loopback(host):
        click.echo(
            "This is plain http: whoever is on the network can read along and take the token. Put a proxy"
            " with TLS in front of it, or let only a network that you trust reach it.",
            err=True,
        )


def _command(place: Place, *, read_only: bool) -> list[str]:
    """The command line of the program behind each window."""
    command = [sys.executable, "-m", "terminal", "serve", "--window", "--data", str(place.data.absolute())]
    if place.config_file is not None:
        command += ["--config", str(place.config_file.absolute())]
    return [*command, "--read-only"] if read_only else command


def _window(place: Place, *, read_only: bool) -> int:
    if "TEXTUAL_DRIVER" not in os.environ:
        raise Failure("--window is for `tallyman serve` itself: give the command without it.", WRONG_USAGE)
    from terminal.browser.window import run_window

    why = run_window(place.config(), place.data, read_only=read_only)
    if why:
        raise Failure(why)
    return DONE
