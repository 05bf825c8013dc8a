"""Reads, and an ear for what a clerk tells."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from datetime import UTC, datetime

from store.ledger import Ledger
from terminal.clerk import News
from terminal.procedure import Procedure
from terminal.reads import Delivery, Outcome
from terminal.scanners.framing import Frame, FrameKind
from verification.meaning import Person
from verification.policy import Policy

ANA = Person("Ana")
GUN = "gun-1"
NO_ALARM = Policy(sign_in=False, alarm_on_wrong_item=False)
NOON = datetime(2026, 5, 1, 12, tzinfo=UTC)
PATIENCE = 20
"""Seconds that a test waits for what must come."""


def read(
    text: str | bytes, at: float = 0.0, *, scanner: str = GUN, kind: FrameKind = FrameKind.OK
) -> Delivery:
    """What a scanner delivers."""
    return Delivery(scanner, Frame(kind, text.encode() if isinstance(text, str) else text, at))


def reads(*texts: str) -> list[Delivery]:
    """One read after the other, a second apart."""
    return [read(text, float(n)) for n, text in enumerate(texts)]


def procedure(ledger: Ledger, policy: Policy = NO_ALARM, **more: object) -> Procedure:
    """A procedure whose clock stands still."""
    return Procedure(ledger, policy, now=lambda: NOON, **more)  # type: ignore[arg-type]


class Ear:
    """Remembers what was told, and lets a test wait for it."""

    def __init__(self, also: Callable[[News], None] = lambda _news: None) -> None:
        self.news: list[News] = []
        self.faults: list[Exception] = []
        self._also = also
        self._told = threading.Condition()

    def __call__(self, news: News) -> None:
        self._also(news)
        with self._told:
            self.news.append(news)
            self._told.notify_all()

    @property
    def outcomes(self) -> list[Outcome]:
        return [outcome for news in self.news for outcome in news.outcomes]

    def wait_for(self, count: int) -> list[Outcome]:
        """The outcomes, once there are `count` of them."""
        with self._told:
            assert self._told.wait_for(lambda: len(self.outcomes) >= count, PATIENCE), self.outcomes
        return self.outcomes


def verdicts(outcomes: Iterable[Outcome]) -> list[str]:
    return [outcome.verdict.value for outcome in outcomes]
