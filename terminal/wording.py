"""The sentences that people read: short words, one sentence for each verdict.

Every refusal says what was scanned, what was expected, and what to do next.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from store.claims import Claim
from terminal import blind_wording
from verification.codes import Code, Command
from verification.desk import Decision, Desk
from verification.meaning import Lesson, Person
from verification.orders import Order, OrderStatus, Ruling
from verification.printable import printable
from verification.verdicts import Verdict

WORD: Mapping[Verdict, str] = {
    Verdict.ACCEPTED: "GOOD",
    Verdict.LINE_VERIFIED: "LINE DONE",
    Verdict.ORDER_VERIFIED: "ORDER DONE",
    Verdict.RECOUNTED: "COUNTED",
    Verdict.ORDER_OPENED: "ORDER OPEN",
    Verdict.SIGNED_IN: "HELLO",
    Verdict.COMMAND: "OK",
    Verdict.UNREADABLE: "SCAN AGAIN",
    Verdict.UNKNOWN_CODE: "UNKNOWN",
    Verdict.AMBIGUOUS_CODE: "UNCLEAR",
    Verdict.NOT_ON_ORDER: "WRONG ITEM",
    Verdict.LINE_ALREADY_VERIFIED: "TOO MANY",
    Verdict.EXCEEDS_REMAINING: "TOO MANY",
    Verdict.DUPLICATE_READ: "TWICE",
    Verdict.DUPLICATE_SERIAL: "SERIAL USED",
    Verdict.EXPIRED: "EXPIRED",
    Verdict.ORDER_LOCKED: "LOCKED",
    Verdict.NO_ORDER_OPEN: "NO ORDER",
    Verdict.NOT_SIGNED_IN: "SIGN IN",
    Verdict.ALARM_PENDING: "ALARM ON",
    Verdict.NOT_RECORDED: "NOT SAVED",
}
"""The large word of each verdict."""

SYMBOL: Mapping[Verdict, str] = {
    **dict.fromkeys(Verdict, "×"),
    Verdict.ACCEPTED: "✓",
    Verdict.LINE_VERIFIED: "✓",
    Verdict.ORDER_VERIFIED: "★",
    Verdict.RECOUNTED: "▸",
    Verdict.ORDER_OPENED: "▸",
    Verdict.SIGNED_IN: "▸",
    Verdict.COMMAND: "▸",
    Verdict.UNREADABLE: "?",
    Verdict.UNKNOWN_CODE: "?",
    Verdict.AMBIGUOUS_CODE: "?",
    Verdict.DUPLICATE_READ: "=",
}
"""One character for each verdict, beside its colour."""

STATUS: Mapping[str, str] = {
    OrderStatus.DRAFT: "a draft, not to be packed yet",
    OrderStatus.VERIFIED: "verified and closed",
    OrderStatus.SHIPPED: "shipped",
    OrderStatus.CANCELLED: "cancelled",
    Ruling.SHORT: "closed short",
}

_MOST_SHOWN = 3
_SHORT = 40


def expected(order: Order | None) -> str:
    """What the order still needs, the first few lines of it."""
    if order is None:
        return "an order label"
    left = [line for line in order.lines if line.remaining]
    if not left:
        return "the next order label"
    shown = [f"{line.remaining} × {printable(line.sku, _SHORT)}" for line in left[:_MOST_SHOWN]]
    more = f" and {len(left) - _MOST_SHOWN} more lines" if len(left) > _MOST_SHOWN else ""
    return ", ".join(shown) + more


def awaited(desk: Desk) -> str:
    """What is to be scanned next at `desk`; a blind count is not told how much."""
    return blind_wording.AWAITED if desk.recounts else expected(desk.order)


def sentence(decision: Decision, before: Desk, after: Desk, code: Code) -> str:
    """What one read did, as one sentence: `before` it the desk stood so, `after` it so."""
    scanned = "" if decision.counts else _scanned(code)  # what counted is named by its goods, not by its code
    about_recheck = before.recounts or after.recounts or decision.problem
    if about_recheck and (blind := blind_wording.sentence(decision, before, after, scanned)):
        return blind
    return _SENTENCES[decision.verdict](decision, before, after, scanned)


def not_recorded(code: Code, why: str) -> str:
    """What to say of a read that the ledger could not take."""
    return f"Scanned {_scanned(code)}. {why}"


def _scanned(code: Code) -> str:
    """What was read, with the lot, serial and expiry that it carried."""
    parts = [printable(code.text, _SHORT) or "nothing"]
    parts += [f"lot {printable(code.lot, _SHORT)}"] if code.lot else []
    parts += [f"serial {printable(code.serial, _SHORT)}"] if code.serial else []
    parts += [f"expires {code.expiry}"] if code.expiry else []
    return ", ".join(parts)


def _counted(decision: Decision, before: Desk, after: Desk, _scanned: str) -> str:
    assert after.order is not None
    assert decision.line_id is not None
    line = after.order.line(decision.line_id)
    units = f"{decision.units} units of " if decision.units > 1 else ""
    typed = decision.typed
    by = _vouched("typed", before, typed.approved_by) if typed else ""
    return f"{units}{printable(line.sku, _SHORT)}: {line.verified} of {line.quantity}{by}."


def _order_verified(decision: Decision, before: Desk, after: Desk, scanned: str) -> str:
    assert after.order is not None
    number = printable(after.order.order_number, _SHORT)
    counted = _counted(decision, before, after, scanned)
    if decision.recheck is not None:
        return f"{counted} {blind_wording.completed(number)}"
    return f"{counted} Order {number} is complete: close the box and scan the next order label."


def _opened(decision: Decision, before: Desk, _after: Desk, _scanned: str) -> str:
    order = decision.opened
    assert order is not None
    number = printable(order.order_number, _SHORT)
    if before.order is not None and before.order.id != order.id and before.order.verified:
        left = before.order
        behind = f" {printable(left.order_number, _SHORT)} stays at {left.verified} of {left.quantity}."
    else:
        behind = ""
    if order.status is OrderStatus.VERIFIED:  # a supervisor reopened it
        return f"Order {number} is open again and complete: take back with F3 what is wrong.{behind}"
    return f"Order {number} is open: scan {expected(order)}.{behind}"


def claimed(claims: Iterable[Claim]) -> str:
    """Which other stations are on the order that was opened, and how to take it over; soft, as claims are."""
    stations = [
        f"{printable(claim.station, _SHORT)}{f' ({printable(claim.who, _SHORT)})' if claim.who else ''}"
        for claim in claims
    ]
    if not stations:
        return ""
    return f" {' and '.join(stations)} counted on it too: ask there, or press Ctrl-T to take it over."


def _signed_in(decision: Decision, before: Desk, after: Desk, _scanned: str) -> str:
    assert decision.person is not None
    who = printable(decision.person.name, _SHORT)
    next_step = "scan an order label" if after.order is None else f"scan {awaited(after)}"
    handed_over = before.person is not None and before.person.name != decision.person.name
    if after.order is not None and (handed_over or decision.opened is not None):
        next_step = f"order {printable(after.order.order_number, _SHORT)} is open, {next_step}"
    if handed_over and before.person is not None:
        return f"{who} takes over from {printable(before.person.name, _SHORT)}: {next_step}."
    return f"{who} is signed in: {next_step}."


def _command(decision: Decision, before: Desk, after: Desk, _scanned: str) -> str:
    if decision.taught is not None:
        return _taught(decision.taught, before)
    return _COMMANDS[decision.command or Command.HELP](decision, before, after)


def _taught(lesson: Lesson, before: Desk) -> str:
    code = printable(lesson.code.gtin or lesson.code.text, _SHORT)
    by = _vouched("taught", before, lesson.approved_by)
    return f"{code} stands for {lesson.units} × {printable(lesson.sku, _SHORT)}{by}: scan it again."


def _vouched(done: str, before: Desk, approved_by: Person | None) -> str:
    """Who did something by hand, and who agreed to it where that is somebody else."""
    doer = before.person or approved_by
    by = f", {done} by {printable(doer.name, _SHORT)}" if doer else ""
    other = approved_by if approved_by != doer else None
    return by + (f", approved by {printable(other.name, _SHORT)}" if other else "")


def _undone(decision: Decision, _before: Desk, after: Desk) -> str:
    if not decision.counts or after.order is None or decision.line_id is None:
        return "Nothing to take back: this order has no counted read left."
    line = after.order.line(decision.line_id)
    sku = printable(line.sku, _SHORT)
    now = f"now {line.verified} of {line.quantity}"
    return f"Taken back: {decision.units} × {sku}, {now}; take it out of the box."


def _acknowledged(_decision: Decision, before: Desk, after: Desk) -> str:
    if before.alarm is None:
        return "There is no alarm to end: go on scanning."
    return f"Alarm ended: scan {awaited(after)}."


def _next(_decision: Decision, _before: Desk, after: Desk) -> str:
    if after.order is None:
        return "No other order is waiting: you are done for now."
    return f"Order {printable(after.order.order_number, _SHORT)} is open: scan {expected(after.order)}."


def _done(_decision: Decision, before: Desk, _after: Desk) -> str:
    if before.order is None:
        return "No order is open: scan an order label."
    number, left = printable(before.order.order_number, _SHORT), before.order
    return f"Order {number} put aside at {left.verified} of {left.quantity}: scan the next order label."


def _quantity(decision: Decision, _before: Desk, after: Desk) -> str:
    if decision.countable is None:
        return f"No count can be typed: {decision.problem or 'scan one of the goods first'}."
    sku, left = printable(decision.countable, _SHORT), _left(after.order, decision.countable)
    return f"How many more of {sku} are there? Type the number: {left} missing."


def _signed_out(decision: Decision, before: Desk, after: Desk) -> str:
    why = f" because {decision.problem}" if decision.problem else ""
    if after.left_open is None or before.order is None:
        return f"Signed out{why}: scan your badge to begin."
    who, number = (printable(each, _SHORT) for each in (after.left_open.person, before.order.order_number))
    return f"Signed out{why}: scan your badge to begin. Order {number} waits for {who}."


_COMMANDS: Mapping[Command, Callable[[Decision, Desk, Desk], str]] = {
    Command.UNDO: _undone,
    Command.ACKNOWLEDGE: _acknowledged,
    Command.NEXT: _next,
    Command.DONE: _done,
    Command.COUNT: lambda *_: "There is no double read to count: go on scanning.",
    Command.QUANTITY: _quantity,
    Command.SIGN_OUT: _signed_out,
    Command.HELP: lambda *_: "Help is on the screen.",
}


_Say = Callable[[Decision, Desk, Desk, str], str]


def _refusal(template: str) -> _Say:
    def say(decision: Decision, before: Desk, after: Desk, scanned: str) -> str:
        return template.format(
            scanned=scanned,
            expected=awaited(before),
            problem=printable(decision.problem),
            units=decision.units,
            sku=printable(decision.sku or "", _SHORT),
            left=_left(before.order, decision.sku),
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
    return f" Order {printable(order.order_number, _SHORT)} is still open."


def _left(order: Order | None, sku: str | None) -> int:
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


def _scanned_or_typed(scanned: _Say, typed: _Say) -> _Say:
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


_SENTENCES: Mapping[Verdict, Callable[[Decision, Desk, Desk, str], str]] = {
    Verdict.ACCEPTED: _counted,
    Verdict.LINE_VERIFIED: _counted,
    Verdict.ORDER_VERIFIED: _order_verified,
    Verdict.RECOUNTED: _counted,
    Verdict.ORDER_OPENED: _opened,
    Verdict.SIGNED_IN: _signed_in,
    Verdict.COMMAND: _command,
    Verdict.UNREADABLE: _scanned_or_typed(_UNREADABLE, _NOT_TYPED),
    Verdict.UNKNOWN_CODE: _unknown,
    Verdict.AMBIGUOUS_CODE: _refusal(
        "Scanned {scanned}: it could be {problem}. Expected {expected}. Scan another code on the item or"
        " call for help."
    ),
    Verdict.NOT_ON_ORDER: _refusal(
        "Scanned {scanned}: {sku} is not on this order. Expected {expected}. {back}."
    ),
    Verdict.LINE_ALREADY_VERIFIED: _refusal(
        "Scanned {scanned}: {sku} is complete already. Expected {expected}. {back}."
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
