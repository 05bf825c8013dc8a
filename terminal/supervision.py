"""What supervisors look at and do on the screen: the pages they ask for, and their acts carried out.

No right outlives the act it was given for: a name and PIN are checked for this one act, and the act alone
bears who approved it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import field, replace
from pathlib import Path
from sqlite3 import Connection
from typing import TYPE_CHECKING

from store import acts
from store.acts import Performed
from store.errors import LedgerError, Refused
from store.moment import KEYS, Moment
from store.pins import PinRefused
from terminal import review_wording
from terminal.proof import Proof
from terminal.reconciliation import Reconciliation
from terminal.station import Station
from verification.acts import Act, ActKind
from verification.meaning import Person
from verification.offers import needs_approval, offers
from verification.orders import Order
from verification.records import record

if TYPE_CHECKING:
    from terminal.dossier import Dossier
    from terminal.screens.base import Page

BLIND = (
    "This order is to be counted again: until then only a supervisor sees it in full, and nobody who counts"
    " it, be it a supervisor."
)
ONLY_LOOKS = "This window only shows what is there: do that at the station itself."


@record
class Given:
    """An act that somebody agreed to, with the name and PIN of the supervisor who approves it."""

    act: Act
    name: str = ""
    pin: str = field(default="", repr=False)


@record
class Answer:
    """What came of an act."""

    told: str
    done: bool


class Looking:
    """The pages on which a ledger is looked at. Here nothing can be done; a station's screen does more."""

    acts = False
    """Whether acts are done here, so that a page names the key for them."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def order_page(self, order_id: str, by: Person | None) -> Page:
        """The order in full, for `by` who stands there."""
        from terminal.screens.order import OrderScreen

        return OrderScreen(self, order_id, by)

    def replay_page(self, dossier: Dossier) -> Page:
        """The order's story."""
        from terminal.screens.replay import ReplayScreen

        return ReplayScreen(dossier.story)

    def review_page(self, by: Person | None) -> Page:
        """What waits for a supervisor."""
        from terminal.screens.review import ReviewScreen

        return ReviewScreen(self, by)

    def act_page(self, dossier: Dossier, by: Person | None, say: Callable[[str], None]) -> Page | None:
        """What `by` can do about the order, `say` being told what was done; None where nothing can be."""
        del dossier, by
        say(ONLY_LOOKS)
        return None


class Supervision(Looking):
    """The same at a station's screen, where acts are done."""

    acts = True

    def __init__(
        self, station: Station, reconciliation: Reconciliation, proof: Proof, *, may_ship: bool
    ) -> None:
        super().__init__(station.ledger.folder)
        self._station = station
        self._reconciliation = reconciliation
        self._proof = proof
        self._may_ship = may_ship

    def review_page(self, by: Person | None) -> Page:
        """What waits for a supervisor; anybody else is asked for a supervisor's name and PIN first."""
        from terminal.screens.entry import EntryScreen

        def page() -> Page:
            return Looking.review_page(self, by)

        if by is not None and by.supervisor:
            return page()
        return EntryScreen("Review", self._refusal, page)

    def _refusal(self, name: str, pin: str) -> str:
        found = self._proof.supervisor(name, pin)
        return found.sentence if isinstance(found, PinRefused) else ""

    def act_page(self, dossier: Dossier, by: Person | None, say: Callable[[str], None]) -> Page | None:
        from terminal.asking import Asking
        from terminal.screens.act import ActScreen
        from terminal.widgets.asking import rows

        def carry_out(asked: Asking, pin: str) -> Answer:
            return self.carry_out(asked.order.id, Given(asked.act, asked.approving.name, pin))

        found = offers(
            dossier.order,
            may_ship=self._may_ship,
            claimed=bool(dossier.claims),
            recheck=dossier.unsettled,
        )
        first = next((place for place, offer in enumerate(found) if not offer.refusal), 0)
        return ActScreen(Asking(dossier.order, found, by, cursor=first), rows, carry_out, say)

    def create_page(self, by: Person | None, say: Callable[[str], None]) -> Page:
        """A new order, typed by `by`, who may ask for a file of orders in its place."""
        from terminal.drafting import Draft
        from terminal.screens.create import CreateScreen
        from terminal.widgets.drafting import rows

        def carry_out(draft: Draft, pin: str) -> Answer:
            order = draft.order
            given = Given(Act(ActKind.CREATE, by), draft.approving.name, pin)
            return self._bring_in((order,), given, review_wording.created(order))

        return CreateScreen(Draft(by), rows, carry_out, say, lambda: self._import_page(by, say))

    def _import_page(self, by: Person | None, say: Callable[[str], None]) -> Page:
        """Orders from a file that `by` chooses."""
        from terminal.importing import Import
        from terminal.order_file import Files
        from terminal.screens.importing import ImportScreen
        from terminal.widgets.importing import rows

        def carry_out(asked: Import, pin: str) -> Answer:
            given = Given(Act(ActKind.IMPORT, by, asked.source), asked.approving.name, pin)
            told = review_wording.imported(len(asked.orders), asked.source)
            return self._bring_in(asked.orders, given, told)

        files = Files(self._station.ledger.folder, self._station.free)
        return ImportScreen(Import(by, connected=self._reconciliation.connected), rows, carry_out, say, files)

    def carry_out(self, order_id: str, given: Given) -> Answer:
        """Have an act done, and wait for it: away from the screen's thread, for PINs are slow by design."""
        try:
            act = self._approved(given)
            performed = self._ask(order_id, act).result()
        except (LedgerError, ValueError, LookupError) as error:
            return Answer(str(error), done=False)
        before, after = performed.before, performed.order
        return Answer(review_wording.done(act, before, after, recheck=performed.recheck), done=True)

    def _bring_in(self, found: Sequence[Order], given: Given, told: str) -> Answer:
        """Have new orders brought in, all or none, as `carry_out` has acts done; then say `told`."""
        try:
            act, moment, key = self._approved(given), Moment.now(KEYS), self._station.ledger.chain_key
            self._reconciliation.change(lambda db: acts.bring_in(db, key, found, act, moment)).result()
        except (LedgerError, ValueError, LookupError) as error:
            return Answer(str(error), done=False)
        return Answer(told, done=True)

    def _approved(self, given: Given) -> Act:
        """The act with its approval, where it needs one. Raises Refused for a wrong name or PIN."""
        if not needs_approval(given.act.kind, given.act.by):
            return given.act
        approver = self._proof.supervisor(given.name, given.pin)
        if isinstance(approver, PinRefused):
            raise Refused(f"{approver.sentence} Nothing was changed.")
        return replace(given.act, approved_by=approver)

    def take_over(self, order_id: str, by: Person | None, say: Callable[[str], object]) -> None:
        """Go on here with an order that another station counted on; it asks nothing.

        `say` is told what came of it, from another thread.
        """

        def tell(done: Future[Performed]) -> None:
            error = done.exception()
            say(str(error) if error else "Taken over: go on scanning.")

        self._ask(order_id, Act(ActKind.TAKE_OVER, by)).add_done_callback(tell)

    def _ask(self, order_id: str, act: Act) -> Future[Performed]:
        """Have the clerk do an act, in one transaction between two reads."""
        moment, key = Moment.now(KEYS), self._station.ledger.chain_key

        def change(db: Connection) -> Performed:
            return acts.perform(
                db, key, order_id, act, moment, may_ship=self._may_ship, picking=self._station.picking
            )

        return self._reconciliation.change(change)
