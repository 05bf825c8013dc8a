"""What all tests stand on, and how they are shared out where several workers run them."""

from __future__ import annotations

import os
import signal

import pytest

# A shell that starts the tests in the background has them and the programs under test ignore SIGINT.
signal.signal(signal.SIGINT, signal.default_int_handler)
# Where Python is told to keep no bytecode, each of a thousand programs under test would compile itself anew.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)

SEEDS = "tests/simulation/test_shifts.py"
"""The longest work, which any worker may take in parts. It comes first, so that nobody is left with it."""
TOGETHER = (
    "tests/e2e/station/",  # they type and scan at the pace of people and scanners: never two at a time
    "tests/orders_api/",  # they share a server for each kind of database
)
"""What one worker runs whole, the longest first. Of all other tests a worker takes a file at a time."""


@pytest.hookimpl(tryfirst=True)  # before pytest-xdist looks at the groups
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the tests into groups for the workers, and the longest groups first."""
    places = {item: _place(item.nodeid) for item in items}
    for item, (_, group) in places.items():
        item.add_marker(pytest.mark.xdist_group(group))
    items.sort(key=lambda item: places[item][0])


def _place(test: str) -> tuple[int, str]:
    """When a test's group comes, and its name."""
    if test.startswith(SEEDS):
        return 0, test
    for place, folder in enumerate(TOGETHER, 1):
        if test.startswith(folder):
            return place, folder
    return len(TOGETHER) + 1, test.split("::", 1)[0]
