"""`tallyman sheet`: command codes, order labels and badges to print."""

from __future__ import annotations

import os
import sqlite3
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path

import click

from store import order_queue, people
from store import orders as ledger_orders
from store.ledger import reading
from store.order_queue import Summary
from terminal.commands.common import DONE, REFUSED, WRONG_USAGE, Failure, Group, here, say
from terminal.commands.roster import note_change
from terminal.sheets import labels, paper
from terminal.sheets.labels import Sheet
from verification.names import folded
from verification.orders import Order, OrderStatus
from verification.policy import Entrusted
from verification.printable import printable

HTML, SVG = "html", "svg"


@click.group(cls=Group)
def sheet() -> None:
    """Print barcodes: each label has Code 128 and QR, and words."""


_out = click.option("--out", type=click.Path(path_type=Path), metavar="FILE", help="Else standard output.")
_format = click.option(
    "--format", "as_format", type=click.Choice([HTML, SVG]), help="Else FILE's ending says it, else html."
)


@sheet.command("commands")
@_out
@_format
def command_codes(out: Path | None, as_format: str | None) -> int:
    """Print the command codes: undo, done, next and the others."""
    keypad = here().config().policy.quantity_entry is not Entrusted.NEVER
    return _plain(labels.command_sheet(keypad=keypad), out, as_format)


@sheet.command("orders")
@click.argument("numbers", nargs=-1, metavar="[ORDER]...")
@click.option("--status", type=click.Choice([status.value for status in OrderStatus]), help="Of this status.")
@_out
@_format
def order_labels(
    numbers: tuple[str, ...], status: str | None, out: Path | None, as_format: str | None
) -> int:
    """Print the labels of the orders named, of those of one status, or of all that can be scanned."""
    if numbers and status:
        raise Failure("Give either order numbers or --status, not both.", WRONG_USAGE)
    with reading(here().data) as db:
        found = [_named(db, number) for number in numbers] if numbers else _listed(db, status)
    if not found:
        raise Failure("There is no such order: `tallyman orders list` shows all; nothing was printed.")
    return _plain(labels.order_sheet(found), out, as_format)


def _named(db: sqlite3.Connection, number: str) -> Order:
    order = ledger_orders.by_number(db, number)
    if order is None:
        raise Failure(
            f"No order has the number {printable(number)}: `tallyman orders list` shows all; nothing was"
            " printed."
        )
    return order


def _listed(db: sqlite3.Connection, status: str | None) -> Sequence[Summary]:
    which = order_queue.Filter(status=OrderStatus(status) if status else None)
    listed = order_queue.page(db, which, 0, -1)
    if status:
        return listed
    return [order for order in listed if not order.done and order.status is not OrderStatus.DRAFT]


@sheet.command("badges")
@click.argument("names", nargs=-1, metavar="[NAME]...")
@click.option("--yes", is_flag=True, help="Do not ask.")
@_out
@_format
def badges(names: tuple[str, ...], yes: bool, out: Path | None, as_format: str | None) -> int:
    """Make and print new badges for the people named, or for everybody who has none.

    The station cannot show a badge's code again, so a sheet always has new ones: badges that these people
    have now stop working. Print the sheet, then delete it; whoever has it can sign in.
    """
    if out is None and sys.stdout.isatty():
        raise Failure("Badges are secret and do not belong on a screen: give --out FILE.", WRONG_USAGE)
    if out is not None and out.is_dir():
        raise Failure(f"{out} is a folder: give --out a file; no badge was changed.", WRONG_USAGE)
    with here().ledger() as ledger:
        chosen = _chosen(ledger.db, names)
        _agreed(chosen, yes=yes)
        with ExitStack() as stack, ledger.transaction() as db:
            made = [(each.name, each.role, people.new_badge(db, ledger.secret, each.name)) for each in chosen]
            for each in chosen:
                note_change(db, ledger, "badge", each.name, f"{printable(each.name)} has a new badge.")
            pages = _rendered(labels.badge_sheet(made), out, as_format)
            stack.enter_context(_kept_private(out, pages))
    count = f"{len(chosen)} new badge{'s' if len(chosen) != 1 else ''}"
    where = f" in {', '.join(map(str, _paths(out, len(pages))))}" if out else ""
    click.echo(f"{count}{where}: print the sheet, then delete it.", err=True)
    return DONE


