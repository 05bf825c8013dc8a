"""A new order is typed line by line, and what the API would refuse is told at once."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from terminal.drafting import Draft, Part
from terminal.widgets.drafting import rows
from tests.verification.builders import ANA, SUE


def typed(draft: Draft, *texts: str) -> Draft:
    for text in texts:
        for character in text:
            draft = draft.took(character)
        draft = draft.entered()
    return draft


def test_a_number_and_lines_make_an_order() -> None:
    draft = typed(Draft(SUE), "ORD-9", "SKU-A 3", "BLUE PEN 1", "")
    assert draft.part is Part.CONFIRM
    assert draft.order.order_number == "ORD-9"
    assert [(line.sku, line.quantity) for line in draft.order.lines] == [("SKU-A", 3), ("BLUE PEN", 1)]
    assert draft.confirmed().waits


def test_somebody_else_needs_a_supervisors_approval() -> None:
    draft = typed(Draft(ANA), "ORD-9", "SKU-A 3", "").confirmed()
    assert (draft.part, draft.waits) == (Part.APPROVE, False)
    assert typed(draft, "Sue", "271828").waits


@pytest.mark.parametrize("number", ["", " ", "TALLYMAN:UNDO"])
def test_a_number_that_no_label_can_hold_is_told_at_once(number: str) -> None:
    draft = typed(Draft(SUE), number)
    assert draft.part is Part.NUMBER
    assert draft.notice.startswith("order_number is ")


@pytest.mark.parametrize("line", ["", "SKU-A", "SKU-A x", " 3", "SKU-A 0", "SKU-A -1", "SKU-A 9999999999"])
def test_a_line_that_is_none_is_told_and_kept_out(line: str) -> None:
    draft = typed(Draft(SUE), "ORD-9", line)
    assert (draft.part, draft.lines) == (Part.LINE, ())
    assert draft.notice.endswith(".")


def test_escape_takes_back_line_by_line() -> None:
    draft: Draft | None = typed(Draft(SUE), "ORD-9", "SKU-A 3", "SKU-B 1", "")
    passed = []
    while draft is not None:
        passed.append((draft.part, len(draft.lines)))
        draft = draft.back()
    assert passed == [
        (Part.CONFIRM, 2), (Part.LINE, 2), (Part.LINE, 1), (Part.LINE, 0), (Part.NUMBER, 0),
    ]  # fmt: skip


@given(st.lists(st.sampled_from(["enter", "erase", "back", "A", " ", "1", "\u202e", "緑"]), max_size=30))
def test_enter_alone_creates_nothing_whatever_is_typed(keys: list[str]) -> None:
    draft = Draft(ANA)
    for key in keys:
        match key:
            case "enter":
                draft = draft.entered()
            case "erase":
                draft = draft.erased()
            case "back":
                draft = draft.back() or draft
            case _:
                draft = draft.took(key)
        assert draft.part not in (Part.WAIT, Part.APPROVE)
        assert "\u202e" not in "".join(piece for row in rows(draft, 76, 18) for piece, _ in row)
