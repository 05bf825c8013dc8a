"""The sentences of refusals: what was scanned, what was expected, and what to do next."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from terminal import blind_wording
from verification.desk import Decision, Desk
from verification.orders import Order, OrderStatus, Ruling
from verification.printable import printable
from verification.verdicts import Verdict

STATUS: Mapping[str, str] = {
    OrderStatus.DRAFT: "a draft, not to be packed yet",
    OrderStatus.VERIFIED: "verified and closed",
    OrderStatus.SHIPPED: "shipped",
    OrderStatus.CANCELLED: "cancelled",
    Ruling.SHORT: "closed short",
}


_MOST_SHOWN = 3
SHORT = 40
"""Characters of a code, a SKU or a name in a sentence."""


def expected(order: Order | None) -> str:
    """What the order still needs, the first few lines of it."""
    if order is None:
        return "an order label"
    if not any(line.remaining for line in order.lines):
        return "the next order label"
    return lacking(order)


def lacking(order: Order) -> str:
    """Units and SKUs of the first few lines that are not complete, and how many lines more there are."""
    left = [f"{line.remaining} × {printable(line.sku, SHORT)}" for line in order.lines if line.remaining]
    more = len(left) - _MOST_SHOWN
    told = ", ".join(left[:_MOST_SHOWN])
    return f"{told} and {more} more line{'' if more == 1 else 's'}" if more > 0 else told


def awaited(desk: Desk) -> str:
    """What is to be scanned next at `desk`; a blind count is not told how much."""
    return blind_wording.AWAITED if desk.recounts else expected(desk.order)


Say = Callable[[Decision, Desk, Desk, str], str]
"""Puts a decision into words: the desk before it and after it, and what was scanned."""


def _refusal(template: str) -> Say:
    def say(decision: Decision, before: Desk, after: Desk, scanned: str) -> str:
        sku = printable(decision.sku or "", SHORT)
        return template.format(
            scanned=scanned,
            expected=awaited(before),
            problem=printable(decision.problem),
            units=decision.units,
            sku=sku,
            it="it" if scanned == sku else sku,
            left=left(before.order, decision.sku),
            status=STATUS.get(decision.problem, "closed"),
            open=_still_open(before.order, decision),
            again="Press F4 or scan ACK, then count them again" if after.alarm else "Count them again",
            back="Put it back, then press F4 or scan ACK" if after.alarm else "Put it back",
        )

    return say


def _still_open(order: Order | None, decision: Decision) -> str:
    """Of which order goods would go on to count, when the label of another one was refused."""
    if order is None or decision.sku is not None:
        return ""
    return f" Order {printable(order.order_number, SHORT)} is still open."


def left(order: Order | None, sku: str | None) -> int:
    """Units of a SKU that the order still needs."""
    return sum(line.remaining for line in order.lines if line.sku == sku) if order else 0


_UNKNOWN = _refusal(
    "Scanned {scanned}: nobody taught this code. Expected {expected}. Scan another code on the item or"
    " call for help."
)
_TEACHABLE = _refusal(
    "Scanned {scanned}: nobody taught this code. Expected {expected}. Scan another code on the item, or"
    " press F7 to teach this one."
)
_NOT_TAUGHT = _refusal(
    "{scanned} was not taught: {problem}. Expected {expected}. Scan it again or call for help."
)


def _unknown(decision: Decision, before: Desk, after: Desk, scanned: str) -> str:
    say = _NOT_TAUGHT if decision.problem else _TEACHABLE if after.untaught else _UNKNOWN
    return say(decision, before, after, scanned)


_UNREADABLE = _refusal("Scanned {scanned}: not counted, {problem}. Expected {expected}. Scan it again.")
_NOT_TYPED = _refusal("{scanned}: not counted, {problem}. Expected {expected}. Scan each of them.")
_TOO_MANY = _refusal(
    "Scanned {scanned}: it holds {units}, but only {left} of {sku} are missing. Expected {expected}. {back}."
)
_TYPED_TOO_MANY = _refusal("Typed {scanned}, but only {left} are missing. Expected {expected}. {again}.")


def _scanned_or_typed(scanned: Say, typed: Say) -> Say:
    """One refusal in two sentences: of a read, and of a number that was typed."""

    def say(decision: Decision, before: Desk, after: Desk, code: str) -> str:
        return (typed if decision.typed else scanned)(decision, before, after, code)

    return say


_TWICE = _refusal(
    "Scanned {scanned} twice in a moment: counted once. Expected {expected}. If it is a second item,"
    " press F6 or scan COUNT."
)
_TWICE_COMMANDED = _refusal(
    "Scanned {scanned} twice in a moment: done once. Expected {expected}. Scan it again if you mean it."
)


def _twice(decision: Decision, before: Desk, after: Desk, scanned: str) -> str:
    say = _TWICE if decision.sku else _TWICE_COMMANDED
    return say(decision, before, after, scanned)


_NOBODY = _refusal("Scanned {scanned}: nobody is signed in. Expected a badge. Scan your badge first.")
_BARRED = _refusal(
    "Scanned {scanned}: {problem}. Expected the badge of somebody who works here. Ask a supervisor."
)


def _not_signed_in(decision: Decision, before: Desk, after: Desk, scanned: str) -> str:
    return (_BARRED if decision.problem else _NOBODY)(decision, before, after, scanned)


REFUSALS: Mapping[Verdict, Say] = {
    Verdict.UNREADABLE: _scanned_or_typed(_UNREADABLE, _NOT_TYPED),
    Verdict.UNKNOWN_CODE: _unknown,
    Verdict.AMBIGUOUS_CODE: _refusal(
        "Scanned {scanned}: it could be {problem}. Expected {expected}. Scan another code on the item or"
        " call for help."
    ),
    Verdict.NOT_ON_ORDER: _refusal(
        "Scanned {scanned}: {it} is not on this order. Expected {expected}. {back}."
    ),
    Verdict.LINE_ALREADY_VERIFIED: _refusal(
        "Scanned {scanned}: {it} is complete already. Expected {expected}. {back}."
    ),
    Verdict.EXCEEDS_REMAINING: _scanned_or_typed(_TOO_MANY, _TYPED_TOO_MANY),
    Verdict.DUPLICATE_READ: _twice,
    Verdict.DUPLICATE_SERIAL: _refusal(
        "Scanned {scanned}: this serial is counted already. Expected {expected}. {back}."
    ),
    Verdict.EXPIRED: _refusal("Scanned {scanned}: it expired after {problem}. Expected {expected}. {back}."),
    Verdict.ORDER_LOCKED: _refusal(
        "Scanned {scanned}: the order is {status}. Expected {expected}.{open} Put it aside and call"
        " a supervisor."
    ),
    Verdict.NO_ORDER_OPEN: _refusal(
        "Scanned {scanned}: no order is open. Expected an order label. Scan the order label first."
    ),
    Verdict.NOT_SIGNED_IN: _not_signed_in,
    Verdict.ALARM_PENDING: _refusal(
        "Scanned {scanned}: not counted while the alarm is on. Expected the alarm to be ended."
        " Press F4 or scan ACK, then scan it again."
    ),
}
