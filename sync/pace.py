"""How fast the station asks: workers, Retry-After, and how often a failed request may be asked again.

Contract: 4 to 8 workers per key; Retry-After is a minimum; X-RateLimit-Remaining is honoured; exponential
backoff with jitter; the total retry time is capped.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from email.utils import parsedate_to_datetime
from random import Random
from typing import Final

from verification.records import record

MOST_WORKERS: Final = 8
"""As many as the contract allows; fewer while X-RateLimit-Remaining says fewer."""
LONGEST_WAIT: Final = 3600.0
"""Seconds; a Retry-After beyond it is taken as this, so that a slip of the server ends some day."""


@record
class Backoff:
    """Full jitter: each wait is drawn from zero to a limit that doubles."""

    first: float = 0.5
    """Seconds, the limit of the first wait."""
    longest: float = 20.0
    total: float = 60.0
    """Seconds after which no further try of the same request begins."""
    tries: int = 4

    def wait(self, attempt: int, random: Random) -> float:
        """Seconds before the try after `attempt` tries."""
        return random.uniform(0.0, min(self.longest, self.first * 2 ** min(attempt - 1, 16)))


@dataclass
class Budget:
    """Retries cost one token each and every success earns a tenth: an outage is not met with a storm."""

    most: float = 10.0
    left: float = 10.0

    def spend(self) -> bool:
        """Take a token; False when there is none."""
        if self.left < 1.0:
            return False
        self.left -= 1.0
        return True

    def earn(self) -> None:
        """A request succeeded."""
        self.left = min(self.most, self.left + 0.1)


@dataclass
class Pace:
    """Lets at most `workers` requests go at once, and none before the API's Retry-After has passed."""

    most: int = MOST_WORKERS
    budget: Budget = field(default_factory=Budget)
    workers: int = MOST_WORKERS
    not_before: float = 0.0
    """On the event loop's clock."""
    _going: int = 0
    _turn: asyncio.Condition | None = None

    def held_back(self) -> float:
        """Seconds until the API may be asked again."""
        return max(0.0, self.not_before - asyncio.get_running_loop().time())

    async def __aenter__(self) -> None:
        if self._turn is None:
            self._turn = asyncio.Condition()
        while True:
            if self._going >= self.workers:
                async with self._turn:
                    await self._turn.wait_for(lambda: self._going < self.workers)
            wait = self.held_back()
            if wait == 0.0 and self._going < self.workers:
                break
            if wait:
                await asyncio.sleep(wait)
        self._going += 1

    async def __aexit__(self, *_: object) -> None:
        assert self._turn is not None
        self._going -= 1
        async with self._turn:
            self._turn.notify(1)

    def learn(self, headers: Mapping[str, str], now: Callable[[], datetime]) -> float:
        """Take in what an answer says of the pace; returns its Retry-After in seconds, 0 without one."""
        remaining = number_in(headers.get("x-ratelimit-remaining", ""))
        self.workers = self.most if remaining is None else max(1, min(self.most, remaining))
        after = retry_after(headers.get("retry-after", ""), now)
        if after:
            self.not_before = max(self.not_before, asyncio.get_running_loop().time() + after)
        return after


def number_in(text: str) -> int | None:
    """The number that a header holds in ASCII digits (RFC 9110, 8.6); None where it is none, or absurd."""
    digits = text.strip()
    return int(digits) if digits.isascii() and digits.isdigit() and len(digits) < 20 else None


def retry_after(text: str, now: Callable[[], datetime]) -> float:
    """Seconds that a Retry-After asks for: a number, or a date as HTTP also allows (RFC 9110, 10.2.3)."""
    text = text.strip()
    if not text:
        return 0.0
    try:
        seconds = float(text)
    except ValueError:
        try:
            seconds = (parsedate_to_datetime(text) - now()).total_seconds()
        except (ValueError, TypeError, OverflowError):
            return 0.0
    return min(LONGEST_WAIT, seconds) if seconds > 0 else 0.0
