"""Goods past their day: refused by the site's rule, judged by the day that the read brings."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.verification.builders import SIGNED_IN, desk_with, line
from verification.codes import Code, Command
from verification.decide import decide
from verification.desk import Asked, settle
from verification.meaning import Goods, Ordered
from verification.policy import Expired
from verification.verdicts import Verdict

DESK = desk_with(line("L1", "SKU-A", 2))
TODAY = "2026-05-01"


def asked(expiry: str | None, today: str = TODAY, sku: str = "SKU-A") -> Asked:
    return Asked(Goods(sku), code=Code("X", expiry=expiry), today=today)


@pytest.mark.parametrize(
    ("expiry", "today", "verdict"),
    [
        ("2026-04-30", TODAY, Verdict.EXPIRED),
        ("2026-05-01", TODAY, Verdict.ACCEPTED),
        ("2031-01-01", TODAY, Verdict.ACCEPTED),
        (None, TODAY, Verdict.ACCEPTED),
        ("2026-04-30", "", Verdict.ACCEPTED),
    ],
)
def test_goods_count_up_to_their_last_day(expiry: str | None, today: str, verdict: Verdict) -> None:
    assert decide(DESK, asked(expiry, today), SIGNED_IN).verdict is verdict


@pytest.mark.parametrize(
    ("rule", "verdict", "alarm"),
    [
        (Expired.ALARM, Verdict.EXPIRED, True),
        (Expired.WARN, Verdict.EXPIRED, False),
        (Expired.ACCEPT, Verdict.ACCEPTED, False),
    ],
)
@pytest.mark.parametrize("wrong_item", [True, False])
def test_what_they_do_is_the_sites_rule_and_not_that_for_wrong_items(
    rule: Expired, verdict: Verdict, alarm: bool, wrong_item: bool
) -> None:
    policy = replace(SIGNED_IN, expired=rule, alarm_on_wrong_item=wrong_item)
    decision = decide(DESK, asked("2026-04-30"), policy)
    assert (decision.verdict, decision.alarm, decision.delta) == (verdict, alarm, int(rule is Expired.ACCEPT))


def test_goods_that_do_not_belong_are_told_so_first() -> None:
    assert decide(DESK, asked("2026-04-30", sku="SKU-X"), SIGNED_IN).verdict is Verdict.NOT_ON_ORDER


def test_a_held_back_read_that_has_expired_does_not_count_by_command() -> None:
    held = replace(asked("2026-04-30"), double=True)
    desk = settle(DESK, decide(DESK, held, SIGNED_IN))
    assert desk.held is not None
    assert decide(desk, Asked(Ordered(Command.COUNT)), SIGNED_IN).verdict is Verdict.EXPIRED
