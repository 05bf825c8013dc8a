"""Every verdict can be reached, and each says rightly whether it turned the read away."""

from __future__ import annotations

import pytest

from tests.verification.builders import ANA, BEEP_ONLY, LATCHED, SIGNED_IN, desk_with, line, order
from verification.codes import Code, Command
from verification.decide import decide
from verification.desk import Asked, Desk
from verification.meaning import Ambiguous, Badge, Goods, Ordered, OrderLabel, Unknown, Unreadable
from verification.orders import OrderStatus
from verification.verdicts import WRONG_ITEM, Verdict

OPEN = desk_with(line("L1", "SKU-A", 2), line("L2", "SKU-B", 1))
ONE_LEFT = desk_with(line("L1", "SKU-A", 2, 1), line("L2", "SKU-B", 1))
LAST_LEFT = desk_with(line("L1", "SKU-A", 2, 1), line("L2", "SKU-B", 1, 1))
FULL = desk_with(line("L1", "SKU-A", 2, 2), line("L2", "SKU-B", 1))
CANCELLED = desk_with(line("L1", "SKU-A", 2), reported=OrderStatus.CANCELLED)
RECOUNTING = Desk(ANA, order(line("L1", "SKU-A", 2, 2)), recounts=True)
ONE_A = Asked(Goods("SKU-A"))

REACHED = [
    (Verdict.ACCEPTED, OPEN, ONE_A),
    (Verdict.LINE_VERIFIED, ONE_LEFT, ONE_A),
    (Verdict.ORDER_VERIFIED, LAST_LEFT, ONE_A),
    (Verdict.RECOUNTED, RECOUNTING, ONE_A),
    (Verdict.ORDER_OPENED, Desk(ANA), Asked(OrderLabel("order-1"), labelled=order(line("L1", "SKU-A", 1)))),
    (Verdict.SIGNED_IN, Desk(), Asked(Badge(ANA))),
    (Verdict.COMMAND, OPEN, Asked(Ordered(Command.HELP))),
    (Verdict.UNREADABLE, OPEN, Asked(Unreadable("it is torn"))),
    (Verdict.UNKNOWN_CODE, OPEN, Asked(Unknown())),
    (Verdict.AMBIGUOUS_CODE, OPEN, Asked(Ambiguous(("goods SKU-A", "an order")))),
    (Verdict.NOT_ON_ORDER, OPEN, Asked(Goods("SKU-X"))),
    (Verdict.LINE_ALREADY_VERIFIED, FULL, ONE_A),
    (Verdict.EXCEEDS_REMAINING, ONE_LEFT, Asked(Goods("SKU-A", 2, case=True))),
    (Verdict.DUPLICATE_READ, OPEN, Asked(Goods("SKU-A"), double=True)),
    (Verdict.DUPLICATE_SERIAL, OPEN, Asked(Goods("SKU-A", serial_counted=True))),
    (Verdict.EXPIRED, OPEN, Asked(Goods("SKU-A"), code=Code("A", expiry="2026-04-30"), today="2026-05-01")),
    (Verdict.ORDER_LOCKED, CANCELLED, ONE_A),
    (Verdict.NO_ORDER_OPEN, Desk(ANA), ONE_A),
    (Verdict.NOT_SIGNED_IN, Desk(), ONE_A),
    (Verdict.ALARM_PENDING, desk_with(line("L1", "SKU-A", 2), alarm=LATCHED), ONE_A),
]

COUNTING = {Verdict.ACCEPTED, Verdict.LINE_VERIFIED, Verdict.ORDER_VERIFIED}
WELCOME = COUNTING | {Verdict.RECOUNTED, Verdict.ORDER_OPENED, Verdict.SIGNED_IN, Verdict.COMMAND}

DECIDED_BY_THE_CLERK = {"NOT_RECORDED"}
"""Verdicts that no rule reaches: they say that the ledger could not write."""


@pytest.mark.parametrize(("verdict", "desk", "asked"), REACHED, ids=[row[0] for row in REACHED])
class TestEachVerdict:
    def test_is_reached(self, verdict, desk, asked):
        assert decide(desk, asked, SIGNED_IN).verdict is verdict

    def test_counts_units_only_where_it_says_so(self, verdict, desk, asked):
        assert decide(desk, asked, SIGNED_IN).delta == (1 if verdict in COUNTING else 0)

    def test_is_a_refusal_or_a_welcome(self, verdict, desk, asked):
        assert verdict.refused is (verdict not in WELCOME)

    def test_latches_the_alarm_only_for_wrong_goods_in_hand(self, verdict, desk, asked):
        assert decide(desk, asked, SIGNED_IN).alarm is (verdict in WRONG_ITEM)

    def test_never_latches_the_alarm_where_the_site_wants_a_beep(self, verdict, desk, asked):
        decision = decide(desk, asked, BEEP_ONLY)
        assert (decision.verdict, decision.alarm) == (verdict, False)


def test_the_table_above_reaches_every_verdict():
    expected = {verdict for verdict in Verdict if verdict.name not in DECIDED_BY_THE_CLERK}
    assert {verdict for verdict, _, _ in REACHED} == expected


def test_the_names_are_those_that_others_rely_on():
    counted = ["accepted", "line_verified", "order_verified", "recounted"]
    done = ["order_opened", "signed_in", "command"]
    codes = ["unreadable", "unknown_code", "ambiguous_code"]
    goods = [
        "not_on_order",
        "line_already_verified",
        "exceeds_remaining",
        "duplicate_read",
        "duplicate_serial",
        "expired",
    ]
    desk = ["order_locked", "no_order_open", "not_signed_in", "alarm_pending"]
    assert [verdict.value for verdict, _, _ in REACHED] == [*counted, *done, *codes, *goods, *desk]


def test_goods_that_do_not_belong_in_the_box_are_wrong_goods_in_hand():
    """A wrong item, an over-scan, a serial that counts already, goods past their day; nothing else."""
    wrong = {Verdict.NOT_ON_ORDER, Verdict.DUPLICATE_SERIAL, Verdict.EXPIRED}
    over = {Verdict.LINE_ALREADY_VERIFIED, Verdict.EXCEEDS_REMAINING}
    assert wrong | over == WRONG_ITEM


@pytest.mark.parametrize("verdict", Verdict)
def test_every_verdict_but_seven_is_a_refusal(verdict):
    assert verdict.refused is (verdict not in WELCOME)
