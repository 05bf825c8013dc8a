"""The readings that can be seen from outside, each with the trial that tells."""

from __future__ import annotations

from typing import Any, Final

import httpx

from orders_api.probe import IDENTIFIERS, CannotTell, Outcome, Probe, Trial, data_of, told

_FULL: Final = ("customer_info", "notes", "order_date", "due_date", "metadata")


def identifier_field(probe: Probe) -> Outcome:
    """Also settles how the other trials address their orders."""
    order = probe.create()
    if isinstance(order, CannotTell):
        return order
    for name in IDENTIFIERS:
        probe.addressed_by = name
        if probe.get(order).get("order_number") == order["order_number"]:
            return name == "order_number", f"orders are addressed by {name}"
    probe.addressed_by = "order_number"
    return CannotTell("the order was found under none of its identifiers")


def create_is_pending(probe: Probe) -> Outcome:
    order = probe.create()
    if isinstance(order, CannotTell):
        return order
    return order.get("status") == "pending", f"status {order.get('status')!r}"


def answer_is_full(probe: Probe) -> Outcome:
    body = probe.body()
    probe.made.append(body)
    data = data_of(probe.client.post("orders/", json=body))
    missing = [name for name in _FULL if name not in data]
    return not missing, f"missing: {', '.join(missing)}" if missing else "all fields are there"


def put_keeps_unnamed(probe: Probe) -> Outcome:
    return _after_put(probe, {"notes": "kept?"}, {"customer_name": "changed"}, "notes", "kept?")


def put_keeps_status(probe: Probe) -> Outcome:
    order = probe.create()
    if isinstance(order, CannotTell):
        return order
    first = probe.put(order, status="in_progress")
    if first.status_code != 200:
        return CannotTell(f"PUT of a status answered {told(first)}")
    probe.put(order, notes="n")
    status = probe.get(order).get("status")
    return status == "in_progress", f"status {status!r} after a PUT without status"


def metadata_is_replaced(probe: Probe) -> Outcome:
    start = {"metadata": {"a": 1, "b": 2}}
    return _after_put(probe, start, {"metadata": {"b": 3}}, "metadata", {"b": 3})


def null_clears(probe: Probe) -> Outcome:
    return _after_put(probe, {"notes": "there"}, {"notes": None}, "notes", None)


def due_date_keeps_offset(probe: Probe) -> Outcome:
    moment = "2030-05-01T09:30:00+02:00"
    return _after_put(probe, {"due_date": moment}, {"notes": "n"}, "due_date", moment)


def _after_put(
    probe: Probe, start: dict[str, Any], change: dict[str, Any], name: str, expected: Any
) -> Outcome:
    order = probe.create(**start)
    if isinstance(order, CannotTell):
        return order
    answer = probe.put(order, **change)
    if answer.status_code != 200:
        return CannotTell(f"PUT answered {told(answer)}")
    after = probe.get(order)
    if name not in after:
        return CannotTell(f"the answer does not show {name}")
    return after[name] == expected, f"{name} is {after[name]!r}"


def put_refuses_lines(probe: Probe) -> Outcome:
    return _put_refused(probe, items=[{"sku_code": probe.sku, "quantity": 2}])


def put_refuses_unknown_status(probe: Probe) -> Outcome:
    return _put_refused(probe, status="no_such_status")


def put_refuses_unknown_fields(probe: Probe) -> Outcome:
    return _put_refused(probe, no_such_field=1)


def put_does_not_cancel(probe: Probe) -> Outcome:
    return _put_refused(probe, status="cancelled")


def _put_refused(probe: Probe, **change: Any) -> Outcome:
    order = probe.create()
    if isinstance(order, CannotTell):
        return order
    answer = probe.put(order, **change)
    return answer.status_code == 400, told(answer)


def duplicate_is_refused(probe: Probe) -> Outcome:
    order = probe.create()
    if isinstance(order, CannotTell):
        return order
    again = probe.body(order_number=order["order_number"])
    answer = probe.client.post("orders/", json=again)
    return told(answer) == "400 VALIDATION_ERROR", told(answer)


def unknown_sku_is_refused(probe: Probe) -> Outcome:
    body = probe.body(items=[{"sku_code": "CHECK-NO-SUCH-SKU", "quantity": 1}])
    answer = probe.client.post("orders/", json=body)
    if answer.status_code == 201:
        probe.made.append(body)
    return told(answer) == "400 SERVICE_ERROR", told(answer)


def naive_date_is_refused(probe: Probe) -> Outcome:
    body = probe.body(due_date="2030-05-01T00:00:00")
    answer = probe.client.post("orders/", json=body)
    if answer.status_code == 201:
        probe.made.append(body)
    return answer.status_code == 400, told(answer)


