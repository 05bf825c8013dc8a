"""What every command shares: where its configuration and its ledger are, and how it fails."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from click.core import augment_usage_errors

from verification.records import record

if TYPE_CHECKING:
    from store.ledger import Ledger
    from terminal.config import Config

DONE = 0
FAILED = 1
WRONG_USAGE = 2
REFUSED = 3
UNREACHABLE = 4
LEDGER_UNUSABLE = 5
INTERRUPTED = 130
BROKEN_PIPE = 141
"""What a shell reports of a program that SIGINT or SIGPIPE ended."""

_META = "tallyman."


class Failure(Exception):
    """A command did not do what it was asked. `str(failure)` is what to say; it may have several lines."""

    def __init__(self, sentence: str, code: int = FAILED) -> None:
        super().__init__(sentence)
        self.code = code


class OutputTorn(Exception):
    """Standard output takes no more: its reader has gone, or its disk is full."""

    def __init__(self, cause: OSError) -> None:
        super().__init__(f"Standard output took no more ({cause.strerror}).")
        self.cause = cause


def say(text: str) -> None:
    """Put text and a line's end on standard output at once. Raises OutputTorn."""
    try:
        sys.stdout.write(f"{text}\n")
        sys.stdout.flush()
    except OSError as error:
        raise OutputTorn(error) from error


@record
class Place:
    """Where a command works."""

    config_file: Path | None
    """The configuration file that the command line names, if it does."""
    data_folder: Path | None
    """The data folder that the command line or TALLYMAN_DATA names, if one does."""

    @property
    def data(self) -> Path:
        """The folder that holds the ledger."""
        if self.data_folder is not None:
            return self.data_folder
        from platformdirs import user_data_path

        return user_data_path("tallyman", appauthor=False)

    def config(self) -> Config:
        """The configuration that holds here. Raises ConfigError."""
        from terminal.config import load

        return load(self.config_file, os.environ)

    @contextmanager
    def ledger(self) -> Iterator[Ledger]:
        """The ledger, open for writing; made where there is none. Raises LedgerError."""
        from store.ledger import Ledger

        ledger = Ledger.open(self.data, station=self.config().station.id)
        try:
            yield ledger
        finally:
            ledger.close()


def here() -> Place:
    """The place of the command that runs: what stands nearest to the end of the command line holds."""
    meta = click.get_current_context().meta
    data = meta.get(f"{_META}data") or os.environ.get("TALLYMAN_DATA")
    return Place(meta.get(f"{_META}config"), Path(data) if data else None)


def _remember(ctx: click.Context, parameter: click.Parameter, value: Path | None) -> None:
    if value is not None:
        ctx.meta[f"{_META}{parameter.name}"] = value


def _common_options() -> list[click.Parameter]:
    return [
        click.Option(
            ["--config"],
            type=click.Path(path_type=Path),
            metavar="FILE",
            expose_value=False,
            callback=_remember,
            help="The station's file; else scanners.toml here, then in your configuration folder.",
        ),
        click.Option(
            ["--data"],
            type=click.Path(path_type=Path),
            metavar="DIR",
            expose_value=False,
            callback=_remember,
            help="The folder of the ledger; else TALLYMAN_DATA, then your data folder.",
        ),
    ]


class _WithItsHelp(click.Command):
    """Names its own help, not that of all commands, where it was used wrongly."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        with augment_usage_errors(ctx):
            return super().parse_args(ctx, args)


class Command(_WithItsHelp):
    """A command that takes the common options.

    The file that --config names has to be right though the command asks nothing of it, unless it is
    `unconfigured`: then the file may be made or examined by it.
    """

    def __init__(self, *args: Any, unconfigured: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.params += _common_options()
        self._unconfigured = unconfigured

    def invoke(self, ctx: click.Context) -> Any:
        place = here()
        if place.config_file is not None and not self._unconfigured:
            place.config()
        return super().invoke(ctx)


class Group(_WithItsHelp, click.Group):
    """A group of commands, all of which take the common options, as does the group itself."""

    command_class = Command
    group_class = type

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("no_args_is_help", False)
        super().__init__(*args, **kwargs)
        self.params += _common_options()
