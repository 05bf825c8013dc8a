"""A small program behind the station's driver. What it sees goes, a line each, to file descriptor 3."""

from __future__ import annotations

import fcntl
import os
import struct
import termios

from textual.app import App, ComposeResult
from textual.events import Key, Paste, Resize
from textual.widgets import Input, Label

from terminal.driver import station_driver
from terminal.scanners.framing import Frame, Framing

PULLED_ON = 33
"""Columns of a window that somebody goes on pulling at the moment its size is read."""


def tell(word: str, what: object) -> None:
    os.write(3, f"{word} {what}\n".encode())


class Seen(App[None]):
    """Tells its keys, the text in its field, and how it ended."""

    BINDINGS = [("ctrl+q", "quit", "Quit"), ("f2", "told", "Tell"), ("u", "undo", "Undo")]  # noqa: RUF012

    def compose(self) -> ComposeResult:
        yield Label("ready")
        yield Input(id="field")

    def on_mount(self) -> None:
        self.call_after_refresh(tell, "ready", "")

    def on_key(self, event: Key) -> None:
        tell("key", event.key)

    def on_resize(self, event: Resize) -> None:
        tell("size", event.size.width)

    def on_paste(self, event: Paste) -> None:
        tell("paste", repr(event.text))

    def action_told(self) -> None:
        tell("field", repr(self.query_one(Input).value))

    def on_unmount(self) -> None:
        tell("unmounted", "")


def deliver(frame: Frame) -> None:
    tell(frame.kind.value, repr(frame.data))


if __name__ == "__main__":
    framing = Framing(suffixes=(b"\r", b"\n", b"\t"))

    class Driver(station_driver(framing, deliver)):  # type: ignore[misc]
        def _get_terminal_size(self) -> tuple[int, int]:
            size: tuple[int, int] = super()._get_terminal_size()
            if size[0] == PULLED_ON:
                fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", 30, 100, 0, 0))
            return size

    Seen(driver_class=Driver).run()
    tell("ended", "")
