"""Teaching an unknown code at the bench: which line it may stand for, and who may say so.

Nothing here teaches. Lines of the open order are put in the order in which they are likely, each with the
reason, and somebody has to choose one and confirm it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from verification.codes import Code
from verification.gtin import gtin14, is_digits, is_proven
from verification.meaning import Lesson, Person
from verification.orders import Order
from verification.policy import Policy
from verification.records import record

_SHORTEST_SHARED = 4
"""Digits in a row that a code and a SKU must share to be thought related."""
_SSCC_WITH_AI = 20
"""Digits of AI 00 and the SSCC after it."""
_DIGITS = re.compile(r"[0-9]+")


@record
class Likely:
    """A line that an unknown code may stand for."""

    sku: str
    why: str
    """A short phrase; empty where nothing speaks for it but that it is on the order."""
    case: bool = False
    """Whether the code looks like a case of these goods, whose units somebody must say."""


@record
class Untaught:
    """The last read, which nobody taught, while its order is open."""

    code: Code
    likely: tuple[Likely, ...]
    """Every SKU of the order that still needs units, the likeliest first."""


def likely(order: Order, code: Code, gtins: Mapping[str, tuple[str, ...]]) -> tuple[Likely, ...]:
    """The SKUs that `code` may stand for; `gtins` are the GTIN-14s that the ledger knows of each."""
    left = list(dict.fromkeys(line.sku for line in order.lines if line.remaining))
    found = [(_judged(sku, code, gtins.get(sku, ()), only=len(left) == 1)) for sku in left]
    return tuple(each for _rank, each in sorted(found, key=lambda each: each[0]))


def _judged(sku: str, code: Code, gtins: tuple[str, ...], *, only: bool) -> tuple[int, Likely]:
    own = gtin14(sku)
    known = (*gtins, own) if own else gtins
    case = code.gtin is not None and code.gtin[0] != "0"
    if code.gtin is not None and any(code.gtin[1:13] == each[1:13] for each in known):
        return 0, Likely(sku, "the same item number", case=case)
    if shared := _shared_digits(code.gtin or code.text, (sku, *known)):
        return 1 + 20 - min(20, len(shared)), Likely(sku, f"both hold {shared}", case=case)
    return 50, Likely(sku, "nothing else is left" if only else "", case=case)


def _shared_digits(text: str, names: tuple[str, ...]) -> str:
    """The longest run of digits that `text` and one of `names` have in common, if it is long enough."""
    best = ""
    for name in names:
        for run in _DIGITS.findall(name):
            for start in range(len(run) - _SHORTEST_SHARED + 1):
                end = start + max(_SHORTEST_SHARED, len(best) + 1)
                while end <= len(run) and run[start:end] in text:
                    best, end = run[start:end], end + 1
    return best if best.strip("0") else ""


def looked_up(code: Code) -> str:
    """What stands in the catalog for a code's goods: the GTIN where it has one, for its lot is not theirs."""
    return code.gtin or code.text


def no_goods(code: Code) -> str:
    """Why no read of `code` can ever count goods, as a clause; empty where one can."""
    if code.problem is not None:
        return code.problem
    text = code.text
    spelt = len(text) == _SSCC_WITH_AI and is_digits(text) and text.startswith("00") and is_proven(text[2:])
    if code.sscc is not None or spelt:
        return "it is an SSCC, the number of one parcel or pallet"
    return ""


def may_teach(policy: Policy, person: Person | None) -> bool:
    """Whether this site lets whoever is at the bench teach, if only with somebody's approval."""
    return policy.teach.allows(person, sign_in=policy.sign_in)


def needs_approval(policy: Policy, person: Person | None) -> bool:
    """Whether a supervisor has to agree."""
    return policy.teach.wants_approval(person)


def objection(lesson: Lesson, untaught: Untaught | None, policy: Policy, person: Person | None) -> str:
    """Why `lesson` may not be taught now, as a clause; empty where it may."""
    if not may_teach(policy, person):
        return "this station does not teach codes while it scans"
    if untaught is None or untaught.code != lesson.code:
        return "another read came in between"
    if lesson.sku not in {each.sku for each in untaught.likely}:
        return "it can only stand for a line that still needs units"
    approved = lesson.approved_by is not None and lesson.approved_by.supervisor
    return "a supervisor has to approve it" if needs_approval(policy, person) and not approved else ""
