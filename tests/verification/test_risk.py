"""Why somebody should look at an order, how urgently, and in which words."""

from __future__ import annotations

import pytest

from verification.events import Provenance
from verification.orders import OrderStatus, Ruling
from verification.reasons import reasons
from verification.risk import WEIGHTS, Facts, ReasonKind, risk, weighed
from verification.verdicts import Verdict

OPEN = OrderStatus.IN_PROGRESS


def test_an_order_that_scanners_saw_whole_is_no_reason() -> None:
    assert reasons(Facts(verified=9, quantity=9)) == ()
    assert risk(Facts(verified=9, quantity=9)) == 0


SENTENCES = [
    (Facts(by_hand={Provenance.TYPED: 1}), "typed", 12, "1 unit was typed, not scanned."),
    (
        Facts(by_hand={Provenance.CONFIRMED: 3}),
        "confirmed",
        14,
        "3 units were confirmed by hand, not scanned.",
    ),
    (Facts(by_hand={Provenance.OVERRIDE: 2}), "override", 14, "2 units were changed by a supervisor."),
    (
        Facts(refused={Verdict.UNKNOWN_CODE: 1, Verdict.NOT_ON_ORDER: 3, Verdict.DUPLICATE_READ: 9}),
        "refused",
        13,
        "4 reads were refused: 3 not on the order, 1 unknown.",
    ),
    (
        Facts(OrderStatus.PARTIALLY_VERIFIED, Ruling.SHORT, 5, 7),
        "short",
        34,
        "Closed short, 2 units missing.",
    ),
    (Facts(OPEN, over_counted=1), "over_counted", 70, "1 unit more than ordered was counted."),
    (
        Facts(OPEN, orphaned=4),
        "orphaned",
        68,
        "4 units were counted on a line that is gone from the order.",
    ),
    (
        Facts(OrderStatus.CANCELLED, verified=3, quantity=5),
        "cancelled",
        73,
        "Cancelled with 3 units counted: put the goods back.",
    ),
    (
        Facts(OrderStatus.SHIPPED, verified=3, quantity=5),
        "shipped",
        62,
        "Shipped with 3 of 5 units counted.",
    ),
    (
        Facts(headers=("due_date", "notes")),
        "header",
        40,
        "Changed here and in the API, which stands: due_date, notes.",
    ),
    (
        Facts(conflicts=("It was restored.",)),
        "conflict",
        45,
        "It clashes with the API: It was restored.",
    ),
    (Facts(parked="The API refuses it (422)."), "parked", 40, "It is not sent: The API refuses it (422)."),
    (Facts(OPEN, Ruling.SENT_BACK), "sent_back", 30, "Sent back, to be counted again."),
    (Facts(ruling=Ruling.SENT_BACK), "sent_back", 30, "Sent back, counted again since."),
    (Facts(OPEN, Ruling.REOPENED), "reopened", 20, "Reopened, and not complete again."),
    (Facts(picked=True), "recheck", 20, "Picked to be counted again by another person."),
    (
        Facts(recheck_difference=2),
        "recheck_difference",
        70,
        "The second count differs by 2 units: count once more.",
    ),
]


@pytest.mark.parametrize(("facts", "kind", "weight", "told"), SENTENCES)
def test_a_reason_says_in_a_sentence_what_it_is(facts: Facts, kind: str, weight: int, told: str) -> None:
    [reason] = reasons(facts)
    assert (reason.kind, reason.weight, reason.told) == (kind, weight, told)


def test_every_kind_of_reason_has_a_weight_and_a_sentence_that_is_pinned() -> None:
    assert {kind for _, kind, _, _ in SENTENCES} == set(ReasonKind) == set(WEIGHTS)


def test_a_few_refused_reads_are_part_of_any_day() -> None:
    assert not reasons(Facts(refused={Verdict.NOT_ON_ORDER: 2}))
    assert not reasons(Facts(refused={Verdict.ALARM_PENDING: 50, Verdict.ORDER_LOCKED: 7}))


def test_the_risk_is_the_sum_of_the_reasons_and_the_weightiest_comes_first() -> None:
    facts = Facts(OPEN, over_counted=1, by_hand={Provenance.TYPED: 1}, parked="No.")
    assert [reason.kind for reason in reasons(facts)] == ["over_counted", "parked", "typed"]
    assert risk(facts) == 70 + 40 + 12 == sum(reason.weight for reason in reasons(facts))


def test_a_weight_ends_at_its_most() -> None:
    assert weighed(Facts(by_hand={Provenance.TYPED: 10_000})) == {ReasonKind.TYPED: 40}


def test_what_was_signed_off_is_no_reason_but_what_stands_against_the_api_is() -> None:
    signed = Facts(
        ruling=Ruling.APPROVED, by_hand={Provenance.TYPED: 1}, looked_at=True, over_counted=1, parked="No."
    )
    assert weighed(signed).keys() == {ReasonKind.OVER_COUNTED, ReasonKind.PARKED}


def test_too_much_on_an_order_that_has_ended_is_settled_by_looking_at_it() -> None:
    ended = Facts(OrderStatus.SHIPPED, Ruling.APPROVED, 5, 4, over_counted=1, looked_at=True)
    assert not reasons(ended)


def test_an_order_that_was_closed_short_and_shipped_is_over() -> None:
    assert not reasons(Facts(OrderStatus.SHIPPED, Ruling.SHORT, 3, 5, looked_at=True))
