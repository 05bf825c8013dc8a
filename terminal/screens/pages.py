"""The pages that can lie over a screen, each loaded when somebody asks for it."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from pathlib import Path

from terminal.reads import Outcome
from terminal.screens.base import Page
from terminal.view import View
from verification.codes import Command
from verification.keypad import left

PageOf = Callable[[View], Page]
"""Makes a page about the station as it stands."""


def help_page(_view: View) -> Page:
    """What can be done here."""
    from terminal.screens.help import HelpScreen

    return HelpScreen()


def teaching_page(view: View) -> Page:
    """What the last read stands for; there has to be one that nobody knew, and an open order."""
    from terminal.screens.teach import TeachScreen

    desk = view.desk
    assert desk.untaught is not None
    assert desk.order is not None
    approval = view.teach.wants_approval(desk.person)
    return TeachScreen(desk.untaught, desk.order, approval=approval)


def keypad_page(view: View) -> Page:
    """How many more of the goods read last there are; the last read has to have counted some."""
    from terminal.screens.keypad import KeypadScreen

    desk = view.desk
    assert desk.countable is not None
    approval = view.quantity_entry.wants_approval(desk.person)
    return KeypadScreen(desk.countable, left(desk), approval=approval)


def page_after(outcome: Outcome, view: View) -> PageOf | None:
    """The page that the last read asks for, whether it was a code or a key."""
    if outcome.command is Command.HELP:
        return help_page
    if outcome.command is Command.QUANTITY and view.desk.countable is not None:
        return keypad_page
    return None


def reconciling_page(reader: sqlite3.Connection) -> PageOf:
    """What is sent and what is not, as the ledger behind `reader` has it."""

    def page(view: View) -> Page:
        from terminal.screens.sync import SyncScreen

        return SyncScreen(reader, view.sync)

    return page


def reports_page(folder: Path) -> PageOf:
    """The reports, read from the ledger in `folder`."""

    def page(_view: View) -> Page:
        from terminal.screens.reports import ReportsScreen

        return ReportsScreen(folder)

    return page


def shift_page(folder: Path) -> PageOf:
    """How the shift stands, as the ledger in `folder` has it."""

    def page(view: View) -> Page:
        from terminal.screens.shift import ShiftScreen

        return ShiftScreen(folder, view.sync)

    return page
