"""Replayed from its events alone, an order was at each step what the ledger had at that moment."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from store import acts, log, orders
from store.acts import Moment
from store.errors import Refused
from store.ledger import Ledger
from store.posting import posting
from terminal.reads import Delivery
from tests.terminal.builders import GUN, procedure, read
from tests.terminal.floor import made
from tests.terminal.test_any_shift import ANY_READ, copy_of
from verification.acts import Act, ActKind, Short
from verification.desk import Desk
from verification.meaning import Person
from verification.orders import Order
from verification.story import Story

SUE = Person("Sue", supervisor=True)
ID = "id-ORD-1"
LINES = [f"ORD-1.{n}" for n in (1, 2, 3)]
ANY_ACT = st.builds(
    Act,
    st.sampled_from([kind for kind in ActKind if kind not in (ActKind.EDIT, ActKind.CREATE, ActKind.IMPORT)]),
    st.just(SUE),
    st.just("seen at the bench"),
    line_id=st.sampled_from(LINES),
    units=st.integers(0, 4) | st.none(),
    short=st.sampled_from(Short),
)
GOODS = st.sampled_from(["SKU-A", "SKU-B", "CASE-A", "ORD-1", "TALLYMAN:UNDO", "TALLYMAN:ACK"]).map(read)


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return made(tmp_path_factory.mktemp("template") / "data")


def now(ledger: Ledger) -> Order:
    order = orders.load(ledger.db, ID)
    assert order is not None
    return order


def told(ledger: Ledger) -> Story:
    return Story.of(now(ledger), log.of_order(ledger.db, ID))


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.one_of(GOODS, GOODS, GOODS, ANY_READ, ANY_ACT, ANY_ACT), max_size=30))
def test_every_step_of_the_replay_is_the_order_as_the_ledger_had_it(
    template: Path, happens: list[Delivery | Act]
) -> None:
    with copy_of(template) as ledger:
        handling, desk = procedure(ledger, windows={GUN: 0.0}), Desk()
        stood = {0: now(ledger)}
        for each in [read("ORD-1"), *happens]:
            with suppress(Refused), posting(ledger) as posted:
                if isinstance(each, Act):
                    moment = Moment("2026-05-01T12:00:00.000Z", 1.0, "keys")
                    acts.perform(posted.written(), ledger.chain_key, ID, each, moment, may_ship=True)
                    desk = handling.refreshed(desk)
                else:
                    _, desk = handling.handle(posted, desk, each)
            stood[len(told(ledger).steps)] = now(ledger)
        story = told(ledger)
        assert story.after(len(story.steps)) == story.order
        assert not story.ended_elsewhere()
        for number, order in stood.items():
            assert story.after(number) == order
        kinds = story.provenance()
        assert {line.id: sum(kinds.get(line.id, {}).values()) for line in story.order.lines} == {
            line.id: line.counted for line in story.order.lines
        }