def delete_answers_200(probe: Probe) -> Outcome:
    order = probe.create()
    if isinstance(order, CannotTell):
        return order
    answer = probe.client.request("DELETE", probe.path(order), json={"reason": "Contract check"})
    status = data_of(answer).get("status")
    return (answer.status_code, status) == (200, "cancelled"), f"{told(answer)}, status {status!r}"


def delete_twice_is_a_no_op(probe: Probe) -> Outcome:
    order = probe.create()
    if isinstance(order, CannotTell):
        return order
    probe.client.delete(probe.path(order))
    again = probe.client.delete(probe.path(order))
    return again.status_code == 200, told(again)


def reason_is_shown(probe: Probe) -> Outcome:
    order = probe.create()
    if isinstance(order, CannotTell):
        return order
    probe.client.request("DELETE", probe.path(order), json={"reason": "Contract check"})
    shown = probe.get(order).get("cancellation_reason")
    return shown == "Contract check", f"cancellation_reason is {shown!r}"


def cancelled_stays(probe: Probe) -> Outcome:
    order = probe.create()
    if isinstance(order, CannotTell):
        return order
    probe.client.delete(probe.path(order))
    answer = probe.put(order, status="pending")
    status = probe.get(order).get("status")
    return status == "cancelled", f"PUT answered {told(answer)}, status {status!r}"


def newest_first(probe: Probe) -> Outcome:
    first, second = probe.create(), probe.create()
    if isinstance(first, CannotTell) or isinstance(second, CannotTell):
        return CannotTell("orders could not be created")
    rows = probe.client.get("orders/", params={"limit": 200}).json()["data"]
    numbers = [row["order_number"] for row in rows]
    if second["order_number"] not in numbers or first["order_number"] not in numbers:
        return False, "new orders are not on the first page"
    newer_is_first = numbers.index(second["order_number"]) < numbers.index(first["order_number"])
    return newer_is_first, "newest first" if newer_is_first else "older before newer"


def limit_is_clamped(probe: Probe) -> Outcome:
    answer = probe.client.get("orders/", params={"limit": 5000})
    if answer.status_code != 200:
        return False, told(answer)
    limit = answer.json()["pagination"]["limit"]
    return limit == 200, f"limit {limit}"


def bad_cursor_is_refused(probe: Probe) -> Outcome:
    answer = probe.client.get("orders/", params={"cursor": "not-a-cursor"})
    return told(answer) == "400 VALIDATION_ERROR", told(answer)


def missing_slash_is_not_redirected(probe: Probe) -> Outcome:
    answer = probe.client.get(str(probe.client.base_url).rstrip("/") + "/orders")
    return answer.status_code == 404, told(answer)


def missing_key_is_403(probe: Probe) -> Outcome:
    return _denied(probe, {}, 403)


def unknown_key_is_401(probe: Probe) -> Outcome:
    return _denied(probe, {"X-API-Key": "sk_live_check"}, 401)


def _denied(probe: Probe, headers: dict[str, str], status: int) -> Outcome:
    url = str(probe.client.base_url) + "orders/"
    answer = httpx.get(url, headers=headers, timeout=probe.client.timeout)
    has_detail = "detail" in answer.json()
    return answer.status_code == status and has_detail, told(answer)


TRIALS: Final[dict[str, Trial]] = {
    "orders are addressed by order_number": identifier_field,
    "a new order is pending": create_is_pending,
    "a full order carries customer_info, notes, order_date, due_date, metadata": answer_is_full,
    "PUT keeps the fields that it does not name": put_keeps_unnamed,
    "PUT without status keeps the status": put_keeps_status,
    "PUT replaces metadata whole": metadata_is_replaced,
    "PUT of null clears a field": null_clears,
    "due_date keeps its offset": due_date_keeps_offset,
    "PUT refuses line items": put_refuses_lines,
    "PUT refuses an unknown status": put_refuses_unknown_status,
    "PUT refuses an unknown field": put_refuses_unknown_fields,
    "PUT does not cancel": put_does_not_cancel,
    "a repeated order_number is a VALIDATION_ERROR": duplicate_is_refused,
    "an unknown sku_code is a SERVICE_ERROR": unknown_sku_is_refused,
    "a date without an offset is refused": naive_date_is_refused,
    "DELETE answers 200 with the cancelled order": delete_answers_200,
    "DELETE of a cancelled order is a no-op": delete_twice_is_a_no_op,
    "the cancellation reason is shown": reason_is_shown,
    "PUT cannot revive a cancelled order": cancelled_stays,
    "the list is newest first": newest_first,
    "limit is clamped to 200": limit_is_clamped,
    "a malformed cursor is a VALIDATION_ERROR": bad_cursor_is_refused,
    "a path without its last slash is not found": missing_slash_is_not_redirected,
    "a missing key answers 403 with detail": missing_key_is_403,
    "an unknown key answers 401 with detail": unknown_key_is_401,
}
"""Every reading, in the order in which it is tried; the first settles how orders are addressed."""
