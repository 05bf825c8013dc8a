"""Small orders, reads and desks to test the rules with."""

from __future__ import annotations

from collections.abc import Sequence

from verification.codes import Command
from verification.decide import decide
from verification.desk import Alarm, Asked, Count, Decision, Desk
from verification.events import Event, Provenance
from verification.meaning import Goods, Meaning, Ordered, Person
from verification.orders import Line, Order, OrderStatus
from verification.policy import Expired, Policy
from verification.verdicts import Verdict

ANA = Person("Ana")
SUE = Person("Sue", supervisor=True)
LATCHED = Alarm(Verdict.NOT_ON_ORDER, "SKU-X does not belong here.")

SIGNED_IN = Policy()
NO_SIGN_IN = Policy(sign_in=False)
BEEP_ONLY = Policy(alarm_on_wrong_item=False, expired=Expired.WARN)


def line(line_id: str, sku: str, quantity: int, counted: int = 0, *, elsewhere: int = 0) -> Line:
    """A line; its SKU is written in full because two lines may share it."""
    return Line(line_id, sku, quantity, counted, elsewhere)


def order(*lines: Line, reported: OrderStatus = OrderStatus.PENDING, order_id: str = "order-1") -> Order:
    return Order(order_id, order_id.upper(), lines, reported)


def lines_with(counts: Sequence[int], quantity: int) -> tuple[Line, ...]:
    """A line for each count, each of its own SKU, `quantity` units of each."""
    return tuple(line(f"L{n}", f"SKU-{n}", quantity, count) for n, count in enumerate(counts))


def desk_with(*lines: Line, reported: OrderStatus = OrderStatus.PENDING, alarm: Alarm | None = None) -> Desk:
    """Ana stands at the desk with an order of these lines open."""
    return Desk(ANA, order(*lines, reported=reported), alarm)


def scan(
    desk: Desk, sku: str, units: int = 1, *, double: bool = False, policy: Policy = SIGNED_IN
) -> Decision:
    """What reading goods does."""
    return decide(desk, Asked(Goods(sku, units, case=units > 1), double), policy)


def read(
    desk: Desk, meaning: Meaning, policy: Policy = SIGNED_IN, *, labelled: Order | None = None
) -> Decision:
    """What reading anything does."""
    return decide(desk, Asked(meaning, labelled=labelled), policy)


def command(desk: Desk, asked: Command, *undoable: Count, policy: Policy = SIGNED_IN) -> Decision:
    """What a command does, with what an undo would take back."""
    return decide(desk, Asked(Ordered(asked), undoable=undoable), policy)


def event(
    seq: int,
    line_id: str | None = None,
    delta: int = 0,
    *,
    read: int | None = None,
    takes_back: int | None = None,
    verdict: Verdict = Verdict.ACCEPTED,
) -> Event:
    """A row of the log; alone in its read unless `read` says otherwise."""
    return Event(
        read=seq if read is None else read,
        at="2026-01-02T03:04:05.678Z",
        mono=float(seq),
        person="Ana",
        scanner="gun-1",
        raw=b"",
        code="",
        verdict=verdict,
        provenance=Provenance.SCANNED,
        order_id="order-1",
        line_id=line_id,
        delta=delta,
        takes_back=takes_back,
        seq=seq,
    )
