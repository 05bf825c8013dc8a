"""A shift at the desk with a clock of its own, and what came of it counted again without the ledger."""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

from store.ledger import Ledger
from store.posting import posting
from terminal.procedure import Procedure
from terminal.reads import Outcome
from tests.terminal.builders import NO_ALARM, read
from verification.codes import Command
from verification.desk import Desk
from verification.meaning import Person
from verification.verdicts import WRONG_ITEM, Verdict

BEGIN = datetime(2026, 5, 1, 8, tzinfo=UTC)


@dataclass
class Counted:
    """One counted read as whoever watches the bench would note it."""

    person: str
    quarter: str
    units: int
    order: str
    finished_order: bool


@dataclass
class Watched:
    """What somebody with a notepad beside the bench has written down."""

    reads: Counter[str] = field(default_factory=Counter)
    standing: list[Counted] = field(default_factory=list)
    wrong: Counter[str] = field(default_factory=Counter)
    """Wrong items by order."""
    undone: Counter[str] = field(default_factory=Counter)
    at_work: set[tuple[str, str]] = field(default_factory=set)
    """Each person and each scanner with each quarter of an hour in which it read something."""

    def note(self, outcome: Outcome, person: str) -> None:
        self.reads[outcome.verdict] += 1
        self.at_work |= {(name, _quarter(outcome.at)) for name in (person, outcome.scanner)}
        order = outcome.order.id if outcome.order else ""
        if outcome.verdict in WRONG_ITEM:
            self.wrong[order] += 1
        if outcome.delta > 0:
            done = outcome.verdict is Verdict.ORDER_VERIFIED
            self.standing.append(Counted(person, _quarter(outcome.at), outcome.delta, order, done))
        elif outcome.command is Command.UNDO and outcome.delta:
            self.undone[order] += 1
            last = max(place for place, each in enumerate(self.standing) if each.order == order)
            del self.standing[last]

    @property
    def verified(self) -> set[str]:
        return {each.order for each in self.standing if each.finished_order}

    @property
    def right_at_once(self) -> set[str]:
        return {order for order in self.verified if not self.wrong[order] and not self.undone[order]}

    def units(self) -> Counter[tuple[str, str]]:
        found: Counter[tuple[str, str]] = Counter()
        for each in self.standing:
            found[each.person, each.quarter] += each.units
        return found


def _quarter(at: str) -> str:
    moment = datetime.fromisoformat(at)
    return f"{moment.replace(minute=moment.minute // 15 * 15):%Y-%m-%dT%H:%M}"


class Bench:
    """Reads one after the other, each its own commit, by people who take turns."""

    def __init__(self, ledger: Ledger) -> None:
        self.ledger = ledger
        self.now = BEGIN
        self.watched = Watched()
        self._desk = Desk(Person("Ana"))
        self._procedure = Procedure(ledger, NO_ALARM, now=lambda: self.now)

    def hand_over(self, name: str) -> None:
        self._desk = replace(self._desk, person=Person(name))

    def take(self, code: str, scanner: str = "gun-1") -> Outcome:
        self.now += timedelta(seconds=40)
        with posting(self.ledger) as posted:
            outcome, self._desk = self._procedure.handle(
                posted, self._desk, read(code, self.now.timestamp(), scanner=scanner)
            )
        assert self._desk.person is not None
        self.watched.note(outcome, self._desk.person.name)
        return outcome


def shift(bench: Bench, seed: int, numbers: list[str], skus: list[str], reads: int) -> None:
    """Scan at random, but mostly what could be right."""
    chance = random.Random(seed)
    for _ in range(reads):
        if chance.random() < 0.05:
            bench.hand_over(chance.choice(["Ana", "Ben"]))
        code = chance.choices(
            [chance.choice(skus), chance.choice(numbers), "TALLYMAN:UNDO", "NOBODY KNOWS"], [70, 12, 15, 3]
        )[0]
        bench.take(code, chance.choice(["gun-1", "gun-2"]))
