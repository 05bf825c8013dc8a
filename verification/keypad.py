"""Counting by keypad: goods were scanned once, and somebody types how many more units of them there are.

A number is asked for only behind a read that counted goods, stands for these goods alone, and any other read
ends the question. Goods with serials are never counted so, for each of their units has a name of its own.
"""

from __future__ import annotations

from verification.desk import Desk
from verification.meaning import Quantity
from verification.policy import Policy

MOST_UNITS = 1_000_000


def closed(desk: Desk, policy: Policy, *, serials: bool) -> str:
    """Why no number can be typed now, as a clause; empty where one can.

    `serials`: whether a serial of the goods read last was ever counted here.
    """
    if not policy.quantity_entry.allows(desk.person, sign_in=policy.sign_in):
        return "this station counts by scanning alone"
    if desk.countable is None or desk.order is None:
        return "scan one of the goods first"
    if serials:
        return "these goods carry serials, so each is scanned"
    if not left(desk):
        return "no more of these goods are missing"
    return ""


def objection(typed: Quantity, desk: Desk, policy: Policy, *, serials: bool) -> str:
    """Why the number `typed` may not count, as a clause; empty where the rules of counting may have it."""
    if not 1 <= typed.units <= MOST_UNITS:
        return f"a count is a whole number from 1 to {MOST_UNITS}"
    if why := closed(desk, policy, serials=serials):
        return why
    if desk.countable != typed.sku:
        return "another read came in between"
    approved = typed.approved_by is not None and typed.approved_by.supervisor
    if policy.quantity_entry.wants_approval(desk.person) and not approved:
        return "a supervisor has to approve it"
    return ""


def left(desk: Desk) -> int:
    """Units of the goods read last that the open order still needs."""
    lines = desk.order.lines if desk.order else ()
    return sum(line.remaining for line in lines if line.sku == desk.countable)
