"""Whether an answer of the API shows a write that was itself answered with an error, or not at all. Pure."""

from __future__ import annotations

from typing import Any

from sync.merge import Field, lost, slots_in
from sync.readings import EDITABLE
from sync.shapes import FullOrder
from verification.orders import OrderStatus


def made(method: str, body: Any, answer: FullOrder) -> bool:
    """Whether `answer` holds all that an update or a cancellation was to bring about.

    Of an update with slots its status proves nothing: counts of others may have moved it since.
    """
    order = answer.order
    if method == "DELETE":
        return order.reported is OrderStatus.CANCELLED
    if method != "PUT":
        return False
    edited = body.keys() & set(EDITABLE)
    if not all(Field(name, None, body[name], getattr(order, name)).sent for name in edited):
        return False
    if "metadata" in body:
        return not lost(slots_in(body["metadata"]), slots_in(order.metadata))
    return bool(body.get("status", order.reported.value) == order.reported.value)
