"""Writing the ledger when no clerk does: one thread, so that the disk is waited for beside the network."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import TypeVar

from store.ledger import Ledger
from sync.desk import Writer

T = TypeVar("T")


@contextmanager
def writing(ledger: Ledger) -> Iterator[Writer]:
    """A writer of `ledger` for as long as the block lasts; what was begun is finished before it ends."""

    with ThreadPoolExecutor(1, "ledger") as thread:

        async def write(change: Callable[[sqlite3.Connection], T]) -> T:
            return await asyncio.get_running_loop().run_in_executor(thread, ledger.write, change)

        yield write
