"""Arbitrary shifts at a station: orders, a policy, and reads in any order, as Hypothesis strategies."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from hypothesis import strategies as st

from tests.verification.bench import WORKABLE, Bench
from tests.verification.builders import ANA, BEEP_ONLY, NO_SIGN_IN, SIGNED_IN, SUE
from verification.codes import Command
from verification.desk import Decision, Desk
from verification.meaning import Ambiguous, Badge, Meaning, Ordered, OrderLabel, Unknown, Unreadable
from verification.orders import Line, Order, OrderStatus
from verification.policy import Policy


@dataclass(frozen=True)
class GoodsRead:
    """Goods in front of a scanner; what is known of their serial depends on the shift so far."""

    sku: str
    units: int = 1
    double: bool = False
    serial: str | None = None
    expired: bool = False


@dataclass(frozen=True)
class Moment:
    """One read of a shift, with the station before and after it."""

    before: Desk
    orders_before: dict[str, Order]
    decision: Decision
    after: Desk
    orders_after: dict[str, Order]

    @property
    def counted_before(self) -> dict[str, list[int]]:
        return _counted(self.orders_before)

    @property
    def counted_after(self) -> dict[str, list[int]]:
        return _counted(self.orders_after)


def _counted(orders: dict[str, Order]) -> dict[str, list[int]]:
    return {order.id: [line.counted for line in order.lines] for order in orders.values()}


@dataclass
class Shift:
    """What will happen; `worked` makes it happen on a bench of its own."""

    orders: tuple[Order, ...]
    policy: Policy
    reads: list[GoodsRead | Meaning]
    station: Bench = field(init=False, repr=False)

    def __post_init__(self) -> None:
        self.station = Bench(*self.orders, policy=self.policy)

    def moments(self) -> Iterator[Moment]:
        """Work through the reads, signed in and with the first order open if its label allows."""
        for read in [Badge(ANA), OrderLabel(self.orders[0].id), *self.reads]:
            before, orders_before = self.station.desk, dict(self.station.orders)
            decision = self._take(read)
            yield Moment(before, orders_before, decision, self.station.desk, dict(self.station.orders))

    def worked(self) -> Bench:
        """The station when all is done."""
        for _ in self.moments():
            pass
        return self.station

    def _take(self, read: GoodsRead | Meaning) -> Decision:
        if isinstance(read, GoodsRead):
            return self.station.goods(
                read.sku, read.units, double=read.double, serial=read.serial, expired=read.expired
            )
        return self.station.read(read)


SKUS = ("SKU-A", "SKU-B", "SKU-C")


@st.composite
def orders(draw: st.DrawFn, order_id: str, statuses: tuple[OrderStatus, ...], most_elsewhere: int) -> Order:
    """One to four lines over three SKUs, so that SKUs often share lines."""
    shapes = draw(
        st.lists(
            st.tuples(st.sampled_from(SKUS), st.integers(1, 5), st.integers(0, most_elsewhere)),
            min_size=1,
            max_size=4,
        )
    )
    lines = [
        Line(f"{order_id}.{n}", sku, quantity, elsewhere=elsewhere)
        for n, (sku, quantity, elsewhere) in enumerate(shapes)
    ]
    return Order(order_id, order_id.upper(), tuple(lines), draw(st.sampled_from(statuses)))


GOODS = st.builds(
    GoodsRead,
    st.sampled_from([*SKUS, *SKUS, *SKUS, "SKU-X"]),
    st.sampled_from([1, 1, 1, 1, 2, 3, 6]),
    st.sampled_from([False, False, False, True]),
    st.sampled_from([None, None, None, "S1", "S2"]),
    st.sampled_from([False, False, False, False, False, True]),
)
COMMANDS = st.sampled_from(
    [*Command, *[Command.ACKNOWLEDGE] * 6, *[Command.UNDO] * 3, *[Command.COUNT] * 3]
).map(Ordered)
OTHERS: st.SearchStrategy[Meaning] = st.sampled_from(
    [
        OrderLabel("order-1"),
        OrderLabel("order-1"),
        OrderLabel("order-2"),
        Badge(ANA),
        Badge(SUE),
        Unknown(),
        Unreadable("it is torn"),
        Ambiguous(("goods SKU-A", "an order")),
    ]
)


@st.composite
def shifts(draw: st.DrawFn, most_elsewhere: int = 0) -> Shift:
    """A shift; with `most_elsewhere`, other stations counted too, at times more than there should be."""
    return Shift(
        (
            draw(orders("order-1", WORKABLE, most_elsewhere)),
            draw(orders("order-2", tuple(OrderStatus), most_elsewhere)),
        ),
        draw(st.sampled_from([SIGNED_IN, BEEP_ONLY, NO_SIGN_IN])),
        draw(st.lists(st.one_of(GOODS, GOODS, GOODS, COMMANDS, COMMANDS, OTHERS), max_size=40)),
    )
