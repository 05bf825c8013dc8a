"""`python -m tests.simulation FIRST COUNT`: run seeds until one fails, and say how to replay it."""

from __future__ import annotations

import sys
import traceback

from tests.simulation.world import simulate


def main(first: int, count: int) -> int:
    for seed in range(first, first + count):
        try:
            simulate(seed)
        except Exception as error:  # noqa: BLE001 - whatever it is, the seed must be told
            traceback.print_exc()
            sys.stdout.write(f"seed {seed} fails: {error}\nreplay: python -m tests.simulation {seed} 1\n")
            return 1
    sys.stdout.write(f"{count} seeds from {first} on hold\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]), int(sys.argv[2])))
