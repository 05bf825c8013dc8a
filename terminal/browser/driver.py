"""The way from a browser to the program: packets on standard input, whose bytes are parted as a terminal's.

A scanner that types into the browser's computer is told from keys as at the bench, so that a scan is never a
key here either.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable

from textual.driver import Driver
from textual.drivers._byte_stream import ByteStream
from textual.drivers.web_driver import WebDriver

from terminal.driver import KeyParser
from terminal.parting import Parting
from terminal.scanners.framing import Frame, Framing

_READ_SIZE = 4096


def browser_driver(framing: Framing, deliver: Callable[[Frame], None]) -> type[Driver]:
    """The driver class for an app whose screen and keyboard are a browser's; see `station_driver`."""

    class Driven(BrowserDriver):
        wedge_framing = framing

        def deliver_frame(self, frame: Frame) -> None:
            deliver(frame)

    return Driven


class BrowserDriver(WebDriver):
    """Reads packets from the server, and ends the program when the server is gone."""

    wedge_framing: Framing

    def deliver_frame(self, frame: Frame) -> None:
        """Take a frame, in the input thread."""
        raise NotImplementedError

    def run_input_thread(self) -> None:
        """Deliver reads and keys until the program ends or the server does."""
        assert sys.__stdin__ is not None
        stdin = sys.__stdin__.fileno()
        parser, packets = KeyParser(self._debug), ByteStream()

        def press(key: str) -> None:
            for message in parser.key(key):
                self.process_message(message)

        def read() -> list[bytes] | None:
            data = os.read(stdin, _READ_SIZE)
            if not data:
                return None
            typed: list[bytes] = []
            for kind, payload in packets.feed(data):
                if kind == "D":
                    typed.append(payload)
                else:
                    self._on_meta(kind, payload)
            return typed

        if not Parting(self.wedge_framing, self.deliver_frame, press).run(stdin, self.exit_event, read):
            self._loop.call_soon_threadsafe(self._app.exit)
