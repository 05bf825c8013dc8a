"""The way from the terminal to the program: reads go straight to the station, keys go to the screen.

Textual's own driver gives all bytes to its parser, and so a scan would type into whatever is focused and
press whatever is bound. Here the bytes pass the wedge first. A read is delivered in the input thread and
never waits in the screen's queue; only keys and reports reach the parser, and they are all well formed.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from textual.app import App
    from textual.driver import Driver
    from textual.message import Message

    from terminal.scanners.framing import Frame, Framing

if sys.platform == "win32":

    def station_driver(
        framing: Framing,  # noqa: ARG001
        deliver: Callable[[Frame], None],  # noqa: ARG001
        hear: Callable[[bytes, float], None] = lambda _data, _at: None,  # noqa: ARG001
    ) -> type[Driver]:
        """Raise: on Windows the terminal's input does not come as bytes."""
        raise OSError("A scanner that types into the terminal is not available on Windows; use serial.")

else:
    import contextlib
    import os
    import re
    import signal
    from typing import Any, TextIO, cast

    from textual._xterm_parser import XTermParser
    from textual.drivers.linux_driver import LinuxDriver
    from textual.events import Resize
    from textual.geometry import Size

    from terminal.parting import Parting

    _READ_SIZE = 512
    """Bytes taken at once: few, so that the first reads of a flood are away before the last are cut."""
    _KITTY_ON = re.compile(r"\x1b\[>\d+u")
    _KITTY_OFF = "\x1b[>0u"

    def station_driver(
        framing: Framing,
        deliver: Callable[[Frame], None],
        hear: Callable[[bytes, float], None] = lambda _data, _at: None,
    ) -> type[Driver]:
        """The driver class for an app whose terminal is also a scanner.

        `deliver` gets each frame, good or quarantined, in the input thread; it should only take it. `hear`
        gets all bytes before anything is made of them, with the monotonic seconds of their coming.
        """

        class Driven(StationDriver):
            wedge_framing = framing

            def deliver_frame(self, frame: Frame) -> None:
                deliver(frame)

            def hear_bytes(self, data: bytes, at: float) -> None:
                hear(data, at)

        return Driven

    class KeyParser(XTermParser):
        """Textual's parser, told that what the wedge hands on is complete."""

        def key(self, text: str) -> list[Message]:
            """The messages of one key. Escape need not wait for more: the wedge has waited already."""
            messages = list(self.feed(text))
            if self._timeout_time is not None:
                self._timeout_time = 0.0
                messages += self.tick()
            return messages

    class _Terminal:
        """The terminal as output. Once it is gone, what is written to it goes nowhere."""

        def __init__(self, file: TextIO) -> None:
            self._file = file
            self._gone = False

        def write(self, text: str) -> None:
            """Write, unless the terminal is gone."""
            self._attempt(lambda: self._file.write(text))

        def flush(self) -> None:
            """Flush, unless the terminal is gone."""
            self._attempt(self._file.flush)

        def _attempt(self, act: Callable[[], object]) -> None:
            if self._gone:
                return
            try:
                act()
            except OSError:
                self._gone = True

    class StationDriver(LinuxDriver):
        """Reads bytes from the terminal and parts them into reads and keys."""

        wedge_framing: Framing

        def __init__(
            self,
            app: App[Any],
            *,
            debug: bool = False,
            mouse: bool = True,
            size: tuple[int, int] | None = None,
        ) -> None:
            super().__init__(app, debug=debug, mouse=mouse, size=size)
            self._file = cast("Any", _Terminal(cast("TextIO", self._file)))
            self._handlers_before: dict[int, Any] = {}

        def deliver_frame(self, frame: Frame) -> None:
            """Take a frame, in the input thread."""
            raise NotImplementedError

        def hear_bytes(self, data: bytes, at: float) -> None:
            """Take note of bytes as they come, in the input thread."""

        def write(self, data: str) -> None:
            """Write to the terminal, but never switch Kitty's keyboard reports on.

            They would turn each scanned character into ten bytes. Pushing "none" instead keeps the
            stack of modes balanced for Textual's pop at the end, and ends what others left on.
            """
            super().write(_KITTY_OFF if _KITTY_ON.fullmatch(data) else data)

        def start_application_mode(self) -> None:
            """Begin, and end the program in order when the terminal hangs up or somebody ends it."""
            for number in (signal.SIGHUP, signal.SIGTERM):
                if number not in self._handlers_before and signal.getsignal(number) is not signal.SIG_IGN:
                    before = signal.signal(number, lambda _signal, _frame: self._hang_up())
                    self._handlers_before[number] = before
            super().start_application_mode()  # type: ignore[no-untyped-call]
            signal.signal(
                signal.SIGWINCH, lambda _signal, _frame: self._loop.call_soon_threadsafe(self._tell_size)
            )

        def _tell_size(self) -> None:
            """Tell the app how large the terminal is now.

            Read in the loop and not in the signal's handler: a second signal can interrupt the first one's
            handler between its reading and its telling, and the older size would be told last.
            """
            size = Size(*self._get_terminal_size())
            self._app.post_message(Resize(size, size))

        def _get_terminal_size(self) -> tuple[int, int]:
            """Columns and rows as the terminal has them.

            What COLUMNS and LINES say is what a shell or a parent found once, and no resize changes it.
            """
            with contextlib.suppress(OSError):
                columns, rows = os.get_terminal_size(self.fileno)
                if columns and rows:
                    return columns, rows
            return super()._get_terminal_size()

        def close(self) -> None:
            """Give the terminal back, and the signals."""
            super().close()
            for number, handler in self._handlers_before.items():
                signal.signal(number, handler)
            self._handlers_before.clear()

        def _query_in_band_window_resize(self) -> None:
            """Never asked for: a barcode could hold a resize report, and SIGWINCH tells the truth."""

        def run_input_thread(self) -> None:
            """Deliver reads and keys until the program ends or the terminal does."""
            parser = KeyParser(self._debug)

            def press(key: str) -> None:
                for message in parser.key(key):
                    self.process_message(message)

            parting = Parting(self.wedge_framing, self.deliver_frame, press, self.hear_bytes)
            if not parting.run(self.fileno, self.exit_event, self._read):
                self._hang_up()

        def _read(self) -> tuple[bytes] | None:
            """What is there to read; None once the terminal is gone."""
            try:
                data = os.read(self.fileno, _READ_SIZE)
            except OSError:
                return None
            return (data,) if data else None

        def _hang_up(self) -> None:
            """End the program from any thread, or from a signal, which does not wake the loop itself."""
            self._loop.call_soon_threadsafe(self._app.exit)
