"""The sentences that people read: what was scanned, what was expected, what to do next."""

from __future__ import annotations

from dataclasses import replace

import pytest

from terminal import refusals, wording, words
from verification.codes import Code, Command
from verification.decide import decide
from verification.desk import Alarm, Asked, Count, Desk, settle
from verification.meaning import (
    Ambiguous,
    Badge,
    Goods,
    Meaning,
    Ordered,
    OrderLabel,
    Person,
    Unknown,
    Unreadable,
)
from verification.orders import Line, Order, OrderStatus, Ruling
from verification.policy import Policy
from verification.verdicts import Verdict

LINES = (Line("l1", "SKU-A", 3, 1), Line("l2", "SKU-B", 1))
ORDER = Order("o1", "ORD-1", LINES)
OTHER = Order("o2", "ORD-2", (Line("l3", "SKU-C", 2),))
FULL = Order("o1", "ORD-1", (Line("l1", "SKU-A", 3, 3), Line("l2", "SKU-B", 1)))
DONE = FULL.plus("l2", 1)
ALMOST = Order("o1", "ORD-1", (Line("l1", "SKU-A", 3, 2),))
ANA = Person("Ana")
DESK = Desk(ANA, ORDER)
ALARM, BEEP = Policy(), Policy(alarm_on_wrong_item=False)
ALARMED = replace(DESK, alarm=Alarm(Verdict.NOT_ON_ORDER, "…"))
EXPECTED = "Expected 2 × SKU-A, 1 × SKU-B."


def said(
    desk: Desk,
    means: Meaning,
    shown: Code | str = "X",
    policy: Policy = ALARM,
    **facts: object,
) -> tuple[Verdict, str]:
    """The verdict about a read and its sentence."""
    decision = decide(desk, Asked(means, **facts), policy)  # type: ignore[arg-type]
    after = settle(desk, decision)
    shown = shown if isinstance(shown, Code) else Code(shown)
    return decision.verdict, wording.sentence(decision, desk, after, shown)


def test_goods_after_a_finished_order_ask_for_the_next_label() -> None:
    _, told = said(Desk(ANA, DONE), Goods("SKU-A"))
    assert "SKU-A is complete already. Expected the next order label." in told


def test_an_order_that_was_reopened_says_what_can_be_done() -> None:
    reopened = DONE.ruled_anew(Ruling.REOPENED)
    _, told = said(Desk(ANA), OrderLabel("o1"), labelled=reopened)
    assert told == "Order ORD-1 is open again and complete: take back with F3 what is wrong."


