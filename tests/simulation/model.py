"""A model of the Orders API: the contract's five operations in memory, nothing of the station's own code."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote

Answer = tuple[int, dict[str, Any]]
PAGE = 3
"""Orders on a page: few, so that a few orders are many pages."""
ACTIVE = ("pending", "in_progress", "partially_verified", "verified")


def refused(status: int, code: str, message: str) -> Answer:
    return status, {"success": False, "error": {"code": code, "message": message}}


@dataclass
class ModelApi:
    """The orders, newest last; answers are independent copies."""

    shows_all: bool = True
    """Whether answers have the fields that the page does not show."""
    orders: dict[str, dict[str, Any]] = field(default_factory=dict)
    creations: dict[str, int] = field(default_factory=dict)
    """How often a create took effect, by order_number."""
    ended: set[str] = field(default_factory=set)
    """Numbers of orders that were shipped or cancelled at some time."""
    clock: int = 0

    def handle(self, method: str, path: str, query: dict[str, str], body: Any) -> Answer:
        rest = path.split("/orders/", 1)[1].strip("/")
        if not rest:
            return self.create(body) if method == "POST" else self._page(query)
        order = self.orders.get(unquote(rest))
        if order is None:
            return refused(404, "NOT_FOUND", "no such order")
        if method == "PUT":
            return self._update(order, body)
        if method == "DELETE":
            return self._cancel(order)
        return self._told(order)

    def create(self, body: Any, status: str = "pending", created: int | None = None) -> Answer:
        number = body["order_number"]
        if number in self.orders:
            return refused(400, "VALIDATION_ERROR", "order_number already exists")
        self.clock += 1
        at = created or self.clock
        items = [
            {
                "id": f"item-{number}-{n:08d}",
                "sku": {"sku": item["sku_code"]},
                "quantity": item["quantity"],
                "asked": item["quantity"],
                "verified_quantity": item.get("verified", 0),
                "verification_status": "pending",
                "notes": item.get("notes"),
            }
            for n, item in enumerate(body["items"])
        ]
        header = {
            name: body.get(name) for name in ("external_order_id", "customer_name", "notes", "due_date")
        }
        self.orders[number] = {
            "id": f"id-of-{number}",
            "order_number": number,
            **header,
            "customer_info": body.get("customer_info") or {},
            "metadata": body.get("metadata") or {},
            "order_date": None,
            "status": status,
            "items": items,
            "created_at": f"2026-01-01T00:{at // 60:02d}:{at % 60:02d}Z",
        }
        self.creations[number] = self.creations.get(number, 0) + 1
        return 201, self._told(self.orders[number])[1]

    def _page(self, query: dict[str, str]) -> Answer:
        newest = sorted(self.orders.values(), key=lambda o: (o["created_at"], o["id"]), reverse=True)
        after = json.loads(query["cursor"]) if query.get("cursor") else None
        rest = [o for o in newest if after is None or [o["created_at"], o["id"]] < after]
        limit = PAGE
        names = ("id", "order_number", "status", "customer_name", "created_at")
        page = rest[:limit]
        cursor = json.dumps([page[-1]["created_at"], page[-1]["id"]]) if len(rest) > limit else None
        data = [{name: order[name] for name in names} for order in page]
        return 200, {"success": True, "data": data, "pagination": {"limit": limit, "next_cursor": cursor}}

    def _update(self, order: dict[str, Any], body: Any) -> Answer:
        status = body.get("status", order["status"])
        if status != order["status"] and (order["status"] not in ACTIVE or status not in ACTIVE):
            return refused(400, "VALIDATION_ERROR", "status")
        order.update(json.loads(json.dumps(body)))
        return self._told(order)

    def _cancel(self, order: dict[str, Any]) -> Answer:
        if order["status"] == "shipped":
            return refused(400, "SERVICE_ERROR", "already shipped")
        order["status"] = "cancelled"
        self.ended.add(order["order_number"])
        return self._told(order)

    def _told(self, order: dict[str, Any]) -> Answer:
        hidden = () if self.shows_all else ("customer_info", "notes", "order_date", "due_date")
        copy = json.loads(json.dumps({k: v for k, v in order.items() if k not in hidden}))
        return 200, {"success": True, "data": copy}
