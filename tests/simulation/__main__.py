"""`python -m tests.simulation FIRST COUNT`: run seeds until one fails, and say how to replay it."""

from __future__ import annotations

import gc
import sys
import traceback
from collections.abc import Iterator
from contextlib import contextmanager

from tests.simulation.world import simulate


def first_failure(first: int, count: int) -> str:
    """What the first seed that fails has to say, with how to replay it; empty when all hold."""
    with _collecting_between_seeds():
        for seed in range(first, first + count):
            try:
                simulate(seed)
            except Exception as error:  # noqa: BLE001 - whatever it is, the seed must be told
                told = f"seed {seed} fails: {error}\nreplay: python -m tests.simulation {seed} 1\n"
                return traceback.format_exc() + told
            gc.collect()
    return ""


@contextmanager
def _collecting_between_seeds() -> Iterator[None]:
    """The collector of unused objects takes a tenth of a seed's time when it may come at any moment."""
    gc.collect()
    gc.freeze()
    gc.disable()
    try:
        yield
    finally:
        gc.enable()
        gc.unfreeze()


def main(first: int, count: int) -> int:
    told = first_failure(first, count)
    sys.stdout.write(told or f"{count} seeds from {first} on hold\n")
    return 1 if told else 0


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]), int(sys.argv[2])))