CASES: dict[str, tuple[tuple[Verdict, str], Verdict, str]] = {
    "accepted": (said(DESK, Goods("SKU-A")), Verdict.ACCEPTED, "SKU-A: 2 of 3."),
    "case": (said(DESK, Goods("SKU-A", 2, case=True)), Verdict.LINE_VERIFIED, "2 units of SKU-A: 3 of 3."),
    "order done": (
        said(Desk(ANA, ALMOST), Goods("SKU-A")),
        Verdict.ORDER_VERIFIED,
        "SKU-A: 3 of 3. Order ORD-1 is complete: close the box and scan the next order label.",
    ),
    "counted again": (
        said(Desk(ANA, DONE, recounts=True), Goods("SKU-X", 2)),
        Verdict.RECOUNTED,
        "Counted: 2 × SKU-X.",
    ),
    "opened": (
        said(Desk(ANA), OrderLabel("o1"), labelled=ORDER),
        Verdict.ORDER_OPENED,
        "Order ORD-1 is open: scan 2 × SKU-A, 1 × SKU-B.",
    ),
    "opened beside another": (
        said(DESK, OrderLabel("o2"), labelled=OTHER),
        Verdict.ORDER_OPENED,
        "Order ORD-2 is open: scan 2 × SKU-C. ORD-1 stays at 1 of 4.",
    ),
    "signed in": (said(Desk(), Badge(ANA)), Verdict.SIGNED_IN, "Ana is signed in: scan an order label."),
    "signed in to what was left open": (
        said(Desk(), Badge(ANA), labelled=ORDER),
        Verdict.SIGNED_IN,
        "Ana is signed in: order ORD-1 is open, scan 2 × SKU-A, 1 × SKU-B.",
    ),
    "hand-over": (
        said(DESK, Badge(Person("Ben"))),
        Verdict.SIGNED_IN,
        "Ben takes over from Ana: order ORD-1 is open, scan 2 × SKU-A, 1 × SKU-B.",
    ),
    "time over": (
        said(DESK, Badge(ANA, "the time of Ana ended on 2026-05-01"), "a badge"),
        Verdict.NOT_SIGNED_IN,
        (
            "Scanned a badge: the time of Ana ended on 2026-05-01. Expected the badge of somebody who works"
            " here. Ask a supervisor."
        ),
    ),
    "nobody at the bench": (
        said(DESK, Ordered(Command.SIGN_OUT, "nothing was scanned for 30 minutes")),
        Verdict.COMMAND,
        (
            "Signed out because nothing was scanned for 30 minutes: scan your badge to begin. Order ORD-1"
            " waits for Ana."
        ),
    ),
    "unknown": (
        said(DESK, Unknown(), "N\x1bO"),
        Verdict.UNKNOWN_CODE,
        (
            rf"Scanned N\x1bO: nobody taught this code. {EXPECTED} Scan another code on the item or"
            " call for help."
        ),
    ),
    "unreadable": (
        said(DESK, Unreadable("it is torn"), ""),
        Verdict.UNREADABLE,
        f"Scanned nothing: not counted, it is torn. {EXPECTED} Scan it again.",
    ),
    "ambiguous": (
        said(DESK, Ambiguous(("goods SKU-A", "an order"))),
        Verdict.AMBIGUOUS_CODE,
        (
            f"Scanned X: it could be goods SKU-A or an order. {EXPECTED} Scan another code on the item or"
            " call for help."
        ),
    ),
    "wrong item": (
        said(DESK, Goods("SKU-Z"), "SKU-Z"),
        Verdict.NOT_ON_ORDER,
        f"Scanned SKU-Z: it is not on this order. {EXPECTED} Put it back, then press F4 or scan ACK.",
    ),
    "wrong item, no alarm": (
        said(DESK, Goods("SKU-Z"), "SKU-Z", BEEP),
        Verdict.NOT_ON_ORDER,
        f"Scanned SKU-Z: it is not on this order. {EXPECTED} Put it back.",
    ),
    "wrong item by another code": (
        said(DESK, Goods("SKU-Z"), policy=BEEP),
        Verdict.NOT_ON_ORDER,
        f"Scanned X: SKU-Z is not on this order. {EXPECTED} Put it back.",
    ),
    "one too many": (
        said(Desk(ANA, FULL), Goods("SKU-A"), policy=BEEP),
        Verdict.LINE_ALREADY_VERIFIED,
        "Scanned X: SKU-A is complete already. Expected 1 × SKU-B. Put it back.",
    ),
    "case too large": (
        said(DESK, Goods("SKU-A", 6, case=True), policy=BEEP),
        Verdict.EXCEEDS_REMAINING,
        f"Scanned X: it holds 6, but only 2 of SKU-A are missing. {EXPECTED} Put it back.",
    ),
    "double": (
        said(DESK, Goods("SKU-A"), double=True),
        Verdict.DUPLICATE_READ,
        (
            f"Scanned X twice in a moment: counted once. {EXPECTED} If it is a second item, press F6 or"
            " scan COUNT."
        ),
    ),
    "serial": (
        said(
            DESK, Goods("SKU-A", serial_counted=True), Code("X", lot="L7", serial="S1", expiry="2027-01-31")
        ),
        Verdict.DUPLICATE_SERIAL,
        (
            "Scanned X, lot L7, serial S1, expires 2027-01-31: this serial is counted already."
            f" {EXPECTED} Put it back, then press F4 or scan ACK."
        ),
    ),
    "expired": (
        said(
            DESK,
            Goods("SKU-A"),
            Code("X", expiry="2026-04-30"),
            code=Code("X", expiry="2026-04-30"),
            today="2026-05-01",
        ),
        Verdict.EXPIRED,
        (
            f"Scanned X, expires 2026-04-30: it expired after 2026-04-30. {EXPECTED} Put it back, then press"
            " F4 or scan ACK."
        ),
    ),
    "locked": (
        said(Desk(ANA), OrderLabel("o1"), labelled=replace(ORDER, reported=OrderStatus.CANCELLED)),
        Verdict.ORDER_LOCKED,
        "Scanned X: the order is cancelled. Expected an order label. Put it aside and call a supervisor.",
    ),
    "no order": (
        said(Desk(ANA), Goods("SKU-A")),
        Verdict.NO_ORDER_OPEN,
        "Scanned X: no order is open. Expected an order label. Scan the order label first.",
    ),
    "nobody": (
        said(Desk(), Goods("SKU-A")),
        Verdict.NOT_SIGNED_IN,
        "Scanned X: nobody is signed in. Expected a badge. Scan your badge first.",
    ),
    "in alarm": (
        said(ALARMED, Goods("SKU-A")),
        Verdict.ALARM_PENDING,
        (
            "Scanned X: not counted while the alarm is on. Expected the alarm to be ended."
            " Press F4 or scan ACK, then scan it again."
        ),
    ),
    "undone": (
        said(DESK, Ordered(Command.UNDO), undoable=(Count("l1", -1, 7),)),
        Verdict.COMMAND,
        "Taken back: 1 × SKU-A, now 0 of 3; take it out of the box.",
    ),
    "nothing to undo": (
        said(DESK, Ordered(Command.UNDO)),
        Verdict.COMMAND,
        "Nothing to take back: this order has no counted read left.",
    ),
    "nothing to undo without an order": (
        said(Desk(ANA), Ordered(Command.UNDO)),
        Verdict.COMMAND,
        "Nothing to take back: no order is open. Scan an order label.",
    ),
    "acknowledged": (
        said(ALARMED, Ordered(Command.ACKNOWLEDGE)),
        Verdict.COMMAND,
        "Alarm ended: scan 2 × SKU-A, 1 × SKU-B.",
    ),
    "put aside": (
        said(DESK, Ordered(Command.DONE)),
        Verdict.COMMAND,
        "Order ORD-1 put aside at 1 of 4: scan the next order label.",
    ),
    "next": (
        said(DESK, Ordered(Command.NEXT), labelled=OTHER),
        Verdict.COMMAND,
        "Order ORD-2 is open: scan 2 × SKU-C.",
    ),
    "none next": (
        said(DESK, Ordered(Command.NEXT)),
        Verdict.COMMAND,
        "No other order is waiting: you are done for now.",
    ),
    "signed out": (
        said(DESK, Ordered(Command.SIGN_OUT)),
        Verdict.COMMAND,
        "Signed out: scan your badge to begin. Order ORD-1 waits for Ana.",
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_a_sentence(name: str) -> None:
    (verdict, sentence), expected, words = CASES[name]
    assert (verdict, sentence) == (expected, words)
    assert sentence.isprintable()


def test_every_verdict_has_a_word_a_symbol_and_a_sentence() -> None:
    assert set(words.WORD) == set(words.SYMBOL) == set(Verdict)
    assert all(len(symbol) == 1 for symbol in words.SYMBOL.values())
    tested = {verdict for (verdict, _), _, _ in CASES.values()}
    assert set(Verdict) - tested == {Verdict.NOT_RECORDED}


def test_what_could_not_be_recorded_says_why() -> None:
    sentence = wording.not_recorded(Code("SKU-A"), "The disk is full: not recorded; free some space.")
    assert sentence == "Scanned SKU-A. The disk is full: not recorded; free some space."


def test_every_refusal_names_what_was_scanned_expected_and_to_do() -> None:
    for (verdict, sentence), _, _ in CASES.values():
        if verdict.refused:
            assert sentence.startswith("Scanned ")
            assert "Expected " in sentence
            assert sentence.count(". ") >= 2


def test_a_long_order_names_its_first_lines_only() -> None:
    order = Order("o", "ORD", tuple(Line(f"l{n}", f"SKU-{n}", 1) for n in range(6)))
    assert refusals.expected(order) == "1 × SKU-0, 1 × SKU-1, 1 × SKU-2 and 3 more lines"
    assert refusals.expected(replace(order, lines=order.lines[2:])).endswith("SKU-4 and 1 more line")
    assert refusals.expected(None) == "an order label"


def test_hostile_text_cannot_reach_a_sentence() -> None:
    _, sentence = said(DESK, Goods("S\x1b[2J\u202e"), Code("\x07" * 300, lot="\x00"), BEEP)
    assert sentence.isprintable()
    assert len(sentence) < 600
