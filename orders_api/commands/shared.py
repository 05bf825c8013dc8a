"""What the commands have in common: the database option, what they print, and failing in a sentence.

What they print may come from files, requests and other servers: no character of it commands a terminal.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

import click
from sqlalchemy.exc import DBAPIError

from orders_api.database import Database, DatabaseProblem, open_database

Function = TypeVar("Function", bound=Callable[..., Any])


def database_option(function: Function) -> Function:
    """Adds `--database URL`; the environment keeps a password out of the process list."""
    return click.option(
        "--database",
        "database_url",
        envvar="ORDERS_API_DATABASE",
        default="sqlite:///orders.db",
        show_default=True,
        metavar="URL",
        help="sqlite:///FILE or postgresql://USER:PASSWORD@HOST/NAME; also ORDERS_API_DATABASE.",
    )(function)


def json_option(function: Function) -> Function:
    """Adds `--json`."""
    return click.option("--json", "as_json", is_flag=True, help="Print JSON.")(function)


@contextmanager
def opened(database_url: str) -> Iterator[Database]:
    """The migrated database; closed afterwards. What goes wrong fails in one sentence."""
    database = open_database(database_url)
    if isinstance(database, DatabaseProblem):
        raise failed(database.sentence)
    try:
        yield database
    except DBAPIError as error:
        sentence = str(error.orig).strip().split("\n", maxsplit=1)[0]
        raise failed(f"The database refused: {sentence}.") from None
    finally:
        database.close()


def print_json(value: Any) -> None:
    """One JSON document on standard output, on one line."""
    text = json.dumps(value, ensure_ascii=False)
    click.echo(_rewritten(text, lambda character: json.dumps(character)[1:-1]))


def show(line: str) -> None:
    """One line for people on standard output."""
    click.echo(visible(line))


def say(sentence: str) -> None:
    """A word to people, on standard error so that standard output stays for programs."""
    click.echo(visible(sentence), err=True)


def failed(sentence: str) -> click.ClickException:
    """The failure of a command, to be raised."""
    return click.ClickException(visible(sentence))


def visible(text: str) -> str:
    """`text` with its control characters written out."""
    return _rewritten(text, lambda character: f"\\x{ord(character):02x}")


def _rewritten(text: str, written: Callable[[str], str]) -> str:
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() else written(c) for c in text)
