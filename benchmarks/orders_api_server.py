"""Requests per second of the Orders API against a bare Starlette app that returns the same bytes.

    python -m benchmarks.orders_api_server [--seconds 0.5] [--rounds 20] [--json]

Both servers run one uvicorn worker each in the same run and take many short turns, so that whatever
else the machine does slows both. The ratio is the median over the turns; 0.60 must be reached.
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
import tempfile
from pathlib import Path

from benchmarks.orders_api_load import (
    BASE_PATH,
    Target,
    child_server,
    requests_per_second,
    run_tool,
)

MUST_REACH = 0.60
ORDERS = 10_000


def measure(seconds: float, rounds: int) -> list[dict[str, float | str]]:
    """One result per kind of request."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "orders.db"
        url = f"sqlite:///{file}"
        run_tool(["seed", "--orders", str(ORDERS), "--today", "2026-01-31", "--database", url])
        key = run_tool(["keys", "create", "benchmark", "--database", url])
        with child_server(["orders_api", "serve", "--port", "0", "--database", url]) as address:
            paths = {
                "list page of 200": f"{BASE_PATH}/orders/?limit=200",
                "one order": f"{BASE_PATH}/orders/ORD-2026-01005000/",
            }
            bodies = []
            for number, path in enumerate(paths.values()):
                body = Target(address, path, key).once().partition(b"\r\n\r\n")[2]
                kept = Path(folder) / f"body-{number}"
                kept.write_bytes(body)
                bodies.append(f"{path.partition('?')[0]}={kept}")
            with child_server(["benchmarks.orders_api_bare", str(file), *bodies]) as bare:
                return [
                    _compare(
                        name,
                        Target(bare, path, key),
                        Target(address, path, key),
                        seconds,
                        rounds,
                    )
                    for name, path in paths.items()
                ]


def _compare(name: str, bare: Target, server: Target, seconds: float, rounds: int) -> dict[str, float | str]:
    for target in (bare, server):
        requests_per_second(target, 0.5)
    pairs = [
        (requests_per_second(bare, seconds), requests_per_second(server, seconds)) for _ in range(rounds)
    ]
    ratio = statistics.median(of_server / of_bare for of_bare, of_server in pairs)
    return {
        "request": name,
        "bare_per_second": round(statistics.median(pair[0] for pair in pairs), 1),
        "server_per_second": round(statistics.median(pair[1] for pair in pairs), 1),
        "ratio": round(ratio, 3),
        "must_reach": MUST_REACH,
    }


def main() -> int:
    """Prints the results; 1 when a ratio is below what must be reached."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=0.5)
    parser.add_argument("--rounds", type=int, default=20)
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    results = measure(arguments.seconds, arguments.rounds)
    if arguments.json:
        print(json.dumps(results))
    else:
        for result in results:
            print(
                f"GET {result['request']}: {result['server_per_second']} per second, bare app "
                f"{result['bare_per_second']}, ratio {result['ratio']} "
                f"(must reach {result['must_reach']})"
            )
    return 0 if all(float(result["ratio"]) >= MUST_REACH for result in results) else 1


if __name__ == "__main__":
    sys.exit(main())
