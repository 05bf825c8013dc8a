"""The record of one order: readable tables, and one object that holds every event with its hash."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from store.chain import Verified
from store.evidence import CLAIM
from store.order_shape import order_to_api
from terminal.order_history import History
from terminal.reports.period import local
from terminal.reports.report import Cell, Report, Table
from verification.orders import Order

_SHORT_HASH = 16


def record(
    order: Order,
    history: History,
    held: Mapping[str, Any],
    *,
    verified: Verified,
    station: str,
    now: datetime,
) -> Report:
    """All that is known of `order`; `held` is what `store.evidence.of_order` found."""
    tables = (
        Table("Order", ("field", "value"), _header(order, history)),
        Table("Lines", ("line", "sku", "verified", "quantity", "status", "notes"), _lines(order)),
        Table(
            "Counts by station", ("station", "sku", "units"), _by_station(order, held["counts_by_station"])
        ),
        Table("Counts here by how they came about", ("how", "units"), tuple(history.units.items())),
        Table("Log", ("what", "says"), _proof(verified)),
        Table(
            "Events",
            ("number", "when", "who", "scanner", "code", "verdict", "how", "units", "sentence", "hash"),
            tuple(_event(each) for each in held["events"]),
            f"When is local time. Of each hash the first {_SHORT_HASH} digits; --json has all.",
        ),
        Table("Slots", ("slot", "events", "who", "when", "units by item"), _slots(held["slots"])),
        Table("Orders API", ("what", "value"), _api(held["api"])),
    )
    return Report(
        f"Order {order.order_number}",
        f"all that station {station} knows, as of {now.astimezone():%Y-%m-%d %H:%M}; {CLAIM}, no more",
        tables,
        tables[5],
        {
            "record": "order",
            "claim": CLAIM,
            "at": now.astimezone().isoformat(timespec="seconds"),
            "order": {**order_to_api(order), "station": history.as_json(station)},
            "log": proof(verified),
            **held,
        },
    )


def proof(verified: Verified) -> dict[str, Any]:
    """The object that says whether the log holds."""
    finding = verified.finding
    return {
        "intact": finding is None,
        "events": verified.events,
        "heads": verified.heads,
        "kind": finding.kind.value if finding else None,
        "seq": finding.seq if finding else None,
        "told": finding.told if finding else None,
    }


def _header(order: Order, history: History) -> tuple[tuple[Cell, ...], ...]:
    fields = {
        "number": order.order_number,
        "id": order.id,
        "external id": order.external_order_id,
        "customer": order.customer_name,
        "customer info": json.dumps(dict(order.customer_info)) if order.customer_info else "",
        "notes": order.notes,
        "ordered": order.order_date,
        "due": order.due_date,
        "created": order.created_at,
        "status": order.status.value,
        "status of the API": order.reported.value,
        "units": f"{order.verified} of {order.quantity}",
        "people": ", ".join(history.people),
        **{name.lower(): value for name, value in history.told().items()},
    }
    return tuple((name, value) for name, value in fields.items() if value)


def _lines(order: Order) -> tuple[tuple[Cell, ...], ...]:
    return tuple(
        (place, line.sku, line.verified, line.quantity, line.status.value, line.notes)
        for place, line in enumerate(order.lines, 1)
    )


def _by_station(order: Order, counts: Mapping[str, Mapping[str, int]]) -> tuple[tuple[Cell, ...], ...]:
    sku = {line.id: line.sku for line in order.lines}
    return tuple(
        (name, sku.get(line_id, line_id), units)
        for name, by_line in counts.items()
        for line_id, units in by_line.items()
    )


def _proof(verified: Verified) -> tuple[tuple[Cell, ...], ...]:
    finding = verified.finding
    return (
        ("events of the whole log", verified.events),
        ("its chain", "holds" if finding is None else f"{finding.kind.value}: {finding.told}"),
    )


def _event(of: Mapping[str, Any]) -> tuple[Cell, ...]:
    return (
        of["seq"], local(of["at"]), of["person"], of["scanner"], of["code"], of.get("act") or of["verdict"],
        of["provenance"], of["delta"], of["reason"], of["hash"][:_SHORT_HASH],
    )  # fmt: skip


def _slots(held: Mapping[str, Mapping[str, Any]]) -> tuple[tuple[Cell, ...], ...]:
    return tuple(
        (name, slot["n"], slot.get("who", ""), slot.get("at", ""), json.dumps(slot["c"]))
        for name, slot in held.items()
    )


def _api(held: Mapping[str, Any]) -> tuple[tuple[Cell, ...], ...]:
    seen, waiting = held["seen"], held["waiting"]
    rows: list[tuple[Cell, ...]] = [
        ("seen there as", seen["status"] if seen else "never"),
        ("waits to be sent", "no" if waiting is None else waiting["parked"] or "yes"),
    ]
    rows += [
        (f"attempt {each['number']}: {each['method']}", each["outcome"] or "nobody knows")
        for each in held["attempts"]
    ]
    rows += [(f"edit of {each['field']}", json.dumps(each["mine"])) for each in held["edits"]]
    rows += [(f"conflict: {each['kind']}", each["told"]) for each in held["conflicts"]]
    return tuple(rows)
