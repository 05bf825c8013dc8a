"""The rules of counting: what goods do to the open order, and what an undo takes back.

Pure, as `verification.decide`, whose table these are cells of.
"""

from __future__ import annotations

from dataclasses import replace

from verification.codes import Command
from verification.desk import Asked, Count, Decision, Desk
from verification.events import Provenance
from verification.meaning import Goods, Quantity
from verification.orders import Line, LineStatus, Order, OrderStatus, Ruling
from verification.verdicts import Verdict


def count(desk: Desk, asked: Asked) -> Decision:
    """Goods count on the first line of their SKU with room, then on the next; all of them or none."""
    goods, order = asked.meaning, desk.order
    assert isinstance(goods, Goods)
    assert order is not None
    mine = [line for line in order.lines if line.sku == goods.sku]
    target = next((line for line in mine if line.remaining), mine[-1] if mine else None)

    def refused(verdict: Verdict, problem: str = "", held: Asked | None = None) -> Decision:
        line_id = target.id if target else None
        return Decision(
            verdict, sku=goods.sku, line_id=line_id, units=goods.units, problem=problem, held=held
        )

    if locked := locked_by(order):
        return refused(Verdict.ORDER_LOCKED, locked)
    if asked.double:
        return refused(Verdict.DUPLICATE_READ, held=asked)
    if target is None:
        return refused(Verdict.NOT_ON_ORDER)
    if goods.serial_counted:
        return refused(Verdict.DUPLICATE_SERIAL)
    room = sum([line.remaining for line in mine])
    if room == 0:
        return refused(Verdict.LINE_ALREADY_VERIFIED)
    if goods.units > room:
        return refused(Verdict.EXCEEDS_REMAINING)
    if asked.expired:
        return refused(Verdict.EXPIRED, asked.expired)
    counts = _fill(mine, goods.units)
    counted = order.moved((count.line_id, count.delta) for count in counts)
    return Decision(
        _counted_as(counted, counts),
        counts=counts,
        counted=counted,
        sku=goods.sku,
        line_id=counts[-1].line_id,
        units=goods.units,
        provenance=_provenance(asked, goods),
        countable=None if asked.code and asked.code.serial else goods.sku,
    )


def count_typed(desk: Desk, asked: Asked) -> Decision:
    """A number counts as so many reads of single units would, or is refused whole."""
    typed = asked.meaning
    assert isinstance(typed, Quantity)
    if asked.objection:
        return Decision(
            Verdict.UNREADABLE, sku=typed.sku, units=typed.units, problem=asked.objection, typed=typed
        )
    goods = replace(asked, meaning=Goods(typed.sku, typed.units), provenance=Provenance.TYPED)
    return replace(count(desk, goods), typed=typed, countable=None)


def undo(order: Order, asked: Asked) -> Decision:
    """The order's last counted read is taken back, or nothing where there is none."""
    if locked := locked_by(order):
        return Decision(Verdict.ORDER_LOCKED, command=Command.UNDO, problem=locked)
    counts = asked.undoable
    line = next((line for line in order.lines if counts and line.id == counts[0].line_id), None)
    return Decision(
        Verdict.COMMAND,
        counts=counts,
        counted=order.moved((count.line_id, count.delta) for count in counts),
        command=Command.UNDO,
        sku=line.sku if line else None,
        line_id=line.id if line else None,
        units=-sum(count.delta for count in counts),
    )


def locked_by(order: Order) -> str:
    """Why nothing on the open order may change; empty where it may, as on the one just verified."""
    just_verified = order.closed == OrderStatus.VERIFIED and order.ruling is not Ruling.APPROVED
    return "" if just_verified else order.closed


def _provenance(asked: Asked, goods: Goods) -> Provenance:
    """A case code is told apart from single scans; what was typed stays typed."""
    if goods.case and asked.provenance is Provenance.SCANNED:
        return Provenance.CASE
    return asked.provenance


def _fill(lines: list[Line], units: int) -> tuple[Count, ...]:
    """`units` over `lines` in their order, each filled before the next."""
    counts = []
    for line in lines:
        taken = min(line.remaining, units)
        if taken:
            counts.append(Count(line.id, taken))
            units -= taken
    return tuple(counts)


def _counted_as(order: Order, counts: tuple[Count, ...]) -> Verdict:
    """What the last of `counts` made of the order that they are brought into."""
    if order.status is OrderStatus.VERIFIED:
        return Verdict.ORDER_VERIFIED
    if order.line(counts[-1].line_id).status is LineStatus.VERIFIED:
        return Verdict.LINE_VERIFIED
    return Verdict.ACCEPTED
