"""A ledger with orders, codes and people to scan at."""

from __future__ import annotations

from pathlib import Path

from store import catalog, orders, people
from store.ledger import Ledger
from tests.store.builders import ledger_with, order
from verification.meaning import Person
from verification.orders import Order, OrderStatus

GTIN = "4006381333931"
ORDERS = (
    order("ORD-1", ("SKU-A", 3), ("SKU-B", 2), ("SKU-A", 4)),
    order("ORD-2", ("SKU-B", 1), ("SKU-C", 6)),
    order("ORD-3", ("SKU-A", 1), status=OrderStatus.DRAFT),
)
BADGES = {"BADGE-ANA": Person("Ana"), "BADGE-SUE": Person("Sue", supervisor=True)}


def made(folder: Path) -> Path:
    """A folder with a ledger of these orders, a case code, a GTIN and two people."""
    ledger = ledger_with(folder, *ORDERS)
    with ledger.transaction() as db:
        catalog.teach(db, ledger.badge_key, catalog.Taught("CASE-A", "SKU-A", 3))
        catalog.teach(db, ledger.badge_key, catalog.Taught(GTIN, "SKU-C"))
        for badge, person in BADGES.items():
            role = people.SUPERVISOR if person.supervisor else people.OPERATOR
            people.add(db, ledger.secret, person.name, role, badge=badge, pin=None)
    ledger.close()
    return folder


def loaded(ledger: Ledger, number: str) -> Order:
    found = orders.by_number(ledger.db, number)
    assert found is not None
    return found
