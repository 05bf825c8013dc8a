"""One supervisor for one act: what a page sends up once it has name and PIN.

A page keeps an `Approving` in what it shows, hands keys to it, and posts `ApprovalGiven` when both are there.
The app checks the PIN, and has the act done with `approved_by` filled in, or tells why not as a notice, upon
which the page goes on with `Approving.refused`.
"""

from __future__ import annotations

from dataclasses import dataclass

from textual.events import Key
from textual.message import Message

from terminal.approving import Approving
from verification.meaning import Lesson, Quantity

Act = Lesson | Quantity
"""What a supervisor can approve: a wish with a field `approved_by`."""


@dataclass
class ApprovalGiven(Message):
    """A supervisor typed name and PIN for one act."""

    act: Act
    name: str
    pin: str


def pressed(asking: Approving, event: Key) -> Approving:
    """What is asked after one more key."""
    if event.key == "backspace":
        return asking.without_last()
    return asking.with_character(event.character) if event.is_printable and event.character else asking
