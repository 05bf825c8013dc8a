"""The command line, `tallyman`: which commands there are, and how each way of failing ends.

A command is loaded when it is given, so that the station starts without what only reports need.
"""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Mapping, Sequence
from importlib import import_module

import click

from terminal.commands.common import (
    BROKEN_PIPE,
    DONE,
    FAILED,
    INTERRUPTED,
    LEDGER_UNUSABLE,
    REFUSED,
    WRONG_USAGE,
    Failure,
    Group,
    OutputTorn,
    here,
)
from terminal.config_table import ConfigError
from verification.printable import printable

_LONGEST_LINE = 2000

_COMMANDS: Mapping[str, tuple[str, str]] = {
    "run": ("terminal.commands.station", "Open the station: the screen that people scan at."),
    "demo": ("terminal.commands.station", "Try the station on sample orders, with codes to scan on screen."),
    "scan": ("terminal.commands.scan", "The station without a screen: reads in, what they did out."),
    "orders": ("terminal.commands.orders", "Bring orders in and look at them."),
    "review": (
        "terminal.commands.review",
        "Orders that a supervisor should look at, and what to do about them.",
    ),
    "codes": ("terminal.commands.codes", "Teach the station what barcodes stand for."),
    "sync": ("terminal.commands.sync", "Reconcile with the Orders API, when no station does."),
    "serve": ("terminal.commands.serve", "The station in a browser, or a look at one that runs."),
    "people": ("terminal.commands.people", "Who may sign in at the station."),
    "report": ("terminal.commands.report", "Numbers about the work and the orders, to read, keep or print."),
    "audit": ("terminal.commands.audit", "Prove the log, and show all that is known of one order."),
    "scanners": ("terminal.commands.scanners", "What is connected, and what it needs."),
    "sheet": ("terminal.commands.sheet", "Print command codes, order labels and badges."),
    "backup": ("terminal.commands.upkeep", "Copy the ledger to a new file, even while people scan."),
    "doctor": ("terminal.commands.doctor", "Examine the ledger, the configuration and this computer."),
    "init": ("terminal.commands.upkeep", "Set a station up in this folder."),
}
"""The module of each command, and its line in the list of commands."""


class _Tallyman(Group):
    """The commands, each loaded when it is needed."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's own signature
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        if cmd_name not in _COMMANDS:
            return None
        command: click.Command = getattr(import_module(_COMMANDS[cmd_name][0]), cmd_name)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        with formatter.section("Commands"):
            formatter.write_dl([(name, help_line) for name, (_, help_line) in _COMMANDS.items()])


@click.group(
    cls=_Tallyman, invoke_without_command=True, context_settings={"help_option_names": ["-h", "--help"]}
)
@click.version_option(package_name="tallyman", message="%(prog)s %(version)s")
@click.pass_context
def tallyman(ctx: click.Context) -> None:
    """Verify orders by scanning them. Without a command, the station opens."""
    if ctx.invoked_subcommand is None:
        run = tallyman.get_command(ctx, "run")
        assert run is not None
        ctx.invoke(run)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command line and return its exit code. Says what went wrong in a sentence."""
    _have_standard_streams()
    try:
        code = _carried_out(list(sys.argv[1:] if arguments is None else arguments))
        sys.stdout.flush()
    except (OutputTorn, BrokenPipeError) as error:
        _forget_standard_output()
        torn = error if isinstance(error, OutputTorn) else OutputTorn(error)
        return BROKEN_PIPE if isinstance(torn.cause, BrokenPipeError) else _said(str(torn), FAILED)
    return code


def _carried_out(arguments: list[str]) -> int:
    try:
        with tallyman.make_context("tallyman", arguments) as ctx:
            return _invoked(ctx, arguments)
    except click.exceptions.Exit as end:
        return end.exit_code
    except (KeyboardInterrupt, click.Abort):
        return INTERRUPTED
    except click.UsageError as error:
        return _said(_usage(error), WRONG_USAGE)
    except click.ClickException as error:
        return _said(error.format_message(), FAILED)


def _invoked(ctx: click.Context, arguments: Sequence[str]) -> int:
    try:
        code = tallyman.invoke(ctx)
    except (click.ClickException, click.exceptions.Exit, click.Abort, OutputTorn, BrokenPipeError):
        raise
    except ConfigError as error:
        return _said(str(error), WRONG_USAGE)
    except Failure as failure:
        return _said(str(failure), failure.code)
    except Exception as error:  # noqa: BLE001 - nobody at a station can read a traceback
        if isinstance(error, UnicodeEncodeError) and not all(map(_is_text, arguments)):
            return _said("An argument holds bytes that are not UTF-8; nothing was done.", WRONG_USAGE)
        return _told_apart(error)
    return code if isinstance(code, int) else DONE


def _is_text(argument: str) -> bool:
    """Whether an argument is UTF-8, of which alone names and numbers are made; a path may be any bytes."""
    try:
        argument.encode()
    except UnicodeEncodeError:
        return False
    return True


def _told_apart(error: Exception) -> int:
    """An error of the ledger, or one that nobody foresaw."""
    from store.errors import LedgerError, NotCopied, Refused

    if isinstance(error, Refused):
        return _said(str(error), REFUSED)
    if isinstance(error, NotCopied):
        return _said(str(error), FAILED)
    if isinstance(error, LedgerError):
        return _said(str(error), LEDGER_UNUSABLE)
    from terminal.faults import record

    return _said(record(error, here().data), FAILED)


def _usage(error: click.UsageError) -> str:
    command = error.ctx.command_path if error.ctx else "tallyman"
    return f"{error.format_message().rstrip('.')}: see {command} --help."


def _said(sentences: str, code: int) -> int:
    """Put what went wrong on standard error, each line made harmless, and hand the exit code on."""
    try:
        for line in sentences.splitlines():
            click.echo(printable(line, _LONGEST_LINE), err=True)
    except OSError:  # nobody is there to read it; the exit code still says it
        sys.stderr = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115, PTH123 - for the rest of the run
    return code


def _have_standard_streams() -> None:
    """See that descriptors 0 to 2 are open, so that no ledger is ever opened under one of their numbers,
    and that what the terminal's encoding cannot show is escaped."""
    for number, name in enumerate(("stdin", "stdout", "stderr")):
        try:
            os.fstat(number)
        except OSError:
            os.open(os.devnull, os.O_RDWR)
        if getattr(sys, name) is None:
            mode = "r+" if number else "r"
            setattr(sys, name, open(number, mode, encoding="utf-8", closefd=False))  # noqa: SIM115
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def _forget_standard_output() -> None:
    """Let the interpreter's own last flush go nowhere."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)


if __name__ == "__main__":
    sys.exit(main())
