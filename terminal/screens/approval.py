"""A supervisor's name and PIN, typed on a page for one act of somebody else."""

from __future__ import annotations

from dataclasses import dataclass, replace

from textual import events
from textual.message import Message

from verification.meaning import Lesson, Quantity
from verification.printable import printable

LONGEST_TYPED = 60


@dataclass
class ApprovalGiven(Message):
    """A supervisor typed name and PIN for one wish."""

    wish: Lesson | Quantity
    name: str
    pin: str


@dataclass(frozen=True, slots=True)
class Approval:
    """The name, then the PIN, as far as they are typed."""

    typed: str = ""
    name: str = ""
    pin: str = ""

    def pressed(self, event: events.Key) -> Approval:
        """After one more key."""
        if event.key == "backspace":
            return replace(self, typed=self.typed[:-1])
        if event.is_printable and event.character:
            return replace(self, typed=(self.typed + event.character)[:LONGEST_TYPED])
        return self

    def entered(self) -> Approval:
        """After Enter: what was typed is the name, or else the PIN."""
        if not self.name:
            return Approval(name=self.typed.strip())
        return replace(self, pin=self.typed, typed="")

    def given_for(self, wish: Lesson | Quantity) -> ApprovalGiven | None:
        """The message for `wish`, once name and PIN are there."""
        return ApprovalGiven(wish, self.name, self.pin) if self.pin else None

    @property
    def words(self) -> str:
        """What is asked, and what is typed."""
        if not self.name:
            return f"A supervisor approves. Name, then Enter: {printable(self.typed)}▏"
        return f"PIN of {printable(self.name, 30)}, then Enter: {'•' * len(self.typed)}▏"