def _chosen(db: sqlite3.Connection, names: Sequence[str]) -> list[people.Entry]:
    """The people named, each once; or those who may sign in and have no badge."""
    listed = people.listed(db)
    if not names:
        without = [entry for entry in listed if entry.active and not entry.badge]
        if not without:
            raise Failure("Everybody on the list has a badge: name those who need a new one.", REFUSED)
        return without
    wanted = {folded(name): name for name in names}
    known = {folded(entry.name): entry for entry in listed if entry.active}
    for name, given in wanted.items():
        if name not in known:
            raise Failure(f"Nobody called {printable(given)} may sign in; no badge was changed.", REFUSED)
    return [known[name] for name in wanted]


def _agreed(chosen: Sequence[people.Entry], *, yes: bool) -> None:
    replaced = [printable(entry.name) for entry in chosen if entry.badge]
    stop = f" The badge that {', '.join(replaced)} had stops working at once." if replaced else ""
    click.echo(f"New badges for {', '.join(printable(entry.name) for entry in chosen)}.{stop}", err=True)
    if yes:
        return
    if not sys.stdin.isatty():
        raise Failure("Nobody is there to agree to that: give --yes; no badge was changed.", WRONG_USAGE)
    if not click.confirm("Make them?", err=True):
        raise Failure("No badge was changed.")


def _plain(made: Sheet, out: Path | None, as_format: str | None) -> int:
    pages = _rendered(made, out, as_format)
    if out is None:
        say(pages[0])
        return DONE
    for path, page in _placed(out, pages):
        try:
            path.write_text(page, encoding="utf-8")
        except OSError as error:
            raise Failure(f"Cannot write {path}: {error.strerror}.") from error
        click.echo(f"{path} written: print it at its own size, not scaled to fit.")
    return DONE


def _rendered(made: Sheet, out: Path | None, as_format: str | None) -> list[str]:
    ending = out.suffix.lower().removeprefix(".") if out else ""
    if (as_format or ending) != SVG:
        return [paper.html(made)]
    pages = paper.svg(made)
    if out is None and len(pages) > 1:
        raise Failure(f"This makes {len(pages)} pages of SVG: give --out FILE, or use html.", WRONG_USAGE)
    return pages


def _paths(out: Path, count: int) -> list[Path]:
    """Where the pages go: FILE, or FILE-1, FILE-2 and so on, before its ending."""
    if count == 1:
        return [out]
    return [out.with_name(f"{out.stem}-{number}{out.suffix}") for number in range(1, count + 1)]


def _placed(out: Path, pages: Sequence[str]) -> Iterator[tuple[Path, str]]:
    return zip(_paths(out, len(pages)), pages, strict=True)


@contextmanager
def _kept_private(out: Path | None, pages: Sequence[str]) -> Iterator[None]:
    """Have the pages on disk before the block, under their names after it, and gone if it fails.

    Only their owner can read them. Without `out` they are printed before the block.
    """
    if out is None:
        say(pages[0])
        yield
        return
    with ExitStack() as drafts:
        try:
            written = [(_draft(path, page, drafts), path) for path, page in _placed(out, pages)]
        except OSError as error:
            raise Failure(f"Cannot write {out}: {error.strerror}; no badge was changed.") from error
        yield
        try:
            for draft, path in written:
                draft.replace(path)
        except OSError as error:
            raise Failure(
                f"The badges are new, but their sheet cannot be written to {out} ({error.strerror}): make"
                " them again into another file."
            ) from error


def _draft(path: Path, page: str, drafts: ExitStack) -> Path:
    """A file beside `path` that holds `page`, on disk; it goes with `drafts` unless it is renamed before."""
    descriptor, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    draft = Path(name)
    drafts.callback(draft.unlink, missing_ok=True)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(page)
        file.flush()
        os.fsync(descriptor)
    return draft
