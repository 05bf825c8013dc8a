"""The questions that acts ask, and which act asks which."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum, auto

from verification.acts import ActKind


class Question(Enum):
    """What is asked now."""

    KIND = auto()
    LINE = auto()
    UNITS = auto()
    SHORT = auto()
    FIELD = auto()
    VALUE = auto()
    REASON = auto()
    CONFIRM = auto()
    APPROVE = auto()
    """A supervisor's name and PIN."""
    WAIT = auto()
    """It is being done."""


QUESTIONS: Mapping[ActKind, tuple[Question, ...]] = {
    ActKind.APPROVE: (Question.REASON,),
    ActKind.SEND_BACK: (Question.REASON,),
    ActKind.ADJUST: (Question.LINE, Question.UNITS, Question.REASON),
    ActKind.CONFIRM: (Question.LINE, Question.UNITS, Question.REASON),
    ActKind.CLOSE_SHORT: (Question.SHORT, Question.UNITS, Question.REASON),
    ActKind.REOPEN: (Question.REASON,),
    ActKind.TAKE_OVER: (),
    ActKind.EDIT: (Question.FIELD, Question.VALUE),
    ActKind.CANCEL: (Question.REASON,),
    ActKind.RELEASE: (),
    ActKind.SHIP: (),
}
"""What each act asks between its choice and the agreement to it."""
