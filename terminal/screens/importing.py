"""Orders from a file, by keys alone: chosen, shown, agreed to. What takes long is read in a thread."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from terminal.importing import Import, Part
from terminal.order_file import Abandoned, Files
from terminal.screens.act import ActScreen
from terminal.supervision import Answer
from terminal.widgets.painted import Row


class ImportScreen(ActScreen[Import]):
    """Asks for a file, shows what it would bring in, and has it brought in or tells why not."""

    NAME = "Import"

    def __init__(
        self,
        begun: Import,
        rows: Callable[[Import, int, int], list[Row]],
        carry_out: Callable[[Import, str], Answer],
        say_done: Callable[[str], None],
        files: Files,
    ) -> None:
        super().__init__(begun, rows, carry_out, say_done)
        self._files = files
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="files")
        self._stop = threading.Event()
        self._asked_for: str | None = None
        """The folder whose listing is on its way."""

    def on_mount(self) -> None:
        super().on_mount()
        self._become(self._form.asked)

    def on_unmount(self) -> None:
        self._stop.set()
        self._thread.shutdown(wait=False, cancel_futures=True)

    def _become(self, asked: Import) -> None:
        before = self._form.asked
        super()._become(asked)
        if asked.part is Part.READ and before.part is not Part.READ:
            self._stop = threading.Event()
            self.run_worker(self._read(asked.file, self._stop))
        elif asked.part is not Part.READ:
            self._stop.set()
        if asked.wanted is not None and asked.wanted != self._asked_for:
            self._asked_for = asked.wanted
            self.run_worker(self._list(asked.wanted))

    async def _list(self, folder: str) -> None:
        found = await asyncio.get_running_loop().run_in_executor(self._thread, self._files.listing, folder)
        if self._asked_for == folder:
            self._asked_for = None
        self._become(self._form.asked.listed(found))

    async def _read(self, path: str, stop: threading.Event) -> None:
        loop = asyncio.get_running_loop()
        try:
            found = await loop.run_in_executor(self._thread, self._files.read, path, stop)
        except Abandoned:
            return
        self._become(self._form.asked.read(found))
