"""Acts at the command line: somebody answers for each with name and PIN, and the log says who and why."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

from store import acts, rechecks
from store.acts import Performed
from store.ledger import Ledger
from store.moment import COMMAND_LINE, Moment
from terminal.commands.asking import person_proved, pin_asked
from terminal.commands.common import Place
from terminal.commands.named_order import named_order
from verification.acts import Act
from verification.meaning import Person
from verification.orders import Order
from verification.recheck import NO_PICKS, Picking
from verification.records import record

Asked = Callable[[Order, Person], Act]
"""The act that a command line asks for, once its order and its person are known."""


@record
class Bench:
    """A ledger that is open for one command, and who answers for what it changes."""

    ledger: Ledger
    by: Person | None
    """None where the command names nobody."""
    may_ship: bool = False
    picking: Picking = NO_PICKS

    def act(self, db: sqlite3.Connection, order_id: str, act: Act) -> Performed:
        """Do an act within the open transaction. Raises Refused, and nothing happens, when it may not."""
        return acts.perform(
            db,
            self.ledger.chain_key,
            order_id,
            act,
            Moment.now(COMMAND_LINE),
            may_ship=self.may_ship,
            picking=self.picking,
        )

    def bring_in(self, db: sqlite3.Connection, found: Sequence[Order], act: Act) -> None:
        """Bring new orders in within the open transaction. Raises Refused, and nothing is kept of it."""
        acts.bring_in(db, self.ledger.chain_key, found, act, Moment.now(COMMAND_LINE))


@contextmanager
def bench(place: Place, person: str | None) -> Iterator[Bench]:
    """The ledger for one command. Whoever `person` names is asked for a PIN before it is opened.

    Raises Failure when it is wrong, and LedgerError.
    """
    policy = place.config().policy
    pin = pin_asked(person) if person is not None else ""
    with place.ledger() as ledger:
        by = person_proved(ledger, person, pin) if person is not None else None
        picking = rechecks.picking(ledger.secret, policy.blind_recheck_percent)
        yield Bench(ledger, by, policy.mark_shipped, picking)


def carried_out(place: Place, order: str, person: str, asked: Asked) -> Performed:
    """Do to the order that `order` names what `asked` says, as `person`.

    Raises Failure when there is no such order or the PIN is wrong, and Refused when it may not be.
    """
    with bench(place, person) as at, at.ledger.transaction() as db:
        assert at.by is not None
        found = named_order(db, order)
        return at.act(db, found.id, asked(found, at.by))
