"""The sentences that people read: short words, one for each verdict. Those of refusals are in `refusals`."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from store.claims import Claim
from terminal import blind_wording
from terminal.refusals import REFUSALS, SHORT, Say, awaited, expected, left
from verification.codes import Code, Command
from verification.desk import Decision, Desk
from verification.meaning import Lesson, Person
from verification.orders import OrderStatus
from verification.printable import printable
from verification.verdicts import Verdict


def sentence(decision: Decision, before: Desk, after: Desk, code: Code) -> str:
    """What one read did, as one sentence: `before` it the desk stood so, `after` it so."""
    scanned = "" if decision.counts else _scanned(code)  # what counted is named by its goods, not by its code
    about_recheck = before.recounts or after.recounts or decision.problem
    if about_recheck and (blind := blind_wording.sentence(decision, before, after, scanned)):
        return blind
    told = _SENTENCES[decision.verdict](decision, before, after, scanned)
    if decision.verdict is Verdict.COMMAND and decision.recheck is not None and after.order is not None:
        told += f" {blind_wording.completed(printable(after.order.order_number, SHORT))}"
    return told


def not_recorded(code: Code, why: str) -> str:
    """What to say of a read that the ledger could not take."""
    return f"Scanned {_scanned(code)}. {why}"


def _scanned(code: Code) -> str:
    """What was read, with the lot, serial and expiry that it carried."""
    parts = [printable(code.text, SHORT) or "nothing"]
    parts += [f"lot {printable(code.lot, SHORT)}"] if code.lot else []
    parts += [f"serial {printable(code.serial, SHORT)}"] if code.serial else []
    parts += [f"expires {code.expiry}"] if code.expiry else []
    return ", ".join(parts)


def _counted(decision: Decision, before: Desk, after: Desk, _scanned: str) -> str:
    assert after.order is not None
    assert decision.line_id is not None
    line = after.order.line(decision.line_id)
    units = f"{decision.units} units of " if decision.units > 1 else ""
    typed = decision.typed
    by = _vouched("typed", before, typed.approved_by) if typed else ""
    return f"{units}{printable(line.sku, SHORT)}: {line.verified} of {line.quantity}{by}."


def _order_verified(decision: Decision, before: Desk, after: Desk, scanned: str) -> str:
    assert after.order is not None
    number = printable(after.order.order_number, SHORT)
    counted = _counted(decision, before, after, scanned)
    if decision.recheck is not None:
        return f"{counted} {blind_wording.completed(number)}"
    return f"{counted} Order {number} is complete: close the box and scan the next order label."


def _opened(decision: Decision, before: Desk, _after: Desk, _scanned: str) -> str:
    order = decision.opened
    assert order is not None
    number = printable(order.order_number, SHORT)
    if before.order is not None and before.order.id != order.id and before.order.verified:
        left = before.order
        behind = f" {printable(left.order_number, SHORT)} stays at {left.verified} of {left.quantity}."
    else:
        behind = ""
    if order.status is OrderStatus.VERIFIED:  # a supervisor reopened it
        return f"Order {number} is open again and complete: take back with F3 what is wrong.{behind}"
    return f"Order {number} is open: scan {expected(order)}.{behind}"


def claimed(claims: Iterable[Claim]) -> str:
    """Which other stations are on the order that was opened, and how to take it over; soft, as claims are."""
    stations = [
        f"{printable(claim.station, SHORT)}{f' ({printable(claim.who, SHORT)})' if claim.who else ''}"
        for claim in claims
    ]
    if not stations:
        return ""
    return f" {' and '.join(stations)} counted on it too: ask there, or press Ctrl-T to take it over."


def _signed_in(decision: Decision, before: Desk, after: Desk, _scanned: str) -> str:
    assert decision.person is not None
    who = printable(decision.person.name, SHORT)
    next_step = "scan an order label" if after.order is None else f"scan {awaited(after)}"
    handed_over = before.person is not None and before.person.name != decision.person.name
    if after.order is not None and (handed_over or decision.opened is not None):
        next_step = f"order {printable(after.order.order_number, SHORT)} is open, {next_step}"
    if handed_over and before.person is not None:
        return f"{who} takes over from {printable(before.person.name, SHORT)}: {next_step}."
    return f"{who} is signed in: {next_step}."


def _command(decision: Decision, before: Desk, after: Desk, _scanned: str) -> str:
    if decision.taught is not None:
        return _taught(decision.taught, before)
    return _COMMANDS[decision.command or Command.HELP](decision, before, after)


def _taught(lesson: Lesson, before: Desk) -> str:
    code = printable(lesson.code.gtin or lesson.code.text, SHORT)
    by = _vouched("taught", before, lesson.approved_by)
    return f"{code} stands for {lesson.units} × {printable(lesson.sku, SHORT)}{by}: scan it again."


def _vouched(done: str, before: Desk, approved_by: Person | None) -> str:
    """Who did something by hand, and who agreed to it where that is somebody else."""
    doer = before.person or approved_by
    by = f", {done} by {printable(doer.name, SHORT)}" if doer else ""
    other = approved_by if approved_by != doer else None
    return by + (f", approved by {printable(other.name, SHORT)}" if other else "")


def _undone(decision: Decision, before: Desk, after: Desk) -> str:
    if before.order is None:
        return "Nothing to take back: no order is open. Scan an order label."
    if not decision.counts or after.order is None or decision.line_id is None:
        return "Nothing to take back: this order has no counted read left."
    line = after.order.line(decision.line_id)
    sku = printable(line.sku, SHORT)
    now = f"now {line.verified} of {line.quantity}"
    return f"Taken back: {decision.units} × {sku}, {now}; take it out of the box."


def _acknowledged(_decision: Decision, before: Desk, after: Desk) -> str:
    if before.alarm is None:
        return "There is no alarm to end: go on scanning."
    return f"Alarm ended: scan {awaited(after)}."


def _next(_decision: Decision, _before: Desk, after: Desk) -> str:
    if after.order is None:
        return "No other order is waiting: you are done for now."
    return f"Order {printable(after.order.order_number, SHORT)} is open: scan {expected(after.order)}."


def _done(_decision: Decision, before: Desk, _after: Desk) -> str:
    if before.order is None:
        return "No order is open: scan an order label."
    number, left = printable(before.order.order_number, SHORT), before.order
    return f"Order {number} put aside at {left.verified} of {left.quantity}: scan the next order label."


def _quantity(decision: Decision, _before: Desk, after: Desk) -> str:
    if decision.countable is None:
        return f"No count can be typed: {decision.problem or 'scan one of the goods first'}."
    sku, missing = printable(decision.countable, SHORT), left(after.order, decision.countable)
    return f"How many more of {sku} are there? Type the number: {missing} missing."


def _signed_out(decision: Decision, before: Desk, after: Desk) -> str:
    why = f" because {decision.problem}" if decision.problem else ""
    if after.left_open is None or before.order is None:
        return f"Signed out{why}: scan your badge to begin."
    who, number = (printable(each, SHORT) for each in (after.left_open.person, before.order.order_number))
    return f"Signed out{why}: scan your badge to begin. Order {number} waits for {who}."


def _helped(_decision: Decision, _before: Desk, after: Desk) -> str:
    if after.untaught is not None:
        return "Help is on the screen. Nobody taught the last code: press F7 to teach this one."
    if after.held is not None:
        return "Help is on the screen. If the last read is a second item, press F6 or scan COUNT."
    return "Help is on the screen."


_COMMANDS: Mapping[Command, Callable[[Decision, Desk, Desk], str]] = {
    Command.UNDO: _undone,
    Command.ACKNOWLEDGE: _acknowledged,
    Command.NEXT: _next,
    Command.DONE: _done,
    Command.COUNT: lambda *_: "There is no double read to count: go on scanning.",
    Command.QUANTITY: _quantity,
    Command.SIGN_OUT: _signed_out,
    Command.HELP: _helped,
}


_SENTENCES: Mapping[Verdict, Say] = {
    Verdict.ACCEPTED: _counted,
    Verdict.LINE_VERIFIED: _counted,
    Verdict.ORDER_VERIFIED: _order_verified,
    Verdict.RECOUNTED: _counted,
    Verdict.ORDER_OPENED: _opened,
    Verdict.SIGNED_IN: _signed_in,
    Verdict.COMMAND: _command,
    **REFUSALS,
}
