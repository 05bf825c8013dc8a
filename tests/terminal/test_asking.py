"""What an act asks before it is done, and that nothing but a key of its own or a PIN does it."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from terminal.asking import Asking
from terminal.header_field import NotAValue, as_kept, as_typed
from terminal.questions import Question
from terminal.review_wording import ACT, ACTED, will
from tests.verification.builders import ANA, SUE, line, order
from verification.acts import Act, ActKind, Short
from verification.judging import judge
from verification.meaning import Person
from verification.offers import needs_approval, offers
from verification.orders import Order, OrderStatus, Ruling

HALF = order(line("L1", "SKU-A", 3, 3), line("L2", "SKU-B", 2, 1))
FULL = order(line("L1", "SKU-A", 3, 3))


def begun(of: Order = HALF, by: Person | None = SUE, kind: ActKind | None = None) -> Asking:
    found = offers(of, may_ship=True, claimed=False)
    place = next((n for n, offer in enumerate(found) if offer.kind is kind), 0)
    return Asking(of, found, by, cursor=place)


def chosen(kind: ActKind, of: Order = HALF, by: Person | None = SUE) -> Asking:
    return Asking.entered(begun(of, by, kind))


def typing(asked: Asking, text: str) -> Asking:
    for character in text:
        asked = asked.took(character)
    return Asking.entered(asked)


def possible(of: Order, **how: bool) -> set[ActKind]:
    given = {"may_ship": True, "claimed": False, **how}
    return {offer.kind for offer in offers(of, **given) if not offer.refusal}


def test_only_what_suits_the_order_can_be_chosen() -> None:
    always = {ActKind.SEND_BACK, ActKind.ADJUST, ActKind.EDIT, ActKind.CANCEL}
    assert possible(HALF) == always | {ActKind.CONFIRM, ActKind.CLOSE_SHORT}
    assert possible(FULL) == always | {ActKind.APPROVE, ActKind.REOPEN, ActKind.SHIP}
    assert possible(HALF, claimed=True) - possible(HALF) == {ActKind.TAKE_OVER}
    assert possible(replace(HALF, reported=OrderStatus.DRAFT)) == {
        ActKind.RELEASE, ActKind.EDIT, ActKind.CANCEL,
    }  # fmt: skip
    assert possible(replace(HALF, reported=OrderStatus.SHIPPED)) == {ActKind.APPROVE}
    assert ActKind.SHIP not in {offer.kind for offer in offers(FULL, may_ship=False, claimed=False)}


def test_what_cannot_be_done_now_says_why_when_it_is_chosen() -> None:
    asked = chosen(ActKind.REOPEN)
    assert (asked.question, asked.notice) == (Question.KIND, "Not now: it is open already.")


def test_everything_but_taking_over_wants_a_supervisor() -> None:
    for kind in ActKind:
        assert needs_approval(kind, ANA) is needs_approval(kind, None) is (kind is not ActKind.TAKE_OVER)
        assert not needs_approval(kind, SUE)


def test_every_act_that_is_offered_has_a_name_a_sentence_and_a_word_for_the_log() -> None:
    for offer in offers(FULL, may_ship=True, claimed=True):
        act = Act(offer.kind, SUE, "seen", line_id="L1", units=1, short=Short.OTHER, changes={"notes": "x"})
        assert ACT[offer.kind]
        assert will(act, HALF).endswith(".")
    assert {kind.value for kind in ActKind} <= set(ACTED)


def test_a_wrong_number_of_units_is_told_at_once_and_can_be_typed_again() -> None:
    asked = Asking.entered(chosen(ActKind.CONFIRM))
    assert asked.line_id == "L2"  # the first that lacks something
    asked = typing(asked, "2")
    assert asked.notice == "1 of SKU-B are missing, so 2 cannot be confirmed."
    asked = typing(asked.erased(), "x1")
    assert (asked.question, asked.units) == (Question.REASON, 1)


def test_an_act_that_needs_a_reason_goes_no_further_without_one() -> None:
    asked = typing(chosen(ActKind.SEND_BACK), "  ")
    assert (asked.question, asked.notice) == (Question.REASON, "It needs a reason in words.")
    assert typing(chosen(ActKind.APPROVE, FULL), "").question is Question.CONFIRM


def test_the_reason_code_other_wants_a_note_and_the_others_do_not() -> None:
    code = chosen(ActKind.CLOSE_SHORT)
    damaged = Asking.entered(Asking.entered(code.moved(2)))
    assert damaged.short is Short.DAMAGED
    assert Asking.entered(damaged).question is Question.CONFIRM
    other = Asking.entered(Asking.entered(Asking.entered(code.moved(9))))
    assert (other.short, other.notice) == (Short.OTHER, "It needs a reason in words.")


def test_a_supervisor_confirms_and_an_operator_asks_one() -> None:
    ready = typing(chosen(ActKind.SEND_BACK), "wet")
    assert Asking.confirmed(ready).question is Question.WAIT
    asked = Asking.confirmed(replace(ready, by=ANA))
    assert asked.question is Question.APPROVE
    asked = typing(typing(asked, "Sue"), "271828")
    assert (asked.question, asked.approving.name) == (Question.WAIT, "Sue")
    assert "271828" not in repr(Asking.refused(asked, "No."))


def test_escape_goes_back_question_by_question_and_then_away() -> None:
    asked: Asking | None = Asking.confirmed(typing(chosen(ActKind.SEND_BACK, by=ANA), "wet"))
    passed = []
    while asked is not None:
        passed.append(asked.question)
        asked = Asking.back(asked)
    assert passed == [Question.APPROVE, Question.CONFIRM, Question.REASON, Question.KIND]


STEPS = st.sampled_from(["enter", "up", "down", "erase", "back", "0", "1", "2", "x", " "])


@given(st.sampled_from([HALF, FULL, replace(FULL, ruling=Ruling.SHORT)]), st.lists(STEPS, max_size=40))
def test_whatever_is_pressed_enter_alone_agrees_to_nothing(of: Order, steps: list[str]) -> None:
    asked = begun(of, ANA)
    for step in steps:
        match step:
            case "enter":
                asked = Asking.entered(asked)
            case "up" | "down":
                asked = asked.moved(1 if step == "down" else -1)
            case "erase":
                asked = asked.erased()
            case "back":
                asked = Asking.back(asked) or asked
            case _:
                asked = asked.took(step)
        assert asked.question not in (Question.WAIT, Question.APPROVE)
        assert 0 <= asked.cursor < max(1, asked.choices)
        if asked.question is Question.CONFIRM:
            assert judge(of, replace(asked.act, approved_by=SUE), may_ship=True).refusal == ""


def test_a_due_date_is_typed_in_the_stations_time_and_kept_in_utc() -> None:
    kept = as_kept("due_date", "2031-05-01 14:00")
    assert kept.endswith("Z")
    assert as_typed("due_date", kept) == "2031-05-01 14:00"
    assert as_typed("due_date", as_kept("due_date", "2031-05-01")) == "2031-05-01 23:59"
    assert as_kept("due_date", "") == ""


@pytest.mark.parametrize(
    ("field", "typed"), [("due_date", "tomorrow"), ("due_date", "0001-01-01"), ("customer_name", "x" * 201)]
)
def test_what_the_api_would_not_take_is_told_before_it_is_kept(field: str, typed: str) -> None:
    with pytest.raises(NotAValue, match=r"\.$"):
        as_kept(field, typed)
