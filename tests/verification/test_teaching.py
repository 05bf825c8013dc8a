"""What an unknown code may be taught to stand for, and by whom."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.verification.builders import ANA, SUE, line, order
from verification.codes import Code
from verification.decide import decide
from verification.desk import Asked, Desk, settle
from verification.gtin import check_digit
from verification.meaning import Lesson, Unknown
from verification.policy import Entrusted, Policy
from verification.teaching import Likely, Untaught, likely, may_teach, needs_approval, objection
from verification.verdicts import Verdict

UNIT = "04006381333931"
CASE = "14006381333938"
ORDER = order(line("L1", "LAMP-1234", 2), line("L2", "SKU-B", 1), line("L3", "SKU-C", 1, 1))
CODE = Code("NOPE")
UNTAUGHT = Untaught(CODE, (Likely("SKU-B", ""), Likely("LAMP-1234", "")))
NEVER, OPERATOR, SUPERVISOR = (Policy(teach=teach) for teach in Entrusted)


def skus(code: Code, **gtins: str) -> list[str]:
    known = {"SKU-B": tuple(gtins.values())}
    return [each.sku for each in likely(ORDER, code, known)]


def test_only_lines_that_need_units_are_offered_each_once() -> None:
    twice = order(line("L1", "SKU-A", 2), line("L2", "SKU-A", 2), line("L3", "SKU-B", 1, 1))
    assert likely(twice, CODE, {}) == (Likely("SKU-A", "nothing else is left"),)


def test_the_same_item_number_in_another_package_comes_first_and_is_a_case() -> None:
    first, second = likely(ORDER, Code(CASE, gtin=CASE), {"SKU-B": (UNIT,)})
    assert first == Likely("SKU-B", "the same item number", case=True)
    assert second.sku == "LAMP-1234"
    other = "1" + "501234567890"
    assert skus(Code("x", gtin=other + check_digit(other)), b=UNIT) == ["LAMP-1234", "SKU-B"]


def test_a_sku_that_is_itself_a_gtin_is_known_by_it() -> None:
    by_gtin = order(line("L1", "SKU-A", 1), line("L2", "4006381333931", 1))
    assert likely(by_gtin, Code(CASE, gtin=CASE), {})[0].sku == "4006381333931"


@pytest.mark.parametrize("text", ["X1234Y", "991234", "1234"])
def test_digits_that_both_hold_come_before_nothing(text: str) -> None:
    assert likely(ORDER, Code(text), {})[0] == Likely("LAMP-1234", "both hold 1234")


@pytest.mark.parametrize("text", ["X123Y", "LAMP", "0000"])
def test_what_is_not_alike_keeps_the_order_of_the_lines(text: str) -> None:
    assert [each.why for each in likely(ORDER, Code(text), {})] == ["", ""]
    assert skus(Code(text)) == ["LAMP-1234", "SKU-B"]


@pytest.mark.parametrize(
    ("policy", "person", "may", "needs"),
    [
        (NEVER, SUE, False, False),
        (OPERATOR, ANA, True, False),
        (OPERATOR, None, False, False),
        (replace(OPERATOR, sign_in=False), None, True, False),
        (SUPERVISOR, ANA, True, True),
        (SUPERVISOR, SUE, True, False),
        (replace(SUPERVISOR, sign_in=False), None, True, True),
    ],
)
def test_who_may_teach_is_the_sites_rule(policy: Policy, person: object, may: bool, needs: bool) -> None:
    assert may_teach(policy, person) is may  # type: ignore[arg-type]
    assert needs_approval(policy, person) is needs  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("lesson", "untaught", "policy", "person", "told"),
    [
        (Lesson(CODE, "SKU-B"), UNTAUGHT, OPERATOR, ANA, ""),
        (Lesson(CODE, "SKU-B", approved_by=SUE), UNTAUGHT, SUPERVISOR, ANA, ""),
        (Lesson(CODE, "SKU-B"), UNTAUGHT, SUPERVISOR, SUE, ""),
        (Lesson(CODE, "SKU-B"), UNTAUGHT, SUPERVISOR, ANA, "a supervisor has to approve it"),
        (Lesson(CODE, "SKU-B", approved_by=ANA), UNTAUGHT, SUPERVISOR, ANA, "a supervisor has to approve it"),
        (Lesson(CODE, "SKU-B"), UNTAUGHT, NEVER, SUE, "this station does not teach codes while it scans"),
        (Lesson(CODE, "SKU-B"), None, OPERATOR, ANA, "another read came in between"),
        (Lesson(Code("OTHER"), "SKU-B"), UNTAUGHT, OPERATOR, ANA, "another read came in between"),
        (
            Lesson(CODE, "SKU-C"),
            UNTAUGHT,
            OPERATOR,
            ANA,
            "it can only stand for a line that still needs units",
        ),
    ],
)
def test_a_lesson_is_held_against_the_rules_once_more(
    lesson: Lesson, untaught: Untaught | None, policy: Policy, person: object, told: str
) -> None:
    assert objection(lesson, untaught, policy, person) == told  # type: ignore[arg-type]


def test_any_other_read_ends_the_question_and_a_lesson_counts_nothing() -> None:
    desk = Desk(ANA, ORDER)
    unknown = decide(desk, Asked(Unknown(), code=CODE, untaught=UNTAUGHT), OPERATOR)
    asking = settle(desk, unknown)
    assert (unknown.verdict, asking.untaught) == (Verdict.UNKNOWN_CODE, UNTAUGHT)
    assert settle(asking, decide(asking, Asked(Unknown()), OPERATOR)).untaught is None
    taught = decide(asking, Asked(Lesson(CODE, "SKU-B")), OPERATOR)
    assert (taught.verdict, taught.delta, taught.counts) == (Verdict.COMMAND, 0, ())
    assert settle(asking, taught) == replace(desk, recent={})
    refused = decide(asking, Asked(Lesson(CODE, "SKU-B"), objection="no"), OPERATOR)
    assert (refused.verdict, refused.taught, refused.problem) == (Verdict.UNKNOWN_CODE, None, "no")
