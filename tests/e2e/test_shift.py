"""A whole shift through the real program and the real server, and its reports beside a count on paper."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from store import people
from store.ledger import Ledger
from tests.e2e.headless.program import Tallyman, objects
from tests.e2e.shift_script import Paper, Wanted, pack
from tests.sync.stations import BASE, Server, running_server

ORDERS = 30
CALM, CUT, LATE = range(1, 11), range(11, 21), range(21, 28)
"""Orders packed with the network there, while it is cut, and after it came back."""
CANCELLED, SHORT = 28, (29, 30)
AGAIN = CUT
"""Orders that somebody else counts again."""
LACKING, FOREIGN = 14, 15
"""Those of them in whose box one is missing, and one is that does not belong."""
PIN = "471147"


def number_of(order: int) -> str:
    return f"SHIFT-{order:02}"


@dataclass
class Shift:
    """A station, its server, and the paper on which the shift is written down."""

    tallyman: Tallyman
    server: Server
    skus: list[str]
    paper: Paper = field(default_factory=Paper)

    def wanted(self, order: int) -> Wanted:
        """What an order holds: one to three lines of two to four units."""
        return {self.skus[(order + line) % 6]: 2 + (order + line) % 3 for line in range(1 + order % 3)}

    def run(self, *arguments: str, expect: int = 0, given: str = "") -> list[dict[str, Any]]:
        """What a command prints as JSON."""
        environ = {"TALLYMAN_API_URL": self.server.url + BASE, "TALLYMAN_API_KEY": self.server.key}
        done = self.tallyman.run(*arguments, reads=given, env=environ)
        assert done.returncode == expect, done.stderr
        return objects(done.stdout)

    def hand_in(self) -> list[dict[str, Any]]:
        """Have the station read what was written down."""
        codes = self.paper.handed_in()
        told = self.run("scan", "--json", given="".join(f"{code}\r" for code in codes))
        assert len(told) == len(codes)
        return told

    def configure(self, percent: int) -> None:
        """The site's file: a badge before scanning, and so many orders of 100 to be counted again."""
        file = self.tallyman.folder / "scanners.toml"
        file.write_text(f'[station]\nid = "dock-1"\n[policy]\nblind_recheck_percent = {percent}\n')

    def pack(self, orders: range) -> None:
        """Two people pack, one after the other."""
        for person, odd in (("Ana", 1), ("Ben", 0)):
            self.paper.badge(person)
            for order in orders:
                if order % 2 == odd:
                    pack(self.paper, order, number_of(order), self.wanted(order), self.skus)

    def report(self, name: str) -> dict[str, Any]:
        (found,) = self.run("report", name, "--json")
        return found

    def at_the_api(self, order: int) -> dict[str, Any]:
        found: dict[str, Any] = self.server.ask("GET", f"/orders/{number_of(order)}/")
        return found


@pytest.fixture
def shift(tmp_path: Path) -> Iterator[Shift]:
    """30 orders at the server; Ana, Ben and the supervisor Sue at the station."""
    tallyman = Tallyman(tmp_path)
    ledger = Ledger.open(tallyman.data, station="dock-1")
    with ledger.transaction() as db:
        for name in ("Ana", "Ben"):
            people.add(db, ledger.secret, name, people.OPERATOR, badge=f"BADGE-{name.upper()}", pin=None)
        people.add(db, ledger.secret, "Sue", people.SUPERVISOR, badge="BADGE-SUE", pin=PIN)
    ledger.close()
    with running_server(tmp_path / "orders.db") as server:
        skus = [each["sku"] for each in server.ask("GET", "/products/")[:6]]
        shift = Shift(tallyman, server, skus)
        shift.configure(0)
        for order in range(1, ORDERS + 1):
            items = [{"sku_code": sku, "quantity": units} for sku, units in shift.wanted(order).items()]
            server.ask("POST", "/orders/", {"order_number": number_of(order), "items": items})
        yield shift


def test_a_shift_of_two_pickers_and_a_supervisor_and_what_the_reports_say_of_it(shift: Shift) -> None:
    paper = shift.paper
    shift.run("sync", "--once", "--json")
    shift.pack(CALM)
    _begin_what_will_be_cancelled(shift)
    shift.hand_in()
    shift.run("sync", "--once", "--json")

    shift.server.kill()
    shift.configure(100)
    shift.pack(CUT)
    due = [each["order_number"] for each in shift.hand_in() if each.get("recheck") == "due"]
    assert sorted(due) == [number_of(order) for order in AGAIN]
    shift.run("sync", "--once", "--json", expect=4)
    _count_again(shift)
    shift.configure(0)

    shift.server.start()
    shift.server.ask("DELETE", f"/orders/{number_of(CANCELLED)}/", {"reason": "changed their mind"})
    shift.run("sync", "--once", "--json")
    shift.pack(LATE)
    paper.locked(number_of(CANCELLED))
    missing = _leave_short(shift)
    shift.hand_in()
    _settle(shift)
    shift.run("sync", "--once", "--json")

    _agree_on_accuracy(shift, missing)
    _agree_on_throughput(shift)
    pairs = {
        (each["scanned"], each["expected"]): each["times"] for each in shift.report("confusions")["pairs"]
    }
    assert pairs == dict(paper.confused)
    assert shift.tallyman.healthy()
    for order in range(1, ORDERS + 1):
        _agree_with_the_api(shift, order)


