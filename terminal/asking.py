"""What an act needs to be told, asked one question after the other. Pure: nothing has been done yet.

Every answer is typed or chosen by hand; a read never gets here. Enter alone never does an act: the last step
wants a key of its own, or a supervisor's name and PIN.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import field, replace

from terminal.approving import Approving, Step
from terminal.header_field import NotAValue, as_kept, as_typed
from terminal.questions import QUESTIONS, Question
from terminal.review_wording import FIELD
from verification.acts import REASONED, Act, ActKind, Short
from verification.judging import judge
from verification.meaning import Person
from verification.offers import Offer, needs_approval
from verification.orders import Order
from verification.records import record

_LONGEST = 200
_MOST_DIGITS = 10


_CHOSEN = frozenset({Question.KIND, Question.LINE, Question.SHORT, Question.FIELD})
_TYPED = frozenset({Question.UNITS, Question.VALUE, Question.REASON})
_REASON_WANTED = REASONED | {ActKind.CANCEL}


@record
class Asking:
    """The questions as far as they are answered."""

    order: Order
    offers: tuple[Offer, ...]
    by: Person | None
    """Who stands at the station."""
    question: Question = Question.KIND
    cursor: int = 0
    typed: str = ""
    notice: str = ""
    """What is wrong with the last answer."""
    kind: ActKind | None = None
    line_id: str = ""
    units: int | None = None
    short: Short | None = None
    header: str = ""
    """The header field that is edited."""
    value: str = ""
    reason: str = ""
    approving: Approving = field(default_factory=Approving)
    """The supervisor's name and PIN as far as they are typed."""

    @property
    def choices(self) -> int:
        """How many there are to choose from."""
        match self.question:
            case Question.KIND:
                return len(self.offers)
            case Question.LINE:
                return len(self.order.lines)
            case Question.SHORT:
                return len(Short)
            case Question.FIELD:
                return len(FIELD)
            case _:
                return 0

    @property
    def act(self) -> Act:
        """What was asked for so far."""
        assert self.kind is not None
        return Act(
            self.kind,
            self.by,
            self.reason,
            line_id=self.line_id,
            units=self.units,
            short=self.short,
            changes={self.header: self.value} if self.header else {},
        )

    @property
    def approval(self) -> bool:
        """Whether a supervisor has to agree."""
        return self.kind is not None and needs_approval(self.kind, self.by)

    @property
    def reason_wanted(self) -> bool:
        """Whether the reason may not be empty."""
        return self.kind in _REASON_WANTED and self.short in (None, Short.OTHER)

    def took(self, character: str) -> Asking:
        """With one more character typed; digits alone where units are asked for."""
        if self.question is Question.APPROVE:
            return replace(self, approving=self.approving.with_character(character))
        if self.question not in _TYPED:
            return self
        if self.question is Question.UNITS and (not character.isdecimal() or len(self.typed) >= _MOST_DIGITS):
            return self
        return replace(self, typed=(self.typed + character)[:_LONGEST], notice="")

    def erased(self) -> Asking:
        """With the last character taken away."""
        if self.question is Question.APPROVE:
            return replace(self, approving=self.approving.without_last())
        return replace(self, typed=self.typed[:-1], notice="")

    def moved(self, by: int) -> Asking:
        """With another row chosen."""
        if self.question not in _CHOSEN:
            return self
        return replace(self, cursor=min(max(0, self.cursor + by), max(0, self.choices - 1)), notice="")

    def entered(self) -> Asking:
        """With the question answered as it stands, or told what is wrong with the answer."""
        answer = _ANSWERS.get(self.question)
        return answer(self) if answer else self

    def confirmed(self) -> Asking:
        """With the act agreed to by the person at the station; a supervisor may have to follow."""
        if self.question is not Question.CONFIRM:
            return self
        follows = Question.APPROVE if self.approval else Question.WAIT
        return replace(self, question=follows, approving=Approving(), notice="")

    def refused(self, why: str) -> Asking:
        """Back at the last step with the reason why nothing was done."""
        return replace(self, question=Question.CONFIRM, approving=Approving(), notice=why)

    def back(self) -> Asking | None:
        """One question back; None where there is none before this one."""
        match self.question:
            case Question.KIND:
                return None
            case Question.WAIT:
                return self
            case Question.APPROVE:
                return self.refused("")
        return _at(self, self.way[self.way.index(self.question) - 1])

    @property
    def waits(self) -> bool:
        """Whether everything is said, and the act is being done."""
        return self.question is Question.WAIT

    @property
    def way(self) -> tuple[Question, ...]:
        """The questions from the choice of the act to the agreement to it."""
        asked = QUESTIONS[self.kind] if self.kind else ()
        return (Question.KIND, *asked, Question.CONFIRM)


