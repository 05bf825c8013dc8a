"""The floor under a repaint and under a start: a minimal Textual app.

`python -m benchmarks.bare_app FOLDER` takes a read's bytes as key events, makes one bare transaction in a
file in FOLDER at each Enter, and repaints one Label. Without FOLDER it only paints the Label.
"""

from __future__ import annotations

import sys
from collections.abc import Callable

from textual import events
from textual.app import App, ComposeResult
from textual.widgets import Label


class BareApp(App[None]):
    """One Label that counts."""

    def __init__(self, folder: str | None) -> None:
        super().__init__()
        self._act: Callable[[], None] = lambda: None
        if folder is not None:
            from pathlib import Path

            from benchmarks.bare_transaction import BareTransaction

            self._act = BareTransaction(Path(folder))
        self._count = 0

    def compose(self) -> ComposeResult:
        yield Label("ready", id="count")

    def on_key(self, event: events.Key) -> None:
        if event.key == "enter":
            self._act()
            self._count += 1
            self.query_one("#count", Label).update(f"count {self._count}.")


if __name__ == "__main__":
    BareApp(sys.argv[1] if len(sys.argv) > 1 else None).run()
