"""A supervisor's name and PIN for one act, as far as they are typed: a value that keys are handed to.

Nobody is signed in by it, and the next act asks anew. Reads never get here as keys, so that nothing scanned
can approve.
"""

from __future__ import annotations

from dataclasses import replace
from enum import Enum, auto
from typing import Self

from verification.printable import printable
from verification.records import record

_LONGEST = 60
"""Characters of a name or a PIN that are taken."""


class Step(Enum):
    """What is asked next."""

    NAME = auto()
    PIN = auto()
    WAIT = auto()


@record
class Approving:
    """A supervisor's name and PIN, as far as they are typed."""

    step: Step = Step.NAME
    name: str = ""
    typed: str = ""
    notice: str = ""
    """Why the last answer was not one."""

    @property
    def sentence(self) -> str:
        """What to show of it: one line, without a digit of the PIN."""
        if self.notice:
            return self.notice
        match self.step:
            case Step.NAME:
                return f"A supervisor approves. Name, then Enter: {printable(self.typed)}▏"
            case Step.PIN:
                return f"PIN of {printable(self.name, 30)}, then Enter: {'•' * len(self.typed)}▏"
            case Step.WAIT:
                return "One moment …"

    def with_character(self, character: str) -> Self:
        """With one more character."""
        if self.step is Step.WAIT:
            return self
        return replace(self, typed=(self.typed + character)[:_LONGEST], notice="")

    def without_last(self) -> Self:
        """With the last character taken back."""
        return replace(self, typed=self.typed[:-1], notice="")

    def entered(self) -> tuple[Self, str]:
        """After Enter: the next question, and the PIN once name and PIN are both there, else nothing."""
        typed = self.typed.strip()
        if self.step is Step.NAME and typed:
            return replace(self, step=Step.PIN, name=typed, typed="", notice=""), ""
        if self.step is Step.PIN and self.typed:
            return replace(self, step=Step.WAIT, typed=""), self.typed
        return self, ""

    def refused(self, notice: str) -> Self:
        """Asked from the beginning, once the answer has turned out to be none."""
        return replace(self, step=Step.NAME, name="", typed="", notice=notice)
