"""The program behind one window: the station where none runs on the ledger, else a look at it."""

from __future__ import annotations

from pathlib import Path

from store.errors import LedgerLocked
from terminal.browser.driver import browser_driver
from terminal.browser.review import run_review
from terminal.config import Config
from terminal.run import run_station


def run_window(config: Config, data: Path, *, read_only: bool) -> str:
    """Run until the window is closed. Returns why it had to stop, or nothing.

    Raises what opening the ledger raises.
    """
    if not read_only:
        try:
            return run_station(config, data, driver=browser_driver, sounds=False)
        except LedgerLocked:
            pass  # a station runs on it, here or at the bench: it alone writes
    return run_review(config, data, driver=browser_driver)