def _begin_what_will_be_cancelled(shift: Shift) -> None:
    sku, units = next(iter(shift.wanted(CANCELLED).items()))
    shift.paper.label(number_of(CANCELLED))
    shift.paper.goods(sku, 1, of=units)


def _count_again(shift: Shift) -> None:
    """Each counts what the other packed."""
    for person, packed in (("Ben", 1), ("Ana", 0)):
        shift.paper.badge(person)
        for order in AGAIN:
            if order % 2 != packed:
                continue
            expected = shift.wanted(order)
            found = dict(expected)
            if order == LACKING:
                found[next(iter(found))] -= 1
            if order == FOREIGN:
                found[next(sku for sku in shift.skus if sku not in expected)] = 1
            shift.paper.recheck(number_of(order), found, expected)
    ended = Counter(each.get("recheck") for each in shift.hand_in())
    assert (ended["agreed"], ended["differs"]) == (len(AGAIN) - 2, 2)
    assert shift.paper.rechecks.total() == 2


def _leave_short(shift: Shift) -> int:
    """One unit of the last line of each is not there; returns the units that are missing."""
    for order in SHORT:
        wanted = shift.wanted(order)
        *others, last = wanted
        shift.paper.label(number_of(order))
        for sku in others:
            shift.paper.goods(sku, wanted[sku], of=wanted[sku])
        shift.paper.goods(last, wanted[last] - 1, of=wanted[last])
    return len(SHORT)


def _settle(shift: Shift) -> None:
    """The supervisor closes what is short, and has the last word on one of the boxes that differed."""

    def act(*arguments: str) -> None:
        shift.run("review", *arguments, "--person", "Sue", "--json", given=f"{PIN}\n")

    queue = {row["order_number"]: row for row in shift.run("review", "list", "--json")}
    for order in (LACKING, FOREIGN):
        assert "recheck_difference" in [each["kind"] for each in queue[number_of(order)]["reasons"]]
    for order in SHORT:
        act("close-short", number_of(order), "--code", "not_found")
    act("approve", number_of(LACKING))
    left = {row["order_number"]: row for row in shift.run("review", "list", "--json")}
    assert number_of(LACKING) not in left
    assert "recheck_difference" in [each["kind"] for each in left[number_of(FOREIGN)]["reasons"]]


def _agree_on_accuracy(shift: Shift, missing: int) -> None:
    paper, found = shift.paper, shift.report("accuracy")
    verified = paper.orders.total()
    assert verified == len(CALM) + len(CUT) + len(LATE)
    assert (found["orders_verified"], found["first_pass"]) == (verified, verified - len(paper.flawed))
    assert found["reads"] == paper.reads
    assert {each["verdict"]: each["reads"] for each in found["refused"]} == dict(paper.refused)
    assert found["wrong_items"] == paper.refused["not_on_order"] + paper.refused["line_already_verified"]
    assert (found["short_orders"], found["short_units"]) == (len(SHORT), missing)
    differing = [units for units in paper.rechecks.values() if units]
    assert (found["rechecks"], found["recheck_orders"], found["recheck_units"]) == (
        len(paper.rechecks),
        len(differing),
        sum(differing),
    )


def _agree_on_throughput(shift: Shift) -> None:
    paper, found = shift.paper, shift.report("throughput")
    assert {each["name"]: (each["orders"], each["lines"], each["units"]) for each in found["by_person"]} == {
        person: (paper.orders[person], paper.lines[person], paper.units[person]) for person in ("Ana", "Ben")
    }
    (whole,) = found["by_station"]
    assert (whole["units"], whole["reads"]) == (paper.units.total(), paper.reads)


def _agree_with_the_api(shift: Shift, order: int) -> None:
    """What the API holds at the end of the shift: the status, and this station's own counts."""
    found, wanted = shift.at_the_api(order), shift.wanted(order)
    status = "cancelled" if order == CANCELLED else "partially_verified" if order in SHORT else "verified"
    assert found["status"] == status, order
    (slot,) = found["metadata"]["tallyman"]["slots"].values()
    lacking = sum(wanted.values()) - 1 if order == CANCELLED else int(order in SHORT)
    assert sum(slot["c"].values()) == sum(wanted.values()) - lacking, order
