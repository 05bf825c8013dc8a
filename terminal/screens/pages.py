"""The pages that can lie over a screen, each loaded when somebody asks for it."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from pathlib import Path

from terminal.screens.base import Page
from terminal.view import View
from verification.policy import Policy
from verification.teaching import needs_approval

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
    approval = needs_approval(Policy(teach=view.teach), desk.person)
    return TeachScreen(desk.untaught, desk.order, approval=approval)


def reconciling_page(reader: sqlite3.Connection) -> PageOf:
    """What is sent and what is not, as the ledger behind `reader` has it."""

    def page(view: View) -> Page:
        from terminal.screens.sync import SyncScreen

        return SyncScreen(reader, view.sync)

    return page


def shift_page(folder: Path) -> PageOf:
    """How the shift stands, as the ledger in `folder` has it."""

    def page(view: View) -> Page:
        from terminal.screens.shift import ShiftScreen

        return ShiftScreen(folder, view.sync)

    return page