def _asked_next(asking: Asking) -> Asking:
    return _at(asking, asking.way[asking.way.index(asking.question) + 1])


def _at(asking: Asking, question: Question) -> Asking:
    """At `question`, with what was answered there before, or what suits it."""
    order, typed, cursor = asking.order, "", 0
    match question:
        case Question.KIND:
            cursor = next((n for n, offer in enumerate(asking.offers) if offer.kind is asking.kind), 0)
        case Question.LINE:
            cursor = next((n for n, line in enumerate(order.lines) if line.remaining), 0)
        case Question.VALUE:
            typed = as_typed(asking.header, getattr(order, asking.header))
        case Question.REASON:
            typed = asking.reason
    return replace(asking, question=question, typed=typed, cursor=cursor, notice="")


def _kind(asking: Asking) -> Asking:
    offer = asking.offers[asking.cursor]
    if offer.refusal:
        return replace(asking, notice=f"Not now: {offer.refusal}.")
    return _asked_next(Asking(asking.order, asking.offers, asking.by, kind=offer.kind))


def _line(asking: Asking) -> Asking:
    return _asked_next(replace(asking, line_id=asking.order.lines[asking.cursor].id))


def _units(asking: Asking) -> Asking:
    """Judged as if everything else were said already, so that a wrong number is told at once."""
    if not asking.typed and asking.kind is not ActKind.CLOSE_SHORT:
        return replace(asking, notice="Type how many units, then Enter.")
    answered = replace(asking, units=int(asking.typed) if asking.typed else None)
    entitled = replace(answered.act, by=Person("", supervisor=True), reason="-")
    refusal = judge(asking.order, entitled).refusal
    if refusal:
        return replace(asking, notice=f"{refusal[0].upper()}{refusal[1:]}.")
    return _asked_next(answered)


def _short(asking: Asking) -> Asking:
    return _asked_next(replace(asking, short=list(Short)[asking.cursor]))


def _field(asking: Asking) -> Asking:
    return _asked_next(replace(asking, header=list(FIELD)[asking.cursor]))


def _value(asking: Asking) -> Asking:
    try:
        value = as_kept(asking.header, asking.typed.strip())
    except NotAValue as error:
        return replace(asking, notice=str(error))
    if value == getattr(asking.order, asking.header):
        return replace(asking, notice="That is how it stands already.")
    return _asked_next(replace(asking, value=value))


def _reason(asking: Asking) -> Asking:
    if asking.reason_wanted and not asking.typed.strip():
        return replace(asking, notice="It needs a reason in words.")
    return _asked_next(replace(asking, reason=asking.typed.strip()))


def _approve(asking: Asking) -> Asking:
    approving, _ = asking.approving.entered()
    waits = approving.step is Step.WAIT
    return replace(asking, approving=approving, question=Question.WAIT if waits else Question.APPROVE)


_ANSWERS: Mapping[Question, Callable[[Asking], Asking]] = {
    Question.KIND: _kind,
    Question.LINE: _line,
    Question.UNITS: _units,
    Question.SHORT: _short,
    Question.FIELD: _field,
    Question.VALUE: _value,
    Question.REASON: _reason,
    Question.APPROVE: _approve,
}
